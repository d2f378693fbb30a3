/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - the last sentence of a report.
 *
 * A verdict never says a bare "ok": it names what was run or searched, how much
 * of it, and whether that is a proof.
 */
#include "reporters/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"
#include "reporters/phrases.h"

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

/* "3,628,800 interleavings", "1 run" */
static void print_amount(FILE *out, const struct mpck_report *report,
			 const char *amount)
{
	bool one = strcmp(amount, "1") == 0;

	fprintf(out, "%s %s", MPCK_DECIMAL(amount),
		mpck_noun(report, one ? 1 : 2));
}

/* "all 2,520 interleavings", "the only interleaving", "every interleaving";
 * after a "no": "any of 2,520 interleavings", "any interleaving". */
static void print_all(FILE *out, const struct mpck_report *report, bool no)
{
	const struct mpck_result *r = report->result;
	char *total = mpck_amount(r, NULL);

	if (!mpck_is_decimal(total)) {
		fprintf(out, "%s %s", no ? "any" : "every",
			mpck_noun(report, 1));
		if (r->space.cycle != MPCK_CYCLE_NONE)
			fputs(" that ends", out);
	} else if (strcmp(total, "1") == 0) {
		fprintf(out, "the only %s", mpck_noun(report, 1));
	} else {
		fputs(no ? "any of " : "all ", out);
		print_amount(out, report, total);
	}
	free(total);
}

/* "balance=350 in all 3,628,800 interleavings" */
static void print_good_all(FILE *out, const struct mpck_report *report)
{
	bool none = !report->result->nexpected;

	if (none)
		fputs("no finding", out);
	else
		print_wanted(out, report->result);
	fputs(" in ", out);
	print_all(out, report, none);
}

/* "1,000 executions, all ended with balance=350" */
static void print_good(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	if (report->form == MPCK_FORM_REPLAY) {
		fputs("this execution", out);
	} else if (r->complete && !mpck_is_native(report)) {
		print_good_all(out, report);
		return;
	} else {
		fprintf(out, "%s %s", MPCK_COUNT(r->executions),
			mpck_noun(report, r->executions));
	}
	if (!r->nexpected) {
		fputs(", no finding", out);
		return;
	}
	fputs(r->executions == 1 ? " ended with " : ", all ended with ", out);
	print_wanted(out, r);
}

/* "deadlock in all 1,000 executions" */
static void print_first_finding(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const struct mpck_found *f = r->findings;
	char *amount, *total;

	if (!r->nfindings) {
		fputs("something is wrong", out);
		return;
	}
	fputs(mpck_finding_name(f->kind), out);
	if (report->form == MPCK_FORM_REPLAY)
		return;
	amount = mpck_finding_amount(r, f);
	total = mpck_amount(r, NULL);
	if (amount && total && strcmp(amount, total) == 0) {
		fputs(" in ", out);
		print_all(out, report, false);
	} else if (amount && total) {
		fprintf(out, " in %s of ", MPCK_DECIMAL(amount));
		print_amount(out, report, total);
	}
	free(amount);
	free(total);
}

static bool is_wrong(const struct mpck_outcome *o)
{
	return !o->right;
}

static bool has(const struct mpck_result *r,
		bool (*are)(const struct mpck_outcome *))
{
	for (size_t i = 0; i < r->noutcomes; i++) {
		if (are(&r->outcomes[i]))
			return true;
	}
	return false;
}

static bool is_right(const struct mpck_outcome *o)
{
	return o->right;
}

/* Rounded, they look the same: "1.4e18 of all 1.4e18" would say nothing. */
static bool look_alike(const char *a, const char *b)
{
	return strcmp(MPCK_DECIMAL(a), MPCK_DECIMAL(b)) == 0;
}

/* "only 168,168,000 of all 1.4e18 interleavings end with " */
static void print_few_right(FILE *out, const struct mpck_report *report,
			    const char *total)
{
	char *right = mpck_count_those(report->result, is_right);

	fprintf(out, "only %s of all ", MPCK_DECIMAL(right));
	print_amount(out, report, total);
	fputs(" end with ", out);
	free(right);
}

