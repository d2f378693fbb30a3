/* SPDX-License-Identifier: MIT */
/*
 * phrases.c - what a report says in words.
 *
 * A verdict never says a bare "ok": it names what was run, how much of it, and
 * whether that is a proof.
 */
#include "reporters/phrases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_native(const struct mpck_report *report)
{
	return report->form == MPCK_FORM_NATIVE ||
	       report->form == MPCK_FORM_THREADS;
}

const char *mpck_noun(const struct mpck_report *report, uint64_t n)
{
	if (is_native(report))
		return n == 1 ? "run" : "runs";
	if (report->result && report->result->complete)
		return n == 1 ? "interleaving" : "interleavings";
	return n == 1 ? "execution" : "executions";
}

/* Who stated the expectation. */
static const char *author(const struct mpck_report *report)
{
	return mpck_module_scenario(report->module)->source ? "the lesson"
							     : "its author";
}

/* "balance=350", "one of a=1, a=2", "one of 99 values". */
static void print_wanted(FILE *out, const struct mpck_result *r)
{
	if (r->nexpected > 4) {
		fprintf(out, "one of the %s values wanted",
			MPCK_COUNT(r->nexpected));
		return;
	}
	if (r->nexpected > 1)
		fputs("one of ", out);
	for (size_t i = 0; i < r->nexpected; i++)
		fprintf(out, "%s%s", i ? ", " : "", r->expected_text[i]);
}

static uint64_t count_wrong(const struct mpck_result *r)
{
	uint64_t wrong = 0;

	for (size_t i = 0; i < r->noutcomes; i++) {
		if (!r->outcomes[i].right)
			wrong += r->outcomes[i].executions;
	}
	return wrong;
}

/* "1,000 executions, all ended with balance=350" */
static void print_good(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	bool all = r->complete && !is_native(report);

	if (report->form == MPCK_FORM_REPLAY)
		fputs("this execution", out);
	else if (r->executions == 1)
		fprintf(out, "%s %s", all ? "the only" : "1",
			mpck_noun(report, 1));
	else
		fprintf(out, "%s%s %s", all ? "all " : "",
			MPCK_COUNT(r->executions),
			mpck_noun(report, r->executions));
	if (!r->nexpected) {
		fputs(!all ? ", no finding"
		      : r->executions == 1 ? " ends without a finding"
					   : " end without a finding", out);
		return;
	}
	if (all)
		fputs(r->executions == 1 ? " ends with " : " end with ", out);
	else if (r->executions == 1)
		fputs(" ended with ", out);
	else
		fputs(", all ended with ", out);
	print_wanted(out, r);
}

/* "deadlock in all 1,000 executions" */
static void print_first_finding(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const struct mpck_found *f = r->findings;

	if (!r->nfindings) {
		fputs("something is wrong", out);
		return;
	}
	fputs(mpck_finding_name(f->kind), out);
	if (report->form == MPCK_FORM_REPLAY)
		return;
	if (f->executions == r->executions && r->executions > 1)
		fputs(" in all ", out);
	else if (f->executions == r->executions)
		fputs(" in the only execution", out);
	else
		fprintf(out, " in %s of ", MPCK_COUNT(f->executions));
	if (r->executions > 1)
		fprintf(out, "%s %s", MPCK_COUNT(r->executions),
			mpck_noun(report, r->executions));
}

/* "710 of 1,000 executions did not end with balance=350" */
static void print_bad(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	uint64_t wrong = count_wrong(r);

	if (!r->nexpected || !wrong || report->form == MPCK_FORM_REPLAY) {
		if (r->reason)
			fputs(r->reason, out);
		else
			print_first_finding(out, report);
		return;
	}
	if (wrong == 1 && r->executions == 1)
		fprintf(out, "%s %s did not end with ",
			r->complete ? "the only" : "1",
			mpck_noun(report, 1));
	else if (wrong == r->executions)
		fprintf(out, "none of %s%s %s ended with ",
			r->complete ? "all " : "", MPCK_COUNT(r->executions),
			mpck_noun(report, r->executions));
	else
		fprintf(out, "%s of %s%s %s did not end with ",
			MPCK_COUNT(wrong), r->complete ? "all " : "",
			MPCK_COUNT(r->executions),
			mpck_noun(report, r->executions));
	print_wanted(out, r);
}

static void print_unexpected(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	fprintf(out, "%s: ", mpck_verdict_name(r->verdict));
	if (r->reason)
		fputs(r->reason, out);
	else
		print_bad(out, report);
}

static void print_core(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const char *name = mpck_verdict_name(r->verdict);

	switch (r->verdict) {
	case MPCK_PROVED:
		fprintf(out, "%s: ", name);
		print_good(out, report);
		break;
	case MPCK_SAMPLED:
		fprintf(out, "%s: ", name);
		print_good(out, report);
		fputs(is_native(report) ? "; this proves nothing"
					: "; this is no proof", out);
		break;
	case MPCK_FAILED:
		fprintf(out, "%s, as %s says: ", name, author(report));
		print_bad(out, report);
		break;
	case MPCK_BOUNDED:
	case MPCK_UNKNOWN:
		fprintf(out, "%s: %s", name,
			r->reason ? r->reason : "nothing can be claimed");
		break;
	}
}

void mpck_print_verdict(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	if (r->as_expected || r->verdict == MPCK_UNKNOWN)
		print_core(out, report);
	else if (r->verdict == MPCK_FAILED)
		print_unexpected(out, report);
	else {
		fprintf(out, "%s, but not as %s says: %s",
			mpck_verdict_name(r->verdict), author(report),
			r->reason ? r->reason : "a finding is missing");
	}
	if (r->interrupted)
		fputs("; interrupted", out);
	else if (r->out_of_time && !r->complete)
		fputs("; the time ran out", out);
}

/* Without memory the line lacks the word: a report is still printed. */
static void add(char *words[], size_t *n, const char *text)
{
	words[*n] = strdup(text);
	*n += words[*n] != NULL;
}

size_t mpck_replay_words(const struct mpck_report *report, const char *token,
			 char *words[MPCK_REPLAY_WORDS])
{
	const struct mpck_scenario *s = mpck_module_scenario(report->module);
	const int64_t *values = mpck_module_values(report->module);
	char text[128];
	size_t n = 0;

	add(words, &n, report->program);
	add(words, &n, "replay");
	add(words, &n, report->target);
	add(words, &n, token);
	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		if (values[i] == s->params[i].value)
			continue;
		snprintf(text, sizeof(text), "%s=%" PRId64, s->params[i].name,
			 values[i]);
		add(words, &n, "--set");
		add(words, &n, text);
	}
	if (report->options->max_steps) {
		snprintf(text, sizeof(text), "%" PRIu64,
			 report->options->max_steps);
		add(words, &n, "--max-steps");
		add(words, &n, text);
	}
	return n;
}

void mpck_words_fini(char **words, size_t nwords)
{
	for (size_t i = 0; i < nwords; i++)
		free(words[i]);
}
