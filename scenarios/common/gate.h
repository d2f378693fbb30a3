/* SPDX-License-Identifier: MIT */
/*
 * gate.h - a gate that one process opens and another passes.
 *
 * A queue with room for one pass.  A lock would be misused for this: it is to
 * be released by whoever acquired it, and mpcheck says so.
 */
#ifndef SCENARIOS_COMMON_GATE_H
#define SCENARIOS_COMMON_GATE_H

#include <mpp/queue.h>
#include "check.h"

/* Made shut; freed with mpp_queue_free(). */
static inline struct mpp_queue *gate_new(void)
{
	struct mpp_queue *gate = NULL;

	must(mpp_queue_new(&gate, 1, 1));
	return gate;
}

/* Lets one through; waits while it is open already. */
static inline void gate_open(struct mpp_queue *gate)
{
	char pass = 0;

	must(mpp_queue_put(gate, &pass, MPP_FOREVER));
}

/* Waits until it is open, and shuts it. */
static inline void gate_pass(struct mpp_queue *gate)
{
	char pass;

	must(mpp_queue_get(gate, &pass, MPP_FOREVER));
}

#endif
