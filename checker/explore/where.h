/* SPDX-License-Identifier: MIT */
/* where.h - code addresses as source lines, by debug information. */
#ifndef MPCK_WHERE_H
#define MPCK_WHERE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "balance.c:21 in increase", malloc'd; without debug information
 * "increase+0x12 (no debug information)"; NULL: nothing known.
 * is_return: pc is a return address, the call stands before it.
 */
char *mpck_where(const void *pc, bool is_return);
/* The same in parts; all malloc'd, NULL or 0: not known. */
struct mpck_place {
	char *function;
	char *path;		/* absolute, if the compiler was told where */
	unsigned line;
};
struct mpck_place mpck_place_of(const void *pc, bool is_return);

/*
 * One number for all code of a source line, so that what is found there is one
 * finding however often the compiler copied the line; without debug information
 * the pc itself.  Means something in this run only.  Remembered: a few ns.
 */
uint64_t mpck_site(const void *pc, bool is_return);

/* Has the loaded module that has this pc code of this line of the file? */
bool mpck_has_code(const void *pc, const char *path, unsigned line);

/* Releases what the look-ups loaded. */
void mpck_where_close(void);

#endif
