/* SPDX-License-Identifier: MIT */
/*
 * reorder.h - executing operations in another order than they had.
 *
 * A list of turns, one an operation, says who should go on.  It is a wish: a
 * task that has to wait is passed over and takes its turn when it can, one that
 * has ended has none any more, and behind the last turn tasks go on without
 * preemption (for 100 choices in a row; then the next in turn does).  So a list stays good when a changed order changes what the
 * program does.
 */
#ifndef MPCK_REORDER_H
#define MPCK_REORDER_H

#include "machine/machine.h"

struct mpck_turn {
	uint16_t task;
	uint16_t alternative;	/* of an operation that has some */
	uint8_t op;		/* enum mpp_op_kind it was; only for who asks */
};

/* Executes, exactly and recording; to be asked about with machine.h. */
enum mpck_end mpck_reorder(const struct mpck_turn *turns, size_t count);

/* The turns of the execution that was recorded last, malloc'd. */
struct mpck_turn *mpck_turns_now(size_t *count);

#endif
