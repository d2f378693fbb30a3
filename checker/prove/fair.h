/* SPDX-License-Identifier: MIT */
/*
 * fair.h - are there cycles, and does a fair scheduler leave them?
 *
 * A cycle is a livelock if an execution can stay in it although every task that
 * can go on all the time does go on at some time (weak fairness).  Otherwise it
 * is a busy-wait: somebody else only has to get a turn.
 */
#ifndef MPCK_FAIR_H
#define MPCK_FAIR_H

#include "explore/explore.h"
#include "prove/graph.h"

struct mpck_cycle_found {
	enum mpck_cycle kind;
	uint32_t state;		/* LIVE: one in the cycle */
	mpck_taskset tasks;	/* that go on in it, by number as below */
	uint32_t process[MPCK_MAX_TASKS];	/* of these numbers */
	uint32_t local[MPCK_MAX_TASKS];
	uint32_t ntasks;
};

/* Of a graph without merged twins. */
void mpck_graph_cycles(const struct mpck_graph *g,
		       struct mpck_cycle_found *found);

#endif
