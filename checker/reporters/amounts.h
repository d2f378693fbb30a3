/* SPDX-License-Identifier: MIT */
/*
 * amounts.h - how many executions or interleavings: as decimal text, since a
 * searched space has more interleavings than any integer type holds.
 */
#ifndef MPCK_AMOUNTS_H
#define MPCK_AMOUNTS_H

#include "explore/explore.h"
#include "reporters/style.h"

/* The report is about the search itself: nothing was sampled. */
bool mpck_is_search(const struct mpck_result *r);

/*
 * How often this outcome came, or with NULL all of them together: executions,
 * or the interleavings of a search.  Decimal or "unbounded", malloc'd; NULL
 * when nobody counted.
 */
char *mpck_amount(const struct mpck_result *r, const struct mpck_outcome *o);
/* The same as a share of all, 0..1; 0 when it has none. */
double mpck_share(const struct mpck_result *r, const struct mpck_outcome *o);
/* All outcomes have a number. */
bool mpck_is_counted(const struct mpck_result *r);

/* Outcomes that `are` so, together; NULL: nobody counted, or there is none. */
char *mpck_count_those(const struct mpck_result *r,
		       bool (*are)(const struct mpck_outcome *));
/* How often a finding came; NULL: nobody counted. */
char *mpck_finding_amount(const struct mpck_result *r,
			  const struct mpck_found *f);

/* False for NULL and "unbounded". */
bool mpck_is_decimal(const char *text);
/* As strcmp() for the numbers; without leading zeros. */
int mpck_decimal_compare(const char *a, const char *b);
/* a + b, malloc'd; a is freed.  NULL when one of them is no number. */
char *mpck_decimal_add(char *a, const char *b);
/* "2520" as "2,520", 16 digits and more as "1.1e119", other texts as they are;
 * in the caller's buffer. */
const char *mpck_decimal_text(char buffer[MPCK_COUNT_TEXT], const char *number);
#define MPCK_DECIMAL(n) mpck_decimal_text((char[MPCK_COUNT_TEXT]){ "" }, (n))

#endif
