/* SPDX-License-Identifier: MIT */
/*
 * cause_triple.c - an operation that comes between two of another task on the same
 * object: a lost update, or a look that is out of date when it is used.
 */
#include "explain/finder.h"

static bool triple_is_exact(struct finder *f, const struct triple *t)
{
	return mpck_flip(f->base, t->a, t->b, MPCK_LATE) == MPCK_FLIP_PASSES &&
	       mpck_flip(f->base, t->b, t->c, MPCK_LATE) == MPCK_FLIP_PASSES &&
	       is_enough(f, t->b + 1, move(f, t->b)->task, move(f, t->a)->task);
}

void mpck_settle_triple(struct finder *f, const struct triple *t, bool exact)
{
	size_t moves[] = { t->a, t->b, t->c };

	flip_passes(f, t->b, t->c, MPCK_PLAINLY);
	settle(f, MPCK_SHAPE_TRIPLE, exact, moves, 3);
}

/* Both flips pass: exact ones are taken, the first other one is kept if wanted.
 */
static bool triple_decides(struct finder *f, size_t a, size_t b, size_t c,
			   bool keep)
{
	struct triple t = { a, b, c };

	if (mpck_flip(f->base, a, b, MPCK_PLAINLY) != MPCK_FLIP_PASSES ||
	    mpck_flip(f->base, b, c, MPCK_PLAINLY) != MPCK_FLIP_PASSES)
		return false;
	if (triple_is_exact(f, &t)) {
		if (!mpck_find_gate(f, &t))
			mpck_settle_triple(f, &t, true);
		return true;
	}
	if (keep && !f->any_triple) {
		f->triple = t;
		f->any_triple = true;
	}
	return false;
}

/* What its task did to the object before; SIZE_MAX: nothing. */
static size_t own_before(const struct finder *f, size_t c)
{
	for (size_t i = c; i--;) {
		if (move(f, i)->task == move(f, c)->task &&
		    same_object(f, i, c))
			return i;
	}
	return SIZE_MAX;
}

/* Does the task do something there that matters to a or c? */
static bool interferes(const struct finder *f, size_t a, size_t c,
		       uint32_t task)
{
	for (size_t b = a + 1; b < c; b++) {
		if (move(f, b)->task == task && same_object(f, b, c) &&
		    (conflict(f, a, b) || conflict(f, b, c)))
			return true;
	}
	return false;
}

/* It matters to both that b is where it is; or it begins what overwrites a's
 * work, or is overwritten by c. */
static bool is_disturbing(const struct finder *f, size_t a, size_t b, size_t c)
{
	return conflict(f, b, c) &&
	       (conflict(f, a, b) || looks(&move(f, a)->op));
}

static bool between_decides(struct finder *f, size_t a, size_t c,
			    bool disturbing, bool *any)
{
	for (size_t b = a + 1; b < c; b++) {
		if (move(f, b)->task == move(f, c)->task ||
		    !same_object(f, b, c) ||
		    !mpck_reads_or_writes(&move(f, b)->op) ||
		    is_disturbing(f, a, b, c) != disturbing ||
		    !interferes(f, a, c, move(f, b)->task))
			continue;
		*any = true;
		if (triple_decides(f, a, b, c, disturbing))
			return true;
	}
	return false;
}

static bool find_triple(struct finder *f, bool disturbing)
{
	unsigned tried = 0;

	for (size_t c = 0; c < f->base->until && tried < MOST_TRIPLES; c++) {
		size_t a = mpck_reads_or_writes(&move(f, c)->op)
				   ? own_before(f, c) : SIZE_MAX;
		bool any = false;

		if (a == SIZE_MAX || !mpck_reads_or_writes(&move(f, a)->op))
			continue;
		if (between_decides(f, a, c, disturbing, &any))
			return true;
		tried += any;
	}
	return false;
}

bool mpck_find_triple(struct finder *f)
{
	return find_triple(f, true) || find_triple(f, false);
}
