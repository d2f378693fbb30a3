/* SPDX-License-Identifier: MIT */
/*
 * findings.c - see findings.h.
 *
 * A block for each bug (reporters/bugs.h), those that matter most first: its
 * headline is explained, the other findings of it are listed.  The first block
 * is open, the others open at a click.  So that the page stays small, a few
 * timelines are drawn and their rows are limited; what is left out is said.
 */
#include "reporters/html/findings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basics.h"
#include "reporters/amounts.h"
#include "reporters/bugs.h"
#include "reporters/html/data.h"
#include "reporters/html/marks.h"
#include "reporters/html/markup.h"
#include "reporters/html/steps.h"
#include "reporters/html/timeline.h"
#include "reporters/phrases.h"
#include "reporters/rows.h"

enum {
	TIMELINES_MOST = 8,
	ROWS_MOST = 400,	/* of one timeline */
	ROWS_ALL = 1200,	/* of a page */
	ROWS_LEAST = 60,	/* a timeline with fewer would say little */
};

struct page {
	FILE *out;
	const struct mpck_report *report;
	long long modified;	/* the module */
	size_t timelines, rows;	/* drawn so far */
};

static struct page page_of(FILE *out, const struct mpck_report *report)
{
	struct page p = { .out = out, .report = report };
	struct stat st;

	if (stat(mpck_module_path(report->module), &st) == 0)
		p.modified = st.st_mtim.tv_sec;
	return p;
}

/*
 * A timeline and what belongs to it.
 */
static void write_figures(FILE *out, const struct mpck_trace *t,
			  const struct mpck_explanation *why)
{
	mpck_markup(out, "<p class=\"facts\">%s visible operation%s, %u "
		    "preemption%s", MPCK_COUNT(t->operations),
		    t->operations == 1 ? "" : "s", t->preemptions,
		    t->preemptions == 1 ? "" : "s");
	if (why && why->operations_found > t->operations)
		mpck_markup(out, "; found with %s and %u",
			    MPCK_COUNT(why->operations_found),
			    why->preemptions_found);
	if (why && why->executions > 1)
		mpck_markup(out, "; %s executions to make it short and to find "
			    "what decides", MPCK_COUNT(why->executions));
	if (t->round) {
		char *round = mpck_round_words(t);

		mpck_markup(out, ". It does not end: <strong>%s</strong>.</p>\n",
			    round);
		free(round);
		return;
	}
	mpck_markup(out, ". It ends with <strong>%s</strong>.</p>\n",
		    t->outcome);
}

static void write_panel(FILE *out, const struct mpck_view *v,
			const struct mpck_source *source)
{
	fputs("<div class=\"panel\">\n", out);
	mpck_controls_write(out, v);
	mpck_memory_write(out, v);
	fputs("<div class=\"stack\" hidden></div>\n<h4>Source</h4>\n"
	      "<div class=\"source\" tabindex=\"0\" role=\"region\" aria-label="
	      "\"Source\">\n", out);
	mpck_source_write(out, source);
	fputs("</div>\n</div>\n", out);
}

static void write_trace(struct page *p, const struct mpck_trace *trace,
			const struct mpck_explanation *why, const char *id)
{
	size_t left = ROWS_ALL - p->rows;
	struct mpck_source *source;
	struct mpck_view v;
	FILE *out = p->out;

	left = left < ROWS_LEAST ? ROWS_LEAST : left;
	mpck_view_make(&v, trace, why ? &why->cause : NULL,
		       left < ROWS_MOST ? left : ROWS_MOST);
	source = mpck_source_read(&v, id, p->modified);
	write_figures(out, trace, why);
	mpck_markup(out, "<div class=\"trace\" data-trace=\"%s\">\n<div class="
		    "\"timeline\" tabindex=\"0\" role=\"region\" aria-label="
		    "\"Timeline, steps with the arrow keys\">\n", id);
	mpck_timeline_write(out, &v, id);
	fputs("</div>\n", out);
	write_panel(out, &v, source);
	fputs("</div>\n", out);
	if (v.folded)
		mpck_markup(out, "<p class=\"note\">%s of %s steps are not "
			    "drawn, so that the page stays small; what they "
			    "left in shared memory is shown.</p>\n",
			    MPCK_COUNT(v.folded), MPCK_COUNT(trace->nsteps));
	mpck_marks_legend(out);
	mpck_steps_write(out, &v, source, id);
	mpck_data_write(out, &v, source);
	p->timelines++;
	p->rows = p->rows + v.nrows < ROWS_ALL ? p->rows + v.nrows : ROWS_ALL;
	mpck_source_free(source);
	mpck_view_fini(&v);
}

