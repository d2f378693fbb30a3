/* SPDX-License-Identifier: MIT */
/*
 * lock_graph.c - the order of locks; see lock_graph.h.
 *
 * Source:  Bensalem and Havelund, "Dynamic deadlock analysis of multi-threaded
 *          programs" (2005): gate locks, single tasks and segments that start
 *          and join order.  Readers of one reader-writer lock do not exclude
 *          each other, so neither do they close a circle, nor are they a gate.
 */
#include "detectors/lock_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"

enum {
	EDGES = 4096,		/* more are not kept */
	VISITS = 200000,	/* of a search for circles */
};

void mpck_lifetimes_begin(struct mpck_lifetimes *l)
{
	memset(l, 0, sizeof(*l));
	l->of[0][0] = 1;
}

void mpck_lifetimes_follow(struct mpck_lifetimes *l,
			   const struct mpck_happening *h)
{
	if (h->kind == MPCK_HAPPENED_START) {
		memcpy(l->of[h->other], l->of[h->task], sizeof(l->of[0]));
		l->of[h->other][h->other]++;
		l->of[h->task][h->task]++;
	} else if (h->kind == MPCK_HAPPENED_JOIN) {
		uint32_t n = mpck_machine_tasks();

		for (uint32_t i = 0; i < n; i++) {
			if (l->of[h->other][i] > l->of[h->task][i])
				l->of[h->task][i] = l->of[h->other][i];
		}
	}
}

void mpck_lock_graph_fini(struct mpck_lock_graph *g)
{
	free(g->edges);
	free(g->slots);
	*g = (struct mpck_lock_graph){ 0 };
}

uint64_t mpck_lock_link(const void *from, const void *to)
{
	const void *link[2] = { from, to };

	return XXH3_64bits(link, sizeof(link));
}

/* Which locks, whatever the order they were taken in. */
static uint64_t set_of(const struct mpck_grips_of *held)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < held->count; i++)
		sum += mpck_lock_link(held->at[i].object,
				      (const void *)(uintptr_t)
				      held->at[i].shared);
	return sum;
}

/* What tells edges apart. */
static uint64_t hash_of(const struct mpck_grip *from,
			const struct mpck_grip *to, uint32_t task, uint64_t held,
			uint16_t time)
{
	uint64_t words[] = { (uintptr_t)from->object, (uintptr_t)to->object,
			     (uintptr_t)from->pc, (uintptr_t)to->pc,
			     task, (uint64_t)to->shared, held, time };

	return XXH3_64bits(words, sizeof(words));
}

static void place(struct mpck_lock_graph *g, uint32_t index)
{
	size_t at = g->edges[index].hash & (g->nslots - 1);

	while (g->slots[at])
		at = (at + 1) & (g->nslots - 1);
	g->slots[at] = index + 1;
}

static bool is_known(const struct mpck_lock_graph *g, uint64_t hash)
{
	size_t at = g->nslots ? hash & (g->nslots - 1) : 0;

	for (; g->nslots && g->slots[at]; at = (at + 1) & (g->nslots - 1)) {
		if (g->edges[g->slots[at] - 1].hash == hash)
			return true;
	}
	return false;
}

static void make_room(struct mpck_lock_graph *g)
{
	if (g->nedges < g->room)
		return;
	g->room = g->room * 2 + 64;
	g->edges = mpck_checked(realloc(g->edges, g->room * sizeof(*g->edges)));
	free(g->slots);
	for (g->nslots = 64; g->nslots < g->room * 2;)
		g->nslots *= 2;
	g->slots = mpck_checked(calloc(g->nslots, sizeof(*g->slots)));
	for (uint32_t i = 0; i < g->nedges; i++)
		place(g, i);
}

