/* SPDX-License-Identifier: MIT */
/*
 * shrink.c - less of everything; see shrink.h.
 *
 * First independent operations are brought together, for nothing.  Then a
 * search goes other ways than the plain one at few forks: what needs one or
 * two preemptions is found there, however wild the schedule was.  What needs
 * more is made from the schedule itself, by moving blocks of operations for as
 * long as it still shows the target (delta debugging).  At last the search
 * looks for fewer preemptions still.
 */
#include "explain/shrink.h"

#include <string.h>

#include "basics.h"

enum {
	FIRST_LOOK = 500,	/* executions of the first search */
	MOST_ROUNDS = 50,
	MOST_BLOCKS = 100,	/* each of which is tried everywhere */
};

/*
 * What a schedule costs.
 */
static bool runs_on(const struct mpck_course *c, size_t at)
{
	return at && c->moves[at].task == c->moves[at - 1].task;
}

/* Tasks that were preempted, and those that ran meanwhile. */
static unsigned partakers(const struct mpck_course *c)
{
	mpck_taskset standing = 0, partaking = 0;

	for (size_t i = 0; i < c->nmoves; i++) {
		mpck_taskset task = mpck_set_of(c->moves[i].task);

		if (c->moves[i].preempts && i)
			standing |= mpck_set_of(c->moves[i - 1].task);
		standing &= ~task;
		if (standing)
			partaking |= standing | task;
	}
	return mpck_set_count(partaking);
}

struct mpck_cost mpck_cost_of(const struct mpck_course *c)
{
	struct mpck_cost cost = { .preemptions = c->preemptions,
				  .partakers = partakers(c),
				  .operations = c->nmoves };

	for (size_t i = 1; i < c->nmoves; i++)
		cost.changes += !runs_on(c, i);
	return cost;
}

static int order_of(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

int mpck_cost_compare(struct mpck_cost a, struct mpck_cost b)
{
	int order = order_of(a.preemptions, b.preemptions);

	if (!order)
		order = order_of(a.partakers, b.partakers);
	if (!order)
		order = order_of(a.operations, b.operations);
	return order ? order : order_of(a.changes, b.changes);
}

bool mpck_improves(struct mpck_driver *d, struct mpck_plan *plan,
		   struct mpck_best *best)
{
	struct mpck_course c = { 0 };
	struct mpck_cost cost;
	bool less;

	mpck_drive(d, plan, &c);
	cost = mpck_cost_of(&c);
	less = mpck_drive_shows(d, &c) &&
	       mpck_cost_compare(cost, best->cost) < 0;
	if (less) {
		mpck_course_fini(&best->course);
		best->course = c;
		best->cost = cost;
	} else {
		mpck_course_fini(&c);
	}
	return less;
}

/*
 * Moving blocks.
 */
struct block {
	uint32_t task;
	size_t first, end;
};

struct mover {
	struct mpck_driver *driver;
	struct mpck_best *best;
	uint16_t *tasks;	/* of the best; then of a changed one */
	struct block *blocks;
	size_t nblocks, count;
};

static void look(struct mover *m)
{
	const struct mpck_course *c = &m->best->course;

	m->count = c->nmoves;
	m->tasks = mpck_checked(realloc(m->tasks, (m->count + 1) *
					sizeof(*m->tasks)));
	m->blocks = mpck_checked(realloc(m->blocks, (m->count + 1) *
					 sizeof(*m->blocks)));
	m->nblocks = 0;
	for (size_t i = 0; i < m->count; i++) {
		m->tasks[i] = (uint16_t)c->moves[i].task;
		if (!runs_on(c, i))
			m->blocks[m->nblocks++] = (struct block){
				m->tasks[i], i, i };
		m->blocks[m->nblocks - 1].end = i + 1;
	}
}

/* Is it less if the order is this, and only so much of it holds? */
static bool try_order(struct mover *m, const uint16_t *tasks, size_t count,
		      size_t follow)
{
	struct mpck_order o = mpck_order_new(tasks, count, &m->best->course);
	struct mpck_plan plan = { .order = &o, .follow = follow };
	bool less = mpck_improves(m->driver, &plan, m->best);

	mpck_order_fini(&o);
	return less;
}

/* The operations [from, to) come to stand before the one at `at`. */
static bool try_moved(struct mover *m, size_t from, size_t to, size_t at)
{
	uint16_t *t = mpck_checked(malloc((m->count + 1) * sizeof(*t)));
	size_t n = 0;
	bool less;

	for (size_t i = 0; i <= m->count; i++) {
		if (i == at) {
			memcpy(t + n, m->tasks + from, (to - from) *
						       sizeof(*t));
			n += to - from;
		}
		if (i < m->count && (i < from || i >= to))
			t[n++] = m->tasks[i];
	}
	less = try_order(m, t, m->count, m->count);
	free(t);
	return less;
}

/* All of a task's operations behind `at` operations come first there, or last
 * of all. */
static bool try_gathered(struct mover *m, uint32_t task, size_t at, bool last)
{
	uint16_t *t = mpck_checked(malloc((m->count + 1) * sizeof(*t)));
	size_t n = at;
	bool less;

	memcpy(t, m->tasks, at * sizeof(*t));
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = at; i < m->count; i++) {
			if ((m->tasks[i] == task) == (last == (pass == 1)))
				t[n++] = m->tasks[i];
		}
	}
	less = try_order(m, t, m->count, m->count);
	free(t);
	return less;
}

