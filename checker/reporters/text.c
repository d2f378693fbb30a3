/* SPDX-License-Identifier: MIT */
/*
 * text.c - the report for people: what ran, the final values, the findings,
 * the verdict.  Only lines that start with "took" depend on the clock, and what
 * is said of a search that the clock ended.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/amounts.h"
#include "reporters/chart.h"
#include "reporters/events.h"
#include "reporters/findings.h"
#include "reporters/figures.h"
#include "reporters/phrases.h"
#include "reporters/rows.h"
#include "reporters/timeline.h"
#include "reporters/verdict.h"


static void print_summary(FILE *out, const struct mpck_report *report)
{
	const struct mpck_scenario *s = mpck_module_scenario(report->module);

	fprintf(out, "%s%s%s", s->name, s->summary ? ": " : "",
		s->summary ? s->summary : "");
}

static void text_begin(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style)
{
	if (report->brief)
		return;
	mpck_paint(out, style, MPCK_BOLD);
	mpck_wrap_printed(out, style, print_summary, report, 0);
	mpck_paint(out, style, MPCK_PLAIN);
	mpck_wrap_printed(out, style, mpck_print_setting, report, 0);
	fputc('\n', out);
	fflush(out);
}

/* What is not said, and why. */
static void print_suppressed(FILE *out, const struct mpck_result *r)
{
	for (size_t i = 0; i < r->nsuppressed; i++) {
		const struct mpck_suppressed *s = &r->suppressed[i];

		fprintf(out, "%s %s finding%s suppressed (by %s)\n",
			MPCK_COUNT(s->findings), mpck_finding_name(s->kind),
			s->findings == 1 ? "" : "s", s->by);
	}
	if (r->nsuppressed)
		fputc('\n', out);
}

static void print_unmatched(FILE *out, const struct mpck_style *style,
			    const struct mpck_result *r)
{
	for (size_t i = 0; i < r->nunmatched; i++) {
		fputs("note: ", out);
		mpck_wrap(out, style, 6, 6, r->unmatched[i]);
	}
	if (r->nunmatched)
		fputc('\n', out);
}

static void print_notes(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	for (size_t i = 0; i < r->nnotes; i++) {
		mpck_paint(out, style, MPCK_NOTE);
		fputs("unconfirmed", out);
		mpck_paint(out, style, MPCK_PLAIN);
		fputs(", not a finding\n  ", out);
		mpck_wrap(out, style, 2, 2, r->notes[i]);
		fputc('\n', out);
	}
}

static void print_assumptions(FILE *out, const struct mpck_report *report,
			      const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	if (!r->nassumptions ||
	    (r->verdict == MPCK_FAILED && !r->only_races))
		return;
	mpck_paint(out, style, MPCK_DIM);
	fputs("assuming\n", out);
	for (size_t i = 0; i < r->nassumptions; i++) {
		fputs("  - ", out);
		mpck_wrap(out, style, 4, 4, r->assumptions[i]);
	}
	mpck_paint(out, style, MPCK_PLAIN);
}

/* What the chart cannot say of itself. */
static void print_chart_notes(FILE *out, const struct mpck_report *report,
			      const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;
	bool counted = mpck_has_interleavings(report);

	if (counted && mpck_is_counted(r) && r->noutcomes > 1)
		mpck_print_note(out, style, 2, "a share of interleavings is "
				"not how often random or real runs end so");
	if (mpck_is_search(r) && r->space.finished && !counted &&
	    r->noutcomes && !report->options->count)
		mpck_print_note(out, style, 2, "--count says how many "
				"interleavings end with each");
}

/* Of `explain`: findings have their own; a schedule without one shows what it
 * does. */
static void print_whole(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;
	const struct mpck_timeline timeline = {
		.trace = r->trace, .folding = MPCK_FOLD_LOOPS,
		.here = MPCK_NO_STEP };

	if (r->nfindings)
		return;
	fputs(report->form == MPCK_FORM_REPLAY
	      ? "Nothing is wrong in this execution.\n\n"
	      : "Nothing wrong was found.\n\n", out);
	if (!r->trace)
		return;
	mpck_timeline_print(out, style, &timeline);
	fputc('\n', out);
}

/* A token that can be followed after edits, and how far one was. */
static void print_names(FILE *out, const struct mpck_style *style,
			const struct mpck_result *r)
{
	if (r->note)
		mpck_print_note(out, style, 0, r->note);
	if (!r->named)
		return;
	mpck_paint(out, style, MPCK_DIM);
	fputs("by names  ", out);
	mpck_print_command(out, style, 10, &r->named, 1);
	mpck_paint(out, style, MPCK_PLAIN);
}

static void print_outcomes(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	if (report->whole) {
		print_whole(out, report, style);
		return;
	}
	if (report->form == MPCK_FORM_REPLAY) {
		mpck_print_events(out, style, r);
		for (size_t i = 0; i < r->noutcomes; i++) {
			char *how = r->trace && r->trace->round
				? mpck_round_words(r->trace)
				: mpck_text("ends with %s",
					     r->outcomes[i].text);

			fputc('\n', out);
			mpck_wrap(out, style, 0, 10, how);
			free(how);
		}
		print_names(out, style, r);
	} else {
		mpck_chart(out, style, r, mpck_noun(report, 2));
		print_chart_notes(out, report, style);
	}
	if (r->noutcomes || r->nevents)
		fputc('\n', out);
}

static void text_write(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style, bool began)
{
	const struct mpck_result *r = report->result;

	if (!began)
		text_begin(out, report, style);
	if (report->skipped) {
		fputs("skipped: ", out);
		mpck_wrap(out, style, 9, 0, report->skipped);
		return;
	}
	if (!report->brief)
		print_outcomes(out, report, style);
	mpck_print_findings(out, report, style);
	print_suppressed(out, r);
	print_unmatched(out, style, r);
	print_notes(out, report, style);
	if (!report->brief)
		mpck_print_figures(out, report, style);
	mpck_paint(out, style, MPCK_BOLD);
	mpck_paint(out, style, r->as_expected ? MPCK_GOOD : MPCK_BAD);
	mpck_wrap_printed(out, style, mpck_print_verdict, report, 0);
	mpck_paint(out, style, MPCK_PLAIN);
	print_assumptions(out, report, style);
}

const struct mpck_reporter_ops mpck_reporter_text = {
	.name = "text",
	.summary = "the report for people",
	.begin = text_begin,
	.write = text_write,
};
