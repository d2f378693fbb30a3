/* SPDX-License-Identifier: MIT */
/*
 * waits.h - who waits for what, where the last execution ended, in words.
 * Asked after an execution that was recorded.
 */
#ifndef MPCK_WAITS_H
#define MPCK_WAITS_H

#include "machine/blocked.h"

struct mpck_waits {
	mpck_taskset waiting;
	/* By waiting task.  Semaphores that are used as locks have holders. */
	struct mpck_blocker blocker[MPCK_MAX_TASKS];
	char *where[MPCK_MAX_TASKS];	/* it waits: "x.c:21 in f" */
};

void mpck_waits_look(struct mpck_waits *w);
void mpck_waits_fini(struct mpck_waits *w);
/* Those of `among` who wait at the same place for the same. */
mpck_taskset mpck_waits_alike(const struct mpck_waits *w, uint32_t task,
			      mpck_taskset among);

/* Where the task took the object that it has; NULL: it has not. */
const void *mpck_taken_at(uint32_t task, const void *object);
/* Who did such a thing to the object. */
mpck_taskset mpck_who_did(enum mpp_op_kind kind, const void *object);

/*
 * Phrases; char * is malloc'd.
 */
const char *mpck_name_of(uint32_t task);
const struct mpp_op *mpck_op_of(uint32_t task);	/* pending */
/* "lock#1", "the lock of value#2": what an inside address belongs to. */
char *mpck_object_name(const void *object);
/* "for lock#1", "to read rwlock#1", "for the end of Process-2". */
char *mpck_wanted(const struct mpck_waits *w, uint32_t task);
/* What somebody else would have to do: "set it", "send one". */
const char *mpck_remedy(const struct mpp_op *op);
/* "Process-1", "Process-1 and Process-2", "Process-1 ... Process-9 (9 tasks)" */
char *mpck_names_of(mpck_taskset tasks);
/* "x.c:21 in f" */
char *mpck_place_text(const void *pc);

#endif
