/* SPDX-License-Identifier: MIT */
/*
 * view.h - what of a trace is drawn: rows from top to bottom, lanes from left
 * to right, and the spans along the lanes.
 *
 * A row is one step.  Of a trace with more steps than rows, the beginning, the
 * end and what stands around the decisive steps keep their rows; each stretch
 * between them is folded into one.
 */
#ifndef MPCK_HTML_VIEW_H
#define MPCK_HTML_VIEW_H

#include "explain/explanation.h"

struct mpck_view_row {
	size_t step;		/* the first one */
	size_t count;		/* above 1: folded */
};

/* A task holds or waits, from the middle of one row to that of another. */
struct mpck_view_span {
	uint32_t task;
	uint32_t variable;	/* held; MPCK_NO_VARIABLE: waits */
	size_t from, to;	/* rows; to == nrows: still at the end */
};

/* At the end of the execution a task still waits. */
struct mpck_view_end {
	uint32_t task, whom;
	uint32_t variable;	/* that whom holds; MPCK_NO_VARIABLE: for whom
				 * itself to end */
};

struct mpck_view {
	const struct mpck_trace *trace;
	const struct mpck_cause *cause;	/* may be NULL */
	struct mpck_view_row *rows;
	size_t nrows;
	size_t *row_of;		/* by step */
	size_t folded;		/* steps without a row of their own */
	uint32_t lanes[MPCK_MAX_TASKS];	/* tasks, from left to right */
	size_t nlanes;
	uint32_t lane_of[MPCK_MAX_TASKS];
	struct mpck_view_span *spans;
	size_t nspans;
	struct mpck_view_end *ends;
	size_t nends;
};

/* At most about `most` rows. */
void mpck_view_make(struct mpck_view *view, const struct mpck_trace *trace,
		    const struct mpck_cause *cause, size_t most);
void mpck_view_fini(struct mpck_view *view);

/* "" without one. */
const char *mpck_variable_name(const struct mpck_view *view, uint32_t variable);
/* Which of the cause's operations this step is, from 1; 0: none. */
unsigned mpck_view_decisive(const struct mpck_view *view, size_t step);

#endif
