/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - the state before the first choice.
 *
 * Everything up to there is the same in every execution, so it is executed
 * once, kept, and put back; a search then pays only for what differs.
 */
#ifndef MPCK_SNAPSHOT_H
#define MPCK_SNAPSHOT_H

#include <stdbool.h>

/* Keeps the present state, if none is kept. */
void mpck_snapshot_take(void);
/* Back to it; false: none is kept. */
bool mpck_snapshot_restore(void);
void mpck_snapshot_forget(void);
/* The kept state is still what was kept: nobody wrote into the machine. */
bool mpck_snapshot_intact(void);

#endif
