/* SPDX-License-Identifier: MIT */
/*
 * findings.c - the findings of the text report.
 *
 * Findings of one bug (bugs.h) share a headline, the others are a line or two
 * each.  The first bug that was explained shows its timeline, the others say
 * how to see theirs.
 */
#include "reporters/findings.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/explanation.h"
#include "reporters/amounts.h"
#include "reporters/bugs.h"
#include "reporters/details.h"
#include "reporters/phrases.h"
#include "reporters/rows.h"
#include "reporters/shorten.h"
#include "reporters/timeline.h"

enum {
	SHOWN = 10,		/* bugs */
	ALSO_SHOWN = 3,		/* further findings of one */
	ALSO_INDENT = 10,
	TOKEN_SHOWN = 60,
	LINES = 20,		/* of a timeline, beside head and legend */
};

/* "lost-update, 12 executions, expected" */
static void print_name(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style,
		       const struct mpck_found *f)
{
	char *amount = mpck_finding_amount(report->result, f);

	mpck_paint(out, style, f->expected ? MPCK_NOTE : MPCK_BAD);
	fputs(mpck_finding_name(f->kind), out);
	mpck_paint(out, style, MPCK_PLAIN);
	if (amount && report->form != MPCK_FORM_REPLAY)
		fprintf(out, ", %s %s", MPCK_DECIMAL(amount),
			mpck_noun(report, strcmp(amount, "1") == 0 ? 1 : 2));
	free(amount);
	if (f->expected)
		fputs(", expected", out);
	fputc('\n', out);
}

/* The first line of a message, in two lines at most. */
static void print_short(FILE *out, const struct mpck_style *style,
			const char *message)
{
	char *line = mpck_text("%.*s", (int)strcspn(message, "\n"), message);
	char *text = mpck_shorten(style, ALSO_INDENT, 2, line);

	fprintf(out, "%*s", ALSO_INDENT, "");
	mpck_wrap(out, style, ALSO_INDENT, ALSO_INDENT, text);
	free(text);
	free(line);
}

/* A finding in its headline's shadow: its name, how its message begins. */
static void print_also(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style,
		       const struct mpck_found *head,
		       const struct mpck_found *f)
{
	const char *message = f->message ? f->message
					 : mpck_finding_meaning(f->kind);

	fputs("  also    ", out);
	print_name(out, report, style, f);
	if (!report->whole) {
		print_short(out, style, message);
		return;
	}
	fprintf(out, "%*s", ALSO_INDENT, "");
	mpck_wrap(out, style, ALSO_INDENT, ALSO_INDENT, message);
	if (mpck_has_own_schedule(head, f) && strlen(f->token) <= TOKEN_SHOWN)
		fprintf(out, "%*stoken %s\n", ALSO_INDENT, "", f->token);
}

/* "also    2 more data-race findings" */
static void print_more(FILE *out, const struct mpck_shown *shown, size_t n,
		       size_t head)
{
	const struct mpck_found *first = NULL;
	size_t seen = 0, more = 0;
	bool alike = true;

	for (size_t i = head + 1; i < n; i++) {
		if (shown[i].head != head || seen++ < ALSO_SHOWN)
			continue;
		first = first ? first : shown[i].found;
		alike = alike && shown[i].found->kind == first->kind;
		more++;
	}
	if (more)
		fprintf(out, "  also    %zu more %s%sfinding%s\n", more,
			alike ? mpck_finding_name(first->kind) : "",
			alike ? " " : "", more == 1 ? "" : "s");
}

static void print_all_also(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style,
			   const struct mpck_shown *shown, size_t n, size_t head)
{
	size_t count = 0;

	for (size_t i = head + 1; i < n; i++) {
		if (shown[i].head != head)
			continue;
		if (count++ < ALSO_SHOWN || report->whole)
			print_also(out, report, style, shown[head].found,
				   shown[i].found);
	}
	if (!report->whole)
		print_more(out, shown, n, head);
}

