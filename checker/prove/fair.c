/* SPDX-License-Identifier: MIT */
/*
 * fair.c - which cycles a fair scheduler leaves; see fair.h.
 *
 * A whole component is looked at: if an execution can stay in some part of it
 * fairly, it can also walk through all of it for ever, which is fair to at
 * least as many tasks.  That holds for weak fairness.  For strong fairness
 * walking through all has a price: it comes by states where some task can go on
 * that never does inside.  These states are taken out, and what is left is
 * decomposed again, until nobody is passed over, or nothing goes round.
 *
 * Source:  Emerson and Lei, "Modalities for model checking: branching time logic
 *          strikes back" (1987), for the recursion; Streett, "Propositional
 *          dynamic logic of looping and converse" (1981), for the condition.
 */
#include "prove/fair.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "prove/components.h"

struct list {
	uint32_t *states;
	size_t count;
};

struct lists {
	struct list *list;
	size_t count, room;
};

/* Who does what in a component. */
struct summary {
	mpck_taskset taken;	/* go on inside */
	mpck_taskset some, always;	/* can go on in some, in all states */
};

struct judge {
	const struct mpck_graph *g;
	const struct mpck_distances *d;
	struct mpck_cycle_found *found;
	struct mpck_components *components;
	mpck_taskset *enabled;	/* by state */
	struct lists weak;	/* components: fair, but not strongly */
	struct lists parts;	/* of one of those, to be decomposed */
	bool strong;		/* in it somebody can stay strongly fairly */
};

static uint32_t find_task(const struct mpck_cycle_found *f,
			  struct mpck_label label)
{
	uint32_t process = (uint32_t)mpck_world_part(label.part)->process;
	uint32_t i = 0;

	while (i < f->ntasks &&
	       (f->process[i] != process || f->local[i] != label.local))
		i++;
	return i;
}

/* Tasks are numbered as they are met. */
static uint32_t number_of(struct mpck_cycle_found *f, struct mpck_label label)
{
	uint32_t i = find_task(f, label);

	if (i < f->ntasks)
		return i;
	if (i == MPCK_MAX_TASKS)
		abort();	/* the machine has no more tasks */
	f->process[i] = (uint32_t)mpck_world_part(label.part)->process;
	f->local[i] = label.local;
	return f->ntasks++;
}

uint32_t mpck_fair_task(const struct mpck_cycle_found *found,
			const struct mpck_edge *edge)
{
	return find_task(found, edge->label);
}

mpck_taskset mpck_fair_enabled(const struct mpck_cycle_found *found,
			       const struct mpck_graph *g, uint32_t state)
{
	mpck_taskset enabled = 0;

	for (uint32_t k = 0; k < g->count[state]; k++)
		enabled |= mpck_set_of(find_task(
			found, g->edges[g->first[state] + k].label));
	return enabled;
}

static void find_enabled(struct judge *j)
{
	const struct mpck_graph *g = j->g;

	j->enabled = mpck_checked(calloc(g->nstates + 1u,
					 sizeof(*j->enabled)));
	for (uint32_t s = 0; s < g->nstates; s++) {
		for (uint32_t k = 0; k < g->count[s]; k++)
			j->enabled[s] |= mpck_set_of(number_of(
				j->found, g->edges[g->first[s] + k].label));
	}
}

/* Of a component that was just told; false: nobody goes round in it. */
static bool summarise(struct judge *j, const uint32_t *states, size_t count,
		      struct summary *s)
{
	*s = (struct summary){ .always = ~(mpck_taskset)0 };
	for (size_t i = 0; i < count; i++) {
		const struct mpck_edge *e = &j->g->edges[
			j->g->first[states[i]]];

		s->some |= j->enabled[states[i]];
		s->always &= j->enabled[states[i]];
		for (uint32_t k = 0; k < j->g->count[states[i]]; k++, e++) {
			if (mpck_components_inside(j->components, states[i],
						   e))
				s->taken |= mpck_set_of(mpck_fair_task(
					j->found, e));
		}
	}
	return s->taken != 0;
}

/*
 * What is kept.
 */
static struct list copy(const uint32_t *states, size_t count)
{
	struct list l = { .count = count };

	l.states = mpck_checked(malloc((count + 1) * sizeof(*states)));
	memcpy(l.states, states, count * sizeof(*states));
	return l;
}

static void push(struct lists *l, struct list list)
{
	if (l->count == l->room) {
		l->room = l->room * 2 + 16;
		l->list = mpck_checked(realloc(l->list, l->room *
					       sizeof(*l->list)));
	}
	l->list[l->count++] = list;
}

