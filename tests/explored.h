/* SPDX-License-Identifier: MIT */
/*
 * explored.h - a module explored, and what was seen as text that a test can
 * compare.
 *
 *	struct explored e;
 *
 *	EXPLORE(&e, "faults-exit_code", .strategy = "random", .executions = 9);
 *	ck_assert_str_eq(outcomes(&e), "x=1, x=2");
 *	done(&e);
 */
#ifndef MPCK_TESTS_EXPLORED_H
#define MPCK_TESTS_EXPLORED_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explore/explore.h"
#include "unit.h"

struct ask {
	const char *strategy;	/* NULL: dfs */
	const char *set[4];	/* "n=2" */
	uint64_t executions;	/* 0: to the end */
	uint64_t seed;
	const char *token;
	uint64_t max_steps;
	bool audit, record;
	bool detect, explain, unconfirmed;
	unsigned undetected;
	bool count, no_symmetry, no_silent;	/* prove and auto */
	bool proof_only;
	uint64_t memory;
	double seconds, prove_seconds;
	const volatile sig_atomic_t *stop;
	void (*progress)(const struct mpck_result *so_far, void *context);
	void *progress_context;
};

struct explored {
	struct mpck_module *module;
	struct mpck_result result;
	int err;
	char sentence[MPCK_SENTENCE];
	char *text;		/* what outcomes() and others gave last */
	size_t size;
};

/* "memory-globals" is a module of these tests, "/balance" a shipped one. */
static inline struct mpck_module *open_module(const char *name)
{
	struct mpck_module *m = NULL;
	char path[1000], sentence[MPCK_SENTENCE] = "";
	int n = snprintf(path, sizeof(path), "%s/%s.so",
			 *name == '/' ? TEST_SCENARIOS : TEST_MODULES,
			 name + (*name == '/'));

	ck_assert_int_lt(n, (int)sizeof(path));
	ck_assert_msg(mpck_module_open(&m, path, sentence) == 0, "%s",
		      sentence);
	return m;
}

/* Again, with the module that is open already. */
static inline void explore_again(struct explored *e, const struct ask *ask)
{
	struct mpck_options o = {
		.strategy = ask->strategy ? ask->strategy : "dfs",
		.interleavings = ask->executions,
		.seed = ask->seed,
		.token = ask->token,
		.max_steps = ask->max_steps,
		.audit = ask->audit,
		.record = ask->record,
		.detect = ask->detect,
		.undetected = ask->undetected,
		.unconfirmed = ask->unconfirmed,
		.explain = ask->explain,
		.count = ask->count,
		.no_symmetry = ask->no_symmetry,
		.no_silent = ask->no_silent,
		.proof_only = ask->proof_only,
		.memory = ask->memory,
		.seconds = ask->seconds,
		.prove_seconds = ask->prove_seconds,
		.stop = ask->stop,
		.progress = ask->progress,
		.progress_context = ask->progress_context,
	};

	e->sentence[0] = '\0';
	e->err = mpck_explore(e->module, &o, &e->result, e->sentence);
}

static inline void explore_as(struct explored *e, const char *name,
			      const struct ask *ask)
{
	*e = (struct explored){ .module = open_module(name) };
	for (int i = 0; i < 4 && ask->set[i]; i++)
		ck_assert_msg(!mpck_module_set(e->module, ask->set[i],
					       e->sentence),
			      "%s", e->sentence);
	explore_again(e, ask);
}

#define EXPLORE(e, name, ...) \
	explore_as(e, name, &(const struct ask){ __VA_ARGS__ })
#define EXPLORE_AGAIN(e, ...) \
	do { \
		mpck_result_fini(&(e)->result); \
		explore_again(e, &(const struct ask){ __VA_ARGS__ }); \
	} while (0)

static inline void done(struct explored *e)
{
	mpck_result_fini(&e->result);
	mpck_module_close(e->module);
	free(e->text);
}

static inline int by_text(const void *a, const void *b)
{
	return strcmp(((const struct mpck_outcome *)a)->text,
		      ((const struct mpck_outcome *)b)->text);
}

static inline const char *list_outcomes(struct explored *e, bool count)
{
	const struct mpck_result *r = &e->result;
	size_t bytes = r->noutcomes * sizeof(*r->outcomes);
	struct mpck_outcome *sorted = malloc(bytes + 1);
	FILE *out;

	ck_assert_msg(e->err == 0, "%s", e->sentence);
	free(e->text);
	e->text = NULL;
	out = open_memstream(&e->text, &e->size);
	ck_assert(out && sorted);
	if (bytes)
		memcpy(sorted, r->outcomes, bytes);
	qsort(sorted, r->noutcomes, sizeof(*sorted), by_text);
	for (size_t i = 0; i < r->noutcomes; i++) {
		fprintf(out, "%s%s", i ? ", " : "", sorted[i].text);
		if (count)
			fprintf(out, ":%" PRIu64, sorted[i].executions);
	}
	fclose(out);
	free(sorted);
	return e->text;
}

/* "x=1, x=2", in alphabetical order. */
static inline const char *outcomes(struct explored *e)
{
	return list_outcomes(e, false);
}

/* "x=1:4, x=2:2", with how many executions gave them. */
static inline const char *counts(struct explored *e)
{
	return list_outcomes(e, true);
}

static inline const struct mpck_found *found(const struct explored *e,
					     enum mpck_finding_kind kind)
{
	for (size_t i = 0; i < e->result.nfindings; i++) {
		if (e->result.findings[i].kind == kind)
			return &e->result.findings[i];
	}
	return NULL;
}

/* Exactly one finding, of this kind, and its message has the text. */
static inline void only_finding(const struct explored *e,
				enum mpck_finding_kind kind, const char *text)
{
	const struct mpck_found *f = found(e, kind);

	ck_assert_msg(e->err == 0, "%s", e->sentence);
	ck_assert_uint_eq(e->result.nfindings, 1);
	ck_assert_ptr_nonnull(f);
	ck_assert_msg(strstr(f->message, text) != NULL, "'%s' is not in '%s'",
		      text, f->message);
	ck_assert_int_eq(e->result.verdict, MPCK_FAILED);
}

/* "faults.c:21": the line of the module's source that is marked so. */
static inline const char *line_of(const char *file, const char *mark)
{
	static char text[200];
	char path[1000], line[300], wanted[100];
	int number = 0, at = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", TEST_SOURCES, file);
	snprintf(wanted, sizeof(wanted), "/* LINE: %s */", mark);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		number++;
		if (strstr(line, wanted))
			at = number;
	}
	fclose(f);
	ck_assert_int_gt(at, 0);
	snprintf(text, sizeof(text), "%s:%d", file, at);
	return text;
}

/* All interleavings of the program, nothing wrong, and these outcomes. */
static inline void proves(const char *name, const char *expected)
{
	struct explored e;

	EXPLORE(&e, name);
	ck_assert_str_eq(outcomes(&e), expected);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert(e.result.complete);
	done(&e);
}

/* The same, with how many interleavings give each. */
static inline void proves_counts(const char *name, const char *expected)
{
	struct explored e;

	EXPLORE(&e, name);
	ck_assert_str_eq(counts(&e), expected);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}

#endif
