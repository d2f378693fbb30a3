/* SPDX-License-Identifier: MIT */
/*
 * native.c - many native runs, and what they say together.
 *
 * The verdict is "sampled" or "failed", never more.  A wrong final value is
 * as expected when the expectation calls it possible: then the lesson is about
 * that value.  So the exit code asks one thing: was anything seen that the
 * expectation does not know?
 */
#include "native/native.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/expect.h"
#include "native/run.h"

/* How many runs ended in each odd way. */
struct tally {
	struct mpck_module *module;
	const struct mpck_native_options *options;
	const struct mpck_expect *expect;
	struct mpck_result *result;
	uint64_t hangs, crashes, failures, checks;
	int signal, status;	/* of the first crash, the first failure */
	char *check;		/* the first that failed */
};

const char *mpck_native_refusal(const struct mpck_module *module, bool threads)
{
	unsigned needs = mpck_module_scenario(module)->needs;

	if (threads && (needs & MPCK_NEEDS_PROCESSES))
		return "it needs processes with private memory or exit codes";
	if (threads && (needs & MPCK_NATIVE_HANGS))
		return "it never ends natively, and threads cannot be killed";
	return NULL;
}

/* The program continues without what is missing: no memory ends it. */
static void *need(void *memory)
{
	if (!memory) {
		fputs("mpcheck: no memory left\n", stderr);
		exit(3);
	}
	return memory;
}

/* Does the expectation know this ending? */
static bool ending_allowed(const struct tally *t, enum mpck_run_end end)
{
	unsigned needs = mpck_module_scenario(t->module)->needs;

	if (end == MPCK_RUN_CRASHED)
		return mpck_expect_allows(t->expect, MPCK_CRASH);
	return (needs & MPCK_NATIVE_HANGS) ||
	       mpck_expect_allows(t->expect, MPCK_DEADLOCK) ||
	       mpck_expect_allows(t->expect, MPCK_NON_TERMINATION);
}

static char *outcome_of(const struct mpck_run *run)
{
	if (run->end == MPCK_RUN_HANGS)
		return need(strdup("(hang)"));
	if (run->end == MPCK_RUN_CRASHED)
		return need(strdup("(crash)"));
	if (!run->seen.count)
		return need(strdup("(nothing observed)"));
	return need(mpck_collect_outcome(&run->seen));
}

static void add_outcome(struct tally *t, const struct mpck_run *run)
{
	struct mpck_result *r = t->result;
	bool returned = run->end == MPCK_RUN_RETURNED;
	char *text = outcome_of(run);

	for (size_t i = 0; i < r->noutcomes; i++) {
		if (strcmp(r->outcomes[i].text, text) == 0) {
			r->outcomes[i].executions++;
			free(text);
			return;
		}
	}
	r->outcomes = need(realloc(r->outcomes, (r->noutcomes + 1) *
				   sizeof(*r->outcomes)));
	r->outcomes[r->noutcomes++] = (struct mpck_outcome){
		.text = text,
		.executions = 1,
		.right = returned && mpck_expect_is_right(t->expect, text),
		.possible = returned ?
			mpck_expect_is_possible(t->expect, text) :
			ending_allowed(t, run->end),
		.final = run->end != MPCK_RUN_HANGS,
	};
}

static void count_check(struct tally *t, const struct mpck_run *run)
{
	if (run->check && !t->checks++)
		t->check = need(strdup(run->check));
}

static void count(struct tally *t, const struct mpck_run *run)
{
	t->result->executions++;
	add_outcome(t, run);
	count_check(t, run);
	if (run->end == MPCK_RUN_HANGS) {
		t->hangs++;
	} else if (run->end == MPCK_RUN_CRASHED) {
		t->signal = t->crashes++ ? t->signal : run->status;
	} else if (run->status != 0 && !run->check) {
		t->status = t->failures++ ? t->status : run->status;
	}
}

