/* SPDX-License-Identifier: MIT */
/*
 * disturbed.c - see disturbed.h.
 *
 * Executions that end wrong are looked into, the shortest first, lost updates
 * first.  If experiments with their triples show nothing, because several things
 * go wrong in one, it is made calmer, as long as it ends wrong, and looked at
 * once more.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* open_memstream */
#endif
#include "explore/disturbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/rerun.h"
#include "explore/describe.h"
#include "explore/experiment.h"
#include "explore/judge.h"
#include "explore/token.h"
#include "explore/where.h"

enum {
	MOST_OUTCOMES = 8,	/* wrong ones that are looked into */
	MOST_LIKE = 3,		/* triples tried at the same places */
	MOST_OPERATIONS = 10000,	/* of an execution that is looked into */
	MOST_FOUND = 16,
};
static const double most_seconds = 1;

struct look {
	const struct mpck_aftermath *a;
	struct mpck_experiment x;
	const void *found[MOST_FOUND];	/* objects that have a finding */
	size_t nfound;
};

static bool has_enough(const struct look *l)
{
	return l->nfound == MOST_FOUND || mpck_experiment_has_enough(&l->x);
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

/* Who called whom is known of the disturbed execution when it is recorded. */
static void places_of(struct mpck_places *places, struct mpck_experiment *x)
{
	const struct mpck_access *access[] = { &x->triple.first,
					       &x->triple.between,
					       &x->triple.last };
	struct mpck_rerun r = { .choices = x->trail.choices,
				.count = x->trail.count, .record = true };

	mpck_rerun(&r);
	x->executions++;
	for (size_t i = 0; i < 3; i++)
		mpck_places_add_step(places, access[i]->task, access[i]->step);
}

/* Behind the undisturbed execution. */
static void report(struct look *l)
{
	const struct mpck_aftermath *a = l->a;
	struct mpck_experiment *x = &l->x;
	char *undisturbed = mpck_outcome_now(MPCK_END_NORMAL);
	struct mpck_found f = {
		.kind = kind_of(&x->triple), .key = mpck_triple_key(&x->triple),
		.message = message_of(&x->triple, x->outcome, undisturbed),
		.outcome = strdup(x->outcome),
		.token = mpck_token_of(a->learned, &x->trail, a->module) };
	struct mpck_places places = { .count = 0 };

	l->found[l->nfound++] = mpck_triple_object(&x->triple);
	places_of(&places, x);
	mpck_add_found(a, f, &places);
	mpck_places_fini(&places);
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
	struct mpck_triple *t = mpck_triples_now(MPCK_MOST_TRIPLES, &n);
	bool known = false;

	for (size_t i = 0; i < n && !known && !has_enough(l); i++) {
		if (kind_of(&t[i]) != kind || like(t, i) >= MOST_LIKE)
			continue;
		/* A second one about the same object tells nothing new. */
		known = has_finding(l, &t[i]);
		if (known || !mpck_experiment_confirms(&l->x, &t[i]))
			continue;
		report(l);
		known = true;
	}
	free(t);
	return known;
}

static bool look_at(struct look *l, const struct mpck_trail *trail,
		    enum mpck_finding_kind kind)
{
	bool known;
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count, .record = true };

	mpck_rerun(&r);
	l->x.executions++;
	if (r.end != MPCK_END_NORMAL || mpck_machine_steps() > MOST_OPERATIONS)
		return true;
	mpck_experiment_take(&l->x);
	known = look_at_triples(l, kind) ||
		(mpck_experiment_calm(&l->x) && look_at_triples(l, kind));
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
	struct look l = { .a = a, .x = { .a = a, .deadline = mpck_seconds() +
							     most_seconds } };
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
	mpck_experiment_fini(&l.x);
}
