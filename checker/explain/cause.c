/* SPDX-License-Identifier: MIT */
/*
 * cause.c - candidates and their judgement; see cause.h.
 *
 * The simplest comes first: an operation that comes between two of another task
 * on the same object, as in a lost update; then two operations on one object;
 * then two such pairs.  Of each shape one that is exact is preferred to one that
 * only passes when it is flipped.
 */
#include "explain/cause.h"

#include <string.h>

#include "basics.h"
#include "explore/judge.h"

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

void mpck_decisive_fini(struct mpck_decisive *d)
{
	free(d->flipped_outcome);
	free(d->flipped.choices);
	*d = (struct mpck_decisive){ 0 };
}

void mpck_keep_proof(struct mpck_base *b, struct mpck_decisive *found)
{
	(void)b;
	free(found->flipped_outcome);
	free(found->flipped.choices);
	found->flipped_outcome = mpck_outcome_now(MPCK_END_NORMAL);
	found->flipped = mpck_trail_now();
	found->verified = true;
}

static const struct mpck_move *move(const struct finder *f, size_t i)
{
	return &f->base->all[i];
}

static bool is_access(const struct mpp_op *op)
{
	return op->kind == MPP_OP_READ || op->kind == MPP_OP_WRITE ||
	       op->kind == MPP_OP_RMW;
}

static bool looks(const struct mpp_op *op)
{
	return op->kind == MPP_OP_READ;
}

static bool conflict(const struct finder *f, size_t a, size_t b)
{
	return mpck_moves_conflict(&move(f, a)->op, &move(f, b)->op);
}

static bool same_object(const struct finder *f, size_t a, size_t b)
{
	return move(f, a)->op.object == move(f, b)->op.object;
}

static void settle(struct finder *f, enum mpck_shape shape, bool exact,
		   const size_t *moves, size_t n)
{
	f->found->shape = shape;
	f->found->exact = exact;
	f->found->nmoves = n;
	for (size_t i = 0; i < n; i++)
		f->found->moves[i] = (long)moves[i];
}

/* Flips and keeps the proof if it passes. */
static bool flip_passes(struct finder *f, size_t first, size_t then,
			enum mpck_after after)
{
	if (mpck_flip(f->base, first, then, after) != MPCK_FLIP_PASSES)
		return false;
	mpck_keep_proof(f->base, f->found);
	return true;
}

/* With what is decided by `count` moves, whatever comes next: never right. */
static bool is_enough(struct finder *f, size_t count, uint32_t one,
		      uint32_t other)
{
	return !mpck_keep_passes(f->base, count, one) &&
	       !mpck_keep_passes(f->base, count, other);
}

/*
 * Triples.
 */
static bool triple_is_exact(struct finder *f, const struct triple *t)
{
	return mpck_flip(f->base, t->a, t->b, MPCK_LATE) == MPCK_FLIP_PASSES &&
	       mpck_flip(f->base, t->b, t->c, MPCK_LATE) == MPCK_FLIP_PASSES &&
	       is_enough(f, t->b + 1, move(f, t->b)->task, move(f, t->a)->task);
}

static void settle_triple(struct finder *f, const struct triple *t, bool exact)
{
	size_t moves[] = { t->a, t->b, t->c };

	flip_passes(f, t->b, t->c, MPCK_PLAINLY);
	settle(f, MPCK_SHAPE_TRIPLE, exact, moves, 3);
}

