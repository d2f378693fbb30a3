/* SPDX-License-Identifier: MIT */
/*
 * text.c - the report for people: what ran, the final values, the findings,
 * the verdict.  Only the line that starts with "took" depends on the clock.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reporters/chart.h"
#include "reporters/events.h"
#include "reporters/phrases.h"
#include "strategies/strategy.h"

enum { FINDINGS_SHOWN = 10, TOKEN_SHOWN = 60 };

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

static void print_how(FILE *out, const struct mpck_report *report)
{
	const struct mpck_options *o = report->options;
	const struct mpck_strategy_ops *strategy;

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
		strategy = mpck_strategy_find(o->strategy);
		fprintf(out, "strategy %s", o->strategy);
		if (!strategy || !strategy->exhaustive)
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

/* Prints what `print` writes, wrapped from column 0. */
static void wrap_printed(FILE *out, const struct mpck_style *style,
			 void (*print)(FILE *, const struct mpck_report *),
			 const struct mpck_report *report, int indent)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	print(memory, report);
	if (fclose(memory) == 0)
		mpck_wrap(out, style, indent, indent, text);
	free(text);
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
	wrap_printed(out, style, print_summary, report, 0);
	mpck_paint(out, style, MPCK_PLAIN);
	wrap_printed(out, style, print_setting, report, 0);
	fputc('\n', out);
	fflush(out);
}

static void print_took(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	mpck_paint(out, style, MPCK_DIM);
	fprintf(out, "took %.3f s", r->seconds);
	if (r->seconds > 0 && r->executions > 1)
		fprintf(out, ": %s %s/s", MPCK_COUNT((uint64_t)
			((double)r->executions / r->seconds)),
			mpck_noun(report, 2));
	if (r->seconds > 0 && r->steps)
		fprintf(out, ", %.0f ns a step",
			r->seconds * 1e9 / (double)r->steps);
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

static void print_counts(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	if (report->form == MPCK_FORM_REPLAY) {
		fprintf(out, "1 execution, %s steps\n", MPCK_COUNT(r->steps));
		return;
	}
	fprintf(out, "%s %s", MPCK_COUNT(r->executions),
		mpck_noun(report, r->executions));
	if (r->steps)
		fprintf(out, ", %s steps (the longest %s)",
			MPCK_COUNT(r->steps), MPCK_COUNT(r->longest));
	fputs(r->noutcomes == 1 ? ", 1 final value\n" : ", ", out);
	if (r->noutcomes != 1)
		fprintf(out, "%s different final values\n",
			MPCK_COUNT(r->noutcomes));
}

static void print_replay(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style, const char *token)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n = mpck_replay_words(report, token, words);

	if (strlen(token) <= TOKEN_SHOWN)
		fprintf(out, "  token   %s\n", token);
	fputs("  replay  ", out);
	mpck_print_command(out, style, 10, words, n);
	mpck_words_fini(words, n);
}

static void print_finding(FILE *out, const struct mpck_report *report,
			  const struct mpck_style *style,
			  const struct mpck_found *f)
{
	mpck_paint(out, style, f->expected ? MPCK_NOTE : MPCK_BAD);
	fputs(mpck_finding_name(f->kind), out);
	mpck_paint(out, style, MPCK_PLAIN);
	if (report->form != MPCK_FORM_REPLAY)
		fprintf(out, ", %s %s", MPCK_COUNT(f->executions),
			mpck_noun(report, f->executions));
	if (f->expected)
		fputs(", expected", out);
	fputs("\n  ", out);
	mpck_wrap(out, style, 2, 2,
		  f->message ? f->message : mpck_finding_meaning(f->kind));
	if (f->token && *f->token && report->form != MPCK_FORM_REPLAY)
		print_replay(out, report, style, f->token);
	fputc('\n', out);
}

static void print_findings(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;
	size_t shown = r->nfindings;

	if (shown > FINDINGS_SHOWN)
		shown = FINDINGS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		if (!report->brief || !r->findings[i].expected)
			print_finding(out, report, style, &r->findings[i]);
	}
	if (r->nfindings > shown)
		fprintf(out, "and %zu more findings; --json FILE has them "
			"all\n\n", r->nfindings - shown);
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

static void print_native_note(FILE *out, const struct mpck_report *report,
			      const struct mpck_style *style)
{
	mpck_paint(out, style, MPCK_DIM);
	mpck_wrap(out, style, 0, 0, report->form == MPCK_FORM_NATIVE ?
		  "These are real processes under the kernel's own scheduler: "
		  "what people see today.  Rare interleavings are missing." :
		  "These are real threads under the kernel's own scheduler: "
		  "what people see today.  Rare interleavings are missing.");
	mpck_paint(out, style, MPCK_PLAIN);
}

static void print_outcomes(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	if (report->form == MPCK_FORM_REPLAY) {
		mpck_print_events(out, style, r);
		for (size_t i = 0; i < r->noutcomes; i++) {
			fputs("\nends with ", out);
			mpck_wrap(out, style, 10, 10, r->outcomes[i].text);
		}
	} else {
		mpck_chart(out, style, r, mpck_noun(report, 2));
	}
	if (r->noutcomes || r->nevents)
		fputc('\n', out);
}

static void print_figures(FILE *out, const struct mpck_report *report,
			  const struct mpck_style *style)
{
	print_counts(out, report);
	if (report->form != MPCK_FORM_REPLAY)
		print_took(out, report, style);
	if (report->form == MPCK_FORM_NATIVE ||
	    report->form == MPCK_FORM_THREADS)
		print_native_note(out, report, style);
}

static void text_write(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style, bool began)
{
	const struct mpck_result *r = report->result;

	if (!began)
		text_begin(out, report, style);
	if (!report->brief)
		print_outcomes(out, report, style);
	print_findings(out, report, style);
	if (!report->brief)
		print_figures(out, report, style);
	mpck_paint(out, style, MPCK_BOLD);
	mpck_paint(out, style, r->as_expected ? MPCK_GOOD : MPCK_BAD);
	wrap_printed(out, style, mpck_print_verdict, report, 0);
	mpck_paint(out, style, MPCK_PLAIN);
	print_assumptions(out, report, style);
}

const struct mpck_reporter_ops mpck_reporter_text = {
	.name = "text",
	.summary = "the report for people",
	.begin = text_begin,
	.write = text_write,
};
