/* SPDX-License-Identifier: MIT */
/*
 * timeline.h - one execution as a picture: a lane a task, a line an operation.
 *
 *          Process-1       Process-2
 *      main starts Process-1 and Process-2
 *   1  | read 100        |               < balance.c:30
 * > 2  |                 | read 100      < balance.c:41
 *
 * Lanes are wide while the texts fit into them.  Otherwise they are narrow, with
 * a mark at each operation and its text behind the lanes; where even that is
 * too wide, tasks that do not decide share a lane, or there are none.
 */
#ifndef MPCK_TIMELINE_H
#define MPCK_TIMELINE_H

#include "explain/explanation.h"
#include "reporters/rows.h"
#include "reporters/style.h"

#define MPCK_NO_STEP SIZE_MAX

struct mpck_timeline {
	const struct mpck_trace *trace;
	enum mpck_folding folding;
	size_t most;		/* lines for operations at most, roughly; 0: all */
	int indent;		/* columns in front of each line */
	bool no_legend;
	bool bad;		/* how it ends is wrong */
	/* A stepper's view: */
	size_t here;		/* step to stand out, or MPCK_NO_STEP */
	size_t window;		/* rows around it; 0: all */
};

void mpck_timeline_print(FILE *out, const struct mpck_style *style,
			 const struct mpck_timeline *timeline);

#endif
