/* SPDX-License-Identifier: MIT */
/*
 * shrink.h - a schedule that shows the same with less.
 *
 * Less is: fewer preemptions; then fewer tasks that take part in each other's
 * work (one that runs while nobody is preempted does not); then fewer
 * operations; then fewer changes from one task to another.
 */
#ifndef MPCK_SHRINK_H
#define MPCK_SHRINK_H

#include "explain/course.h"

struct mpck_cost {
	unsigned preemptions;
	unsigned partakers;
	uint64_t operations;
	uint64_t changes;
};
struct mpck_cost mpck_cost_of(const struct mpck_course *course);
/* < 0: a is less. */
int mpck_cost_compare(struct mpck_cost a, struct mpck_cost b);

/* The best schedule so far. */
struct mpck_best {
	struct mpck_course course;
	struct mpck_cost cost;
};

/*
 * best->course shows the target; afterwards it is one that shows it with as
 * little as was found within the driver's limits.
 */
void mpck_shrink(struct mpck_driver *d, struct mpck_best *best);

/* Parts of it. */

/* Drives the plan; true: it shows the target with less, and is the best now. */
bool mpck_improves(struct mpck_driver *d, struct mpck_plan *plan,
		   struct mpck_best *best);
/* bubble.c: operations that do not depend on each other change places until
 * tasks do as much as they can at a time; tasks[] has room for all moves.
 * Nothing is executed. */
void mpck_bubble(const struct mpck_course *course, uint16_t *tasks);
/* bound.c: goes other ways at few forks, one more at a time, for schedules of
 * fewer preemptions than the best has.  Ends after so many executions. */
void mpck_search_bounded(struct mpck_driver *d, const struct mpck_order *order,
			 struct mpck_best *best, uint64_t executions);

#endif
