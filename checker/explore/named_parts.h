/* SPDX-License-Identifier: MIT */
/* named_parts.h - the inside of named.h: for named*.c only. */
#ifndef MPCK_NAMED_PARTS_H
#define MPCK_NAMED_PARTS_H

#include "explore/named.h"

enum { MPCK_NAME = 96 };

struct point {
	char *text;		/* as written */
	char task[MPCK_NAME];
	char what[MPCK_NAME];	/* "write:value#1"; empty: until it cannot */
	uint64_t occurrence;	/* of what, by the task, from 1 */
	long alternative;	/* -1: none */
	bool started;		/* its task went on since its turn came */
	bool arrived, missed;
};

/* How often a task has done something. */
struct tally {
	uint32_t task;
	char what[MPCK_NAME];
	uint64_t count;
};

struct mpck_named {
	struct mpck_learned learned;
	bool round;		/* r */
	uint64_t operations, turned;	/* so far; at the last point, or 0 */
	bool has_turned;	/* in some execution: it stops there next */
	struct point *points;
	size_t npoints, at;
	struct tally *tallies;
	size_t ntallies;
};

/* "write:value#1": an operation that is announced, or just had its effect. */
void mpck_name_operation(const struct mpp_op *op, char what[MPCK_NAME]);
void mpck_name_recorded(const struct mpck_record *r, char what[MPCK_NAME]);
/* "Process-1"; the second of this name is "Process-1~2". */
void mpck_name_task(uint32_t task, char name[MPCK_NAME]);

#endif
