/* SPDX-License-Identifier: MIT */
/*
 * disturbed.c - see disturbed.h.
 *
 * The plainest experiment comes first: the one task runs up to its first
 * access, the other up to the access between, then each to its end, and all
 * else one after the other; undisturbed, the one runs to its end before the
 * other begins, or the other way round.  If that shows nothing, the execution
 * that was found is taken as it is, and only the three accesses are moved.  And
 * if that shows nothing either, because several things go wrong in it, it is
 * made calmer, as long as it ends wrong, and looked at once more.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/disturbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/reorder.h"
#include "explain/rerun.h"
#include "explain/triple.h"
#include "explore/describe.h"
#include "explore/judge.h"
#include "explore/token.h"
#include "explore/where.h"

enum {
	MOST_OUTCOMES = 8,	/* wrong ones that are looked into */
	MOST_TRIPLES = 256,	/* of an execution */
	MOST_LIKE = 3,		/* tried of those at the same places */
	MOST_EXECUTIONS = 2000,
	MOST_CALMING = 100,	/* of them, for one outcome */
	MOST_OPERATIONS = 10000,	/* of an execution that is looked into */
	MOST_FOUND = 16,
};
static const double most_seconds = 1;

/* A list of turns that is being made. */
struct turns {
	struct mpck_turn *turn;
	size_t count;
};

/* The execution that is looked into, and what was done. */
struct look {
	const struct mpck_aftermath *a;
	struct turns all;
	uint64_t executions;
	double deadline;
	const void *found[MOST_FOUND];	/* objects that have a finding */
	size_t nfound;
	/* A disturbed execution that may become the finding. */
	struct mpck_triple triple;
	struct mpck_trail trail;
	char *outcome;
};

static bool has_enough(const struct look *l)
{
	const volatile sig_atomic_t *stop = l->a->options->stop;

	return l->executions >= MOST_EXECUTIONS || l->nfound == MOST_FOUND ||
	       (stop && *stop) || mpck_seconds() > l->deadline;
}

/*
 * Lists of turns.
 */
static struct turns no_turns(const struct look *l)
{
	return (struct turns){ mpck_checked(malloc((2 * l->all.count + 1) *
						   sizeof(struct mpck_turn))),
			       0 };
}

/* From those of one task: [from, to). */
static void add_own(struct turns *t, const struct look *l, uint32_t task,
		    size_t from, size_t to)
{
	size_t own = 0;

	for (size_t i = 0; i < l->all.count; i++) {
		if (l->all.turn[i].task != task)
			continue;
		if (own >= from && own < to)
			t->turn[t->count++] = l->all.turn[i];
		own++;
	}
}

/* Whether a turn is one task's; of nobody: all others'. */
enum whose { THEIRS, NOT_THEIRS, EVERYBODYS };

/* From the execution as it was: [from, to). */
static void add_as_was(struct turns *t, const struct look *l, size_t from,
		       size_t to, enum whose whose, uint32_t task)
{
	for (size_t i = from; i < to; i++) {
		bool theirs = l->all.turn[i].task == task;

		if (whose == EVERYBODYS || theirs == (whose == THEIRS))
			t->turn[t->count++] = l->all.turn[i];
	}
}

/* All other tasks one after the other; main joins them, and is the last. */
static void add_others(struct turns *t, const struct look *l, uint32_t a,
		       uint32_t b)
{
	for (uint32_t task = 1; task < MPCK_MAX_TASKS; task++) {
		if (task != a && task != b)
			add_own(t, l, task, 0, SIZE_MAX);
	}
}

/*
 * Experiments.
 */
enum ends { ENDS_OTHERWISE, ENDS_RIGHT, ENDS_WRONG };

static enum ends run(struct look *l, struct turns t)
{
	enum mpck_end end = mpck_reorder(t.turn, t.count);
	size_t size;
	const void *bytes = mpck_machine_outcome(&size);

	l->executions++;
	free(t.turn);
	if (mpck_is_disturbed(l->a, end, bytes, size))
		return ENDS_WRONG;
	return mpck_is_undisturbed(l->a, end, bytes, size) ? ENDS_RIGHT
							   : ENDS_OTHERWISE;
}

