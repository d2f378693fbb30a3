/* SPDX-License-Identifier: MIT */
/*
 * locksets.h - by cell and task: the locks held at each of the task's accesses
 * to the cell, in one execution.
 */
#ifndef MPCK_LOCKSETS_H
#define MPCK_LOCKSETS_H

#include "detectors/grips.h"

struct mpck_lockset;		/* locksets.c */

struct mpck_locksets {
	struct mpck_lockset *at;	/* hash table */
	size_t count, room;		/* room: power of two */
	uint32_t execution;		/* what is of an earlier one is nothing */
};

void mpck_locksets_begin(struct mpck_locksets *l);
void mpck_locksets_fini(struct mpck_locksets *l);
/* The task accessed the cell, with these. */
void mpck_locksets_add(struct mpck_locksets *l, const void *cell, uint32_t task,
		       const struct mpck_grips_of *held);
/* NULL: it made no access. */
const struct mpck_grips_of *mpck_locksets_of(const struct mpck_locksets *l,
					     const void *cell, uint32_t task);

bool mpck_holds(const struct mpck_grips_of *held, const void *object);
/* Of `all`, what is in `held` as well. */
void mpck_keep_common(struct mpck_grips_of *all,
		      const struct mpck_grips_of *held);

#endif
