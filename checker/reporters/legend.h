/* SPDX-License-Identifier: MIT */
/* legend.h - the marks of a timeline, and the line that says what they mean. */
#ifndef MPCK_LEGEND_H
#define MPCK_LEGEND_H

#include "reporters/lanes.h"

enum mpck_mark {
	MPCK_MARK_LINE, MPCK_MARK_HOLDS, MPCK_MARK_WAITS, MPCK_MARK_OPERATION,
	MPCK_MARK_DECIDES, MPCK_MARK_PREEMPTS, MPCK_MARK_HERE,
	MPCK_MARKS
};

/* In ASCII, in Unicode; each one column wide. */
extern const char *const mpck_marks[2][MPCK_MARKS];

/* Says what the marks that were used mean, and what the lanes leave out; file:
 * also the file. */
void mpck_legend_print(FILE *out, const struct mpck_lanes *lanes,
		       const bool used[MPCK_MARKS], bool file);

#endif
