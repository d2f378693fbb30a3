/* SPDX-License-Identifier: MIT */
/*
 * course.h - what an execution did, one visible operation after the other, and
 * executions whose choices a plan makes.
 *
 * Shrinking and the search for a cause execute hundreds of changed schedules.
 * They need to know little of each: who did what, where else one could have
 * gone on, and how it ended.  That is kept here, without stacks and texts.
 *
 * A schedule is an order: the tasks of the operations, one after the other.
 * Where a task that is next cannot go on, the next one of the order that can
 * does; where the order says nothing, the task that ran last stays.  So an
 * order with some operations moved is still a schedule.
 */
#ifndef MPCK_COURSE_H
#define MPCK_COURSE_H

#include "explain/explain.h"
#include "machine/machine.h"

/* One visible operation. */
struct mpck_move {
	struct mpp_op op;
	uint32_t task;
	uint32_t own;		/* its task's own-th, from 0 */
	int result;
	bool preempts;		/* the task before could have gone on */
};

/* A point with two or more options. */
struct mpck_fork {
	uint32_t move;		/* which operation was chosen there */
	bool alternatives;	/* else tasks */
	uint16_t count;		/* alternatives: how many */
	uint16_t chosen;	/* task or alternative */
	uint16_t last;		/* task that ran last; 0xffff: none */
	mpck_taskset enabled;
	const void *next;	/* what the last task would do: on what */
};

struct mpck_course {
	struct mpck_move *moves;
	size_t nmoves, room;
	struct mpck_fork *forks;
	size_t nforks, fork_room;
	uint32_t own[MPCK_MAX_TASKS];	/* operations of each task */
	unsigned preemptions;
	enum mpck_end end;
	bool known;		/* nothing was learnt that changes what is
				 * visible; else it means nothing */
};
void mpck_course_fini(struct mpck_course *c);
void mpck_course_copy(struct mpck_course *to, const struct mpck_course *from);
/* Same object or overlapping, and not both only read: order may matter. */
bool mpck_moves_conflict(const struct mpp_op *a, const struct mpp_op *b);

/* Who does the operations, in order; a task's alternatives. */
struct mpck_order {
	uint16_t *tasks;
	size_t count;
	uint32_t *places;	/* of each task's operations, one task after
				 * the other */
	uint32_t first[MPCK_MAX_TASKS + 1];	/* its first of those */
	struct mpck_alternative {
		uint32_t task, own;
		uint16_t taken;
	} *alternatives;
	size_t nalternatives;
};
/* tasks is copied; alternatives are those of the course. */
struct mpck_order mpck_order_new(const uint16_t *tasks, size_t count,
				 const struct mpck_course *course);
struct mpck_order mpck_order_of(const struct mpck_course *course);
void mpck_order_fini(struct mpck_order *o);

/* At its fork-th fork an execution goes another way. */
struct mpck_deviation {
	uint32_t fork;
	uint16_t chosen;
};

/* How an execution goes on when nobody is held any more. */
enum mpck_after {
	MPCK_PLAINLY,	/* tasks run while they can */
	MPCK_LATE,	/* and the one that was held waits until nobody else
			 * can go on */
	MPCK_FAIRLY,	/* one operation each, in turn */
	MPCK_AFTERS,
	MPCK_AT_ONCE = MPCK_AFTERS,	/* the one that was held is next */
};

/* Until an operation has happened, somebody must not go on. */
struct mpck_hold {
	uint32_t task;		/* who must not */
	const struct mpck_move *until;	/* another task's; NULL: no hold */
	enum mpck_after after;
};

struct mpck_plan {
	const uint16_t *trail;	/* followed instead of all below; or NULL */
	size_t ntrail;
	const struct mpck_order *order;
	size_t follow;		/* so much of the order holds strictly; the rest
				 * says who goes on when somebody cannot */
	const struct mpck_deviation *deviations;	/* by fork */
	size_t ndeviations;
	struct mpck_hold hold;	/* from the end of what is followed */
	uint32_t go_on;		/* 1 + who goes on there; 0: whoever can best */
	/* Found: */
	bool reached;		/* hold.until happened */
	bool broken;		/* not without the task that is held */
};

/* Executes plans for one target, within limits. */
struct mpck_driver {
	const struct mpck_target *target;
	uint64_t executions, most_executions;
	uint64_t operations, most_operations;
	uint64_t limit;		/* of steps, as it was */
	struct mpck_move *prefix;	/* before the first choice */
	size_t nprefix;
};
void mpck_driver_open(struct mpck_driver *d, const struct mpck_target *target);
/* Executions that go on for so long are cut off from now on. */
void mpck_driver_limit(struct mpck_driver *d, uint64_t operations);
void mpck_driver_close(struct mpck_driver *d);
/* The limits begin anew, for what is done with the shrunk schedule. */
void mpck_driver_more(struct mpck_driver *d);
/* Limits or the target's deadline were met. */
bool mpck_driver_spent(const struct mpck_driver *d);
/* The course is overwritten; what machine.h says of the execution holds. */
void mpck_drive(struct mpck_driver *d, struct mpck_plan *plan,
		struct mpck_course *course);
/* Does the execution that was driven last show the target? */
bool mpck_drive_shows(const struct mpck_driver *d,
		      const struct mpck_course *course);

#endif
