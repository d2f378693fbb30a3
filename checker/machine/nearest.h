/* SPDX-License-Identifier: MIT */
/* nearest.h - "did you mean": the known word closest to what was typed. */
#ifndef MPCK_NEAREST_H
#define MPCK_NEAREST_H

#include <stddef.h>

struct mpck_nearest {
	const char *typed;
	char best[64];		/* "" while nothing is close */
	size_t distance;	/* of best, in edits */
};

/* Starts a search for the word nearest to `typed` (borrowed). */
void mpck_nearest_init(struct mpck_nearest *n, const char *typed);
/* Offers a word; words more than about a third different are not near. */
void mpck_nearest_offer(struct mpck_nearest *n, const char *word);

/* Single-character insertions, deletions, changes and swaps of neighbours. */
size_t mpck_edit_distance(const char *a, const char *b);

#endif