/* The execution made last has a triple like t: it may become the finding. */
static bool take(struct look *l, const struct mpck_triple *t)
{
	size_t n;
	struct mpck_triple *now = mpck_triples_now(MOST_TRIPLES, &n);
	bool has = false;

	for (size_t i = 0; i < n && !has; i++) {
		has = mpck_triple_is_like(&now[i], t) &&
		      now[i].first.task == t->first.task &&
		      now[i].between.task == t->between.task;
		if (has)
			l->triple = now[i];
	}
	free(now);
	if (!has)
		return false;
	free(l->trail.choices);
	free(l->outcome);
	l->trail = mpck_trail_now();
	l->outcome = mpck_outcome_now(MPCK_END_NORMAL);
	return true;
}

/* One after the other, but for one disturbance. */
static bool shows_alone(struct look *l, const struct mpck_triple *t,
			bool others_first)
{
	uint32_t a = t->first.task, b = t->between.task;

	for (int flip = 0; flip < 3; flip++) {
		struct turns list = no_turns(l);

		if (others_first)
			add_others(&list, l, a, b);
		if (flip == 2)
			add_own(&list, l, b, 0, SIZE_MAX);
		add_own(&list, l, a, 0, flip ? SIZE_MAX : t->first.own + 1);
		if (flip < 2)
			add_own(&list, l, b, 0,
				flip ? SIZE_MAX : t->between.own + 1);
		if (!flip)
			add_own(&list, l, a, t->first.own + 1, SIZE_MAX);
		if (!flip)
			add_own(&list, l, b, t->between.own + 1, SIZE_MAX);
		if (!flip && (run(l, list) != ENDS_WRONG || !take(l, t)))
			return false;
		if (flip && run(l, list) == ENDS_RIGHT)
			return true;
	}
	return false;
}

