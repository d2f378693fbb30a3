/* SPDX-License-Identifier: MIT */
/*
 * graph.h - the states and transitions of a whole pass, kept: how many paths
 * lead to each ending, shortest paths, cycles.
 *
 * States are numbers from 0, the first state; an edge has the number of twins
 * that could have made it.
 */
#ifndef MPCK_GRAPH_H
#define MPCK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/taskset.h"
#include "prove/space.h"

struct mpck_edge {
	uint32_t to;
	uint16_t twins;		/* 1 or more */
	uint16_t faults;
	struct mpck_label label;
};

struct mpck_graph {
	struct mpck_edge *edges;
	size_t nedges, edges_room;
	uint64_t *first;	/* by state: of its edges */
	uint32_t *count;	/* by state */
	uint32_t *ending;	/* by state: ending + 1; 0: none */
	uint64_t *races;	/* by state: set of their numbers */
	uint32_t nstates;
	size_t room;
};

void mpck_graph_fini(struct mpck_graph *g);
size_t mpck_graph_footprint(const struct mpck_graph *g);
/* There is a state with this number. */
void mpck_graph_state(struct mpck_graph *g, uint32_t state);
/* Between these two, mpck_graph_edge() adds edges of that state. */
void mpck_graph_begin(struct mpck_graph *g, uint32_t state);
void mpck_graph_edge(struct mpck_graph *g, uint32_t from,
		     struct mpck_edge edge);

/*
 * How many paths there are from the first state to each ending: decimal texts
 * (malloc'd, by ending), "unbounded" where a cycle leads to it; *all: their
 * sum.  shares: of the sum.  true: there is a cycle.
 */
bool mpck_graph_count(const struct mpck_graph *g, size_t nendings,
		      char **texts, double *shares, char **all);

/* From the first state, by state. */
struct mpck_distances {
	uint32_t *distance;	/* UINT32_MAX: not reached */
	uint32_t *from;		/* state before */
	uint32_t *edge;		/* the edge from there, among its edges */
};
void mpck_graph_distances(const struct mpck_graph *g,
			  struct mpck_distances *d);
void mpck_distances_fini(struct mpck_distances *d);

#endif