static void add_finding(struct tally *t, enum mpck_finding_kind kind,
			uint64_t executions, bool expected, char *message)
{
	struct mpck_result *r = t->result;

	r->findings = need(realloc(r->findings, (r->nfindings + 1) *
				   sizeof(*r->findings)));
	r->findings[r->nfindings++] = (struct mpck_found){
		.kind = kind,
		.message = message,
		.executions = executions,
		.expected = expected,
	};
}

/* "counter=98, counter=99 and 3 more"; the caller frees it. */
static char *list_values(const struct mpck_result *r, bool possible)
{
	char *list = need(strdup(""));
	size_t n = 0;

	for (size_t i = 0; i < r->noutcomes; i++) {
		const struct mpck_outcome *o = &r->outcomes[i];
		char *longer;

		if (o->right || o->possible != possible || o->text[0] == '(')
			continue;
		if (++n > 3)
			continue;
		longer = mpck_text("%s%s%s", list, n > 1 ? ", " : "", o->text);
		free(list);
		list = longer;
	}
	if (n > 3) {
		char *longer = mpck_text("%s and %zu more", list, n - 3);

		free(list);
		list = longer;
	}
	return list;
}

/* Final values that are not right: known to the expectation, or not. */
static void find_values(struct tally *t, bool possible)
{
	uint64_t wrong = 0;
	char *list;

	for (size_t i = 0; i < t->result->noutcomes; i++) {
		const struct mpck_outcome *o = &t->result->outcomes[i];

		if (!o->right && o->possible == possible && o->text[0] != '(')
			wrong += o->executions;
	}
	if (!wrong)
		return;
	list = list_values(t->result, possible);
	add_finding(t, MPCK_UNEXPECTED_VALUE, wrong, possible,
		    mpck_text("%" PRIu64 " of %" PRIu64 " runs ended with "
			      "a value that %s: %s", wrong, t->result->executions,
			      possible ? "is not wanted"
				       : "the expectation does not know",
			      list));
	free(list);
}

static void find_all(struct tally *t)
{
	const struct mpck_expect *e = t->expect;

	if (mpck_expect_right_count(e) || mpck_expect_states_possible(e)) {
		find_values(t, false);
		if (mpck_expect_right_count(e))
			find_values(t, true);
	}
	if (t->crashes)
		add_finding(t, MPCK_CRASH, t->crashes,
			    ending_allowed(t, MPCK_RUN_CRASHED),
			    mpck_text("%" PRIu64 " of %" PRIu64 " runs were "
				      "ended by signal %d (%s)",
				      t->crashes, t->result->executions,
				      t->signal, strsignal(t->signal)));
	if (t->checks)
		add_finding(t, MPCK_ASSERTION, t->checks,
			    mpck_expect_allows(e, MPCK_ASSERTION),
			    mpck_text("in %" PRIu64 " of %" PRIu64 " runs, %s",
				      t->checks, t->result->executions,
				      t->check));
	if (t->failures)
		add_finding(t, MPCK_CHILD_FAILURE, t->failures,
			    mpck_expect_allows(e, MPCK_CHILD_FAILURE),
			    mpck_text("main returned %d in %" PRIu64 " of %"
				      PRIu64 " runs", t->status, t->failures,
				      t->result->executions));
	if (t->hangs)
		add_finding(t, MPCK_NON_TERMINATION, t->hangs,
			    ending_allowed(t, MPCK_RUN_HANGS),
			    mpck_text("%" PRIu64 " of %" PRIu64 " runs did not "
				      "end within %g s%s", t->hangs,
				      t->result->executions, t->options->timeout,
				      ending_allowed(t, MPCK_RUN_HANGS) ? "" :
				      "; --timeout S allows more"));
}

static int by_executions(const void *a, const void *b)
{
	const struct mpck_outcome *x = a, *y = b;

	if (x->executions != y->executions)
		return x->executions > y->executions ? -1 : 1;
	return strcmp(x->text, y->text);
}

