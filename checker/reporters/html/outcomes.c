/* SPDX-License-Identifier: MIT */
/* outcomes.c - see outcomes.h. */
#include "reporters/html/outcomes.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"
#include "reporters/distribution.h"
#include "reporters/html/markup.h"
#include "reporters/phrases.h"

enum { ROWS_FIRST = 24, ROWS_MOST = 500 };

static void write_mark(FILE *out, const struct mpck_row *row)
{
	if (row->right)
		fputs("<span class=\"good\" title=\"wanted\">\u2713<span class="
		      "\"spoken\"> wanted</span></span>", out);
	else if (!row->possible)
		fputs("<span class=\"bad\" title=\"not allowed\">!<span class="
		      "\"spoken\"> not allowed</span></span>", out);
}

static void write_bar(FILE *out, const struct mpck_distribution *d,
		      const struct mpck_row *row)
{
	double percent = d->most > 0 ? 100 * row->share / d->most : 0;

	if (row->amount && strcmp(row->amount, "0") == 0) {
		mpck_markup(out, "<td class=\"bar note\">%s</td>",
			    row->seen ? "seen by the search" : "");
		return;
	}
	fprintf(out, "<td class=\"bar\"><span class=\"%s\" style=\"width:%.2f%%"
		"\"></span></td>", row->right ? "good" : "plain", percent);
}

static void write_token(FILE *out, const struct mpck_report *report,
			const struct mpck_row *row)
{
	char *line;

	fputs("<td class=\"token\">", out);
	if (row->token && *row->token && report->form == MPCK_FORM_MACHINE) {
		line = mpck_replay_line(report, row->token);
		mpck_markup(out, "<code title=\"%s\">%s</code><button type="
			    "\"button\" class=\"copy\" data-copy=\"%s\" "
			    "aria-label=\"Copy the command that replays %s\" "
			    "hidden>Copy</button>", line, row->token, line,
			    row->text);
		free(line);
	}
	fputs("</td>", out);
}

static void write_row(FILE *out, const struct mpck_report *report,
		      const struct mpck_distribution *d,
		      const struct mpck_row *row)
{
	mpck_markup(out, "<tr class=\"%s\"><td class=\"wanted\">",
		    row->right ? "right" : "");
	write_mark(out, row);
	mpck_markup(out, "</td><th scope=\"row\">%s</th>", row->text);
	if (d->counts)
		mpck_markup(out, "<td class=\"count\">%s</td>",
			    MPCK_DECIMAL(row->amount));
	else if (!row->seen)
		fputs("<td class=\"count\">not seen</td>", out);
	else
		fputs("<td></td>", out);
	if (d->shares) {
		mpck_markup(out, "<td class=\"share\">%s</td>",
			    MPCK_SHARE(row->share, row->amount, d->total));
		write_bar(out, d, row);
	}
	write_token(out, report, row);
	fputs("</tr>\n", out);
}

static void write_table(FILE *out, const struct mpck_report *report,
			const struct mpck_distribution *d, size_t from,
			size_t to)
{
	mpck_markup(out, "<div class=\"scrolls\"><table class=\"outcomes\">"
		    "<thead><tr><td></td><th scope=\"col\">final value</th>"
		    "<th scope=\"col\" class=\"count\">%s</th>",
		    d->counts ? mpck_noun(report, 2) : "");
	if (d->shares)
		fputs("<th scope=\"col\" class=\"share\">share</th><td></td>",
		      out);
	mpck_markup(out, "<th scope=\"col\">%s</th></tr></thead><tbody>\n",
		    report->form == MPCK_FORM_MACHINE ? "token" : "");
	for (size_t i = from; i < to; i++)
		write_row(out, report, d, &d->rows[i]);
	fputs("</tbody></table></div>\n", out);
}

static void write_more(FILE *out, const struct mpck_report *report,
		       const struct mpck_distribution *d)
{
	size_t end = d->n < ROWS_MOST ? d->n : ROWS_MOST;

	if (d->n == d->shown)
		return;
	mpck_markup(out, "<details><summary>%s more final values</summary>\n",
		    MPCK_COUNT(d->n - d->shown));
	write_table(out, report, d, d->shown, end);
	if (end < d->n)
		mpck_markup(out, "<p class=\"note\">and %s more; --json FILE "
			    "has them all</p>\n", MPCK_COUNT(d->n - end));
	fputs("</details>\n", out);
}

static void write_notes(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	bool counted = mpck_has_interleavings(report);

	fputs("<p class=\"note\">\u2713 wanted; ! not allowed", out);
	if (counted && mpck_is_counted(r) && r->noutcomes > 1)
		fputs(". A share of interleavings is not how often random or "
		      "real runs end so", out);
	if (mpck_is_search(r) && r->space.finished && !counted &&
	    r->noutcomes && !report->options->count)
		fputs(". With --count it is also said how many interleavings "
		      "end with each", out);
	fputs(".</p>\n", out);
}

void mpck_outcomes_write(FILE *out, const struct mpck_report *report)
{
	struct mpck_distribution d;

	mpck_distribution_make(&d, report->result, ROWS_FIRST);
	if (d.n) {
		fputs("<section aria-labelledby=\"outcomes\"><h2 id=\"outcomes"
		      "\">Final values</h2>\n", out);
		write_table(out, report, &d, 0, d.shown);
		write_more(out, report, &d);
		write_notes(out, report);
		fputs("</section>\n", out);
	}
	mpck_distribution_fini(&d);
}
