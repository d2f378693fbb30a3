/* SPDX-License-Identifier: MIT */
/*
 * text.c - the report for people: what ran, the final values, the findings,
 * the verdict.  Only lines that start with "took" depend on the clock, and what
 * is said of a search that the clock ended.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"
#include "reporters/chart.h"
#include "reporters/events.h"
#include "reporters/findings.h"
#include "reporters/figures.h"
#include "reporters/phrases.h"
#include "reporters/timeline.h"
#include "reporters/verdict.h"

static void print_params(FILE *out, const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++)
		fprintf(out, "%s%s=%" PRId64, i ? " " : "", s->params[i].name,
			values[i]);
	if (s->params[0].name)
		fputs(", ", out);
}

/* What makes a search another one. */
static void print_search_options(FILE *out, const struct mpck_options *o)
{
	if (o->no_symmetry)
		fputs(", no symmetry", out);
	if (o->no_silent)
		fputs(", no silent objects", out);
}

static void print_how(FILE *out, const struct mpck_report *report)
{
	const struct mpck_options *o = report->options;

	switch (report->form) {
	case MPCK_FORM_REPLAY:
		fputs("replay of one schedule", out);
		return;
	case MPCK_FORM_NATIVE:
		fputs("real processes", out);
		break;
	case MPCK_FORM_THREADS:
		fputs("real threads", out);
		break;
	case MPCK_FORM_MACHINE:
		fprintf(out, "strategy %s", o->strategy);
		if (mpck_is_searching(o->strategy)) {
			print_search_options(out, o);
			return;
		}
		if (mpck_is_random(o->strategy))
			fprintf(out, ", seed %" PRIu64, o->seed);
		if (!o->interleavings) {
			fputs(", to the end", out);
			return;
		}
		break;
	}
	fprintf(out, ", %s %s%s", MPCK_COUNT(o->interleavings),
		report->form == MPCK_FORM_MACHINE ? "execution" : "run",
		o->interleavings == 1 ? "" : "s");
	if (o->audit)
		fputs(", each run twice", out);
}

static void print_setting(FILE *out, const struct mpck_report *report)
{
	print_params(out, report->module);
	print_how(out, report);
}

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
	mpck_wrap_printed(out, style, print_setting, report, 0);
	fputc('\n', out);
	fflush(out);
}

static void print_assumptions(FILE *out, const struct mpck_report *report,
			      const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	if (!r->nassumptions || r->verdict == MPCK_FAILED)
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
			fputs("\nends with ", out);
			mpck_wrap(out, style, 10, 10, r->outcomes[i].text);
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
	if (!report->brief)
		print_outcomes(out, report, style);
	mpck_print_findings(out, report, style);
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
