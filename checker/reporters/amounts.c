/* SPDX-License-Identifier: MIT */
/* amounts.c - how many executions or interleavings, as decimal text. */
#include "reporters/amounts.h"

#include <gmp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_DIGITS = 15 };

bool mpck_is_search(const struct mpck_result *r)
{
	return r->space.searched && !r->executions;
}

static char *decimal(uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	return strdup(digits);
}

char *mpck_amount(const struct mpck_result *r, const struct mpck_outcome *o)
{
	const char *interleavings = o ? o->interleavings : r->interleavings;

	if (!mpck_is_search(r))
		return decimal(o ? o->executions : r->executions);
	return r->interleavings && interleavings ? strdup(interleavings)
						 : NULL;
}

double mpck_share(const struct mpck_result *r, const struct mpck_outcome *o)
{
	if (mpck_is_search(r))
		return mpck_is_counted(r) ? o->share : 0;
	return r->executions ? (double)o->executions / (double)r->executions
			     : 0;
}

bool mpck_is_counted(const struct mpck_result *r)
{
	return !mpck_is_search(r) || mpck_is_decimal(r->interleavings);
}

bool mpck_is_decimal(const char *text)
{
	return text && *text && !text[strspn(text, "0123456789")];
}

int mpck_decimal_compare(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	if (la != lb)
		return la < lb ? -1 : 1;
	return strcmp(a, b);
}

char *mpck_decimal_add(char *a, const char *b)
{
	mpz_t sum, more;
	char *text;

	if (!mpck_is_decimal(a) || !mpck_is_decimal(b)) {
		free(a);
		return NULL;
	}
	mpz_init_set_str(sum, a, 10);
	mpz_init_set_str(more, b, 10);
	mpz_add(sum, sum, more);
	text = mpz_get_str(NULL, 10, sum);
	mpz_clear(sum);
	mpz_clear(more);
	free(a);
	return text;
}

/* "1.1e119": two digits are enough to compare by eye. */
static void scientific(char buffer[MPCK_COUNT_TEXT], const char *digits)
{
	size_t exponent = strlen(digits) - 1;
	unsigned tenths = (unsigned)((digits[0] - '0') * 10 + digits[1] - '0');

	tenths += digits[2] >= '5';
	if (tenths == 100) {
		tenths = 10;
		exponent++;
	}
	snprintf(buffer, MPCK_COUNT_TEXT, "%u.%ue%zu", tenths / 10, tenths % 10,
		 exponent);
}

const char *mpck_decimal_text(char buffer[MPCK_COUNT_TEXT], const char *number)
{
	if (!mpck_is_decimal(number))
		snprintf(buffer, MPCK_COUNT_TEXT, "%s", number ? number : "");
	else if (strlen(number) > EXACT_DIGITS)
		scientific(buffer, number);
	else
		mpck_count_text(buffer, strtoull(number, NULL, 10));
	return buffer;
}

char *mpck_count_those(const struct mpck_result *r,
		       bool (*are)(const struct mpck_outcome *))
{
	char *sum = mpck_is_counted(r) ? strdup("0") : NULL;

	for (size_t i = 0; i < r->noutcomes && sum; i++) {
		char *one;

		if (!are(&r->outcomes[i]))
			continue;
		one = mpck_amount(r, &r->outcomes[i]);
		sum = mpck_decimal_add(sum, one);
		free(one);
	}
	if (sum && strcmp(sum, "0") == 0) {
		free(sum);
		sum = NULL;
	}
	return sum;
}

static bool is_wrong_value(const struct mpck_outcome *o)
{
	return o->final && !o->right;
}

static bool is_deadlock(const struct mpck_outcome *o)
{
	return strcmp(o->text, "(deadlock)") == 0;
}

char *mpck_finding_amount(const struct mpck_result *r,
			  const struct mpck_found *f)
{
	char digits[24];

	if (!mpck_is_search(r)) {
		snprintf(digits, sizeof(digits), "%" PRIu64, f->executions);
		return f->executions ? strdup(digits) : NULL;
	}
	/* A search counts final values and ends, no other findings. */
	if (f->kind == MPCK_UNEXPECTED_VALUE)
		return mpck_count_those(r, is_wrong_value);
	return f->kind == MPCK_DEADLOCK ? mpck_count_those(r, is_deadlock)
					: NULL;
}
