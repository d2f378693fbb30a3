/* SPDX-License-Identifier: MIT */
/* experiment.c - see experiment.h. */
#include "explore/experiment.h"

#include <stdlib.h>

#include "basics.h"
#include "explore/judge.h"

enum {
	MOST_EXECUTIONS = 2000,
	MOST_CALMING = 100,	/* of them, for one outcome */
};

bool mpck_experiment_has_enough(const struct mpck_experiment *x)
{
	const volatile sig_atomic_t *stop = x->a->options->stop;

	return x->executions >= MOST_EXECUTIONS || (stop && *stop) ||
	       mpck_seconds() > x->deadline;
}

/*
 * Lists of turns.
 */
static struct mpck_turns no_turns(const struct mpck_experiment *x)
{
	return (struct mpck_turns){ mpck_checked(malloc((2 * x->all.count + 1) *
						   sizeof(struct mpck_turn))),
			       0 };
}

/* From those of one task: [from, to). */
static void add_own(struct mpck_turns *t, const struct mpck_experiment *x,
		    uint32_t task, size_t from, size_t to)
{
	size_t own = 0;

	for (size_t i = 0; i < x->all.count; i++) {
		if (x->all.turn[i].task != task)
			continue;
		if (own >= from && own < to)
			t->turn[t->count++] = x->all.turn[i];
		own++;
	}
}

/* Whether a turn is one task's; of nobody: all others'. */
enum whose { THEIRS, NOT_THEIRS, EVERYBODYS };

/* From the execution as it was: [from, to). */
static void add_as_was(struct mpck_turns *t, const struct mpck_experiment *x,
		       size_t from, size_t to, enum whose whose, uint32_t task)
{
	for (size_t i = from; i < to; i++) {
		bool theirs = x->all.turn[i].task == task;

		if (whose == EVERYBODYS || theirs == (whose == THEIRS))
			t->turn[t->count++] = x->all.turn[i];
	}
}

/* All other tasks one after the other; main joins them, and is the last. */
static void add_others(struct mpck_turns *t, const struct mpck_experiment *x,
		       uint32_t a, uint32_t b)
{
	for (uint32_t task = 1; task < MPCK_MAX_TASKS; task++) {
		if (task != a && task != b)
			add_own(t, x, task, 0, SIZE_MAX);
	}
}

/*
 * Experiments.
 */
enum ends { ENDS_OTHERWISE, ENDS_RIGHT, ENDS_WRONG };

static enum ends run(struct mpck_experiment *x, struct mpck_turns t)
{
	enum mpck_end end = mpck_reorder(t.turn, t.count);
	size_t size;
	const void *bytes = mpck_machine_outcome(&size);

	x->executions++;
	free(t.turn);
	if (mpck_is_disturbed(x->a, end, bytes, size))
		return ENDS_WRONG;
	return mpck_is_undisturbed(x->a, end, bytes, size) ? ENDS_RIGHT
							   : ENDS_OTHERWISE;
}

/* The execution made last has a triple like t: it may become the finding. */
static bool take(struct mpck_experiment *x, const struct mpck_triple *t)
{
	size_t n;
	struct mpck_triple *now = mpck_triples_now(MPCK_MOST_TRIPLES, &n);
	bool has = false;

	for (size_t i = 0; i < n && !has; i++) {
		has = mpck_triple_is_like(&now[i], t) &&
		      now[i].first.task == t->first.task &&
		      now[i].between.task == t->between.task;
		if (has)
			x->triple = now[i];
	}
	free(now);
	if (!has)
		return false;
	free(x->trail.choices);
	free(x->outcome);
	x->trail = mpck_trail_now();
	x->outcome = mpck_outcome_now(MPCK_END_NORMAL);
	return true;
}

/* One after the other, but for one disturbance. */
static bool shows_alone(struct mpck_experiment *x, const struct mpck_triple *t,
			bool others_first)
{
	uint32_t a = t->first.task, b = t->between.task;

	for (int flip = 0; flip < 3; flip++) {
		struct mpck_turns list = no_turns(x);

		if (others_first)
			add_others(&list, x, a, b);
		if (flip == 2)
			add_own(&list, x, b, 0, SIZE_MAX);
		add_own(&list, x, a, 0, flip ? SIZE_MAX : t->first.own + 1);
		if (flip < 2)
			add_own(&list, x, b, 0,
				flip ? SIZE_MAX : t->between.own + 1);
		if (!flip)
			add_own(&list, x, a, t->first.own + 1, SIZE_MAX);
		if (!flip)
			add_own(&list, x, b, t->between.own + 1, SIZE_MAX);
		if (!flip && (run(x, list) != ENDS_WRONG || !take(x, t)))
			return false;
		if (flip && run(x, list) == ENDS_RIGHT)
			return true;
	}
	return false;
}