static uint32_t nearest(const struct judge *j, const uint32_t *states,
			size_t count)
{
	uint32_t best = states[0];

	for (size_t i = 1; i < count; i++) {
		uint32_t s = states[i];

		if (j->d->distance[s] < j->d->distance[best] ||
		    (j->d->distance[s] == j->d->distance[best] && s < best))
			best = s;
	}
	return best;
}

/* The fewer starve, the fairer it is to the others; and one that is nearer to
 * the first state is easier to read. */
static bool is_better(const struct judge *j, const struct mpck_fair_part *a,
		      const struct mpck_fair_part *b)
{
	uint32_t m = mpck_set_count(a->passed), n = mpck_set_count(b->passed);

	if (m != n)
		return m < n;
	return j->d->distance[a->nearest] < j->d->distance[b->nearest];
}

static void keep(struct judge *j, enum mpck_cycle kind,
		 const uint32_t *states, size_t count,
		 const struct summary *s)
{
	struct mpck_fair_part *part = kind == MPCK_CYCLE_LIVE
					      ? &j->found->live
					      : &j->found->starving;
	struct mpck_fair_part now = {
		.count = count, .nearest = nearest(j, states, count),
		.taken = s->taken, .passed = s->some & ~s->taken };

	if (kind > j->found->kind)
		j->found->kind = kind;
	if (part->states && !is_better(j, &now, part))
		return;
	free(part->states);
	*part = now;
	part->states = copy(states, count).states;
}

/*
 * Judging.
 */
static void judge_component(void *context, const uint32_t *states,
			    size_t count)
{
	struct judge *j = context;
	struct summary s;

	if (!summarise(j, states, count, &s))
		return;
	if (s.always & ~s.taken) {
		if (j->found->kind < MPCK_CYCLE_WAITING)
			j->found->kind = MPCK_CYCLE_WAITING;
	} else if (s.some & ~s.taken) {
		push(&j->weak, copy(states, count));
	} else {
		keep(j, MPCK_CYCLE_LIVE, states, count, &s);
	}
}

/* The states where none of these tasks can go on are looked at later. */
static void push_without(struct judge *j, const uint32_t *states, size_t count,
			 mpck_taskset tasks)
{
	struct list l = copy(states, count);
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		if (!(j->enabled[states[i]] & tasks))
			l.states[left++] = states[i];
	}
	l.count = left;
	if (left)
		push(&j->parts, l);
	else
		free(l.states);
}

static void judge_part(void *context, const uint32_t *states, size_t count)
{
	struct judge *j = context;
	struct summary s;

	if (!summarise(j, states, count, &s))
		return;
	if (s.some & ~s.taken) {
		push_without(j, states, count, s.some & ~s.taken);
		return;
	}
	j->strong = true;
	keep(j, MPCK_CYCLE_LIVE, states, count, &s);
}

static void note_summary(void *context, const uint32_t *states, size_t count)
{
	struct judge *j = context;
	struct summary s;

	if (summarise(j, states, count, &s) && !j->strong)
		keep(j, MPCK_CYCLE_STARVING, states, count, &s);
}

/* Can a strongly fair execution stay in some part of it? */
static void decompose(struct judge *j, struct list component)
{
	j->strong = false;
	push(&j->parts, copy(component.states, component.count));
	while (j->parts.count) {
		struct list part = j->parts.list[--j->parts.count];

		mpck_components_find(j->components, part.states, part.count,
				     judge_part, j);
		free(part.states);
	}
	/* As a whole again. */
	mpck_components_find(j->components, component.states, component.count,
			     note_summary, j);
}

void mpck_graph_cycles(const struct mpck_graph *g,
		       const struct mpck_distances *d,
		       struct mpck_cycle_found *found)
{
	struct judge j = { .g = g, .d = d, .found = found,
			   .components = mpck_components_new(g) };
	uint32_t *all = mpck_checked(malloc((g->nstates + 1u) *
					    sizeof(*all)));

	memset(found, 0, sizeof(*found));
	for (uint32_t s = 0; s < g->nstates; s++)
		all[s] = s;
	find_enabled(&j);
	mpck_components_find(j.components, all, g->nstates, judge_component,
			     &j);
	for (size_t i = 0; i < j.weak.count; i++) {
		decompose(&j, j.weak.list[i]);
		free(j.weak.list[i].states);
	}
	if (found->live.states) {
		free(found->starving.states);
		found->starving = (struct mpck_fair_part){ 0 };
	}
	free(j.weak.list);
	free(j.parts.list);
	free(j.enabled);
	free(all);
	mpck_components_free(j.components);
}

void mpck_cycle_fini(struct mpck_cycle_found *found)
{
	free(found->live.states);
	free(found->starving.states);
	found->live.states = found->starving.states = NULL;
}