/* Where the critical section begins that the task's operation is in. */
static size_t section_start(const struct look *l, uint32_t task, size_t at)
{
	size_t start = at;

	while (at--) {
		const struct mpck_turn *t = &l->all.turn[at];

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
static bool shows_in_place(struct look *l, const struct mpck_triple *t)
{
	uint32_t a = t->first.task, b = t->between.task;
	size_t first = t->first.turn, last = t->last.turn;
	size_t between = t->between.turn;
	struct turns list = no_turns(l);

	add_as_was(&list, l, 0, l->all.count, EVERYBODYS, 0);
	if (run(l, list) != ENDS_WRONG || !take(l, t))
		return false;
	/* The one goes on without the other ... */
	list = no_turns(l);
	add_as_was(&list, l, 0, first, EVERYBODYS, 0);
	add_as_was(&list, l, first, last + 1, THEIRS, a);
	add_as_was(&list, l, first, last + 1, NOT_THEIRS, a);
	add_as_was(&list, l, last + 1, l->all.count, EVERYBODYS, 0);
	if (run(l, list) == ENDS_RIGHT)
		return true;
	/* ... or the other comes first. */
	first = section_start(l, a, first);
	list = no_turns(l);
	add_as_was(&list, l, 0, first, EVERYBODYS, 0);
	add_as_was(&list, l, first, between + 1, THEIRS, b);
	add_as_was(&list, l, first, between + 1, NOT_THEIRS, b);
	add_as_was(&list, l, between + 1, l->all.count, EVERYBODYS, 0);
	return run(l, list) == ENDS_RIGHT;
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

static bool is_confirmed(struct look *l, const struct mpck_triple *t)
{
	return !may_be_meant(t) &&
	       (shows_alone(l, t, false) || shows_alone(l, t, true) ||
		(is_telling(t) && shows_in_place(l, t)));
}

/*
 * Words.
 */
static void print_access(FILE *out, const struct mpck_access *a)
{
	char *where = mpck_where(a->op.pc, true);
	bool updated = a->op.kind == MPP_OP_RMW && a->before != a->after;

	fprintf(out, "%s %s", mpck_machine_task(a->task).name,
		updated ? "updated it to"
		: a->op.kind == MPP_OP_WRITE ? "wrote" : "read");
	if (a->op.typecode) {
		char *value = mpck_describe_cell((char)a->op.typecode,
						 a->after);

		fprintf(out, " %s", value);
		free(value);
	} else {
		fputs(" it", out);
	}
	if (where)
		fprintf(out, " (%s)", where);
	free(where);
}

static void print_harm(FILE *out, const struct mpck_triple *t)
{
	const char *other = mpck_machine_task(t->between.task).name;

	switch (t->kind) {
	case MPCK_TRIPLE_LOST:
		fprintf(out, "what %s wrote is lost", other);
		break;
	case MPCK_TRIPLE_READS:
		fputs("the two reads do not agree", out);
		break;
	case MPCK_TRIPLE_OVERWRITTEN:
		fputs("that is not what it had written", out);
		break;
	case MPCK_TRIPLE_HALF:
		fprintf(out, "%s saw a change half done", other);
		break;
	}
}

/* undisturbed: how it ends then. */
static char *message_of(const struct mpck_triple *t, const char *disturbed,
			const char *undisturbed)
{
	char object[80], *text = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));

	mpck_describe_object(&t->last.op, object);
	fprintf(out, "%s: ", object);
	print_access(out, &t->first);
	fputs(", ", out);
	print_access(out, &t->between);
	fputs(", then ", out);
	print_access(out, &t->last);
	fputs(": ", out);
	print_harm(out, t);
	fprintf(out, "; so it ends with %s, and with nothing in between with "
		"%s", disturbed, undisturbed);
	fclose(out);
	return text;
}

/*
 * Looking.
 */
static enum mpck_finding_kind kind_of(const struct mpck_triple *t)
{
	return t->kind == MPCK_TRIPLE_LOST ? MPCK_LOST_UPDATE
					   : MPCK_UNSERIALISABLE_TRIPLE;
}

static bool has_finding(const struct look *l, const struct mpck_triple *t)
{
	for (size_t i = 0; i < l->nfound; i++) {
		if (l->found[i] == mpck_triple_object(t))
			return true;
	}
	return false;
}

/* Behind the undisturbed execution. */
static void report(struct look *l)
{
	const struct mpck_aftermath *a = l->a;
	char *undisturbed = mpck_outcome_now(MPCK_END_NORMAL);

	mpck_add_found(a->result, a->expect, (struct mpck_found){
		.kind = kind_of(&l->triple),
		.key = mpck_triple_key(&l->triple),
		.message = message_of(&l->triple, l->outcome, undisturbed),
		.outcome = strdup(l->outcome),
		.token = mpck_token_write(a->learned, l->trail.choices,
					  l->trail.count, a->module) });
	l->found[l->nfound++] = mpck_triple_object(&l->triple);
	free(undisturbed);
}

/* How many like the n-th come before it. */
static size_t like(const struct mpck_triple *all, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += mpck_triple_is_like(&all[i], &all[n]);
	return count;
}

/* true: what made it wrong is known. */
static bool look_at_triples(struct look *l, enum mpck_finding_kind kind)
{
	size_t n;
	struct mpck_triple *t = mpck_triples_now(MOST_TRIPLES, &n);
	bool known = false;

	for (size_t i = 0; i < n && !known && !has_enough(l); i++) {
		if (kind_of(&t[i]) != kind || like(t, i) >= MOST_LIKE)
			continue;
		/* A second one about the same object tells nothing new. */
		known = has_finding(l, &t[i]);
		if (known || !is_confirmed(l, &t[i]))
			continue;
		report(l);
		known = true;
	}
	free(t);
	return known;
}

/* The turns of the execution made last are looked into from now on. */
static void take_turns(struct look *l)
{
	free(l->all.turn);
	l->all.turn = mpck_turns_now(&l->all.count);
}

/* Behind turn i another task goes on: what its task did next comes first. */
static bool stays_wrong_without_switch(struct look *l, size_t i)
{
	uint32_t task = l->all.turn[i].task;
	size_t next = i + 1, end;
	struct turns list;

	while (next < l->all.count && l->all.turn[next].task != task)
		next++;
	if (next == i + 1 || next == l->all.count)
		return false;
	end = next;
	while (end < l->all.count && l->all.turn[end].task == task)
		end++;
	list = no_turns(l);
	add_as_was(&list, l, 0, i + 1, EVERYBODYS, 0);
	add_as_was(&list, l, next, end, EVERYBODYS, 0);
	add_as_was(&list, l, i + 1, next, EVERYBODYS, 0);
	add_as_was(&list, l, end, l->all.count, EVERYBODYS, 0);
	return run(l, list) == ENDS_WRONG;
}

static size_t switches(const struct turns *t)
{
	size_t n = 0;

	for (size_t i = 1; i < t->count; i++)
		n += t->turn[i].task != t->turn[i - 1].task;
	return n;
}

/* Fewer switches of tasks, while it ends wrong.  true: it has fewer, and was
 * the last that was executed. */
static bool calm(struct look *l)
{
	uint64_t most = l->executions + MOST_CALMING;
	bool calmer = false;
	struct turns list;

	for (size_t i = 0; i + 1 < l->all.count; i++) {
		size_t before = switches(&l->all);

		if (l->executions >= most || has_enough(l))
			break;
		while (l->executions < most &&
		       stays_wrong_without_switch(l, i)) {
			take_turns(l);
			if (switches(&l->all) >= before)
				break;
			before = switches(&l->all);
			calmer = true;
		}
	}
	if (!calmer)
		return false;
	list = no_turns(l);
	add_as_was(&list, l, 0, l->all.count, EVERYBODYS, 0);
	return run(l, list) == ENDS_WRONG;
}

static bool look_at(struct look *l, const struct mpck_trail *trail,
		    enum mpck_finding_kind kind)
{
	bool known;
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count, .record = true };

	mpck_rerun(&r);
	l->executions++;
	if (r.end != MPCK_END_NORMAL || mpck_machine_steps() > MOST_OPERATIONS)
		return true;
	take_turns(l);
	known = look_at_triples(l, kind) ||
		(calm(l) && look_at_triples(l, kind));
	free(l->all.turn);
	l->all.turn = NULL;
	return known;
}