static void print_words(FILE *out, const struct mpck_style *style,
			const char *label, char **words, size_t n)
{
	fputs(label, out);
	mpck_print_command(out, style, 10, words, n);
	mpck_words_fini(words, n);
}

static void print_replay(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style, const char *token)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n;

	if (strlen(token) <= TOKEN_SHOWN)
		fprintf(out, "  token   %s\n", token);
	n = mpck_replay_words(report, token, words);
	print_words(out, style, "  replay  ", words, n);
}

/* What there is to see of the finding. */
static void print_timeline(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style,
			   const struct mpck_found *f)
{
	const struct mpck_timeline timeline = {
		.trace = &f->why->trace,
		.folding = report->whole ? MPCK_FOLD_LOOPS : MPCK_FOLD_MUCH,
		.most = report->whole ? 0 : LINES, .here = MPCK_NO_STEP,
		.bad = !f->expected || f->kind != MPCK_UNEXPECTED_VALUE };

	fputc('\n', out);
	mpck_timeline_print(out, style, &timeline);
	fputc('\n', out);
}

/* Does the cause, with the picture, say all that the message does?  Messages of
 * other kinds name what no cause has: a condition, a line, an object. */
static bool is_told_by_cause(const struct mpck_found *f)
{
	if (!f->why || !f->why->cause.sentence)
		return false;
	return f->why->cause.restates || f->kind == MPCK_UNEXPECTED_VALUE ||
	       f->kind == MPCK_NOT_SERIALISABLE ||
	       f->kind == MPCK_LOST_UPDATE ||
	       f->kind == MPCK_UNSERIALISABLE_TRIPLE;
}

/* Where all is told, nothing is told twice; but who waits behind others is told
 * by messages only. */
static bool shows_message(const struct mpck_found *f, bool whole, bool timeline)
{
	if (!is_told_by_cause(f))
		return true;
	return whole ? f->kind != MPCK_DATA_RACE : !timeline;
}

static void print_head(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style,
		       const struct mpck_shown *shown, size_t n, size_t i,
		       bool timeline)
{
	const struct mpck_found *f = shown[i].found;

	print_name(out, report, style, f);
	if (shows_message(f, report->whole, timeline)) {
		fputs("  ", out);
		mpck_wrap(out, style, 2, 2, f->message ? f->message
			  : mpck_finding_meaning(f->kind));
	}
	mpck_print_cause(out, style, f);
	if (f->why && timeline)
		print_timeline(out, report, style, f);
	if (report->whole && f->why)
		mpck_print_details(out, report, style, f);
	print_all_also(out, report, style, shown, n, i);
	if (f->token && *f->token &&
	    (report->whole || report->form != MPCK_FORM_REPLAY))
		print_replay(out, report, style, f->token);
}

/* Once, behind the first timeline. */
static void print_hint(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n;

	if (report->whole || report->form != MPCK_FORM_MACHINE)
		return;
	n = mpck_command_words(report, "explain", NULL, words);
	mpck_paint(out, style, MPCK_DIM);
	print_words(out, style, "  more    ", words, n);
	mpck_paint(out, style, MPCK_PLAIN);
}

void mpck_print_findings(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style)
{
	size_t n, bugs = 0, left = 0;
	struct mpck_shown *shown = mpck_bugs(report->result, report->brief, &n);
	bool timeline = report->whole || report->form != MPCK_FORM_REPLAY;

	for (size_t i = 0; i < n; i++) {
		if (shown[i].head != i)
			continue;
		if (bugs == SHOWN && !report->whole) {
			left++;
			continue;
		}
		bugs++;
		print_head(out, report, style, shown, n, i, timeline);
		if (shown[i].found->why && timeline && !report->whole) {
			print_hint(out, report, style);
			timeline = false;
		}
		fputc('\n', out);
	}
	if (left)
		fprintf(out, "and %zu more bug%s; --json FILE has %s\n\n",
			left, left == 1 ? "" : "s",
			left == 1 ? "it as well" : "them all");
	free(shown);
}
