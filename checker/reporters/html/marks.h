/* SPDX-License-Identifier: MIT */
/*
 * marks.h - the marks of a timeline: what a task did is told by the shape, not
 * by a colour alone.
 */
#ifndef MPCK_HTML_MARKS_H
#define MPCK_HTML_MARKS_H

#include <stdio.h>

#include "explain/explanation.h"

/* "read": the symbol is #m-read, and the row has this class. */
const char *mpck_mark_of(const struct mpck_step *step);

/* Symbols and patterns, once a page, before the first timeline. */
void mpck_marks_define(FILE *out);
/* What the marks mean. */
void mpck_marks_legend(FILE *out);

#endif
