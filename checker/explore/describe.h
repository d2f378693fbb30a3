/* SPDX-License-Identifier: MIT */
/*
 * describe.h - the last execution in words: its events, and what went wrong.
 * Asked after an execution that was recorded (machine option `record`).
 */
#ifndef MPCK_DESCRIBE_H
#define MPCK_DESCRIBE_H

#include "explore/explore.h"
#include "machine/machine.h"

/* Fills result->events, task_names. */
void mpck_describe_events(struct mpck_result *result);

/* "deadlock: ..." of several lines, malloc'd. */
char *mpck_describe_deadlock(void);
/* What a fault was, and where; malloc'd. */
char *mpck_describe_fault(const struct mpck_fault *fault);
/* An execution that met the limit of steps; malloc'd. */
char *mpck_describe_steps(uint64_t max_steps);

#endif
