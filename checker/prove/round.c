/* SPDX-License-Identifier: MIT */
/*
 * round.c - see round.h.
 *
 * What the walk has to come by is collected on the shortest way to the nearest
 * of it that is left, again and again; then the shortest way leads home.  That
 * is not always the shortest walk of all, but it is never longer than the
 * number of goals times the component's diameter.
 */
#include "prove/round.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

struct walker {
	const struct mpck_graph *g;
	const struct mpck_cycle_found *found;
	const struct mpck_fair_part *part;
	bool *inside;		/* by state */
	/* By state: how the search came there; UINT32_MAX: not yet. */
	uint32_t *from, *edge;
	uint32_t *queue;
	mpck_taskset take;	/* have to go on */
	mpck_taskset could, could_not;	/* have to be able to, and unable */
	uint32_t home;		/* to be reached when all that is done */
	uint32_t at;
	struct mpck_walk walk;
	size_t room;
};

static bool has_goals(const struct walker *w)
{
	return w->take || w->could || w->could_not;
}

static void come_by(struct walker *w, uint32_t state)
{
	mpck_taskset enabled = mpck_fair_enabled(w->found, w->g, state);

	w->could &= ~enabled;
	w->could_not &= enabled;
}

static bool is_goal(const struct walker *w, const struct mpck_edge *e)
{
	mpck_taskset enabled;

	if (!has_goals(w))
		return e->to == w->home;
	enabled = mpck_fair_enabled(w->found, w->g, e->to);
	return (w->take & mpck_set_of(mpck_fair_task(w->found, e))) ||
	       (w->could & enabled) || (w->could_not & ~enabled);
}

static const struct mpck_edge *edge_of(const struct walker *w, uint32_t state,
				       uint32_t index)
{
	return &w->g->edges[w->g->first[state] + index];
}

static void add(struct walker *w, const struct mpck_edge *e)
{
	if (w->walk.count == w->room) {
		w->room = w->room * 2 + 16;
		w->walk.labels = mpck_checked(realloc(
			w->walk.labels, w->room * sizeof(*w->walk.labels)));
	}
	w->walk.labels[w->walk.count++] = e->label;
	w->take &= ~mpck_set_of(mpck_fair_task(w->found, e));
	come_by(w, e->to);
	w->at = e->to;
}

/* The way to `state` as the search found it, and one edge more. */
static void go(struct walker *w, uint32_t state, uint32_t last)
{
	size_t length = 0;
	uint32_t start = w->at;

	/* Back to front: the queue is not needed any more. */
	for (uint32_t s = state; s != start; s = w->from[s])
		w->queue[length++] = s;
	while (length--) {
		uint32_t s = w->queue[length];

		add(w, edge_of(w, w->from[s], w->edge[s]));
	}
	add(w, edge_of(w, state, last));
}

/* false: nothing of what is left can be reached, which cannot be. */
static bool go_to_nearest(struct walker *w)
{
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < w->part->count; i++)
		w->from[w->part->states[i]] = UINT32_MAX;
	w->from[w->at] = w->at;
	w->queue[tail++] = w->at;
	while (head < tail) {
		uint32_t s = w->queue[head++];

		for (uint32_t k = 0; k < w->g->count[s]; k++) {
			const struct mpck_edge *e = edge_of(w, s, k);

			if (!w->inside[e->to])
				continue;
			if (is_goal(w, e)) {
				go(w, s, k);
				return true;
			}
			if (w->from[e->to] != UINT32_MAX)
				continue;
			w->from[e->to] = s;
			w->edge[e->to] = k;
			w->queue[tail++] = e->to;
		}
	}
	return false;
}

struct mpck_walk mpck_round_walk(const struct mpck_graph *g,
				 const struct mpck_cycle_found *found,
				 const struct mpck_fair_part *part)
{
	struct walker w = { .g = g, .found = found, .part = part,
			    .take = part->taken, .could = part->passed,
			    .could_not = part->passed,
			    .home = part->nearest, .at = part->nearest };
	size_t n = g->nstates + 1u;

	w.inside = mpck_checked(calloc(n, sizeof(*w.inside)));
	w.from = mpck_checked(malloc(n * sizeof(*w.from)));
	w.edge = mpck_checked(malloc(n * sizeof(*w.edge)));
	w.queue = mpck_checked(malloc(n * sizeof(*w.queue)));
	for (size_t i = 0; i < part->count; i++)
		w.inside[part->states[i]] = true;
	come_by(&w, w.at);
	while (has_goals(&w) || w.at != w.home) {
		if (!go_to_nearest(&w))
			abort();	/* it is a component */
	}
	free(w.inside);
	free(w.from);
	free(w.edge);
	free(w.queue);
	return w.walk;
}
