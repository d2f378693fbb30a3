/* SPDX-License-Identifier: MIT */
/*
 * lock_use.c - locks that do not protect: forgotten, not the same one, or held
 * only to read.
 *
 *  - Forgotten: an access without the lock that every other task holds at each
 *    of its accesses to that cell.
 *  - Not the same: two tasks hold locks at the same cell, and none in common.
 *  - To read: one writes under a reader-writer lock that both hold to read.
 *
 * That is said only of a cell where two conflicting accesses, one of each task,
 * were about to be made at the same moment: a data race, whatever else orders
 * the program, so this is no guess from lock sets alone.  Accesses while only
 * one task lives do not count; nor do atomics, and cells with a lock of their
 * own, which do not race.  Semaphores are left out: who gave a permit does not
 * say whose it was.
 *
 * Source:  the lock sets are those of Savage et al., "Eraser" (1997); its
 *          guess is replaced by the moment just said.
 */
#include <stdio.h>
#include <string.h>

#include "detectors/access.h"
#include "detectors/detector.h"
#include "detectors/locksets.h"
#include "machine/blocked.h"

enum {
	CLASHES = 32,		/* of an execution; more are not kept */
	LOCKS = 64,
};

/* Two conflicting accesses at the same moment; the first was made. */
struct clash {
	const void *cell;
	struct {
		uint32_t task;
		const void *pc;
		bool writes;
		struct mpck_grips_of held;
	} side[2];
	uint64_t step;
	char name[MPCK_GRIP_NAME];
};

/* Who takes a lock. */
struct users {
	const void *lock;
	mpck_taskset tasks;
};

struct state {
	struct mpck_grips grips;
	uint32_t live;			/* tasks */
	struct users users[LOCKS];
	size_t nusers;
	struct clash clashes[CLASHES];
	size_t nclashes;
	struct mpck_locksets sets;
};

static void fini(void *state)
{
	struct state *s = state;

	mpck_locksets_fini(&s->sets);
}

static void begin(void *state)
{
	struct state *s = state;

	mpck_grips_begin(&s->grips);
	s->live = 1;
	s->nclashes = s->nusers = 0;
	mpck_locksets_begin(&s->sets);
}

/* "balance", "array#1[3]" */
static void name_cell(char name[MPCK_GRIP_NAME], const struct mpp_op *op)
{
	size_t n;

	mpck_grip_name(name, op->object);
	n = strlen(name);
	if (op->arg[0])
		snprintf(name + n, MPCK_GRIP_NAME - n, "[%llu]",
			 (unsigned long long)op->arg[0] - 1);
}

static void note_user(struct state *s, const struct mpck_happening *h)
{
	size_t i = 0;

	while (i < s->nusers && s->users[i].lock != h->op->object)
		i++;
	if (i == LOCKS)
		return;
	if (i == s->nusers)
		s->users[s->nusers++] = (struct users){ h->op->object, 0 };
	s->users[i].tasks |= mpck_set_of(h->task);
}

/* Does nobody but this task take it? */
static bool is_its_own(const struct state *s, const void *lock, uint32_t task)
{
	for (size_t i = 0; i < s->nusers; i++) {
		if (s->users[i].lock == lock)
			return s->users[i].tasks == mpck_set_of(task);
	}
	return false;
}

/* Not atomic, and of a cell without a lock of its own. */
static bool is_plain(const struct mpp_op *op)
{
	return mpck_is_access(op) && op->typecode && op->size <= 8 &&
	       op->order == MPP_PLAIN;
}

static bool is_known(const struct state *s, const struct clash *c)
{
	for (size_t i = 0; i < s->nclashes; i++) {
		const struct clash *k = &s->clashes[i];

		if (k->cell == c->cell && k->side[0].task == c->side[0].task &&
		    k->side[1].task == c->side[1].task &&
		    k->side[0].pc == c->side[0].pc &&
		    k->side[1].pc == c->side[1].pc)
			return true;
	}
	return false;
}

static void note_clash(struct state *s, const struct mpck_happening *h,
		       uint32_t other, const struct mpp_op *op)
{
	struct clash c = { .cell = op->object, .step = h->step };

	c.side[0].task = h->task;
	c.side[0].pc = h->op->pc;
	c.side[0].writes = h->op->kind != MPP_OP_READ;
	c.side[0].held = s->grips.of[h->task];
	c.side[1].task = other;
	c.side[1].pc = op->pc;
	c.side[1].writes = op->kind != MPP_OP_READ;
	c.side[1].held = s->grips.of[other];
	if (s->nclashes == CLASHES || is_known(s, &c))
		return;
	name_cell(c.name, op);
	s->clashes[s->nclashes++] = c;
}

/* Who else is just about to access it? */
static void look_around(struct state *s, const struct mpck_happening *h)
{
	uint32_t n = mpck_machine_tasks();

	for (uint32_t i = 0; i < n; i++) {
		struct mpck_task_view v = mpck_machine_task(i);

		if (v.state != MPCK_TASK_PENDING || i == h->task ||
		    v.op->object != h->op->object || !is_plain(v.op) ||
		    (v.op->kind == MPP_OP_READ && h->op->kind == MPP_OP_READ))
			continue;
		/* Where nobody has a lock, none was misused. */
		if (s->grips.of[i].count || s->grips.of[h->task].count)
			note_clash(s, h, i, v.op);
	}
}

