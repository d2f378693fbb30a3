/* SPDX-License-Identifier: MIT */
/*
 * drawing.h - where things are in a timeline: rows are equally high, a lane is
 * as wide as its texts need.
 */
#ifndef MPCK_HTML_DRAWING_H
#define MPCK_HTML_DRAWING_H

#include <stdio.h>

#include "reporters/html/view.h"

enum {			/* pixels */
	MPCK_ROW = 26, MPCK_GUTTER = 40, MPCK_HEAD = 30, MPCK_TAIL = 14,
	MPCK_END_ROW = 20,
	MPCK_MARK = 24,	/* the line of a lane, from its left edge */
	MPCK_TEXT = 36,	/* texts begin */
	MPCK_BOX = 11,	/* half the height of a decisive operation's box */
	MPCK_LETTERS = 15,	/* so many need 100 pixels, about */
};

struct mpck_drawing {
	FILE *out;
	const struct mpck_view *view;
	const char *id;
	int left[MPCK_MAX_TASKS + 1];	/* of lanes, and of what follows */
	int width, height;
	int bottom;	/* of the rows; below it who waits for whom */
};

void mpck_drawing_make(struct mpck_drawing *d, FILE *out,
		       const struct mpck_view *view, const char *id);

int mpck_lane_left(const struct mpck_drawing *d, uint32_t task);
int mpck_lane_width(const struct mpck_drawing *d, uint32_t task);
int mpck_lane_line(const struct mpck_drawing *d, uint32_t task);
/* The middle of a row; the one behind the last is the end of the rows. */
int mpck_row_middle(const struct mpck_drawing *d, size_t row);
const struct mpck_step *mpck_row_step(const struct mpck_drawing *d,
				      size_t row);
bool mpck_is_folded(const struct mpck_drawing *d, size_t row);

/* behind.c */
void mpck_draw_lanes(const struct mpck_drawing *d);
void mpck_draw_behind(const struct mpck_drawing *d);

#endif