/*
 * A finding.
 */
static void write_command(struct page *p, const char *token, const char *what)
{
	char *line;

	if (!token || !*token || p->report->form == MPCK_FORM_REPLAY)
		return;
	line = mpck_replay_line(p->report, token);
	mpck_markup_command(p->out, line, what);
	free(line);
}

/* How it is known. */
static void write_evidence(FILE *out, const struct mpck_cause *c)
{
	static const char good[] =
		"<p><span class=\"tag good\">\u2713 verified</span> ";

	if (mpck_is_doubtful(c))
		mpck_markup(out, "<p><span class=\"tag\">not verified</span> "
			    "%s.</p>\n", mpck_doubt(c));
	else if (c->verified && c->evidence == MPCK_BOTH_ORDERS)
		fprintf(out, "%sBoth orders were executed, one directly after "
			"the other.</p>\n", good);
	else if (c->verified && c->evidence == MPCK_FLIPPED) {
		fputs(good, out);
		mpck_markup(out, "With that order changed, and nothing else "
			    "before it, the execution ends with <strong>%s"
			    "</strong>.</p>\n", c->flipped_outcome);
	}
}

static void write_round(FILE *out, const struct mpck_trace *t,
			const struct mpck_cause *c)
{
	char *round = mpck_round_words(t);

	mpck_markup(out, "<p><span class=\"tag good\">\u2713 verified</span> In "
		    "this schedule %s: behind them everything is as it was "
		    "before.</p>\n", round);
	if (c->verified)
		mpck_markup(out, "<p>With another turn in them the execution "
			    "ends with <strong>%s</strong>.</p>\n",
			    c->flipped_outcome);
	free(round);
}

static void write_cause(struct page *p, const struct mpck_trace *t,
			const struct mpck_cause *c)
{
	FILE *out = p->out;

	if (!c->sentence)
		return;
	mpck_markup(out, "<div class=\"cause\"><h3>Why</h3><p class=\"sentence"
		    "\">%s</p>\n", c->sentence);
	if (t->round)
		write_round(out, t, c);
	else
		write_evidence(out, c);
	if (c->flipped_token)
		write_command(p, c->flipped_token,
			      c->evidence == MPCK_BOTH_ORDERS
			      ? "Replay the other order"
			      : "Replay the one that passes");
	fputs("</div>\n", out);
}

/* Kind, tag, amount and how the message begins. */
static void write_name(struct page *p, const struct mpck_found *f)
{
	const char *message = f->message ? f->message
					 : mpck_finding_meaning(f->kind);
	char *amount = mpck_finding_amount(p->report->result, f);
	char *first = mpck_clean_text(message);

	first[strcspn(first, "\n")] = '\0';
	mpck_markup(p->out, "<span class=\"kind %s\">%s</span> "
		    "<span class=\"tag\">%s</span> ",
		    f->expected ? "note" : "bad", mpck_finding_name(f->kind),
		    f->expected ? "expected" : "not expected");
	if (amount && p->report->form != MPCK_FORM_REPLAY)
		mpck_markup(p->out, "<span class=\"amount\">%s %s</span> ",
			    MPCK_DECIMAL(amount),
			    mpck_noun(p->report, !strcmp(amount, "1") ? 1 : 2));
	mpck_markup(p->out, "<span class=\"first-line\">%s</span>", first);
	free(amount);
	free(first);
}

