/* SPDX-License-Identifier: MIT */
/*
 * junit.c - one run as JUnit XML: a suite with one test case.
 *
 * There is no standard; this is the part that CI servers agree on.  The case
 * fails when the scenario did not behave as its expectation says, has an error
 * when there is no answer, and is skipped when it could not run.
 */
#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basics.h"
#include "reporters/amounts.h"
#include "reporters/bugs.h"
#include "reporters/chosen.h"
#include "reporters/clean.h"
#include "reporters/phrases.h"
#include "reporters/verdict.h"

enum { STEPS_AT_MOST = 200 };

static void must(int result)
{
	if (result < 0)
		abort();	/* no memory left */
}

static void begin(xmlTextWriterPtr w, const char *name)
{
	must(xmlTextWriterStartElement(w, BAD_CAST name));
}

static void end(xmlTextWriterPtr w)
{
	must(xmlTextWriterEndElement(w));
}

static void attribute(xmlTextWriterPtr w, const char *name, const char *text)
{
	char *clean = mpck_clean(text, true);

	must(xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST clean));
	free(clean);
}

static void number(xmlTextWriterPtr w, const char *name, unsigned n)
{
	must(xmlTextWriterWriteFormatAttribute(w, BAD_CAST name, "%u", n));
}

static void property(xmlTextWriterPtr w, const char *name, const char *value)
{
	begin(w, "property");
	attribute(w, "name", name);
	attribute(w, "value", value);
	end(w);
}

static void property_of(xmlTextWriterPtr w, const char *name, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	property(w, name, text);
}

/* What print() writes for people, as the element's text. */
static void body(xmlTextWriterPtr w, const struct mpck_report *report,
		 void (*print)(FILE *, const struct mpck_report *))
{
	char *text = NULL, *clean;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));

	print(out, report);
	fclose(out);
	clean = mpck_clean(text, true);
	must(xmlTextWriterWriteString(w, BAD_CAST clean));
	free(clean);
	free(text);
}

static void print_step(FILE *out, const struct mpck_trace *t,
		       const struct mpck_step *s)
{
	const struct mpck_frame *f = mpck_step_place(s);

	fprintf(out, "%s ", s->decisive ? ">" : " ");
	if (s->number)
		fprintf(out, "%5" PRIu64, s->number);
	else
		fprintf(out, "%5s", "");
	fprintf(out, "  %-10s  %s%.*s", t->lanes[s->task].name,
		s->kind == MPCK_STEP_OUTPUT ? "prints: "
		: s->kind == MPCK_STEP_OBSERVE ? "final " : "",
		(int)strcspn(s->text, "\n"), s->text);
	if (f)
		fprintf(out, " (%s:%u in %s)", f->file, f->line, f->function);
	fputc('\n', out);
}

static void print_steps(FILE *out, const struct mpck_trace *t)
{
	size_t n, *shown = mpck_shown_steps(t, STEPS_AT_MOST, &n);

	fputs("steps:\n", out);
	for (size_t i = 0; i < n; i++) {
		if (i && shown[i] != shown[i - 1] + 1)
			fprintf(out, "  ... %zu steps\n",
				shown[i] - shown[i - 1] - 1);
		print_step(out, t, &t->steps[shown[i]]);
	}
	free(shown);
}

static void print_message(FILE *out, const struct mpck_found *f)
{
	fprintf(out, "%s: %s\n", mpck_finding_name(f->kind),
		f->message ? f->message : mpck_finding_meaning(f->kind));
}

static void print_why(FILE *out, const struct mpck_found *f)
{
	const struct mpck_cause *c = f->why ? &f->why->cause : NULL;

	if (c && c->sentence)
		fprintf(out, "cause: %s%s\n", c->sentence,
			mpck_is_doubtful(c) ? " (not verified)" : "");
	if (c && c->flipped_outcome && c->evidence == MPCK_FLIPPED)
		fprintf(out, "otherwise: %s\n", c->flipped_outcome);
	if (f->why)
		print_steps(out, &f->why->trace);
}

/* One schedule is not listed for each way to see what is wrong with it. */
static void print_bug(FILE *out, const struct mpck_shown *shown, size_t n,
		      size_t head)
{
	const struct mpck_found *f = shown[head].found;

	fputc('\n', out);
	for (size_t i = head; i < n; i++) {
		if (shown[i].head == head &&
		    (i == head || !mpck_has_own_schedule(f, shown[i].found)))
			print_message(out, shown[i].found);
	}
	print_why(out, f);
	for (size_t i = head + 1; i < n; i++) {
		if (shown[i].head != head ||
		    !mpck_has_own_schedule(f, shown[i].found))
			continue;
		fputc('\n', out);
		print_message(out, shown[i].found);
		print_why(out, shown[i].found);
	}
}

static void print_failure(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	size_t n;
	struct mpck_shown *shown = mpck_bugs(r, true, &n);

	if (r->reason && *r->reason)
		fprintf(out, "%s\n", r->reason);
	for (size_t i = 0; i < n; i++) {
		if (shown[i].head == i)
			print_bug(out, shown, n, i);
	}
	free(shown);
}

