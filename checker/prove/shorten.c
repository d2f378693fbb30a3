/* SPDX-License-Identifier: MIT */
/*
 * shorten.c - shortest paths to all that was found; see prover.h.
 *
 * The edges of the pass are known, and so is how far each state is from the
 * start.
 */
#include "prove/prover.h"

#include <stdlib.h>

struct mpck_path mpck_path_to(const struct mpck_graph *g,
				const struct mpck_distances *d, uint32_t state,
				const struct mpck_label *last)
{
	struct mpck_path path = { .count = d->distance[state] };
	size_t at = path.count;

	path.labels = malloc((path.count + 2) * sizeof(*path.labels));
	if (!path.labels)
		abort();
	while (at) {
		path.labels[--at] = g->edges[g->first[d->from[state]] +
					     d->edge[state]].label;
		state = d->from[state];
	}
	if (last)
		path.labels[path.count++] = *last;
	return path;
}

static void shorten(struct mpck_path *path, struct mpck_path better)
{
	if (better.count >= path->count) {
		free(better.labels);
		return;
	}
	free(path->labels);
	*path = better;
}

static void shorten_endings(struct prover *p, const struct mpck_distances *d)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t *best = calloc(p->pass.nendings + 1, sizeof(*best));

	if (!best)
		abort();
	for (uint32_t s = 0; s < g->nstates; s++) {
		uint32_t e = g->ending[s];

		if (e && (!best[e - 1] ||
			  d->distance[s] < d->distance[best[e - 1] - 1]))
			best[e - 1] = s + 1;
	}
	for (size_t i = 0; i < p->pass.nendings; i++) {
		if (best[i])
			shorten(&p->pass.endings[i].path,
				mpck_path_to(g, d, best[i] - 1, NULL));
	}
	free(best);
}

static bool has_fault(const struct prover *p, uint16_t faults,
		      struct mpck_fault_id id)
{
	size_t n;
	const struct mpck_fault_id *ids = mpck_space_faults(p->space, faults,
							    &n);

	for (size_t i = 0; i < n; i++) {
		if (ids[i].kind == id.kind && ids[i].key == id.key)
			return true;
	}
	return false;
}

static void shorten_fault(struct prover *p, const struct mpck_distances *d,
			  struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	const struct mpck_edge *edge = NULL;

	for (uint32_t s = 0; s < g->nstates; s++) {
		for (uint32_t i = 0; i < g->count[s]; i++) {
			const struct mpck_edge *e = &g->edges[g->first[s] + i];

			if (!e->faults || !has_fault(p, e->faults, r->id))
				continue;
			if (edge && d->distance[s] >= d->distance[best])
				continue;
			best = s;
			edge = e;
		}
	}
	if (edge)
		shorten(&r->path, mpck_path_to(g, d, best, &edge->label));
}

static void shorten_race(struct prover *p, const struct mpck_distances *d,
			 struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	struct mpck_path path;
	unsigned number = 0;

	while (p->pass.race_keys[number] != r->id.key)
		number++;
	for (uint32_t s = 0; s < g->nstates; s++) {
		if (g->races[s] >> number & 1 &&
		    (best == UINT32_MAX || d->distance[s] < d->distance[best]))
			best = s;
	}
	path = mpck_path_to(g, d, best, NULL);
	path.race = r->id.key;
	shorten(&r->path, path);
}

/* Which deadlock a state is would have to be asked of each; the paths of the
 * first ones met are kept where there are several. */
static void shorten_deadlock(struct prover *p, const struct mpck_distances *d,
			     struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	size_t deadlocks = 0;

	for (size_t i = 0; i < p->pass.nfindings; i++)
		deadlocks += p->pass.findings[i].id.kind == MPCK_DEADLOCK;
	for (uint32_t s = 0; deadlocks == 1 && s < g->nstates; s++) {
		uint32_t e = g->ending[s];

		if (e && p->pass.endings[e - 1].end == MPCK_END_DEADLOCK &&
		    (best == UINT32_MAX || d->distance[s] < d->distance[best]))
			best = s;
	}
	if (best != UINT32_MAX)
		shorten(&r->path, mpck_path_to(g, d, best, NULL));
}

void mpck_prover_shorten(struct prover *p)
{
	struct mpck_distances d;

	mpck_graph_distances(&p->graph, &d);
	shorten_endings(p, &d);
	for (size_t i = 0; i < p->pass.nfindings; i++) {
		if (p->pass.findings[i].id.kind == MPCK_DEADLOCK)
			shorten_deadlock(p, &d, &p->pass.findings[i]);
		else if (p->pass.findings[i].id.kind == MPCK_DATA_RACE)
			shorten_race(p, &d, &p->pass.findings[i]);
		else
			shorten_fault(p, &d, &p->pass.findings[i]);
	}
	mpck_distances_fini(&d);
}
