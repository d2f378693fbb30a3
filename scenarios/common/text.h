/* SPDX-License-Identifier: MIT */
/* text.h - outcomes with arrays as text, as reports print them. */
#ifndef SCENARIOS_COMMON_TEXT_H
#define SCENARIOS_COMMON_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_TEXT = 512 };	/* bytes: 64 items of up to 6 characters */

/* "array=[5,6,7]"; a single item has no brackets. */
static inline void array_text(char text[ARRAY_TEXT], const int64_t *items,
			      int64_t count)
{
	int at = snprintf(text, ARRAY_TEXT, count == 1 ? "array=" : "array=[");

	for (int64_t i = 0; i < count; i++)
		at += snprintf(text + at, ARRAY_TEXT - (size_t)at, "%s%lld",
			       i ? "," : "", (long long)items[i]);
	if (count != 1)
		snprintf(text + at, ARRAY_TEXT - (size_t)at, "]");
}

/* Reads such a text back; the number of items, or -1. */
static inline int64_t array_items(const char *text, int64_t *items,
				  int64_t room)
{
	const char *at = text + strlen("array=");
	int64_t count = 0;
	char *end;

	if (strncmp(text, "array=", strlen("array=")) != 0)
		return -1;
	if (*at == '[')
		at++;
	while (count < room) {
		items[count] = strtoll(at, &end, 10);
		if (end == at)
			return -1;
		count++;
		if (*end != ',')
			return count;
		at = end + 1;
	}
	return -1;
}

#endif
