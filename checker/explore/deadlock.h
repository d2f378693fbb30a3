/* SPDX-License-Identifier: MIT */
/*
 * deadlock.h - a deadlock in words: the circle, or whoever is gone.
 * Asked after an execution that was recorded and ended so.
 */
#ifndef MPCK_DEADLOCK_H
#define MPCK_DEADLOCK_H

/* Several lines, the first of at most 100 columns says it all; malloc'd. */
char *mpck_describe_deadlock(void);
/* The same circle as an order of locks; NULL: there is none of locks. */
char *mpck_describe_lock_order(void);

#endif
