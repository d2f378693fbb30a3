/* SPDX-License-Identifier: MIT */
/*
 * bound.c - schedules that leave the plain one at few forks.
 *
 * The plain execution lets each task run while it can.  Every fork of it offers
 * other ways; an execution that takes one is plain again from there on, and has
 * forks of its own behind.  So all schedules form a tree, and it is searched by
 * the number of times they leave the plain way, those without a preemption
 * first.  A preemption is tried only where the task that is put off is about to
 * touch what another task touches too: elsewhere, later would do as well.
 *
 * Source: after Musuvathi and Qadeer, "Iterative context bounding", PLDI 2007,
 *         and Emmi, Qadeer and Rakamaric, "Delay-bounded scheduling", POPL
 *         2011.  Both bound one number; here preemptions are bounded by the
 *         best schedule, and deviations of any kind say what comes first.
 */
#include "explain/shrink.h"

#include <string.h>

#include "basics.h"

enum {
	MOST_DEVIATIONS = 12,
	/* No preemption at all: each order of the tasks is one to be tried. */
	MOST_WITHOUT = 100,
	NOBODY = UINT32_MAX,
};

struct node {
	uint32_t parent;	/* NOBODY: none */
	struct mpck_deviation deviation;
	uint16_t depth, preemptions;
};

/* Those of one depth and number of preemptions wait in a list. */
struct search {
	struct mpck_driver *driver;
	const struct mpck_order *order;
	struct mpck_best *best;
	struct mpck_course course;
	struct node *nodes;	/* executed or waiting */
	size_t nnodes, room, most;
	uint32_t *heap;		/* of those that wait */
	size_t nheap;
	const void **shared;	/* what several tasks touch */
	size_t nshared;
};

/* Less goes first; then the older. */
static bool before(const struct search *s, uint32_t a, uint32_t b)
{
	const struct node *x = &s->nodes[a], *y = &s->nodes[b];

	if (x->depth != y->depth)
		return x->depth < y->depth;
	if (x->preemptions != y->preemptions)
		return x->preemptions < y->preemptions;
	return a < b;
}

static void heap_push(struct search *s, uint32_t node)
{
	size_t at = s->nheap++;

	for (; at && before(s, node, s->heap[(at - 1) / 2]); at = (at - 1) / 2)
		s->heap[at] = s->heap[(at - 1) / 2];
	s->heap[at] = node;
}

static uint32_t heap_pop(struct search *s)
{
	uint32_t top = s->heap[0], last = s->heap[--s->nheap];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < s->nheap) {
		if (child + 1 < s->nheap &&
		    before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!before(s, s->heap[child], last))
			break;
		s->heap[at] = s->heap[child];
		at = child;
	}
	s->heap[at] = last;
	return top;
}

static void add_node(struct search *s, struct node node)
{
	if (s->nnodes == s->most ||
	    node.preemptions >= s->best->cost.preemptions)
		return;
	if (s->nnodes == s->room) {
		s->room = s->room * 2 + 256;
		s->nodes = mpck_checked(realloc(s->nodes, s->room *
						sizeof(*s->nodes)));
		s->heap = mpck_checked(realloc(s->heap, s->room *
					       sizeof(*s->heap)));
	}
	s->nodes[s->nnodes] = node;
	heap_push(s, (uint32_t)s->nnodes++);
}

static bool is_shared(const struct search *s, const void *object)
{
	for (size_t i = 0; i < s->nshared; i++) {
		if (s->shared[i] == object)
			return true;
	}
	return !object;
}

/* What operations of several tasks are on, not all of them reads. */
static void find_shared(struct search *s, const struct mpck_course *c)
{
	s->shared = mpck_checked(calloc(c->nmoves + 1, sizeof(*s->shared)));
	for (size_t i = 0; i < c->nmoves; i++) {
		const struct mpck_move *a = &c->moves[i];

		if (is_shared(s, a->op.object))
			continue;
		for (size_t k = 0; k < c->nmoves; k++) {
			const struct mpck_move *b = &c->moves[k];

			if (a->task != b->task &&
			    mpck_moves_conflict(&a->op, &b->op)) {
				s->shared[s->nshared++] = a->op.object;
				break;
			}
		}
	}
}

static bool is_preempting(const struct mpck_fork *f, uint32_t task)
{
	return f->last != UINT16_MAX && f->last != task;
}

/* Other ways at a fork that was reached with so many preemptions. */
static void add_ways(struct search *s, const struct node *from, uint32_t parent,
		     uint32_t at, unsigned preemptions)
{
	const struct mpck_fork *f = &s->course.forks[at];
	uint32_t options = f->alternatives ? f->count : MPCK_MAX_TASKS;

	if (f->last != UINT16_MAX && f->last == f->chosen &&
	    !is_shared(s, f->next))
		return;
	for (uint32_t way = 0; way < options; way++) {
		bool more = !f->alternatives && is_preempting(f, way);

		if (way == f->chosen ||
		    (!f->alternatives && !mpck_set_has(f->enabled, way)))
			continue;
		add_node(s, (struct node){
			.parent = parent, .deviation = { at, (uint16_t)way },
			.depth = (uint16_t)(from ? from->depth + 1 : 1),
			.preemptions = (uint16_t)(preemptions + more) });
	}
}

/* After an execution: where it could have gone on otherwise. */
static void expand(struct search *s, uint32_t node)
{
	struct node from = { .depth = 0 };
	uint32_t first = 0;
	unsigned preemptions = 0;

	if (node != NOBODY) {
		from = s->nodes[node];
		first = from.deviation.fork + 1;
	}
	if (from.depth == MOST_DEVIATIONS)
		return;
	for (uint32_t i = 0; i < s->course.nforks; i++) {
		const struct mpck_fork *f = &s->course.forks[i];

		if (i >= first)
			add_ways(s, &from, node, i, preemptions);
		preemptions += !f->alternatives && is_preempting(f, f->chosen);
	}
}

static void execute(struct search *s, uint32_t node)
{
	struct mpck_deviation way[MOST_DEVIATIONS];
	size_t at = MOST_DEVIATIONS;
	struct mpck_plan plan = { .order = s->order };

	for (uint32_t i = node; i != NOBODY; i = s->nodes[i].parent)
		way[--at] = s->nodes[i].deviation;
	plan.deviations = way + at;
	plan.ndeviations = MOST_DEVIATIONS - at;
	mpck_drive(s->driver, &plan, &s->course);
	if (mpck_drive_shows(s->driver, &s->course) &&
	    mpck_cost_compare(mpck_cost_of(&s->course), s->best->cost) < 0) {
		mpck_course_copy(&s->best->course, &s->course);
		s->best->cost = mpck_cost_of(&s->course);
	}
	if (s->course.known)
		expand(s, node);
}

void mpck_search_bounded(struct mpck_driver *d, const struct mpck_order *order,
			 struct mpck_best *best, uint64_t executions)
{
	struct search s = { .driver = d, .order = order, .best = best,
			    .most = 4 * executions };
	uint64_t until = d->executions + executions;
	unsigned without = 0;

	find_shared(&s, &best->course);
	execute(&s, NOBODY);
	while (s.nheap && best->cost.preemptions && d->executions < until &&
	       !mpck_driver_spent(d)) {
		uint32_t node = heap_pop(&s);

		if (best->cost.preemptions == 1 && without++ == MOST_WITHOUT)
			break;
		if (s.nodes[node].preemptions < best->cost.preemptions)
			execute(&s, node);
	}
	mpck_course_fini(&s.course);
	free(s.nodes);
	free(s.heap);
	free(s.shared);
}
