/* SPDX-License-Identifier: MIT */
/*
 * chart.c - the distribution of final values as bars; as a list of values where
 * nobody counted them.
 *
 * Up to ROWS outcomes are shown; the others share a last line.
 */
#include "reporters/chart.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"
#include "reporters/distribution.h"

enum { ROWS = 20, LABEL_MAX = 36, COUNT_MIN = 13, SHARE_MIN = 6, BAR_MAX = 40 };

struct chart {
	struct mpck_distribution d;
	int label, count, share, bar;	/* widths of the columns */
};

static int wider(int columns, const char *text, int most)
{
	int have = mpck_columns(text);

	have = have > most ? most : have;
	return have > columns ? have : columns;
}

static void measure(struct chart *c, const struct mpck_style *style)
{
	c->label = 11;		/* "final value" */
	c->count = COUNT_MIN;
	c->share = SHARE_MIN;
	for (size_t i = 0; i < c->d.shown; i++) {
		const struct mpck_row *r = &c->d.rows[i];

		c->label = wider(c->label, r->text, LABEL_MAX);
		if (c->d.counts)
			c->count = wider(c->count, MPCK_DECIMAL(r->amount),
					 MPCK_COUNT_TEXT);
		if (c->d.shares)
			c->share = wider(c->share, MPCK_SHARE(r->share, r->amount,
							    c->d.total), 16);
	}
	c->bar = style->width - (2 + c->label + 1 + c->count + 2 + c->share + 2);
	c->bar = c->bar > BAR_MAX ? BAR_MAX : c->bar;
}

static void print_bar(FILE *out, const struct mpck_style *style,
		      const struct mpck_row *row, const struct chart *c)
{
	static const char *const eighths[] = {
		"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a",
		"\u2589",
	};
	int parts = style->unicode ? 8 : 1;
	int length;

	if (!row->seen || c->bar < 1)
		return;
	fputs("  ", out);
	if (strcmp(row->amount, "0") == 0) {
		mpck_paint(out, style, MPCK_DIM);
		fprintf(out, "%.*s", c->bar, "seen by the search");
		mpck_paint(out, style, MPCK_PLAIN);
		return;
	}
	length = (int)(row->share / c->d.most * c->bar * parts + 0.5);
	length = length ? length : 1;
	mpck_paint(out, style, row->right ? MPCK_GOOD : MPCK_DIM);
	for (int i = 0; i < length / parts; i++)
		fputs(style->unicode ? "\u2588" : "#", out);
	if (style->unicode)
		fputs(eighths[length % 8], out);
	mpck_paint(out, style, MPCK_PLAIN);
}

static void print_mark(FILE *out, const struct mpck_style *style,
		       const struct mpck_row *row)
{
	if (row->right) {
		mpck_paint(out, style, MPCK_GOOD);
		fputs(style->unicode ? "\u2713 " : "* ", out);
		mpck_paint(out, style, MPCK_PLAIN);
	} else if (!row->possible) {
		mpck_paint(out, style, MPCK_BAD);
		fputs("! ", out);
		mpck_paint(out, style, MPCK_PLAIN);
	} else {
		fputs("  ", out);
	}
}

static void print_head(FILE *out, const struct mpck_style *style,
		       const struct chart *c, const char *noun)
{
	bool wanted = false, unknown = false;

	for (size_t i = 0; i < c->d.n; i++) {
		wanted = wanted || c->d.rows[i].right;
		unknown = unknown || mpck_row_rank(&c->d.rows[i]) == 1;
	}
	mpck_paint(out, style, MPCK_DIM);
	if (c->d.counts)
		fprintf(out, "  %-*s %*s", c->label, "final value", c->count,
			noun);
	else
		fputs("  final value", out);
	if (wanted)
		fprintf(out, "   %s wanted", style->unicode ? "\u2713" : "*");
	if (unknown)
		fprintf(out, "   ! not allowed");
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

static void print_row(FILE *out, const struct mpck_style *style,
		      const struct mpck_row *row, const struct chart *c)
{
	int columns = mpck_columns(row->text);
	bool last = !c->d.counts && row->seen;	/* nothing follows */

	print_mark(out, style, row);
	mpck_print_cut(out, style, row->text,
		       last && columns < c->label ? columns : c->label);
	if (c->d.counts)
		fprintf(out, " %*s", c->count, MPCK_DECIMAL(row->amount));
	else if (!row->seen)
		fputs(" not seen", out);
	if (c->d.shares) {
		fprintf(out, "  %*s", c->share,
			MPCK_SHARE(row->share, row->amount, c->d.total));
		print_bar(out, style, row, c);
	}
	fputc('\n', out);
}

static void print_rest(FILE *out, const struct chart *c)
{
	char *sum = c->d.shares ? strdup("0") : NULL;
	double share = 0;

	for (size_t i = c->d.shown; i < c->d.n && sum; i++) {
		sum = mpck_decimal_add(sum, c->d.rows[i].amount);
		share += c->d.rows[i].share;
	}
	fprintf(out, "  and %s more", MPCK_COUNT(c->d.n - c->d.shown));
	if (sum)
		fprintf(out, ", together %s (%s)", MPCK_DECIMAL(sum),
			MPCK_SHARE(share, sum, c->d.total));
	else
		fputs("; --json FILE has them all", out);
	fputc('\n', out);
	free(sum);
}

void mpck_chart(FILE *out, const struct mpck_style *style,
		const struct mpck_result *result, const char *noun)
{
	struct chart c = { 0 };

	mpck_distribution_make(&c.d, result, ROWS);
	if (c.d.n) {
		measure(&c, style);
		print_head(out, style, &c, noun);
		for (size_t i = 0; i < c.d.shown; i++)
			print_row(out, style, &c.d.rows[i], &c);
		if (c.d.n > c.d.shown)
			print_rest(out, &c);
	}
	mpck_distribution_fini(&c.d);
}
