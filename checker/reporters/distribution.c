/* SPDX-License-Identifier: MIT */
/* distribution.c - see distribution.h. */
#include "reporters/distribution.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/amounts.h"

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
static bool all_numeric(struct mpck_row *rows, size_t n)
{
	const struct mpck_row *first = NULL;
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		struct mpck_row *r = &rows[i];
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
	const struct mpck_row *x = a, *y = b;
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
	const struct mpck_row *x = a, *y = b;
	bool ex = is_ending(x->text), ey = is_ending(y->text);

	if (ex != ey)
		return ex ? 1 : -1;
	if (!ex && x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return by_amount(a, b);
}

int mpck_row_rank(const struct mpck_row *row)
{
	return row->right ? 0 : !row->possible ? 1 : 2;
}

static int by_rank(const void *a, const void *b)
{
	const struct mpck_row *x = a, *y = b;

	if (mpck_row_rank(x) != mpck_row_rank(y))
		return mpck_row_rank(x) - mpck_row_rank(y);
	return x->amount ? by_amount(a, b) : by_value(a, b);
}

/* The outcomes, and the wanted one when it never came. */
static bool collect(struct mpck_distribution *d,
		    const struct mpck_result *result)
{
	bool seen = result->nexpected != 1;

	d->total = mpck_amount(result, NULL);
	d->counts = d->total != NULL;
	d->rows = calloc(result->noutcomes + 1, sizeof(*d->rows));
	if (!d->rows)
		return false;
	for (size_t i = 0; i < result->noutcomes; i++) {
		const struct mpck_outcome *o = &result->outcomes[i];

		d->rows[d->n++] = (struct mpck_row){
			.text = o->text, .amount = mpck_amount(result, o),
			.share = mpck_share(result, o), .right = o->right,
			.token = o->token,
			.possible = o->possible, .seen = true };
		seen = seen || o->right;
		d->counts = d->counts && d->rows[i].amount;
	}
	d->shares = d->counts && mpck_is_counted(result);
	if (!seen && d->n)
		d->rows[d->n++] = (struct mpck_row){
			.text = result->expected_text[0], .right = true,
			.amount = d->counts ? strdup("0") : NULL,
			.possible = true };
	return d->n > 0;
}

void mpck_distribution_fini(struct mpck_distribution *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->rows[i].amount);
	free(d->rows);
	free(d->total);
	*d = (struct mpck_distribution){ 0 };
}

void mpck_distribution_make(struct mpck_distribution *d,
			    const struct mpck_result *result, size_t most)
{
	bool numbers;

	*d = (struct mpck_distribution){ 0 };
	if (!collect(d, result))
		return;
	numbers = all_numeric(d->rows, d->n);
	for (size_t i = 0; i < d->n && !numbers; i++)
		d->rows[i].value = 0;
	qsort(d->rows, d->n, sizeof(*d->rows), by_rank);
	d->shown = d->n > most ? most : d->n;
	qsort(d->rows, d->shown, sizeof(*d->rows),
	      numbers ? by_value : by_amount);
	for (size_t i = 0; i < d->n; i++)
		d->most = d->rows[i].share > d->most ? d->rows[i].share
						     : d->most;
}

const char *mpck_share_text(char buffer[16], double share, const char *amount,
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
