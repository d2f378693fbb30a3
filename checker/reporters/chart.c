/* SPDX-License-Identifier: MIT */
/*
 * chart.c - the distribution of final values as bars.
 *
 * Up to ROWS outcomes are shown: the wanted ones, then the most frequent; the
 * others share a last line.  When all are numbers of one name they stand in
 * the order of their values, so that the shape can be seen.
 */
#include "reporters/chart.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 20, LABEL_MAX = 36, COUNT_COLUMNS = 13, SHARE = 6, BAR_MAX = 40 };

struct row {
	const char *text;
	uint64_t count;
	bool right, possible;
	double value;
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

static int by_count(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->text, y->text);
}

static int wanted_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->right != y->right)
		return x->right ? -1 : 1;
	return by_count(a, b);
}

static int by_value(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	bool ex = is_ending(x->text), ey = is_ending(y->text);

	if (ex != ey)
		return ex ? 1 : -1;
	if (!ex && x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return by_count(a, b);
}

/* The outcomes, and the wanted one when it never came. */
static struct row *collect(const struct mpck_result *result, size_t *n)
{
	struct row *rows = calloc(result->noutcomes + 1, sizeof(*rows));
	bool seen = result->nexpected != 1;

	if (!rows)
		return NULL;
	for (size_t i = 0; i < result->noutcomes; i++) {
		const struct mpck_outcome *o = &result->outcomes[i];

		rows[i] = (struct row){ o->text, o->executions, o->right,
					o->possible, 0 };
		seen = seen || o->right;
	}
	*n = result->noutcomes;
	if (!seen && *n)
		rows[(*n)++] = (struct row){ result->expected_text[0], 0,
					     true, true, 0 };
	return rows;
}

/* Neither 0.0% of something nor 100.0% of less than all. */
static const char *share(char buffer[16], uint64_t count, uint64_t total)
{
	double percent = total ? 100.0 * (double)count / (double)total : 0;

	if (count && percent < 0.1)
		return "<0.1%";
	if (count < total && percent > 99.9)
		return ">99.9%";
	snprintf(buffer, 16, "%.1f%%", percent);
	return buffer;
}
#define SHARE_OF(count, total) share((char[16]){ "" }, (count), (total))

static void print_bar(FILE *out, const struct mpck_style *style,
		      const struct row *row, uint64_t most, int room)
{
	static const char *const eighths[] = {
		"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a",
		"\u2589",
	};
	int parts = style->unicode ? 8 : 1;
	int length;

	if (!row->count || room < 1)
		return;
	length = (int)((double)row->count / (double)most * room * parts + 0.5);
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
		       const struct row *rows, size_t n, int label,
		       const char *noun)
{
	bool wanted = false, unknown = false;

	for (size_t i = 0; i < n; i++) {
		wanted = wanted || rows[i].right;
		unknown = unknown || (!rows[i].right && !rows[i].possible);
	}
	mpck_paint(out, style, MPCK_DIM);
	fprintf(out, "  %-*s %*s", label, "final value", COUNT_COLUMNS, noun);
	if (wanted)
		fprintf(out, "   %s wanted", style->unicode ? "\u2713" : "*");
	if (unknown)
		fprintf(out, "   ! not allowed");
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

static void print_rest(FILE *out, const struct row *rows, size_t n,
		       uint64_t total)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += rows[i].count;
	fprintf(out, "  and %s more, together %s (%s)\n", MPCK_COUNT(n),
		MPCK_COUNT(count), SHARE_OF(count, total));
}

void mpck_chart(FILE *out, const struct mpck_style *style,
		const struct mpck_result *result, const char *noun)
{
	size_t n, shown;
	struct row *rows = collect(result, &n);
	int label = 11, room;	/* "final value" */
	uint64_t most = 1, total = 0;
	bool numbers;

	if (!rows || !n) {
		free(rows);
		return;
	}
	numbers = all_numeric(rows, n);
	qsort(rows, n, sizeof(*rows), wanted_first);
	shown = n > ROWS ? ROWS : n;
	qsort(rows, shown, sizeof(*rows), numbers ? by_value : by_count);
	for (size_t i = 0; i < n; i++) {
		int columns = mpck_columns(rows[i].text);

		total += rows[i].count;
		most = rows[i].count > most ? rows[i].count : most;
		if (i < shown && columns > label)
			label = columns > LABEL_MAX ? LABEL_MAX : columns;
	}
	room = style->width - (2 + label + 1 + COUNT_COLUMNS + 2 + SHARE + 2);
	room = room > BAR_MAX ? BAR_MAX : room;

	print_head(out, style, rows, n, label, noun);
	for (size_t i = 0; i < shown; i++) {
		print_mark(out, style, &rows[i]);
		mpck_print_cut(out, style, rows[i].text, label);
		fprintf(out, " %*s  %*s", COUNT_COLUMNS,
			MPCK_COUNT(rows[i].count), SHARE,
			SHARE_OF(rows[i].count, total));
		if (rows[i].count)
			fputs("  ", out);
		print_bar(out, style, &rows[i], most, room);
		fputc('\n', out);
	}
	if (n > shown)
		print_rest(out, rows + shown, n - shown, total);
	free(rows);
}
