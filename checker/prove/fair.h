/* SPDX-License-Identifier: MIT */
/*
 * fair.h - are there cycles, and does a fair scheduler leave them?
 *
 * An execution that stays in a cycle for ever may be
 *   unfair:        some task can go on all the time and never does;
 *   weakly fair:   each task that can go on all the time does go on;
 *   strongly fair: each task that can go on again and again does go on again
 *                  and again, also when it cannot for a while in between.
 * Where only unfair executions stay, somebody waits busily.  Where a weakly fair
 * one stays and no strongly fair one, some task starves: it could go on again
 * and again, but somebody else is always faster.  Where a strongly fair one
 * stays it is a livelock.
 */
#ifndef MPCK_FAIR_H
#define MPCK_FAIR_H

#include "explore/explore.h"
#include "prove/graph.h"

/* States in which a fair execution can stay, walking through all of them. */
struct mpck_fair_part {
	uint32_t *states;	/* NULL: there is none */
	size_t count;
	uint32_t nearest;	/* of these, to the first state of all */
	mpck_taskset taken;	/* who goes on in it, by number as below */
	mpck_taskset passed;	/* who could, in some of the states, and never
				 * does */
};

struct mpck_cycle_found {
	enum mpck_cycle kind;	/* the worst */
	struct mpck_fair_part live;	/* strongly fair; of several the
					 * nearest */
	/* Only weakly fair; of several the one that fewest starve in.  None
	 * where there is a livelock: of those who go round with others each is
	 * passed over by some of the others' rounds, and whether these are a
	 * component by themselves depends on what a stack still holds. */
	struct mpck_fair_part starving;
	uint32_t process[MPCK_MAX_TASKS];	/* of the numbers */
	uint32_t local[MPCK_MAX_TASKS];
	uint32_t ntasks;
};

/* Of a graph without merged twins. */
void mpck_graph_cycles(const struct mpck_graph *g,
		       const struct mpck_distances *d,
		       struct mpck_cycle_found *found);
void mpck_cycle_fini(struct mpck_cycle_found *found);

/* Who makes the move; who can go on in the state.  By number. */
uint32_t mpck_fair_task(const struct mpck_cycle_found *found,
			const struct mpck_edge *edge);
mpck_taskset mpck_fair_enabled(const struct mpck_cycle_found *found,
			       const struct mpck_graph *g, uint32_t state);

#endif
