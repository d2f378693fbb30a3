/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - a failing schedule next to one that passes.
 *
 * Where several orders have to be right together, no one of them turns a schedule
 * that has most of them wrong into one that passes.  But some schedule passes, and
 * one of its orders, flipped, makes it fail: there that order decides.
 */
#include "explain/nearest.h"

#include "basics.h"
#include "explain/flip.h"

enum { MOST_TRIED = 100 };

/* What the move follows in the order of its object: another task's. */
static size_t follows(const struct mpck_base *b, size_t move)
{
	for (size_t i = move; i--;) {
		if (!mpck_moves_conflict(&b->all[i].op, &b->all[move].op))
			continue;
		return b->all[i].task != b->all[move].task ? i : SIZE_MAX;
	}
	return SIZE_MAX;
}

/* The last orders first: less comes behind them that could make it fail. */
static bool try_flips(struct mpck_base *b,
		      bool (*decides)(void *, const struct mpck_course *),
		      void *context)
{
	struct mpck_course failing = { 0 };
	unsigned tried = 0;
	bool found = false;

	for (size_t i = b->course.nmoves;
	     i-- && tried < MOST_TRIED && !found &&
	     !mpck_driver_spent(b->driver);) {
		size_t first = follows(b, i);

		if (first == SIZE_MAX)
			continue;
		tried++;
		if (mpck_flip(b, first, i, MPCK_PLAINLY) !=
			    MPCK_FLIP_FAILS ||
		    !mpck_shows(b->driver->target, b->flipped.end))
			continue;
		mpck_course_copy(&failing, &b->flipped);
		found = decides(context, &failing);
	}
	mpck_course_fini(&failing);
	return found;
}

bool mpck_nearest_find(struct mpck_driver *d, const struct mpck_trail *passing,
		       bool (*decides)(void *, const struct mpck_course *),
		       void *context)
{
	struct mpck_course c = { 0 };
	struct mpck_base base;
	struct mpck_plan plan = { .trail = passing->choices,
				  .ntrail = passing->count };
	bool found = false;

	mpck_drive(d, &plan, &c);
	if (c.known && mpck_passes(d->target, c.end)) {
		mpck_base_open(&base, d, &c);
		found = try_flips(&base, decides, context);
		mpck_base_close(&base);
	}
	mpck_course_fini(&c);
	return found;
}
