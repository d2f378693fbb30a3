/* SPDX-License-Identifier: MIT */
/*
 * graph.c - counting paths and measuring distances; see graph.h.
 *
 * Counts go forward in topological order: one number a state, given away to the
 * successors and then freed, so that only the frontier's exist.
 */
#include "prove/graph.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

void mpck_graph_fini(struct mpck_graph *g)
{
	free(g->edges);
	free(g->first);
	free(g->count);
	free(g->ending);
	free(g->races);
	memset(g, 0, sizeof(*g));
}

size_t mpck_graph_footprint(const struct mpck_graph *g)
{
	return g->edges_room * sizeof(*g->edges) +
	       g->room * (sizeof(*g->first) + sizeof(*g->count) +
			  sizeof(*g->ending) + sizeof(*g->races));
}

void mpck_graph_state(struct mpck_graph *g, uint32_t state)
{
	if (state >= g->room) {
		g->room = g->room * 2 + 1024;
		g->first = mpck_checked(realloc(g->first,
					   g->room * sizeof(*g->first)));
		g->count = mpck_checked(realloc(g->count,
					   g->room * sizeof(*g->count)));
		g->ending = mpck_checked(realloc(g->ending,
					    g->room * sizeof(*g->ending)));
		g->races = mpck_checked(realloc(g->races,
					   g->room * sizeof(*g->races)));
	}
	g->first[state] = g->count[state] = g->ending[state] = 0;
	g->races[state] = 0;
	g->nstates = state + 1;
}

void mpck_graph_begin(struct mpck_graph *g, uint32_t state)
{
	g->first[state] = g->nedges;
}

void mpck_graph_edge(struct mpck_graph *g, uint32_t from, struct mpck_edge edge)
{
	if (g->nedges == g->edges_room) {
		g->edges_room = g->edges_room + g->edges_room / 2 + 4096;
		g->edges = mpck_checked(realloc(g->edges, g->edges_room *
					   sizeof(*g->edges)));
	}
	g->edges[g->nedges++] = edge;
	g->count[from]++;
}

/*
 * Counting.
 */
struct counting {
	const struct mpck_graph *g;
	uint32_t *in;		/* edges into a state not given away yet */
	mpz_t *paths;		/* by state */
	mpz_t *endings;
	uint32_t *ready;
	size_t nready, done;
};

static void counting_init(struct counting *c, const struct mpck_graph *g,
			  size_t nendings)
{
	*c = (struct counting){ .g = g };
	c->in = mpck_checked(calloc(g->nstates + 1u, sizeof(*c->in)));
	c->ready = mpck_checked(malloc((g->nstates + 1u) * sizeof(*c->ready)));
	c->paths = mpck_checked(calloc(g->nstates + 1u, sizeof(*c->paths)));
	c->endings = mpck_checked(calloc(nendings + 1, sizeof(*c->endings)));
	for (size_t i = 0; i < nendings; i++)
		mpz_init(c->endings[i]);
	for (size_t e = 0; e < g->nedges; e++)
		c->in[g->edges[e].to]++;
}

static void counting_fini(struct counting *c, size_t nendings)
{
	for (uint32_t i = 0; i < c->g->nstates; i++) {
		if (c->paths[i]->_mp_alloc)
			mpz_clear(c->paths[i]);
	}
	for (size_t i = 0; i < nendings; i++)
		mpz_clear(c->endings[i]);
	free(c->in);
	free(c->ready);
	free(c->paths);
	free(c->endings);
}

static void give_away(struct counting *c, uint32_t state)
{
	const struct mpck_graph *g = c->g;
	const struct mpck_edge *e = &g->edges[g->first[state]];

	if (g->ending[state])
		mpz_add(c->endings[g->ending[state] - 1],
			c->endings[g->ending[state] - 1], c->paths[state]);
	for (uint32_t i = 0; i < g->count[state]; i++, e++) {
		if (!c->paths[e->to]->_mp_alloc)
			mpz_init(c->paths[e->to]);
		mpz_addmul_ui(c->paths[e->to], c->paths[state], e->twins);
		if (--c->in[e->to] == 0)
			c->ready[c->nready++] = e->to;
	}
	mpz_clear(c->paths[state]);
	c->paths[state]->_mp_alloc = 0;
	c->done++;
}

