/* SPDX-License-Identifier: MIT */
/*
 * components.c - see components.h.
 *
 * Source:  Tarjan, "Depth-first search and linear graph algorithms" (1972),
 *          without recursion.
 */
#include "prove/components.h"

#include <stdlib.h>

#include "basics.h"

struct visit {
	uint32_t state, next;	/* edge */
};

struct mpck_components {
	const struct mpck_graph *g;
	uint32_t *of;		/* by state: part or component */
	uint32_t *number, *low;	/* by state; 0: not visited */
	uint32_t *stack;
	struct visit *visits;
	size_t depth, nvisits;
	uint32_t counter;	/* of visited states */
	uint32_t last;		/* part or component */
	uint32_t part;		/* the one that is looked at */
	void (*tell)(void *context, const uint32_t *states, size_t count);
	void *context;
};

struct mpck_components *mpck_components_new(const struct mpck_graph *g)
{
	struct mpck_components *c = mpck_checked(calloc(1, sizeof(*c)));
	size_t n = g->nstates + 1u;

	c->g = g;
	c->of = mpck_checked(calloc(n, sizeof(*c->of)));
	c->number = mpck_checked(calloc(n, sizeof(*c->number)));
	c->low = mpck_checked(calloc(n, sizeof(*c->low)));
	c->stack = mpck_checked(malloc(n * sizeof(*c->stack)));
	c->visits = mpck_checked(malloc(n * sizeof(*c->visits)));
	return c;
}

void mpck_components_free(struct mpck_components *c)
{
	free(c->of);
	free(c->number);
	free(c->low);
	free(c->stack);
	free(c->visits);
	free(c);
}

bool mpck_components_inside(const struct mpck_components *c, uint32_t from,
			    const struct mpck_edge *edge)
{
	return c->of[from] == c->of[edge->to];
}

static void enter(struct mpck_components *c, uint32_t state)
{
	c->number[state] = c->low[state] = ++c->counter;
	c->stack[c->depth++] = state;
	c->visits[c->nvisits++] = (struct visit){ state, 0 };
}

static void lower(struct mpck_components *c, uint32_t state, uint32_t number)
{
	if (number < c->low[state])
		c->low[state] = number;
}

static void leave(struct mpck_components *c, uint32_t state)
{
	size_t bottom = c->depth;

	if (--c->nvisits)
		lower(c, c->visits[c->nvisits - 1].state, c->low[state]);
	if (c->low[state] != c->number[state])
		return;
	c->last++;
	do {
		c->of[c->stack[--bottom]] = c->last;
	} while (c->stack[bottom] != state);
	c->tell(c->context, &c->stack[bottom], c->depth - bottom);
	c->depth = bottom;
}

/* What is still in the part and has a number is on the stack. */
static void visit(struct mpck_components *c, uint32_t first)
{
	enter(c, first);
	while (c->nvisits) {
		struct visit *v = &c->visits[c->nvisits - 1];
		uint32_t to;

		if (v->next == c->g->count[v->state]) {
			leave(c, v->state);
			continue;
		}
		to = c->g->edges[c->g->first[v->state] + v->next++].to;
		if (c->of[to] != c->part)
			continue;
		if (!c->number[to])
			enter(c, to);
		else
			lower(c, v->state, c->number[to]);
	}
}

void mpck_components_find(struct mpck_components *c, const uint32_t *states,
			  size_t count,
			  void (*tell)(void *context, const uint32_t *states,
				       size_t count),
			  void *context)
{
	c->tell = tell;
	c->context = context;
	c->part = ++c->last;
	c->counter = 0;
	for (size_t i = 0; i < count; i++) {
		c->of[states[i]] = c->part;
		c->number[states[i]] = 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (c->of[states[i]] == c->part)
			visit(c, states[i]);
	}
}