/* Both flips pass: exact ones are taken, the first other one is kept. */
static bool triple_decides(struct finder *f, size_t a, size_t b, size_t c)
{
	struct triple t = { a, b, c };

	if (mpck_flip(f->base, a, b, MPCK_PLAINLY) != MPCK_FLIP_PASSES ||
	    mpck_flip(f->base, b, c, MPCK_PLAINLY) != MPCK_FLIP_PASSES)
		return false;
	if (triple_is_exact(f, &t)) {
		settle_triple(f, &t, true);
		return true;
	}
	if (!f->any_triple)
		f->triple = t;
	f->any_triple = true;
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

static bool between_decides(struct finder *f, size_t a, size_t c, bool *any)
{
	for (size_t b = a + 1; b < c; b++) {
		if (move(f, b)->task == move(f, c)->task ||
		    !same_object(f, b, c) || !is_access(&move(f, b)->op) ||
		    !interferes(f, a, c, move(f, b)->task))
			continue;
		*any = true;
		if (triple_decides(f, a, b, c))
			return true;
	}
	return false;
}

static bool find_triple(struct finder *f)
{
	unsigned tried = 0;

	for (size_t c = 0; c < f->base->until && tried < MOST_TRIPLES; c++) {
		size_t a = is_access(&move(f, c)->op) ? own_before(f, c)
						      : SIZE_MAX;
		bool any = false;

		if (a == SIZE_MAX || !is_access(&move(f, a)->op))
			continue;
		if (between_decides(f, a, c, &any))
			return true;
		tried += any;
	}
	return false;
}

/*
 * Pairs.
 */

/* Who holds a lock is said by where it was taken. */
static size_t taken_at(const struct finder *f, size_t at)
{
	if (move(f, at)->op.kind != MPP_OP_RELEASE)
		return at;
	for (size_t i = at; i--;) {
		if (move(f, i)->task == move(f, at)->task &&
		    same_object(f, i, at) &&
		    move(f, i)->op.kind == MPP_OP_ACQUIRE)
			return i;
	}
	return at;
}

static void add_pair(struct finder *f, size_t a, size_t b)
{
	a = taken_at(f, a);
	for (size_t i = 0; i < f->npairs; i++) {
		if (f->pairs[i].a == a && f->pairs[i].b == b)
			return;
	}
	if (f->npairs < MOST_PAIRS)
		f->pairs[f->npairs++] = (struct pair){ .a = a, .b = b };
}

/* What the move follows in the order of its object. */
static void add_pairs_of(struct finder *f, size_t b)
{
	size_t from = b < f->base->course.nmoves ? b : f->base->course.nmoves;
	unsigned back = is_access(&move(f, b)->op) ? 1 : MOST_BACK;

	for (size_t a = from; a-- && back;) {
		if (!conflict(f, a, b))
			continue;
		if (move(f, a)->task != move(f, b)->task)
			add_pair(f, a, b);
		if (same_object(f, a, b) && !looks(&move(f, a)->op))
			back--;
	}
}

/* How easy a pair is to understand; less is easier. */
static unsigned rank(const struct finder *f, const struct pair *p)
{
	const struct mpp_op *a = &move(f, p->a)->op, *b = &move(f, p->b)->op;

	if (a->kind == MPP_OP_ACQUIRE || b->kind == MPP_OP_ACQUIRE ||
	    !a->object || !b->object)
		return 3;
	if (!same_object(f, p->a, p->b))
		return 2;
	return !(is_access(a) && is_access(b));
}

static void find_pairs(struct finder *f)
{
	for (size_t b = 0; b < f->base->nall; b++) {
		if (b < f->base->until || b >= f->base->course.nmoves)
			add_pairs_of(f, b);
	}
}

static bool is_exact(struct finder *f, const struct pair *p)
{
	return p->passes[MPCK_PLAINLY] && p->passes[MPCK_LATE] &&
	       !mpck_loose_passes(f->base, p->a, p->b) &&
	       is_enough(f, p->a + 1, move(f, p->a)->task,
			 move(f, p->b)->task);
}

static void flip_pairs(struct finder *f)
{
	for (size_t i = 0; i < f->npairs; i++) {
		struct pair *p = &f->pairs[i];

		for (int after = 0; after < MPCK_AFTERS; after++)
			p->passes[after] =
				mpck_flip(f->base, p->a, p->b, after) ==
				MPCK_FLIP_PASSES;
	}
}

/* The flip once more, for its outcome. */
static void settle_pair(struct finder *f, const struct pair *p, bool exact)
{
	size_t moves[] = { p->a, p->b };
	int after = 0;

	while (!p->passes[after])
		after++;
	flip_passes(f, p->a, p->b, after);
	settle(f, MPCK_SHAPE_PAIR, exact, moves, 2);
}

static bool passes_somehow(const struct pair *p)
{
	return p->passes[MPCK_PLAINLY] || p->passes[MPCK_LATE] ||
	       p->passes[MPCK_FAIRLY];
}

static bool find_pair(struct finder *f, bool exact)
{
	for (unsigned r = 0; r < 4; r++) {
		for (size_t i = 0; i < f->npairs; i++) {
			const struct pair *p = &f->pairs[i];

			if (rank(f, p) != r || !passes_somehow(p) ||
			    (exact && !is_exact(f, p)))
				continue;
			settle_pair(f, p, exact);
			return true;
		}
	}
	return false;
}

/* One before the other's there, the other before the one's here. */
static bool are_crossed(const struct finder *f, const struct pair *p,
			const struct pair *q)
{
	return move(f, p->a)->task == move(f, q->b)->task &&
	       move(f, p->b)->task == move(f, q->a)->task;
}

static bool two_decide(struct finder *f, const struct pair *p,
		       const struct pair *q)
{
	size_t moves[] = { p->a, p->b, q->a, q->b };
	size_t decided = (p->a > q->a ? p->a : q->a) + 1;

	if (!p->passes[MPCK_PLAINLY] || !q->passes[MPCK_PLAINLY] ||
	    !p->passes[MPCK_LATE] || !q->passes[MPCK_LATE] ||
	    !are_crossed(f, p, q) ||
	    !is_enough(f, decided, move(f, p->a)->task, move(f, q->a)->task))
		return false;
	flip_passes(f, p->a, p->b, MPCK_PLAINLY);
	settle(f, MPCK_SHAPE_TWO_PAIRS, true, moves, 4);
	return true;
}

static bool find_two_pairs(struct finder *f)
{
	for (size_t i = 0; i < f->npairs; i++) {
		for (size_t k = i + 1; k < f->npairs; k++) {
			if (rank(f, &f->pairs[i]) < 2 &&
			    rank(f, &f->pairs[k]) < 2 &&
			    two_decide(f, &f->pairs[i], &f->pairs[k]))
				return true;
		}
	}
	return false;
}

/*
 * What else can be said.
 */
static const struct mpck_fault *fault_of(const struct mpck_target *t)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == t->kind &&
		    mpck_fault_key(&faults[i]) == t->key)
			return &faults[i];
	}
	return NULL;
}