static void print_replays(FILE *out, const struct mpck_report *report)
{
	const struct mpck_style plain = { .width = 80 };
	const struct mpck_result *r = report->result;
	char *words[MPCK_REPLAY_WORDS];

	mpck_print_verdict(out, report);
	fputc('\n', out);
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct mpck_found *f = &r->findings[i];
		size_t n;

		if (!f->token || !*f->token)
			continue;
		n = mpck_replay_words(report, f->token, words);
		fprintf(out, "%s%s\n", mpck_finding_name(f->kind),
			f->expected ? ", expected" : "");
		fputs("  ", out);
		mpck_print_command(out, &plain, 2, words, n);
		mpck_words_fini(words, n);
	}
}

static bool is_error(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	return !report->skipped && (r->interrupted || mpck_has_no_answer(r));
}

static bool is_failure(const struct mpck_report *report)
{
	return !report->skipped && !is_error(report) &&
	       !report->result->as_expected;
}

static void write_error(xmlTextWriterPtr w, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	begin(w, "error");
	attribute(w, "type", r->interrupted ? "interrupted" : "no-answer");
	attribute(w, "message", r->interrupted
			? "the run was interrupted"
			: r->space.out_of_memory && !r->out_of_time
			? "no answer within the memory given"
			: "no answer within the time given");
	end(w);
}

/* The first line: viewers show the attribute in one. */
static void message(xmlTextWriterPtr w, const char *text)
{
	char *line = mpck_checked(strndup(text, strcspn(text, "\n")));

	attribute(w, "message", line);
	free(line);
}

static void write_failure(xmlTextWriterPtr w, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const struct mpck_found *f = r->nfindings ? r->findings : NULL;

	if (f && f->expected)
		f = NULL;	/* the unexpected stand first */
	begin(w, "failure");
	attribute(w, "type", f ? mpck_finding_name(f->kind) : "expectation");
	message(w, f && f->message ? f->message
		   : r->reason ? r->reason
			       : "not as the scenario's expectation says");
	body(w, report, print_failure);
	end(w);
}

static void write_params(xmlTextWriterPtr w, const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);
	char name[80], value[24];

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		snprintf(name, sizeof(name), "param.%s", s->params[i].name);
		snprintf(value, sizeof(value), "%" PRId64, values[i]);
		property(w, name, value);
	}
}

static void write_properties(xmlTextWriterPtr w,
			     const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	char *amount = mpck_has_interleavings(report) ? mpck_amount(r, NULL)
						      : NULL;

	begin(w, "properties");
	write_params(w, report->module);
	property(w, "strategy", report->options->strategy);
	property_of(w, "seed", report->options->seed);
	property(w, "verdict", mpck_verdict_name(r->verdict));
	property_of(w, "executions", r->executions);
	property_of(w, "states", r->space.states);
	if (amount)
		property(w, "interleavings", amount);
	free(amount);
	end(w);
}

static void write_totals(xmlTextWriterPtr w, const struct mpck_report *report)
{
	number(w, "tests", 1);
	number(w, "failures", is_failure(report));
	number(w, "errors", is_error(report));
	number(w, "skipped", report->skipped != NULL);
	must(xmlTextWriterWriteFormatAttribute(w, BAD_CAST "time", "%.6f",
					       report->result->seconds));
}

static void write_case(xmlTextWriterPtr w, const struct mpck_report *report)
{
	char *name = mpck_run_name(report->module);

	begin(w, "testcase");
	attribute(w, "name", name);
	free(name);
	attribute(w, "classname", "mpcheck.scenario");
	must(xmlTextWriterWriteFormatAttribute(w, BAD_CAST "time", "%.6f",
					       report->result->seconds));
	if (report->skipped) {
		begin(w, "skipped");
		attribute(w, "message", report->skipped);
		end(w);
	} else if (is_error(report)) {
		write_error(w, report);
	} else if (is_failure(report)) {
		write_failure(w, report);
	}
	if (!report->skipped) {
		begin(w, "system-out");
		body(w, report, print_replays);
		end(w);
	}
	end(w);
}

static void write_suite(xmlTextWriterPtr w, const struct mpck_report *report)
{
	time_t now = time(NULL);
	struct tm parts;
	char text[24];

	gmtime_r(&now, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
	begin(w, "testsuites");
	attribute(w, "name", "mpcheck");
	write_totals(w, report);
	begin(w, "testsuite");
	attribute(w, "name", mpck_module_scenario(report->module)->name);
	write_totals(w, report);
	attribute(w, "timestamp", text);
	write_properties(w, report);
	write_case(w, report);
	end(w);
	end(w);
}

static void junit_write(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style, bool began)
{
	xmlBufferPtr buffer = mpck_checked(xmlBufferCreate());
	xmlTextWriterPtr w = mpck_checked(xmlNewTextWriterMemory(buffer, 0));

	(void)style;
	(void)began;
	must(xmlTextWriterSetIndent(w, 1));
	must(xmlTextWriterSetIndentString(w, BAD_CAST "  "));
	must(xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL));
	write_suite(w, report);
	must(xmlTextWriterEndDocument(w));
	xmlFreeTextWriter(w);
	fwrite(xmlBufferContent(buffer), 1, (size_t)xmlBufferLength(buffer),
	       out);
	xmlBufferFree(buffer);
}

const struct mpck_reporter_ops mpck_reporter_junit = {
	.name = "junit",
	.summary = "a JUnit test suite of one case, for CI servers",
	.write = junit_write,
};
