/* SPDX-License-Identifier: MIT */
/*
 * html.c - the report as one HTML file, for people with a browser:
 * docs/reports-html.md.
 *
 * The file needs nothing else: no network, no other file.  Everything can be
 * read without JavaScript; html/page.js adds the stepper, html/page.css is how
 * it looks.  The parts are in html/.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "reporters/amounts.h"
#include "reporters/html/findings.h"
#include "reporters/html/marks.h"
#include "reporters/html/markup.h"
#include "reporters/html/outcomes.h"
#include "reporters/phrases.h"
#include "reporters/verdict.h"

extern const unsigned char mpck_html_css[], mpck_html_js[];
extern const size_t mpck_html_css_size, mpck_html_js_size;

static void write_head(FILE *out, const struct mpck_scenario *s)
{
	mpck_markup(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content="
		    "\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"generator\" content=\"mpcheck %s\">\n"
		    "<link rel=\"icon\" href=\"data:,\">\n"
		    "<title>%s: mpcheck</title>\n<style>\n", MPCK_VERSION,
		    s->name);
	fwrite(mpck_html_css, 1, mpck_html_css_size, out);
	fputs("</style>\n</head>\n<body>\n", out);
}

static void write_title(FILE *out, const struct mpck_report *report)
{
	const struct mpck_scenario *s = mpck_module_scenario(report->module);
	char *setting = mpck_printed(mpck_print_setting, report);

	mpck_markup(out, "<header>\n<h1>%s</h1>\n<p class=\"summary\">%s</p>\n"
		    "<p class=\"setting\">%s</p>\n<button type=\"button\" id="
		    "\"theme\" hidden>Dark</button>\n</header>\n<main>\n",
		    s->name, s->summary, setting);
	free(setting);
}

static void write_verdict(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	char *sentence = mpck_printed(mpck_print_verdict, report);

	mpck_markup(out, "<section class=\"verdict %s %s\" aria-label="
		    "\"Verdict\"><p class=\"sentence\">%s <span class=\"tag\">%s"
		    "</span></p></section>\n",
		    r->as_expected ? "good" : "bad",
		    mpck_verdict_name(r->verdict), sentence,
		    r->as_expected ? "\u2713 as expected"
				   : "\u2717 not as expected");
	free(sentence);
}

static void figure(FILE *out, const char *name, const char *value)
{
	mpck_markup(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
}

static void count(FILE *out, const char *name, uint64_t n)
{
	if (n)
		figure(out, name, MPCK_COUNT(n));
}

static void seconds(FILE *out, const char *name, double n)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", n);
	figure(out, name, text);
}

static void write_space(FILE *out, const struct mpck_space_figures *s)
{
	static const char *const cycles[] = {
		[MPCK_CYCLE_NONE] = "none",
		[MPCK_CYCLE_WAITING] = "busy waiting",
		[MPCK_CYCLE_STARVING] = "starvation",
		[MPCK_CYCLE_LIVE] = "a livelock",
	};

	if (!s->searched)
		return;
	figure(out, "search", s->finished ? "finished" : "not finished");
	count(out, "states", s->states);
	count(out, "transitions", s->transitions);
	count(out, "longest path, transitions", s->deepest);
	count(out, "left out: a twin's is the same", s->twins);
	count(out, "operations without a scheduling point", s->silent);
	figure(out, "cycles", cycles[s->cycle]);
	figure(out, "memory", MPCK_SIZE(s->bytes));
	seconds(out, "seconds of the search", s->seconds);
}

static void write_figures(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	fputs("<section aria-labelledby=\"figures\"><h2 id=\"figures\">"
	      "Figures</h2>\n<dl class=\"figures\">\n", out);
	if (r->interleavings && mpck_is_search(r))
		figure(out, "interleavings", MPCK_DECIMAL(r->interleavings));
	count(out, mpck_is_search(r) ? "executions"
				     : mpck_noun(report, 2), r->executions);
	count(out, "visible operations", r->steps);
	if (r->executions > 1)
		count(out, "of the longest execution", r->longest);
	write_space(out, &r->space);
	seconds(out, "seconds in all", r->seconds);
	fputs("</dl>\n</section>\n", out);
}

static void write_assumptions(FILE *out, const struct mpck_result *r)
{
	if (!r->nassumptions || r->verdict == MPCK_FAILED)
		return;
	fputs("<section aria-labelledby=\"assumptions\"><h2 id=\"assumptions\">"
	      "What this rests on</h2>\n<ul>\n", out);
	for (size_t i = 0; i < r->nassumptions; i++)
		mpck_markup(out, "<li>%s</li>\n", r->assumptions[i]);
	fputs("</ul>\n</section>\n", out);
}

static void write_end(FILE *out)
{
	mpck_markup(out, "</main>\n<footer>mpcheck %s</footer>\n<script>\n",
		    MPCK_VERSION);
	fwrite(mpck_html_js, 1, mpck_html_js_size, out);
	fputs("</script>\n</body>\n</html>\n", out);
}

static void html_write(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style, bool began)
{
	const struct mpck_result *r = report->result;

	(void)style;
	(void)began;
	write_head(out, mpck_module_scenario(report->module));
	mpck_marks_define(out);
	write_title(out, report);
	write_verdict(out, report);
	if (r->trace)
		mpck_execution_write(out, report);
	else
		mpck_outcomes_write(out, report);
	mpck_findings_write(out, report);
	write_assumptions(out, r);
	write_figures(out, report);
	write_end(out);
}

const struct mpck_reporter_ops mpck_reporter_html = {
	.name = "html",
	.summary = "a page to look at, step by step (see "
		   "docs/reports-html.md)",
	.write = html_write,
};