static int unexpected_first(const void *a, const void *b)
{
	const struct mpck_found *x = a, *y = b;

	if (x->expected != y->expected)
		return x->expected ? 1 : -1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static void judge(struct tally *t)
{
	struct mpck_result *r = t->result;

	find_all(t);
	if (r->noutcomes)
		qsort(r->outcomes, r->noutcomes, sizeof(*r->outcomes),
		      by_executions);
	if (r->nfindings)
		qsort(r->findings, r->nfindings, sizeof(*r->findings),
		      unexpected_first);
	r->as_expected = !r->nfindings || r->findings[0].expected;
	r->verdict = !r->executions ? MPCK_UNKNOWN :
		     r->nfindings ? MPCK_FAILED : MPCK_SAMPLED;
	if (r->verdict == MPCK_UNKNOWN)
		r->reason = need(strdup("no run came to its end"));
	else if (r->nfindings)
		r->reason = need(strdup(r->findings[0].message));
}

/* The texts reports show as wanted. */
static void name_wanted(struct tally *t)
{
	struct mpck_result *r = t->result;
	size_t n;

	r->nexpected = mpck_expect_right_count(t->expect);
	n = r->nexpected > 8 ? 8 : r->nexpected;
	r->expected_text = need(calloc(8, sizeof(*r->expected_text)));
	for (size_t i = 0; i < n; i++)
		r->expected_text[i] =
			need(strdup(mpck_expect_right_text(t->expect, i)));
}

static int one_run(struct tally *t, bool *abandoned, bool *stopped,
		   char sentence[MPCK_SENTENCE])
{
	const struct mpck_native_options *o = t->options;
	struct mpck_run run = { .end = MPCK_RUN_STOPPED };
	int err;

	err = o->threads ? mpck_run_threads(t->module, o, &run, sentence)
			 : mpck_run_forked(t->module, o, &run, sentence);
	if (err < 0)
		goto done;
	*stopped = run.end == MPCK_RUN_STOPPED;
	*abandoned = o->threads && run.end != MPCK_RUN_RETURNED;
	if (!*stopped)
		count(t, &run);
done:
	mpck_collect_fini(&run.seen);
	free(run.check);
	return err;
}

static int run_all(struct tally *t, bool *abandoned,
		   char sentence[MPCK_SENTENCE])
{
	const struct mpck_native_options *o = t->options;
	struct mpck_result *r = t->result;
	double start = mpck_seconds();
	bool stopped = false;
	int err = 0;

	while (!err && r->executions < o->runs && !*abandoned) {
		stopped = stopped || (o->stop && *o->stop);
		r->out_of_time = o->seconds > 0 && mpck_seconds() - start >= o->seconds;
		if (stopped || r->out_of_time)
			break;
		err = one_run(t, abandoned, &stopped, sentence);
		r->seconds = mpck_seconds() - start;
		if (o->progress)
			o->progress(r, o->progress_context);
	}
	r->interrupted = stopped;
	return err;
}

int mpck_native_run(struct mpck_module *module,
		    const struct mpck_native_options *options,
		    struct mpck_result *result, bool *abandoned,
		    char sentence[MPCK_SENTENCE])
{
	struct mpck_expect *expect = mpck_expect_new(module);
	struct tally t = {
		.module = module,
		.options = options,
		.expect = expect,
		.result = result,
	};
	int err;

	*result = (struct mpck_result){ .verdict = MPCK_UNKNOWN };
	*abandoned = false;
	mpck_module_select(module);
	err = run_all(&t, abandoned, sentence);
	if (err < 0) {
		mpck_result_fini(result);
		*result = (struct mpck_result){ .verdict = MPCK_UNKNOWN };
	} else {
		name_wanted(&t);
		judge(&t);
	}
	free(t.check);
	mpck_expect_free(expect);
	return err;
}
