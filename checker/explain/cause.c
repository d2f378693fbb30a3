/* SPDX-License-Identifier: MIT */
/*
 * cause.c - candidates and their judgement; see cause.h.
 *
 * The simplest comes first: an operation that comes between two of another task
 * on the same object, as in a lost update; then two operations on one object;
 * then two such pairs.  Of each shape one that is exact is preferred to one
 * that only passes when it is flipped.
 */
#include "explain/finder.h"

#include <string.h>

#include "basics.h"
#include "explore/judge.h"

void mpck_decisive_fini(struct mpck_decisive *d)
{
	free(d->flipped_outcome);
	free(d->flipped.choices);
	*d = (struct mpck_decisive){ 0 };
}

void mpck_drop_proof(struct mpck_decisive *found)
{
	free(found->flipped_outcome);
	free(found->flipped.choices);
	found->flipped_outcome = NULL;
	found->flipped = (struct mpck_trail){ 0 };
	found->verified = false;
}

void mpck_keep_proof(struct mpck_decisive *found, enum mpck_end end)
{
	mpck_drop_proof(found);
	found->flipped_outcome = mpck_outcome_now(end);
	found->flipped = mpck_trail_now();
	found->verified = true;
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
	unsigned back = mpck_reads_or_writes(&move(f, b)->op) ? 1 : MOST_BACK;

	for (size_t a = from; a-- && back;) {
		if (!conflict(f, a, b))
			continue;
		if (move(f, a)->task != move(f, b)->task)
			add_pair(f, a, b);
		if (same_object(f, a, b) && !looks(&move(f, a)->op))
			back--;
	}
}

enum { RANKS = 4, PLAIN = RANKS };

/* How easy a pair is to understand; less is easier. */
static unsigned rank(const struct finder *f, const struct pair *p)
{
	const struct mpp_op *a = &move(f, p->a)->op, *b = &move(f, p->b)->op;

	if (a->kind == MPP_OP_ACQUIRE || b->kind == MPP_OP_ACQUIRE ||
	    !a->object || !b->object)
		return 3;
	if (!same_object(f, p->a, p->b))
		return 2;
	return !(mpck_reads_or_writes(a) && mpck_reads_or_writes(b));
}

static bool is_plain(const struct finder *f, const struct pair *p)
{
	return !rank(f, p) && move(f, p->a)->op.order == MPP_PLAIN &&
	       move(f, p->b)->op.order == MPP_PLAIN;
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

static void flip_pair(struct finder *f, struct pair *p)
{
	for (int after = 0; after < MPCK_AFTERS; after++)
		p->passes[after] = mpck_flip(f->base, p->a, p->b, after) ==
				   MPCK_FLIP_PASSES;
}

static void flip_pairs(struct finder *f)
{
	for (size_t i = 0; i < f->npairs; i++)
		flip_pair(f, &f->pairs[i]);
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

static bool find_pair_of(struct finder *f, unsigned wanted, bool exact)
{
	for (size_t i = 0; i < f->npairs; i++) {
		const struct pair *p = &f->pairs[i];

		if ((wanted == PLAIN ? !is_plain(f, p)
				     : rank(f, p) != wanted) ||
		    !passes_somehow(p) || (exact && !is_exact(f, p)))
			continue;
		settle_pair(f, p, exact);
		return true;
	}
	return false;
}

/* Of those that are not exact, one about what nothing protects says more than
 * one about an atomic, which is there to be accessed at any time. */
static bool find_pair(struct finder *f, bool exact)
{
	if (!exact && find_pair_of(f, PLAIN, exact))
		return true;
	for (unsigned r = 0; r < RANKS; r++) {
		if (find_pair_of(f, r, exact))
			return true;
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
	settle(f, MPCK_SHAPE_RACE, false, moves, 2);
	f->found->evidence = MPCK_BOTH_ORDERS;
	mpck_both_orders(f->base, moves[0], moves[1], f->found);
	return true;
}

/* Somebody read what nobody had written: the write came too late. */
static bool find_late_write(struct finder *f, size_t a)
{
	for (size_t b = a + 1; b < f->base->course.nmoves; b++) {
		struct pair p = { .a = a, .b = b };

		if (looks(&move(f, b)->op) || mpck_undefines(&move(f, b)->op) ||
		    move(f, b)->task == move(f, a)->task || !conflict(f, a, b))
			continue;
		flip_pair(f, &p);
		if (!passes_somehow(&p))
			return false;
		settle_pair(f, &p, is_exact(f, &p));
		return true;
	}
	return false;
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

	if (!deadlock && mpck_find_triple(f))
		return true;
	find_pairs(f);
	flip_pairs(f);
	if ((deadlock && (find_missed(f) || mpck_find_triple(f))) ||
	    find_pair(f, true) || find_two_pairs(f))
		return true;
	if (f->any_triple)
		mpck_settle_triple(f, &f->triple, false);
	return f->any_triple || find_pair(f, false);
}

/* Who has what, and who waits for it, is what the finding is about. */
static bool is_about_waiting(const struct mpck_target *t)
{
	return t->kind == MPCK_DEADLOCK || t->kind == MPCK_LOCK_ORDER;
}

/* There is nothing to flip, or no flip passes. */
static void settle_without(struct mpck_decisive *found)
{
	found->evidence = found->always ? MPCK_ALL_INTERLEAVINGS : MPCK_SAID;
	found->verified = found->always;
}

void mpck_cause_find(struct mpck_base *b, struct mpck_decisive *found)
{
	struct finder f = { .base = b, .found = found };
	const struct mpck_target *t = b->driver->target;
	const struct mpck_fault *fault = mpck_fault_find(t->kind, t->key);
	uint64_t steps[2] = { fault ? fault->step : 0,
			      fault ? fault->other_step : 0 };
	bool any = true, waits = is_about_waiting(t);

	*found = (struct mpck_decisive){
		.always = t->always || !b->course.nforks };
	if (t->kind == MPCK_DATA_RACE)
		any = find_race(&f, steps);
	else if (t->kind == MPCK_UNINITIALISED && steps[0] &&
		 !found->always && find_late_write(&f, steps[0] - 1))
		any = true;
	else if (!waits || !mpck_circle_find(b, found))
		any = !found->always && find_decisive(&f);
	if (!any) {
		mpck_drop_proof(found);
		if (waits)
			find_waiter(&f);
	}
	if (!found->verified && found->evidence == MPCK_FLIPPED)
		settle_without(found);
	found->flips = b->flips;
}