/* Where the critical section begins that the task's operation is in. */
static size_t section_start(const struct mpck_experiment *x, uint32_t task,
			    size_t at)
{
	size_t start = at;

	while (at--) {
		const struct mpck_turn *t = &x->all.turn[at];

		if (t->task != task)
			continue;
		if (t->op == MPP_OP_RELEASE)
			break;
		if (t->op == MPP_OP_ACQUIRE)
			start = at;
	}
	return start;
}

/* As it was, but for the three accesses. */
static bool shows_in_place(struct mpck_experiment *x, const struct mpck_triple *t)
{
	uint32_t a = t->first.task, b = t->between.task;
	size_t first = t->first.turn, last = t->last.turn;
	size_t between = t->between.turn;
	struct mpck_turns list = no_turns(x);

	add_as_was(&list, x, 0, x->all.count, EVERYBODYS, 0);
	if (run(x, list) != ENDS_WRONG || !take(x, t))
		return false;
	/* The one goes on without the other ... */
	list = no_turns(x);
	add_as_was(&list, x, 0, first, EVERYBODYS, 0);
	add_as_was(&list, x, first, last + 1, THEIRS, a);
	add_as_was(&list, x, first, last + 1, NOT_THEIRS, a);
	add_as_was(&list, x, last + 1, x->all.count, EVERYBODYS, 0);
	if (run(x, list) == ENDS_RIGHT)
		return true;
	/* ... or the other comes first. */
	first = section_start(x, a, first);
	list = no_turns(x);
	add_as_was(&list, x, 0, first, EVERYBODYS, 0);
	add_as_was(&list, x, first, between + 1, THEIRS, b);
	add_as_was(&list, x, first, between + 1, NOT_THEIRS, b);
	add_as_was(&list, x, between + 1, x->all.count, EVERYBODYS, 0);
	return run(x, list) == ENDS_RIGHT;
}

/* Atomics are what tasks agree by: that they see each other there is meant, and
 * to read one again is to wait.  An update can be lost all the same. */
static bool may_be_meant(const struct mpck_triple *t)
{
	return t->last.op.order != MPP_PLAIN && !t->last.op.guard &&
	       t->kind != MPCK_TRIPLE_LOST;
}

/* In the middle of other things any change of an order that tasks see may make
 * the difference.  What was read and is used, or read again, is stale; but what
 * one wrote others may be meant to change. */
static bool is_telling(const struct mpck_triple *t)
{
	return t->kind == MPCK_TRIPLE_LOST || t->kind == MPCK_TRIPLE_READS;
}

bool mpck_experiment_confirms(struct mpck_experiment *x,
			      const struct mpck_triple *t)
{
	return !may_be_meant(t) &&
	       (shows_alone(x, t, false) || shows_alone(x, t, true) ||
		(is_telling(t) && shows_in_place(x, t)));
}

/*
 * Calming.
 */
void mpck_experiment_take(struct mpck_experiment *x)
{
	free(x->all.turn);
	x->all.turn = mpck_turns_now(&x->all.count);
}

/* Behind turn i another task goes on: what its task did next comes first. */
static bool stays_wrong_without_switch(struct mpck_experiment *x, size_t i)
{
	uint32_t task = x->all.turn[i].task;
	size_t next = i + 1, end;
	struct mpck_turns list;

	while (next < x->all.count && x->all.turn[next].task != task)
		next++;
	if (next == i + 1 || next == x->all.count)
		return false;
	end = next;
	while (end < x->all.count && x->all.turn[end].task == task)
		end++;
	list = no_turns(x);
	add_as_was(&list, x, 0, i + 1, EVERYBODYS, 0);
	add_as_was(&list, x, next, end, EVERYBODYS, 0);
	add_as_was(&list, x, i + 1, next, EVERYBODYS, 0);
	add_as_was(&list, x, end, x->all.count, EVERYBODYS, 0);
	return run(x, list) == ENDS_WRONG;
}

static size_t switches(const struct mpck_turns *t)
{
	size_t n = 0;

	for (size_t i = 1; i < t->count; i++)
		n += t->turn[i].task != t->turn[i - 1].task;
	return n;
}

bool mpck_experiment_calm(struct mpck_experiment *x)
{
	uint64_t most = x->executions + MOST_CALMING;
	bool calmer = false;
	struct mpck_turns list;

	for (size_t i = 0; i + 1 < x->all.count; i++) {
		size_t before = switches(&x->all);

		if (x->executions >= most || mpck_experiment_has_enough(x))
			break;
		while (x->executions < most &&
		       stays_wrong_without_switch(x, i)) {
			mpck_experiment_take(x);
			if (switches(&x->all) >= before)
				break;
			before = switches(&x->all);
			calmer = true;
		}
	}
	if (!calmer)
		return false;
	list = no_turns(x);
	add_as_was(&list, x, 0, x->all.count, EVERYBODYS, 0);
	return run(x, list) == ENDS_WRONG;
}

void mpck_experiment_fini(struct mpck_experiment *x)
{
	free(x->all.turn);
	free(x->trail.choices);
	free(x->outcome);
}