/* "710 of 1,000 executions did not end with " */
static void print_wrong(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	char *wrong = mpck_count_those(r, is_wrong);
	char *total = mpck_amount(r, NULL);
	const char *all = r->complete ? "all " : "";

	if (!wrong || !total) {
		fputs(r->complete && !has(r, is_right)
		      ? "no interleaving ends with "
		      : "some interleavings do not end with ", out);
	} else if (strcmp(total, "1") == 0) {
		fprintf(out, "%s %s did not end with ",
			r->complete ? "the only" : "1", mpck_noun(report, 1));
	} else if (strcmp(wrong, total) == 0) {
		fprintf(out, "none of %s", all);
		print_amount(out, report, total);
		fputs(" ended with ", out);
	} else if (look_alike(wrong, total)) {
		print_few_right(out, report, total);
	} else {
		fprintf(out, "%s of %s", MPCK_DECIMAL(wrong), all);
		print_amount(out, report, total);
		fputs(" did not end with ", out);
	}
	free(wrong);
	free(total);
}

/* "710 of 1,000 executions did not end with balance=350" */
static void print_bad(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	if (r->nexpected && has(r, is_wrong) &&
	    report->form != MPCK_FORM_REPLAY) {
		print_wrong(out, report);
		print_wanted(out, r);
	} else if (r->reason) {
		fputs(r->reason, out);
	} else {
		print_first_finding(out, report);
	}
}

/* Behind a failure. */
static void print_only_races(FILE *out, const struct mpck_report *report)
{
	if (!report->result->only_races || report->form == MPCK_FORM_REPLAY)
		return;
	fputs("; proved under sequential consistency only: ", out);
	print_good_all(out, report);
}

static void print_unexpected(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	fprintf(out, "%s: ", mpck_verdict_name(r->verdict));
	if (r->reason)
		fputs(r->reason, out);
	else
		print_bad(out, report);
	print_only_races(out, report);
}

static bool is_unfinished(const struct mpck_result *r)
{
	return r->space.searched && !r->space.finished;
}

/* "512 MiB (--memory)": the bound that was met. */
static void print_memory(FILE *out, const struct mpck_report *report)
{
	uint64_t memory = report->options->memory;

	if (memory)
		fprintf(out, "the %s of --memory", MPCK_SIZE(memory));
	else
		fprintf(out, "%s, half of the free memory (--memory SIZE sets "
			"another bound)",
			MPCK_SIZE(report->result->space.bytes));
}

/* "the proof did not finish: 4,711,234 states in 10.0 s" */
static void print_unfinished(FILE *out, const struct mpck_report *report)
{
	const struct mpck_space_figures *s = &report->result->space;

	fprintf(out, "the proof did not finish: %s states in %.1f s",
		MPCK_COUNT(s->states), s->seconds);
	if (s->out_of_memory) {
		fputs(" filled ", out);
		print_memory(out, report);
	}
}

/* The seconds that auto's proof had. */
static double proof_seconds(const struct mpck_options *o)
{
	return o->seconds > 0 && o->seconds < o->prove_seconds
		       ? o->seconds : o->prove_seconds;
}

/* Behind a sample: why it is no proof. */
static void print_no_proof(FILE *out, const struct mpck_report *report)
{
	const struct mpck_space_figures *s = &report->result->space;

	if (mpck_is_native(report)) {
		fputs("; this proves nothing", out);
	} else if (!is_unfinished(report->result)) {
		fputs("; this is no proof", out);
	} else if (s->out_of_memory) {
		fprintf(out, "; the proof did not finish: %s states filled ",
			MPCK_COUNT(s->states));
		print_memory(out, report);
	} else {
		fprintf(out, "; the proof did not finish within %.4g s (%s "
			"states)", proof_seconds(report->options),
			MPCK_COUNT(s->states));
	}
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
		print_no_proof(out, report);
		break;
	case MPCK_FAILED:
		fprintf(out, "%s, as %s says: ", name, author(report));
		print_bad(out, report);
		print_only_races(out, report);
		break;
	case MPCK_BOUNDED:
	case MPCK_UNKNOWN:
		fprintf(out, "%s: ", name);
		if (r->verdict == MPCK_UNKNOWN && is_unfinished(r))
			print_unfinished(out, report);
		else
			fputs(r->reason ? r->reason : "nothing can be claimed",
			      out);
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
	else if (r->verdict == MPCK_FAILED && mpck_is_search(r) &&
		 !r->space.finished)
		fputs("; the search did not finish", out);
}