/* Also of a lock that is free for all: a semaphore. */
static bool is_of_a_lock(const struct mpp_op *op)
{
	return (op->kind != MPP_OP_TAKE && op->kind != MPP_OP_GIVE) ||
	       mpck_machine_object_is(op->object, "rwlock");
}

static void happened(void *state, const struct mpck_happening *h)
{
	struct state *s = state;

	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		if (is_plain(h->op) && s->live > 1 && h->result >= 0) {
			mpck_locksets_add(&s->sets, h->op->object, h->task,
					  &s->grips.of[h->task]);
			look_around(s, h);
		} else if ((mpck_takes(h) || mpck_gives(h)) &&
			   is_of_a_lock(h->op)) {
			if (mpck_takes(h))
				note_user(s, h);
			mpck_grips_follow(&s->grips, h);
		}
		break;
	case MPCK_HAPPENED_START:
		s->live++;
		break;
	case MPCK_HAPPENED_END:
		s->live--;
		mpck_grips_drop(&s->grips, h->task);
		break;
	case MPCK_HAPPENED_UNSHARE:
		mpck_grips_follow(&s->grips, h);
		break;
	default:
		break;
	}
}

/*
 * What the clashes mean.
 */
static const struct mpck_grip *common(const struct mpck_grips_of *a,
				      const struct mpck_grips_of *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (mpck_holds(b, a->at[i].object))
			return &a->at[i];
	}
	return NULL;
}

static struct mpck_fault fault_of(const struct clash *c, int side)
{
	return (struct mpck_fault){
		.kind = MPCK_MISUSE, .object = c->cell,
		.task = c->side[side].task, .pc = c->side[side].pc,
		.other = c->side[!side].task, .other_pc = c->side[!side].pc,
		.step = side == 0 ? c->step : 0,
		.other_step = side == 0 ? 0 : c->step };
}

/* One finding a cell, whoever comes first. */
static uint64_t key_of(const struct clash *c, unsigned what)
{
	return (uintptr_t)c->cell * 4 + what;
}

static void report_different(const struct state *s, const struct clash *c)
{
	int side = c->side[0].task > c->side[1].task;
	struct mpck_fault f = fault_of(c, side);
	const void *a = c->side[side].held.at[0].object;
	const void *b = c->side[!side].held.at[0].object;
	char first[MPCK_GRIP_NAME], second[MPCK_GRIP_NAME];
	bool own = is_its_own(s, a, f.task) && is_its_own(s, b, f.other);

	mpck_grip_name(first, a);
	mpck_grip_name(second, b);
	f.key = key_of(c, 2);
	mpck_report_text(f, "%s is accessed by %s under %s and by %s under %s: "
			 "%s", c->name, mpck_machine_task(f.task).name, first,
			 mpck_machine_task(f.other).name, second,
			 own ? "a lock that only one task takes keeps nobody "
			       "out" : "different locks keep nobody out");
}

/* Both hold it, so both hold it to read. */
static void report_reader(const struct clash *c, const struct mpck_grip *lock)
{
	int side = c->side[0].writes ? 0 : 1;
	struct mpck_fault f = fault_of(c, side);
	char name[MPCK_GRIP_NAME];

	mpck_grip_name(name, lock->object);
	f.key = key_of(c, 1);
	mpck_report_text(f, "%s writes %s under %s, which it holds only to "
			 "read", mpck_machine_task(f.task).name, c->name,
			 name);
}

/* The lock that all others hold at each of their accesses; NULL: none. */
static const void *agreed(const struct state *s, const struct clash *c,
			  uint32_t careless)
{
	struct mpck_grips_of all = { .count = 0 };
	bool any = false;

	for (uint32_t i = 0; i < mpck_machine_tasks(); i++) {
		const struct mpck_grips_of *its =
			mpck_locksets_of(&s->sets, c->cell, i);

		if (i == careless || !its)
			continue;
		if (any)
			mpck_keep_common(&all, its);
		else
			all = *its;
		any = true;
	}
	return all.count ? all.at[0].object : NULL;
}

static void report_forgotten(const struct state *s, const struct clash *c,
			     int side)
{
	struct mpck_fault f = fault_of(c, side);
	const void *lock = agreed(s, c, f.task);
	char name[MPCK_GRIP_NAME];

	if (!lock)
		return;
	mpck_grip_name(name, lock);
	f.key = key_of(c, 3);
	mpck_report_text(f, "%s %s %s without %s, which all others hold",
			 mpck_machine_task(f.task).name,
			 c->side[side].writes ? "writes" : "reads", c->name,
			 name);
}

static void judge(const struct state *s, const struct clash *c)
{
	const struct mpck_grip *both = common(&c->side[0].held,
					      &c->side[1].held);

	if (!c->side[0].held.count)
		report_forgotten(s, c, 0);
	else if (!c->side[1].held.count)
		report_forgotten(s, c, 1);
	else if (!both)
		report_different(s, c);
	else
		report_reader(c, both);
}

static void end(void *state, enum mpck_end how)
{
	const struct state *s = state;

	(void)how;
	for (size_t i = 0; i < s->nclashes; i++)
		judge(s, &s->clashes[i]);
}

const struct mpck_detector_ops mpck_detector_lock_use = {
	.name = "lock-use",
	.summary = "locks that do not protect: forgotten, or not the same one",
	.kinds = MPCK_BIT(MPCK_MISUSE),
	.state_size = sizeof(struct state),
	.fini = fini,
	.begin = begin,
	.happened = happened,
	.end = end,
	.samples = true,
};
