/* SPDX-License-Identifier: MIT */
/*
 * comparing.h - one exploration compared with another: what judges have in
 * common, whatever their programs are.
 */
#ifndef MPCK_TESTS_JUDGING_COMPARING_H
#define MPCK_TESTS_JUDGING_COMPARING_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "explored.h"

#ifndef JUDGED_STRATEGY
#define JUDGED_STRATEGY "prove"
#endif

/*
 * Ways to search.  The first four are nothing but the proof, so that neither
 * a count nor an audit can notice what the proof gets wrong; the others are
 * what a user gets.
 */
static const struct way {
	const char *name, *options;
	bool proof_only, no_symmetry, no_silent, count, audit;
	unsigned sample;	/* one of so many programs */
} ways[] = {
	{ "with all reductions", "", .proof_only = true, .sample = 1 },
	{ "without symmetry", "--no-symmetry", .proof_only = true,
	  .no_symmetry = true, .sample = 1 },
	{ "without silent objects", "--no-silent", .proof_only = true,
	  .no_silent = true, .sample = 1 },
	{ "without reductions", "--no-symmetry --no-silent",
	  .proof_only = true, .no_symmetry = true, .no_silent = true,
	  .sample = 1 },
	{ "counting", "--count", .count = true, .sample = 1 },
	{ "with audits", "", .audit = true, .sample = 5 },
};

/* The options of an exploration that judges. */
static inline struct mpck_options options_of(const struct way *way)
{
	return (struct mpck_options){ .strategy = JUDGED_STRATEGY,
				      .proof_only = way->proof_only,
				      .no_symmetry = way->no_symmetry,
				      .no_silent = way->no_silent,
				      .count = way->count,
				      .audit = way->audit };
}

/* One exploration. */
struct run {
	struct mpck_result result;
	int err;
	char sentence[MPCK_SENTENCE];
};

static inline struct run run_module(struct mpck_module *module,
				    const struct mpck_options *options)
{
	struct run r = { .err = 0 };

	r.err = mpck_explore(module, options, &r.result, r.sentence);
	if (!r.err)
		qsort(r.result.outcomes, r.result.noutcomes,
		      sizeof(*r.result.outcomes), by_text);
	return r;
}

/*
 * What differs, as a sentence; NULL: nothing.  The last sentence's form tells
 * differences of one kind from others: a program that is made smaller must
 * still show the same kind.
 */

static const char *last_form;

static inline char *sentence(const char *form, ...)
	__attribute__((format(printf, 1, 2)));

static inline char *sentence(const char *form, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, form);
	ck_assert_int_ge(vasprintf(&text, form, ap), 0);
	va_end(ap);
	last_form = form;
	return text;
}

/* Both are in alphabetical order. */
static inline char *compare_outcomes(const struct mpck_result *all,
				     const struct mpck_result *found)
{
	size_t i = 0, k = 0;

	while (i < all->noutcomes || k < found->noutcomes) {
		int order = i == all->noutcomes ? 1
			    : k == found->noutcomes
				    ? -1
				    : strcmp(all->outcomes[i].text,
					     found->outcomes[k].text);

		if (order < 0)
			return sentence("%s is not found",
					all->outcomes[i].text);
		if (order > 0)
			return sentence("%s is found, which does not exist",
					found->outcomes[k].text);
		i++;
		k++;
	}
	return NULL;
}

static inline size_t findings_of(const struct mpck_result *r,
				 enum mpck_finding_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		n += r->findings[i].kind == kind;
	return n;
}

/* Each of one has to be among the other's. */
static inline char *compare_undefined(const struct mpck_result *all,
				      const struct mpck_result *found)
{
	for (size_t i = 0; i < all->nfindings; i++) {
		const struct mpck_found *f = &all->findings[i];
		size_t k = 0;

		if (f->kind != MPCK_UNINITIALISED)
			continue;
		while (k < found->nfindings &&
		       (found->findings[k].kind != f->kind ||
			found->findings[k].key != f->key))
			k++;
		if (k == found->nfindings)
			return sentence("not found: %s", f->message);
	}
	return NULL;
}

/* A finding's place is part of it, so their numbers can be compared. */
static inline char *compare_findings(const struct mpck_result *all,
				     const struct mpck_result *found)
{
	static const char *const names[] = {
#define FINDING(id, name, text) name,
#include <mpck/findings.def>
#undef FINDING
	};

	for (int kind = 0; kind < MPCK_FINDING_KINDS; kind++) {
		size_t n = findings_of(all, kind), m = findings_of(found, kind);

		if (kind == MPCK_DATA_RACE)
			continue;	/* see compare_races() */
		if (n != m)
			return sentence("%zu findings of kind %s, not %zu", m,
					names[kind], n);
	}
	return compare_undefined(all, found);
}

static inline char *compare_verdicts(const struct mpck_result *all,
				     const struct mpck_result *found)
{
	if (all->verdict != found->verdict)
		return sentence("the verdict is %s, not %s",
				mpck_verdict_name(found->verdict),
				mpck_verdict_name(all->verdict));
	if (all->as_expected != found->as_expected)
		return sentence("it is%s as expected",
				found->as_expected ? "" : " not");
	return NULL;
}

static inline bool is_number(const char *decimal, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return decimal && !strcmp(decimal, text);
}

/* The outcomes are the same already. */
static inline char *compare_counts(const struct mpck_result *all,
				   const struct mpck_result *found)
{
	for (size_t i = 0; i < all->noutcomes; i++) {
		const struct mpck_outcome *o = &found->outcomes[i];

		if (!is_number(o->interleavings, all->outcomes[i].executions))
			return sentence("%s by %s interleavings, not %" PRIu64,
					o->text, o->interleavings
					? o->interleavings : "no",
					all->outcomes[i].executions);
	}
	if (!is_number(found->interleavings, all->executions))
		return sentence("%s interleavings, not %" PRIu64,
				found->interleavings ? found->interleavings
						     : "no",
				all->executions);
	return NULL;
}

/* Reports. */

static inline void print_run(FILE *out, const char *name, const struct run *r)
{
	const struct mpck_result *x = &r->result;

	fprintf(out, "%s: ", name);
	if (r->err) {
		fprintf(out, "%s\n", r->sentence);
		return;
	}
	fprintf(out, "%s, %" PRIu64 " executions, %" PRIu64 " states, %s "
		"interleavings\n", mpck_verdict_name(x->verdict),
		x->executions, x->space.states,
		x->interleavings ? x->interleavings : "-");
	for (size_t i = 0; i < x->noutcomes; i++)
		fprintf(out, "  %s (%" PRIu64 ", %s)\n", x->outcomes[i].text,
			x->outcomes[i].executions,
			x->outcomes[i].interleavings
				? x->outcomes[i].interleavings : "-");
	for (size_t i = 0; i < x->nfindings; i++)
		fprintf(out, "  ! %s\n", x->findings[i].message);
}

/* A number from the environment, or what is usual. */
static inline uint64_t from_environment(const char *name, uint64_t usual)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : usual;
}

#endif