/* Some beginning of it, after which tasks run while they can. */
static bool cut(struct mover *m)
{
	for (size_t b = 0; b + 1 < m->nblocks && b < MOST_BLOCKS; b++) {
		if (mpck_driver_spent(m->driver))
			return false;
		if (try_order(m, m->tasks, m->count, m->blocks[b].first))
			return true;
	}
	return false;
}

/* Of a block and the next one of its task: does trying make it less?  The first
 * time it does ends it. */
static bool try_neighbours(struct mover *m, size_t most,
			   bool (*try)(struct mover *m, const struct block *x,
				       const struct block *y))
{
	const struct block *end = m->blocks + m->nblocks;

	for (size_t b = 0; b + 2 < m->nblocks && b < most; b++) {
		const struct block *x = &m->blocks[b], *y = x + 2;

		while (y < end && y->task != x->task)
			y++;
		if (y == end)
			continue;
		if (mpck_driver_spent(m->driver))
			return false;
		if (try(m, x, y))
			return true;
	}
	return false;
}

/* They become one, where either stands. */
static bool try_joined(struct mover *m, const struct block *x,
		       const struct block *y)
{
	return try_moved(m, y->first, y->end, x->end) ||
	       try_moved(m, x->first, x->end, y->first);
}

/* One operation at the edge of either goes to the other: a preemption happens a
 * little earlier or later. */
static bool try_shifted(struct mover *m, const struct block *x,
			const struct block *y)
{
	return try_moved(m, y->first, y->first + 1, x->end) ||
	       try_moved(m, x->end - 1, x->end, y->first);
}

/* A task runs through, at the start of some block or at the end. */
static bool gather(struct mover *m)
{
	mpck_taskset tasks = 0;

	for (size_t b = 0; b < m->nblocks; b++)
		tasks |= mpck_set_of(m->blocks[b].task);
	for (; tasks; tasks &= tasks - 1) {
		uint32_t task = mpck_set_first(tasks);

		if (mpck_driver_spent(m->driver))
			return false;
		if (try_gathered(m, task, 0, false) ||
		    try_gathered(m, task, 0, true))
			return true;
	}
	return false;
}

static void move_blocks(struct mpck_driver *d, struct mpck_best *best)
{
	struct mover m = { .driver = d, .best = best };

	look(&m);
	for (int round = 0; round < MOST_ROUNDS * 10; round++) {
		if (!cut(&m) && !try_neighbours(&m, SIZE_MAX, try_joined) &&
		    !gather(&m) && !try_neighbours(&m, MOST_BLOCKS, try_shifted))
			break;
		look(&m);
	}
	free(m.tasks);
	free(m.blocks);
}

static void bring_together(struct mpck_driver *d, struct mpck_best *best)
{
	size_t n = best->course.nmoves;
	uint16_t *tasks = mpck_checked(malloc((n + 1) * sizeof(*tasks)));
	struct mpck_order o;
	struct mpck_plan plan;

	mpck_bubble(&best->course, tasks);
	o = mpck_order_new(tasks, n, &best->course);
	plan = (struct mpck_plan){ .order = &o, .follow = n };
	mpck_improves(d, &plan, best);
	mpck_order_fini(&o);
	free(tasks);
}

static void search(struct mpck_driver *d, struct mpck_best *best,
		   uint64_t executions)
{
	struct mpck_order o = mpck_order_of(&best->course);

	if (best->cost.preemptions)
		mpck_search_bounded(d, &o, best, executions);
	mpck_order_fini(&o);
}

void mpck_shrink(struct mpck_driver *d, struct mpck_best *best)
{
	bring_together(d, best);
	search(d, best, FIRST_LOOK);
	move_blocks(d, best);
	search(d, best, d->most_executions);
	move_blocks(d, best);
}
