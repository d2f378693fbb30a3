/* SPDX-License-Identifier: MIT */
/*
 * distribution.h - final values in the order in which a report shows them.
 *
 * First stand the wanted ones, those that are not allowed, then the most
 * frequent.  Of the first `most` of them the order is that of their values when
 * all are numbers of one name, so that the shape can be seen.
 */
#ifndef MPCK_DISTRIBUTION_H
#define MPCK_DISTRIBUTION_H

#include "explore/explore.h"

struct mpck_row {
	const char *text;
	const char *token;	/* NULL: none */
	char *amount;		/* decimal or "unbounded"; NULL: not counted */
	double share;
	bool right, possible;
	bool seen;		/* false: wanted only */
	double value;
};

struct mpck_distribution {
	struct mpck_row *rows;
	size_t n, shown;	/* the rows behind `shown` are the rest */
	char *total;		/* as row.amount */
	bool counts, shares;	/* columns there are */
	double most;		/* share of the longest bar */
};

void mpck_distribution_make(struct mpck_distribution *d,
			    const struct mpck_result *result, size_t most);
void mpck_distribution_fini(struct mpck_distribution *d);

/* What nobody may miss comes first: 0 wanted, 1 not allowed, 2 others. */
int mpck_row_rank(const struct mpck_row *row);

/* Neither 0.0% of something nor 100.0% of less than all; small ones as 0.0043%
 * and 4.3e-12%. */
const char *mpck_share_text(char buffer[16], double share, const char *amount,
			    const char *total);
#define MPCK_SHARE(share, amount, total) \
	mpck_share_text((char[16]){ "" }, (share), (amount), (total))

#endif
