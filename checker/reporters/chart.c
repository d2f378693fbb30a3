/* SPDX-License-Identifier: MIT */
/*
 * chart.c - the distribution of final values as bars; as a list of values where
 * nobody counted them.
 *
 * Up to ROWS outcomes are shown: the wanted ones, those that are not allowed,
 * then the most frequent; the others share a last line.  When all are numbers
 * of one name they stand in the order of their values, so that the shape can be
 * seen.
 */
#include "reporters/chart.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"

enum { ROWS = 20, LABEL_MAX = 36, COUNT_MIN = 13, SHARE_MIN = 6, BAR_MAX = 40 };

struct row {
	const char *text;
	char *amount;		/* decimal or "unbounded"; NULL: not counted */
	double share;
	bool right, possible;
	bool seen;		/* false: wanted only */
	double value;
};

struct chart {
	struct row *rows;
	size_t n, shown;
	char *total;		/* as row.amount */
	bool counts, shares;	/* columns there are */
	double most;		/* share of the longest bar */
	int label, count, share, bar;	/* widths of the columns */
};

/* Length of "name" when text is "name=NUMBER"; 0 otherwise. */
static size_t numeric(const char *text, double *value)
{
	const char *equals = strchr(text, '=');
	char *end;

	if (!equals || equals == text || !strchr("-0123456789", equals[1]))
		return 0;
	*value = strtod(equals + 1, &end);
	return end != equals + 1 && !*end ? (size_t)(equals - text) : 0;
}

/* "(deadlock)", "(crash)": not a value. */
static bool is_ending(const char *text)
{
	return text[0] == '(';
}

/* Fills in the values; true when all are numbers of one name. */
static bool all_numeric(struct row *rows, size_t n)
{
	const struct row *first = NULL;
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		struct row *r = &rows[i];
		size_t l;

		if (is_ending(r->text))
			continue;
		l = numeric(r->text, &r->value);
		if (!l || (first && (l != length ||
				     memcmp(first->text, r->text, l) != 0)))
			return false;
		first = first ? first : r;
		length = l;
	}
	return true;
}

/* More before less, "unbounded" first. */
static int by_amount(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	bool dx = mpck_is_decimal(x->amount), dy = mpck_is_decimal(y->amount);
	int order = 0;

	if (dx && dy)
		order = mpck_decimal_compare(y->amount, x->amount);
	else if (x->amount && y->amount)
		order = dx - dy;
	return order ? order : strcmp(x->text, y->text);
}

static int by_value(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	bool ex = is_ending(x->text), ey = is_ending(y->text);

	if (ex != ey)
		return ex ? 1 : -1;
	if (!ex && x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return by_amount(a, b);
}

/* What nobody may miss comes first. */
static int rank(const struct row *row)
{
	return row->right ? 0 : !row->possible ? 1 : 2;
}

static int by_rank(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	return x->amount ? by_amount(a, b) : by_value(a, b);
}

/* The outcomes, and the wanted one when it never came. */
static bool collect(struct chart *c, const struct mpck_result *result)
{
	bool seen = result->nexpected != 1;

	c->total = mpck_amount(result, NULL);
	c->counts = c->total != NULL;
	c->rows = calloc(result->noutcomes + 1, sizeof(*c->rows));
	if (!c->rows)
		return false;
	for (size_t i = 0; i < result->noutcomes; i++) {
		const struct mpck_outcome *o = &result->outcomes[i];

		c->rows[c->n++] = (struct row){
			.text = o->text, .amount = mpck_amount(result, o),
			.share = mpck_share(result, o), .right = o->right,
			.possible = o->possible, .seen = true };
		seen = seen || o->right;
		c->counts = c->counts && c->rows[i].amount;
	}
	c->shares = c->counts && mpck_is_counted(result);
	if (!seen && c->n)
		c->rows[c->n++] = (struct row){
			.text = result->expected_text[0], .right = true,
			.amount = c->counts ? strdup("0") : NULL,
			.possible = true };
	return c->n > 0;
}

static void forget(struct chart *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->rows[i].amount);
	free(c->rows);
	free(c->total);
}

/* Neither 0.0% of something nor 100.0% of less than all; small ones as 0.0043%
 * and 4.3e-12%. */
