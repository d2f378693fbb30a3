/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - edit distance in Damerau's sense, "optimal string alignment".
 *
 * Words are cut at 63 characters: names typed at a command are shorter.
 */
#include "machine/nearest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t mpck_edit_distance(const char *a, const char *b)
{
	size_t la = strnlen(a, LONGEST), lb = strnlen(b, LONGEST);
	size_t rows[3][LONGEST + 1];	/* i - 2, i - 1, i; by i modulo 3 */

	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const size_t *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = a[i - 1] != b[j - 1];

			row[j] = min(min(above[j], row[j - 1]) + 1,
				     above[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min(row[j], above2[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

void mpck_nearest_init(struct mpck_nearest *n, const char *typed)
{
	size_t length = strnlen(typed, LONGEST);

	n->typed = typed;
	n->best[0] = '\0';
	n->distance = length / 3 + 2;	/* nearer than this counts */
}

void mpck_nearest_offer(struct mpck_nearest *n, const char *word)
{
	size_t distance = mpck_edit_distance(n->typed, word);
	size_t length = strlen(n->typed);

	/* "balance-un" for "balance-unlocked": the start of a word is near */
	if (length >= 3 && strncmp(n->typed, word, length) == 0)
		distance = min(distance, 1);
	if (distance >= strlen(word) || distance >= n->distance)
		return;
	n->distance = distance;
	snprintf(n->best, sizeof(n->best), "%s", word);
}