/* Its first line stands in the summary. */
static void write_rest(FILE *out, const struct mpck_found *f)
{
	const char *more = f->message ? strchr(f->message, '\n') : NULL;

	if (more)
		mpck_markup(out, "<p class=\"message\">%s</p>\n", more + 1);
}

static void write_also(struct page *p, const struct mpck_shown *shown, size_t n,
		       size_t head)
{
	FILE *out = p->out;
	bool any = false;

	for (size_t i = head + 1; i < n; i++) {
		if (shown[i].head != head)
			continue;
		if (!any)
			fputs("<div class=\"also\"><h3>Also found with it</h3>\n"
			      "<ul>\n", out);
		any = true;
		fputs("<li>", out);
		write_name(p, shown[i].found);
		fputc('\n', out);
		write_rest(out, shown[i].found);
		if (mpck_has_own_schedule(shown[head].found, shown[i].found))
			write_command(p, shown[i].found->token, "Replay this");
		fputs("</li>\n", out);
	}
	if (any)
		fputs("</ul></div>\n", out);
}

static void write_bug(struct page *p, const struct mpck_shown *shown, size_t n,
		      size_t head, size_t number)
{
	const struct mpck_found *f = shown[head].found;
	bool explained = f->why && !p->report->result->trace;
	FILE *out = p->out;
	char id[16];

	snprintf(id, sizeof(id), "f%zu", number);
	mpck_markup(out, "<details class=\"finding\" id=\"%s\"", id);
	fputs(number == 1 ? " open>\n<summary>" : ">\n<summary>", out);
	write_name(p, f);
	fputs("</summary>\n<div class=\"inside\">\n", out);
	write_rest(out, f);
	mpck_markup(out, "<p class=\"meaning\">%s: %s.</p>\n",
		    mpck_finding_name(f->kind), mpck_finding_meaning(f->kind));
	if (f->why)
		write_cause(p, &f->why->trace, &f->why->cause);
	write_command(p, f->token, "Replay this");
	if (explained && p->timelines < TIMELINES_MOST)
		write_trace(p, &f->why->trace, f->why, id);
	else if (explained)
		mpck_markup(out, "<p class=\"note\">%d timelines are drawn at "
			    "most, so that the page stays small: the command "
			    "above shows this one.</p>\n", TIMELINES_MOST);
	write_also(p, shown, n, head);
	fputs("</div></details>\n", out);
}

static void write_heading(FILE *out, size_t findings, size_t bugs)
{
	mpck_markup(out, "<section aria-labelledby=\"findings\"><h2 id=\""
		    "findings\">%zu finding%s", findings,
		    findings == 1 ? "" : "s");
	if (bugs < findings)
		mpck_markup(out, ", grouped as %zu", bugs);
	fputs("</h2>\n", out);
}

void mpck_findings_write(FILE *out, const struct mpck_report *report)
{
	struct page p = page_of(out, report);
	struct mpck_shown *shown;
	size_t n, number = 0;

	if (!report->result->nfindings)
		return;
	shown = mpck_bugs(report->result, false, &n);
	write_heading(out, n, mpck_count_bugs(shown, n));
	for (size_t i = 0; i < n; i++) {
		if (shown[i].head == i)
			write_bug(&p, shown, n, i, ++number);
	}
	fputs("</section>\n", out);
	free(shown);
}

void mpck_execution_write(FILE *out, const struct mpck_report *report)
{
	struct page p = page_of(out, report);

	fputs("<section aria-labelledby=\"execution\"><h2 id=\"execution\">The "
	      "execution</h2>\n<div class=\"inside\">\n", out);
	write_trace(&p, report->result->trace, NULL, "x");
	fputs("</div></section>\n", out);
}