static const char *share_text(char buffer[16], double share, const char *amount,
			      const char *total)
{
	double percent = 100 * share;
	char *e;

	if (strcmp(amount, "0") == 0)
		return "0.0%";
	if (strcmp(amount, total) == 0)
		return "100.0%";
	if (percent > 99.9)
		return ">99.9%";
	snprintf(buffer, 16, percent < 0.1 ? "%.2g%%" : "%.1f%%", percent);
	e = strstr(buffer, "e-0");
	if (e)
		memmove(e + 2, e + 3, strlen(e + 3) + 1);
	return buffer;
}
#define SHARE_OF(share, amount, total) \
	share_text((char[16]){ "" }, (share), (amount), (total))

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
	for (size_t i = 0; i < c->n; i++) {
		const struct row *r = &c->rows[i];

		c->most = r->share > c->most ? r->share : c->most;
		if (i >= c->shown)
			continue;
		c->label = wider(c->label, r->text, LABEL_MAX);
		if (c->counts)
			c->count = wider(c->count, MPCK_DECIMAL(r->amount),
					 MPCK_COUNT_TEXT);
		if (c->shares)
			c->share = wider(c->share, SHARE_OF(r->share, r->amount,
							    c->total), 16);
	}
	c->bar = style->width - (2 + c->label + 1 + c->count + 2 + c->share + 2);
	c->bar = c->bar > BAR_MAX ? BAR_MAX : c->bar;
}

static void print_bar(FILE *out, const struct mpck_style *style,
		      const struct row *row, const struct chart *c)
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
	length = (int)(row->share / c->most * c->bar * parts + 0.5);
	length = length ? length : 1;
	mpck_paint(out, style, row->right ? MPCK_GOOD : MPCK_DIM);
	for (int i = 0; i < length / parts; i++)
		fputs(style->unicode ? "\u2588" : "#", out);
	if (style->unicode)
		fputs(eighths[length % 8], out);
	mpck_paint(out, style, MPCK_PLAIN);
}

static void print_mark(FILE *out, const struct mpck_style *style,
		       const struct row *row)
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

	for (size_t i = 0; i < c->n; i++) {
		wanted = wanted || c->rows[i].right;
		unknown = unknown || rank(&c->rows[i]) == 1;
	}
	mpck_paint(out, style, MPCK_DIM);
	if (c->counts)
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
		      const struct row *row, const struct chart *c)
{
	int columns = mpck_columns(row->text);
	bool last = !c->counts && row->seen;	/* nothing follows */

	print_mark(out, style, row);
	mpck_print_cut(out, style, row->text,
		       last && columns < c->label ? columns : c->label);
	if (c->counts)
		fprintf(out, " %*s", c->count, MPCK_DECIMAL(row->amount));
	else if (!row->seen)
		fputs(" not seen", out);
	if (c->shares) {
		fprintf(out, "  %*s", c->share,
			SHARE_OF(row->share, row->amount, c->total));
		print_bar(out, style, row, c);
	}
	fputc('\n', out);
}

static void print_rest(FILE *out, const struct chart *c)
{
	char *sum = c->shares ? strdup("0") : NULL;
	double share = 0;

	for (size_t i = c->shown; i < c->n && sum; i++) {
		sum = mpck_decimal_add(sum, c->rows[i].amount);
		share += c->rows[i].share;
	}
	fprintf(out, "  and %s more", MPCK_COUNT(c->n - c->shown));
	if (sum)
		fprintf(out, ", together %s (%s)", MPCK_DECIMAL(sum),
			SHARE_OF(share, sum, c->total));
	else
		fputs("; --json FILE has them all", out);
	fputc('\n', out);
	free(sum);
}

void mpck_chart(FILE *out, const struct mpck_style *style,
		const struct mpck_result *result, const char *noun)
{
	struct chart c = { 0 };
	bool numbers;

	if (collect(&c, result)) {
		numbers = all_numeric(c.rows, c.n);
		for (size_t i = 0; i < c.n && !numbers; i++)
			c.rows[i].value = 0;
		qsort(c.rows, c.n, sizeof(*c.rows), by_rank);
		c.shown = c.n > ROWS ? ROWS : c.n;
		qsort(c.rows, c.shown, sizeof(*c.rows),
		      numbers ? by_value : by_amount);
		measure(&c, style);
		print_head(out, style, &c, noun);
		for (size_t i = 0; i < c.shown; i++)
			print_row(out, style, &c.rows[i], &c);
		if (c.n > c.shown)
			print_rest(out, &c);
	}
	forget(&c);
}
