/* SPDX-License-Identifier: MIT */
/* collect.h - the observations of one native run, as one outcome text. */
#ifndef MPCK_COLLECT_H
#define MPCK_COLLECT_H

#include <stddef.h>

struct mpck_collect {
	char **texts;	/* "name=value", one a name, in alphabetical order */
	size_t count;
};

/* Adds "name=value"; a later value of the same name replaces the earlier.
 * 0, or -1 when no memory is left. */
int mpck_collect_add(struct mpck_collect *c, const char *text, size_t length);
/* All of them, one space between; the caller frees it; NULL: no memory. */
char *mpck_collect_outcome(const struct mpck_collect *c);
void mpck_collect_fini(struct mpck_collect *c);

#endif