/* The objects may be gone when somebody wants to know their names. */
static void add_edge(struct mpck_lock_graph *g, struct mpck_lock_edge e)
{
	mpck_grip_name(e.from_name, e.from.object);
	mpck_grip_name(e.to_name, e.to.object);
	snprintf(e.task_name, sizeof(e.task_name), "%.31s",
		 mpck_machine_task(e.task).name);
	make_room(g);
	g->edges[g->nedges] = e;
	place(g, (uint32_t)g->nedges++);
}

void mpck_lock_graph_add(struct mpck_lock_graph *g,
			 const struct mpck_grips_of *held,
			 const struct mpck_grip *to, uint32_t task,
			 const struct mpck_lifetimes *lifetimes)
{
	const uint16_t *clock = lifetimes->of[task];
	uint64_t set = set_of(held);

	for (uint32_t i = 0; i < held->count && g->nedges < EDGES; i++) {
		struct mpck_lock_edge e;
		uint64_t hash = hash_of(&held->at[i], to, task, set,
					clock[task]);

		if (is_known(g, hash))
			continue;	/* nearly always */
		e = (struct mpck_lock_edge){ .hash = hash, .from = held->at[i],
					     .to = *to, .task = task,
					     .held = *held };
		memcpy(e.clock, clock, sizeof(e.clock));
		add_edge(g, e);
	}
}

/*
 * Circles.
 */
static bool is_before(const struct mpck_lock_edge *a,
		      const struct mpck_lock_edge *b)
{
	return a->clock[a->task] <= b->clock[a->task];
}

static bool have_gate(const struct mpck_lock_edge *a,
		      const struct mpck_lock_edge *b)
{
	for (uint32_t i = 0; i < a->held.count; i++) {
		for (uint32_t k = 0; k < b->held.count; k++) {
			if (a->held.at[i].object == b->held.at[k].object &&
			    !(a->held.at[i].shared && b->held.at[k].shared))
				return true;
		}
	}
	return false;
}

/* Can two tasks stand at these edges at the same time?  What one task does is
 * ordered by itself. */
static bool can_meet(const struct mpck_lock_edge *a,
		     const struct mpck_lock_edge *b)
{
	return !is_before(a, b) && !is_before(b, a) && !have_gate(a, b);
}

/* Does the second hold what the first waits for? */
static bool joins(const struct mpck_lock_edge *a,
		  const struct mpck_lock_edge *b)
{
	return a->to.object == b->from.object &&
	       !(a->to.shared && b->from.shared);
}

struct search {
	const struct mpck_lock_graph *g;
	struct mpck_lock_circle circle;
	uint64_t visits;
	bool (*found)(void *context, const struct mpck_lock_circle *circle);
	void *context;
};

static bool fits(const struct mpck_lock_circle *c,
		 const struct mpck_lock_edge *e)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!can_meet(c->edges[i], e))
			return false;
	}
	return true;
}

/* Goes on behind the circle's last edge, with edges above the first: each
 * circle is met once.  false: enough. */
static bool extend(struct search *s, size_t first)
{
	struct mpck_lock_circle *c = &s->circle;

	for (size_t i = first + 1; i < s->g->nedges; i++) {
		const struct mpck_lock_edge *e = &s->g->edges[i];

		if (++s->visits > VISITS)
			return false;
		if (!joins(c->edges[c->n - 1], e) || !fits(c, e))
			continue;
		c->edges[c->n++] = e;
		if (joins(e, c->edges[0]) && !s->found(s->context, c))
			return false;
		if (c->n < MPCK_LOCK_CIRCLE && !extend(s, first))
			return false;
		c->n--;
	}
	return true;
}

void mpck_lock_circles(const struct mpck_lock_graph *g,
		       bool (*found)(void *context,
				     const struct mpck_lock_circle *circle),
		       void *context)
{
	struct search s = { .g = g, .found = found, .context = context };

	for (size_t first = 0; first < g->nedges; first++) {
		s.circle.edges[0] = &g->edges[first];
		s.circle.n = 1;
		if (!extend(&s, first))
			return;
	}
}