/* A detector named two operations that nothing orders. */
static bool find_race(struct finder *f, const uint64_t steps[2])
{
	size_t moves[2] = { steps[0] - 1, steps[1] - 1 };

	if (!steps[0] || !steps[1] || steps[0] == steps[1] ||
	    steps[0] > f->base->course.nmoves ||
	    steps[1] > f->base->course.nmoves)
		return false;
	if (moves[0] > moves[1]) {
		moves[0] = steps[1] - 1;
		moves[1] = steps[0] - 1;
	}
	settle(f, MPCK_SHAPE_RACE,
	       mpck_flip(f->base, moves[0], moves[1], MPCK_PLAINLY) !=
		       MPCK_FLIP_IMPOSSIBLE, moves, 2);
	return true;
}

/* Somebody waits, whatever the others do. */
static void find_waiter(struct finder *f)
{
	for (size_t i = f->base->course.nmoves; i < f->base->nall; i++) {
		if (move(f, i)->op.kind != MPP_OP_JOIN) {
			settle(f, MPCK_SHAPE_WAIT, false, &i, 1);
			return;
		}
	}
}

/* Does anybody wait for ever for what the pair is on? */
static bool is_waited_for(const struct finder *f, const struct pair *p)
{
	for (size_t i = f->base->course.nmoves; i < f->base->nall; i++) {
		if (move(f, i)->op.kind != MPP_OP_JOIN &&
		    same_object(f, i, p->b))
			return true;
	}
	return false;
}

/* Of a deadlock without a circle: what would have ended the wait came at the
 * wrong time. */
static bool find_missed(struct finder *f)
{
	for (size_t i = 0; i < f->npairs; i++) {
		const struct pair *p = &f->pairs[i];

		if (is_waited_for(f, p) && rank(f, p) < 2 && is_exact(f, p)) {
			settle_pair(f, p, true);
			return true;
		}
	}
	return false;
}

static bool find_decisive(struct finder *f)
{
	bool deadlock = f->base->course.end == MPCK_END_DEADLOCK;

	if (!deadlock && find_triple(f))
		return true;
	find_pairs(f);
	flip_pairs(f);
	if ((deadlock && (find_missed(f) || find_triple(f))) ||
	    find_pair(f, true) || find_two_pairs(f))
		return true;
	if (f->any_triple)
		settle_triple(f, &f->triple, false);
	return f->any_triple || find_pair(f, false);
}

void mpck_cause_find(struct mpck_base *b, struct mpck_decisive *found)
{
	struct finder f = { .base = b, .found = found };
	const struct mpck_target *t = b->driver->target;
	const struct mpck_fault *fault = fault_of(t);
	uint64_t steps[2] = { fault ? fault->step : 0,
			      fault ? fault->other_step : 0 };
	bool any = true;

	*found = (struct mpck_decisive){ 0 };
	if (t->kind == MPCK_DATA_RACE)
		any = find_race(&f, steps);
	else if (b->course.end != MPCK_END_DEADLOCK ||
		 !mpck_circle_find(b, found))
		any = !t->always && find_decisive(&f);
	if (!any) {
		found->verified = false;
		if (b->course.end == MPCK_END_DEADLOCK)
			find_waiter(&f);
	}
	found->always = t->always || !b->course.nforks;
	found->flips = b->flips;
}