/* States that a cycle leads to: those Kahn's algorithm leaves, and so all their
 * endings are reached by ever longer paths. */
static void mark_unbounded(const struct counting *c, bool *unbounded)
{
	for (uint32_t i = 0; i < c->g->nstates; i++) {
		if (c->in[i] && c->g->ending[i])
			unbounded[c->g->ending[i] - 1] = true;
	}
}

static double share(const mpz_t part, const mpz_t all)
{
	mpf_t x, y;
	double result;

	if (!mpz_sgn(all))
		return 0;
	mpf_init2(x, 128);
	mpf_init2(y, 128);
	mpf_set_z(x, part);
	mpf_set_z(y, all);
	mpf_div(x, x, y);
	result = mpf_get_d(x);
	mpf_clear(x);
	mpf_clear(y);
	return result;
}

static char *decimal(const mpz_t n)
{
	char *text = mpck_checked(malloc(mpz_sizeinbase(n, 10) + 2));

	return mpz_get_str(text, 10, n);
}

static void write_counts(const struct counting *c, size_t nendings,
			 const bool *unbounded, bool cyclic, char **texts,
			 double *shares, char **all)
{
	mpz_t sum;

	mpz_init(sum);
	for (size_t i = 0; i < nendings; i++)
		mpz_add(sum, sum, c->endings[i]);
	for (size_t i = 0; i < nendings; i++) {
		texts[i] = unbounded[i] ? mpck_checked(strdup("unbounded"))
					: decimal(c->endings[i]);
		shares[i] = cyclic ? 0 : share(c->endings[i], sum);
	}
	*all = cyclic ? mpck_checked(strdup("unbounded")) : decimal(sum);
	mpz_clear(sum);
}

bool mpck_graph_count(const struct mpck_graph *g, size_t nendings,
		      char **texts, double *shares, char **all)
{
	struct counting c;
	bool *unbounded = mpck_checked(calloc(nendings + 1, sizeof(bool)));
	bool cyclic;

	counting_init(&c, g, nendings);
	mpz_init_set_ui(c.paths[0], 1);
	if (!c.in[0])
		c.ready[c.nready++] = 0;
	while (c.nready)
		give_away(&c, c.ready[--c.nready]);
	cyclic = c.done < g->nstates;
	if (cyclic)
		mark_unbounded(&c, unbounded);
	write_counts(&c, nendings, unbounded, cyclic, texts, shares, all);
	counting_fini(&c, nendings);
	free(unbounded);
	return cyclic;
}

/*
 * Distances.
 */
void mpck_graph_distances(const struct mpck_graph *g, struct mpck_distances *d)
{
	uint32_t *queue = mpck_checked(malloc((g->nstates + 1u) * sizeof(*queue)));
	size_t head = 0, tail = 1;

	d->distance = mpck_checked(malloc((g->nstates + 1u) * sizeof(uint32_t)));
	d->from = mpck_checked(calloc(g->nstates + 1u, sizeof(uint32_t)));
	d->edge = mpck_checked(calloc(g->nstates + 1u, sizeof(uint32_t)));
	memset(d->distance, 0xff, (g->nstates + 1u) * sizeof(uint32_t));
	d->distance[0] = 0;
	queue[0] = 0;
	while (head < tail) {
		uint32_t at = queue[head++];

		for (uint32_t i = 0; i < g->count[at]; i++) {
			uint32_t to = g->edges[g->first[at] + i].to;

			if (d->distance[to] != UINT32_MAX)
				continue;
			d->distance[to] = d->distance[at] + 1;
			d->from[to] = at;
			d->edge[to] = i;
			queue[tail++] = to;
		}
	}
	free(queue);
}

void mpck_distances_fini(struct mpck_distances *d)
{
	free(d->distance);
	free(d->from);
	free(d->edge);
	memset(d, 0, sizeof(*d));
}
