/* SPDX-License-Identifier: MIT */
/*
 * cause_gate.c - what let both in.
 *
 * Where a task looks at a flag before it does its work, two that are in each
 * other's way at their work say little: what decides is that the look came before
 * the other's flag, so that nobody was kept out.  Such a look is known by what
 * becomes of it when it is flipped: its task comes to its work later, or never.
 */
#include "explain/finder.h"

enum {
	MOST_LOOKS = 4,	/* of each task, the last ones before its work */
	MOST_FLAGS = 3,	/* of the other, behind such a look */
};

/* How many operations of the task behind its own-th are not on the object
 * before one is; SIZE_MAX: none is. */
static size_t steps_to(const struct mpck_move *moves, size_t n, uint32_t task,
		       uint32_t own, const void *object)
{
	size_t steps = 0;

	for (size_t i = 0; i < n; i++) {
		if (moves[i].task != task || moves[i].own <= own)
			continue;
		if (moves[i].op.object == object)
			return steps;
		steps++;
	}
	return SIZE_MAX;
}

/* Did the flip that was executed last keep the task that looked from what it did
 * next on the object? */
static bool is_kept_out(const struct finder *f, size_t look, const void *object)
{
	const struct mpck_course *was = &f->base->course;
	const struct mpck_course *now = &f->base->flipped;
	const struct mpck_move *m = move(f, look);

	return steps_to(now->moves, now->nmoves, m->task, m->own, object) >
	       steps_to(was->moves, was->nmoves, m->task, m->own, object);
}

/* The one that went in first is disturbed by the other. */
static bool gate_decides(struct finder *f, const struct triple *t,
			 const struct pair *p, size_t look)
{
	bool first = move(f, p->a)->task == move(f, t->a)->task;
	size_t x = first ? t->b : t->a, y = first ? t->c : t->b;
	size_t moves[] = { p->a, p->b, x, y };

	if (mpck_flip(f->base, p->a, p->b, MPCK_AT_ONCE) !=
		    MPCK_FLIP_PASSES ||
	    !is_kept_out(f, look, move(f, t->c)->op.object) ||
	    mpck_flip(f->base, p->a, p->b, MPCK_PLAINLY) !=
		    MPCK_FLIP_PASSES ||
	    mpck_flip(f->base, p->a, p->b, MPCK_LATE) != MPCK_FLIP_PASSES ||
	    !is_enough(f, (p->a > x ? p->a : x) + 1, move(f, p->a)->task,
		       move(f, x)->task))
		return false;
	flip_passes(f, p->a, p->b, MPCK_PLAINLY);
	settle(f, MPCK_SHAPE_TWO_PAIRS, true, moves, 4);
	return true;
}

/* The other's accesses that the look comes before, or else the one it comes
 * after. */
static bool look_decides(struct finder *f, const struct triple *t, size_t look,
			 uint32_t other)
{
	struct pair p = { .a = look };
	unsigned tried = 0;

	for (p.b = look + 1; p.b < t->c && tried < MOST_FLAGS; p.b++) {
		if (move(f, p.b)->task != other || !conflict(f, look, p.b))
			continue;
		tried++;
		if (gate_decides(f, t, &p, look))
			return true;
	}
	p = (struct pair){ .a = look, .b = look };
	while (p.a--) {
		if (move(f, p.a)->task == other && conflict(f, look, p.a))
			return gate_decides(f, t, &p, look);
	}
	return false;
}

/* Looks at other objects between the task's work before and this. */
static bool looks_decide(struct finder *f, const struct triple *t, size_t work,
			 uint32_t other)
{
	unsigned looked = 0;

	for (size_t i = work; i-- && looked < MOST_LOOKS;) {
		if (move(f, i)->task != move(f, work)->task)
			continue;
		if (same_object(f, i, work))
			return false;
		if (!looks(&move(f, i)->op))
			continue;
		looked++;
		if (look_decides(f, t, i, other))
			return true;
	}
	return false;
}

bool mpck_find_gate(struct finder *f, const struct triple *t)
{
	return looks_decide(f, t, t->a, move(f, t->b)->task) ||
	       looks_decide(f, t, t->b, move(f, t->a)->task);
}
