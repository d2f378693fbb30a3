/* SPDX-License-Identifier: MIT */
/* nearest.h - a failing schedule next to one that passes. */
#ifndef MPCK_NEAREST_H
#define MPCK_NEAREST_H

#include "explain/course.h"

/*
 * The schedules that differ from the one that passes in one order, and show the
 * target, until something decides in one of them.
 */
bool mpck_nearest_find(struct mpck_driver *d, const struct mpck_trail *passing,
		       bool (*decides)(void *context,
				       const struct mpck_course *failing),
		       void *context);

#endif
