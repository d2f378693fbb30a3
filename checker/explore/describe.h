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

/* One recorded event: "read value#1: 100", "waits for lock#1, held by
 * Process-2"; malloc'd. */
char *mpck_describe_record(const struct mpck_record *record);
/* What it did, in one word: "send", "update"; "keep": an update to what the
 * cell was, mostly a compare-exchange that found something else. */
const char *mpck_describe_deed(const struct mpck_record *record);
/* "read", "send to" ... */
const char *mpck_describe_verb(const struct mpp_op *op);
/* "value#1", "array#1[3]": what an operation is on, as people call it; without
 * an object an empty text. */
void mpck_describe_object(const struct mpp_op *op, char name[80]);
/* The same of a record: as it was called then. */
void mpck_describe_recorded(const struct mpck_record *record, char name[80]);
/* The bytes of a cell as its typecode says: "-3", "0.5"; malloc'd. */
char *mpck_describe_cell(char typecode, uint64_t bytes);
/* The place of a fault of this kind is a return address: the call stands
 * before it. */
bool mpck_is_return(enum mpck_finding_kind kind);
/* What a fault was, and where; malloc'd. */
char *mpck_describe_fault(const struct mpck_fault *fault);
/* went_on.c: the execution that was recorded last met the limit of steps: who
 * went on, and where; malloc'd. */
char *mpck_describe_steps(uint64_t max_steps);

#endif