static int by_length(const void *x, const void *y)
{
	const struct mpck_trail *a = *(const struct mpck_trail *const *)x;
	const struct mpck_trail *b = *(const struct mpck_trail *const *)y;

	return a->count != b->count ? (a->count < b->count ? -1 : 1)
				    : (a < b ? -1 : 1);
}

/* Those of wrong outcomes, the shortest first; malloc'd. */
static const struct mpck_trail **wrong_trails(const struct mpck_aftermath *a,
					      size_t *count)
{
	const struct mpck_trail **trails = mpck_checked(
		malloc((a->tally->noutcomes + 1) * sizeof(struct mpck_trail *)));

	*count = 0;
	for (size_t i = 0; i < a->tally->noutcomes; i++) {
		const struct mpck_seen_outcome *o = &a->tally->outcomes[i];

		if (o->trail.choices &&
		    mpck_is_disturbed(a, o->end, o->bytes, o->size))
			trails[(*count)++] = &o->trail;
	}
	qsort(trails, *count, sizeof(*trails), by_length);
	return trails;
}

void mpck_find_disturbed(const struct mpck_aftermath *a)
{
	static const enum mpck_finding_kind in_turn[] = {
		MPCK_LOST_UPDATE, MPCK_UNSERIALISABLE_TRIPLE,
	};
	struct look l = { .a = a, .deadline = mpck_seconds() + most_seconds };
	bool known[MOST_OUTCOMES] = { false };
	size_t n;
	const struct mpck_trail **trails = wrong_trails(a, &n);

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < n && i < MOST_OUTCOMES; i++) {
			if (!known[i] && !has_enough(&l))
				known[i] = look_at(&l, trails[i], in_turn[k]);
		}
	}
	if (!n || has_enough(&l))
		a->result->unsought |= MPCK_BIT(MPCK_LOST_UPDATE) |
				       MPCK_BIT(MPCK_UNSERIALISABLE_TRIPLE);
	free(trails);
	free(l.trail.choices);
	free(l.outcome);
}
