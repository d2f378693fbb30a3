/* SPDX-License-Identifier: MIT */
/*
 * blocked.h - who waits for whom, where the execution stands or has ended.
 */
#ifndef MPCK_BLOCKED_H
#define MPCK_BLOCKED_H

#include "machine/machine.h"

/* Who keeps a task from going on. */
struct mpck_blocker {
	const void *object;	/* what they hold, an inside address; NULL: the
				 * task waits for the end of one of them, or for
				 * something that nobody holds */
	mpck_taskset tasks;	/* also ended ones; empty: nobody in particular */
};

/* Tasks that have announced something they have to wait for. */
mpck_taskset mpck_machine_waiting(void);
struct mpck_blocker mpck_machine_blocker(uint32_t task);
/* Is it in a "lock", an "rwlock" ... of libmpp, whatever its name? */
bool mpck_machine_object_is(const void *object, const char *what);

/*
 * A shortest circle of tasks that each wait for the next one, the last for the
 * first; returns how many, 0: there is none.  One: it waits for itself.
 */
size_t mpck_circle(const mpck_taskset waits_for[MPCK_MAX_TASKS],
		   uint32_t circle[MPCK_MAX_TASKS]);

#endif
