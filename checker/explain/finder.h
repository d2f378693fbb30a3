/* SPDX-License-Identifier: MIT */
/*
 * finder.h - what the search for a cause has in its hands; for cause.c and
 * triple.c only.
 */
#ifndef MPCK_FINDER_H
#define MPCK_FINDER_H

#include "detectors/access.h"
#include "explain/cause.h"

enum {
	MOST_PAIRS = 64,
	MOST_TRIPLES = 64,
	MOST_BACK = 8,	/* a wait depends on more than what came last */
};

struct pair {
	size_t a, b;		/* a happens before b */
	bool passes[MPCK_AFTERS];	/* flipped, and then so */
};

/* b comes between a and c, which are of another task. */
struct triple {
	size_t a, b, c;
};

struct finder {
	struct mpck_base *base;
	struct triple triple;	/* both flips pass, but it is not exact */
	bool any_triple;
	struct mpck_decisive *found;
	struct pair pairs[MOST_PAIRS];
	size_t npairs;
};

static inline const struct mpck_move *move(const struct finder *f, size_t i)
{
	return &f->base->all[i];
}

static inline bool looks(const struct mpp_op *op)
{
	return op->kind == MPP_OP_READ;
}

static inline bool conflict(const struct finder *f, size_t a, size_t b)
{
	return mpck_moves_conflict(&move(f, a)->op, &move(f, b)->op);
}

static inline bool same_object(const struct finder *f, size_t a, size_t b)
{
	return move(f, a)->op.object == move(f, b)->op.object;
}

static inline void settle(struct finder *f, enum mpck_shape shape, bool exact,
		   const size_t *moves, size_t n)
{
	f->found->shape = shape;
	f->found->exact = exact;
	f->found->nmoves = n;
	for (size_t i = 0; i < n; i++)
		f->found->moves[i] = (long)moves[i];
}

/* Flips and keeps the proof if it passes. */
static inline bool flip_passes(struct finder *f, size_t first, size_t then,
			enum mpck_after after)
{
	if (mpck_flip(f->base, first, then, after) != MPCK_FLIP_PASSES)
		return false;
	mpck_keep_proof(f->found, MPCK_END_NORMAL);
	return true;
}

/* With what is decided by `count` moves, whatever comes next: never right. */
static inline bool is_enough(struct finder *f, size_t count, uint32_t one,
		      uint32_t other)
{
	return !mpck_keep_passes(f->base, count, one) &&
	       !mpck_keep_passes(f->base, count, other);
}

/* triple.c: the first that is exact is settled; else any_triple says that there
 * is one whose flips pass. */
bool mpck_find_triple(struct finder *f);
void mpck_settle_triple(struct finder *f, const struct triple *t, bool exact);

/* cause_gate.c: a triple that is exact, and a look by which both came to it, is
 * settled as two pairs. */
bool mpck_find_gate(struct finder *f, const struct triple *t);

#endif
