/* SPDX-License-Identifier: MIT */
/*
 * lock_graph.h - who took which lock while holding which, in all executions;
 * and the circles in it that could be deadlocks.
 */
#ifndef MPCK_LOCK_GRAPH_H
#define MPCK_LOCK_GRAPH_H

#include "detectors/grips.h"

/* What is ordered by start and join alone. */
struct mpck_lifetimes {
	uint16_t of[MPCK_MAX_TASKS][MPCK_MAX_TASKS];	/* vector clocks */
};
void mpck_lifetimes_begin(struct mpck_lifetimes *l);
void mpck_lifetimes_follow(struct mpck_lifetimes *l,
			   const struct mpck_happening *h);

/* A task held `from` when it took, or passed, `to`. */
struct mpck_lock_edge {
	uint64_t hash;
	struct mpck_grip from, to;	/* levels unused */
	uint32_t task;
	struct mpck_grips_of held;	/* then, `from` among them */
	uint16_t clock[MPCK_MAX_TASKS];	/* by start and join */
	char from_name[MPCK_GRIP_NAME], to_name[MPCK_GRIP_NAME];
	char task_name[32];
};

struct mpck_lock_graph {
	struct mpck_lock_edge *edges;
	size_t nedges, room;
	uint32_t *slots;	/* hash table of index + 1 */
	size_t nslots;		/* power of two */
};

void mpck_lock_graph_fini(struct mpck_lock_graph *g);
void mpck_lock_graph_add(struct mpck_lock_graph *g,
			 const struct mpck_grips_of *held,
			 const struct mpck_grip *to, uint32_t task,
			 const struct mpck_lifetimes *lifetimes);

/* Edges, the `to` of each being the `from` of the next, and of the first. */
enum { MPCK_LOCK_CIRCLE = 8 };
struct mpck_lock_circle {
	const struct mpck_lock_edge *edges[MPCK_LOCK_CIRCLE];
	size_t n;
};

/*
 * Calls `found` for each circle of 2 to MPCK_LOCK_CIRCLE edges that different
 * tasks made, at times that start and join do not order, and without a lock
 * that two of them held (a gate).  false from `found` ends the search.
 */
void mpck_lock_circles(const struct mpck_lock_graph *g,
		       bool (*found)(void *context,
				     const struct mpck_lock_circle *circle),
		       void *context);

/* Adds up over a circle to what makes it that circle. */
uint64_t mpck_lock_link(const void *from, const void *to);

#endif
