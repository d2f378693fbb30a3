/* SPDX-License-Identifier: MIT */
/*
 * fair.c - strongly connected components; see fair.h.
 *
 * A whole component is looked at: if an execution can stay in some part of it
 * fairly, it can also walk through all of it for ever, which is fair to at
 * least as many tasks.
 *
 * Source:  Tarjan, "Depth-first search and linear graph algorithms" (1972),
 *          without recursion.
 */
#include "prove/fair.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

struct visit {
	uint32_t state, next;	/* edge */
};

struct tarjan {
	const struct mpck_graph *g;
	struct mpck_cycle_found *found;
	uint32_t *number, *low;	/* by state; 0: not visited */
	bool *on_stack;
	uint32_t *stack;
	size_t depth, nvisits, visits_room;
	struct visit *visits;
	uint32_t counter;
};

/* Tasks are numbered as they are met. */
static uint32_t number_of(struct mpck_cycle_found *f, struct mpck_label label)
{
	uint32_t process = (uint32_t)mpck_world_part(label.part)->process;
	uint32_t i;

	for (i = 0; i < f->ntasks; i++) {
		if (f->process[i] == process && f->local[i] == label.local)
			return i;
	}
	if (i == MPCK_MAX_TASKS)
		abort();	/* the machine has no more tasks */
	f->process[i] = process;
	f->local[i] = label.local;
	return f->ntasks++;
}

/* A component: the states of the stack from `bottom` up. */
static void component(struct tarjan *t, size_t bottom)
{
	const struct mpck_graph *g = t->g;
	mpck_taskset taken = 0, always = ~(mpck_taskset)0;
	bool cycle = false;

	for (size_t i = bottom; i < t->depth; i++) {
		uint32_t state = t->stack[i];
		mpck_taskset enabled = 0;

		for (uint32_t k = 0; k < g->count[state]; k++) {
			const struct mpck_edge *e =
				&g->edges[g->first[state] + k];
			mpck_taskset task = mpck_set_of(
				number_of(t->found, e->label));

			enabled |= task;
			if (!t->on_stack[e->to] || t->low[e->to] !=
							   t->low[state])
				continue;
			taken |= task;
			cycle = true;
		}
		always &= enabled;
	}
	if (!cycle || t->found->kind == MPCK_CYCLE_LIVE)
		return;
	t->found->kind = always & ~taken ? MPCK_CYCLE_WAITING
					 : MPCK_CYCLE_LIVE;
	t->found->state = t->stack[bottom];
	t->found->tasks = taken;
}

static void enter(struct tarjan *t, uint32_t state)
{
	t->number[state] = t->low[state] = ++t->counter;
	t->stack[t->depth++] = state;
	t->on_stack[state] = true;
	t->visits[t->nvisits++] = (struct visit){ state, 0 };
}

static void leave(struct tarjan *t, uint32_t state)
{
	size_t bottom = t->depth;

	t->nvisits--;
	if (t->nvisits) {
		uint32_t above = t->visits[t->nvisits - 1].state;

		if (t->low[state] < t->low[above])
			t->low[above] = t->low[state];
	}
	if (t->low[state] != t->number[state])
		return;
	while (t->stack[--bottom] != state)
		;
	/* One low for all of the component, for component() to see. */
	for (size_t i = bottom; i < t->depth; i++)
		t->low[t->stack[i]] = t->number[state];
	component(t, bottom);
	while (t->depth > bottom)
		t->on_stack[t->stack[--t->depth]] = false;
}

static void visit_all(struct tarjan *t)
{
	enter(t, 0);
	while (t->nvisits) {
		struct visit *v = &t->visits[t->nvisits - 1];
		uint32_t to;

		if (v->next == t->g->count[v->state]) {
			leave(t, v->state);
			continue;
		}
		to = t->g->edges[t->g->first[v->state] + v->next++].to;
		if (!t->number[to])
			enter(t, to);
		else if (t->on_stack[to] && t->number[to] < t->low[v->state])
			t->low[v->state] = t->number[to];
	}
}

void mpck_graph_cycles(const struct mpck_graph *g,
		       struct mpck_cycle_found *found)
{
	size_t n = g->nstates + 1u;
	struct tarjan t = { .g = g, .found = found };

	memset(found, 0, sizeof(*found));
	t.number = mpck_checked(calloc(n, sizeof(*t.number)));
	t.low = mpck_checked(calloc(n, sizeof(*t.low)));
	t.on_stack = mpck_checked(calloc(n, sizeof(*t.on_stack)));
	t.stack = mpck_checked(malloc(n * sizeof(*t.stack)));
	t.visits = mpck_checked(malloc(n * sizeof(*t.visits)));
	visit_all(&t);
	free(t.number);
	free(t.low);
	free(t.on_stack);
	free(t.stack);
	free(t.visits);
}
