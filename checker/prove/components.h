/* SPDX-License-Identifier: MIT */
/*
 * components.h - strongly connected components of a graph, or of a part of it.
 *
 * A part is a set of states with the edges between them.  Parts and components
 * are numbers from 1; each state has the number of the last one it was in, so
 * an edge is inside iff its two states have the same.
 */
#ifndef MPCK_COMPONENTS_H
#define MPCK_COMPONENTS_H

#include "prove/graph.h"

struct mpck_components;

struct mpck_components *mpck_components_new(const struct mpck_graph *g);
void mpck_components_free(struct mpck_components *c);

/* Tells the components of the part that these states are; the list that is told
 * is valid during the call, which must not look for others. */
void mpck_components_find(struct mpck_components *c, const uint32_t *states,
			  size_t count,
			  void (*tell)(void *context, const uint32_t *states,
				       size_t count),
			  void *context);

/* Of the component that was told last: does the edge stay in it? */
bool mpck_components_inside(const struct mpck_components *c, uint32_t from,
			    const struct mpck_edge *edge);

#endif
