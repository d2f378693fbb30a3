/* SPDX-License-Identifier: MIT */
/*
 * lanes.h - where everything of a timeline stands: measured before anything is
 * printed.
 */
#ifndef MPCK_LANES_H
#define MPCK_LANES_H

#include "reporters/rows.h"
#include "reporters/timeline.h"

/* What tasks are in behind a row. */
struct mpck_states { mpck_taskset alive, holding, blocked; };

enum { MPCK_NO_LANE = 0xff };

struct mpck_lanes {
	const struct mpck_timeline *timeline;
	const struct mpck_style *style;
	struct mpck_rows rows;
	struct mpck_states *states;	/* by row */
	mpck_taskset shown;		/* tasks with a row in a lane */
	uint8_t lane_of[MPCK_MAX_TASKS];	/* or MPCK_NO_LANE */
	uint32_t task_of[MPCK_MAX_TASKS];	/* by lane */
	mpck_taskset others;		/* share the last lane */
	int nlanes;
	bool wide;		/* texts stand in the lanes */
	enum mpck_wording wording;
	bool lines_only;	/* ":21": all places are in `file` */
	const char *file;	/* NULL: in several, or none is known */
	/* Columns: indent, 2 for the mark of a preemption, number, 2, lanes
	 * (each `lane`), then without `wide` name, 1, text; 2, place. */
	int number, lane, name, text, place;
	int left;		/* of everything up to the lanes */
};

void mpck_lanes_init(struct mpck_lanes *lanes, const struct mpck_style *style,
		     const struct mpck_timeline *timeline);
void mpck_lanes_fini(struct mpck_lanes *lanes);

/* "balance.c:21" or ":21", malloc'd; "" if it is not known. */
char *mpck_lanes_place(const struct mpck_lanes *lanes,
		       const struct mpck_row *row);
/* What a row says in its lane; malloc'd. */
char *mpck_lanes_words(const struct mpck_lanes *lanes,
		       const struct mpck_row *row);

#endif
