/* SPDX-License-Identifier: MIT */
/*
 * naive.h - all states of a program for endless.c, enumerated in the plainest
 * way: a small struct is the world, an array of those seen is the memory.
 * Nothing is shared with the checker.
 */
#ifndef MPCK_TESTS_JUDGING_NAIVE_H
#define MPCK_TESTS_JUDGING_NAIVE_H

#include <stdlib.h>
#include <string.h>

#include "modules/endless.h"
#include "unit.h"

enum { MAIN = KIDS, TASKS, MOST_STATES = 3000, MOST_OUTCOMES = 256 };

/* Where a child is: at an operation, or in what it does at its end. */
enum { GIVES_BACK = SCRIPT, TELLS = GIVES_BACK + LOCKS, EXITS, ENDED };
/* main: */
enum { POLLS, JOINS };

struct world {
	uint8_t at[TASKS];
	uint8_t value[KIDS];
	uint8_t held[KIDS];	/* a bit per lock */
	uint8_t cells[CELLS], queues[QUEUES];	/* 0: empty; else message + 1 */
	uint8_t ends[FUNCTIONS];
};

struct edge {
	uint16_t to;
	uint8_t task;
};

struct outcome {
	uint8_t cells[CELLS], ends[FUNCTIONS];
};

struct naive {
	const struct program *p;
	bool exits;		/* are operations: main polls */
	bool too_big;
	struct world states[MOST_STATES];
	struct edge edges[MOST_STATES][TASKS];
	unsigned nedges[MOST_STATES], nstates;
	/* What comes out. */
	struct outcome outcomes[MOST_OUTCOMES];
	unsigned noutcomes;
	bool deadlock, cycle, livelock, starvation;
	uint64_t paths;		/* from the first state to all ends; without
				 * a cycle */
	/* Tarjan's. */
	unsigned number[MOST_STATES], low[MOST_STATES], counter;
	unsigned stack[MOST_STATES], depth;
	unsigned component[MOST_STATES];	/* 0: none yet */
	unsigned turns;		/* 0: all states; else of `whole` those where
				 * nobody but these tasks can go on */
	unsigned whole;
	bool weak[MOST_STATES + 1];	/* by component: can one stay? */
	unsigned wholes[MOST_STATES];	/* components of all states */
	bool strong;
	uint64_t count[MOST_STATES];	/* paths to ends; 0: not known */
};

static inline bool is_held(const struct world *w, unsigned lock)
{
	for (int kid = 0; kid < KIDS; kid++) {
		if (w->held[kid] >> lock & 1)
			return true;
	}
	return false;
}

static inline struct operation next_of(const struct naive *n,
				       const struct world *w, unsigned kid)
{
	return operation(n->p, kid_function(n->p, kid), w->at[kid]);
}

/* Passes by what is no visible operation. */
static inline void settle(const struct naive *n, struct world *w, unsigned kid)
{
	for (;; w->at[kid]++) {
		struct operation o;
		bool holds;

		if (w->at[kid] >= TELLS) {
			if (w->at[kid] == EXITS && !n->exits)
				w->at[kid] = ENDED;
			return;
		}
		if (w->at[kid] >= GIVES_BACK) {
			if (w->held[kid] >> (w->at[kid] - GIVES_BACK) & 1)
				return;
			continue;
		}
		o = next_of(n, w, kid);
		holds = w->held[kid] >> o.object % LOCKS & 1;
		if (o.kind == END)
			w->at[kid] = GIVES_BACK - 1;
		else if (o.kind < ACQUIRE || o.kind > RELEASE ||
			 holds == (o.kind == RELEASE))
			return;
	}
}

/* The operation's effect: whether it jumps.  false: it has to wait. */
static inline bool perform(struct world *w, unsigned kid, struct operation o,
			   bool *jump)
{
	uint8_t *cell = &w->cells[o.object % CELLS];
	uint8_t *queue = &w->queues[o.object % QUEUES];
	unsigned lock = o.object % LOCKS;

	*jump = false;
	switch (o.kind) {
	case SET:
		*cell = (uint8_t)o.value;
		return true;
	case READ:
		w->value[kid] = *cell;
		return true;
	case WRITE:
		*cell = w->value[kid];
		return true;
	case IF:
		*jump = *cell == o.value;
		return true;
	case UNLESS:
		*jump = *cell != o.value;
		return true;
	case LOOK:
		*jump = true;
		return true;
	case ACQUIRE:
	case TRY:
	case TIMED:
		*jump = is_held(w, lock);
		if (*jump)
			return o.kind != ACQUIRE;
		w->held[kid] |= (uint8_t)(1u << lock);
		return true;
	case RELEASE:
		w->held[kid] &= (uint8_t)~(1u << lock);
		return true;
	case PUT:
	case TRY_PUT:
		*jump = *queue != 0;
		if (*jump)
			return o.kind != PUT;
		*queue = (uint8_t)(w->value[kid] + 1);
		return true;
	case GET:
	case TRY_GET:
		*jump = !*queue;
		if (*jump)
			return o.kind != GET;
		w->value[kid] = (uint8_t)(*queue - 1);
		*queue = 0;
		return true;
	default:
		ck_abort_msg("no such operation");
	}
}

/* false: it cannot. */
static inline bool step_kid(const struct naive *n, struct world *w,
			    unsigned kid)
{
	unsigned at = w->at[kid];
	struct operation o;
	bool jump;

	if (at == ENDED)
		return false;
	if (at < GIVES_BACK) {
		o = next_of(n, w, kid);
		if (!perform(w, kid, o, &jump))
			return false;
		w->at[kid] = (uint8_t)(jump ? o.target : at + 1);
	} else {
		if (at < TELLS)
			w->held[kid] &= (uint8_t)~(1u << (at - GIVES_BACK));
		else if (at == TELLS)
			w->ends[kid_function(n->p, kid)] = w->value[kid];
		w->at[kid]++;
	}
	settle(n, w, kid);
	return true;
}

static inline bool step_main(const struct naive *n, struct world *w)
{
	unsigned polled = setup(n->p, POLLS_BITS, 2);

	if (w->at[MAIN] != POLLS)
		return false;
	if (w->at[polled - 1] == ENDED)
		w->at[MAIN] = JOINS;
	return true;
}

static inline unsigned state_of(struct naive *n, const struct world *w)
{
	for (unsigned i = n->nstates; i-- > 0;) {
		if (!memcmp(&n->states[i], w, sizeof(*w)))
			return i;
	}
	if (n->nstates == MOST_STATES) {
		n->too_big = true;
		return 0;
	}
	n->states[n->nstates] = *w;
	return n->nstates++;
}

static inline void first_state(struct naive *n)
{
	struct world w;
	unsigned kids = setup(n->p, KIDS_BITS, 2);
	unsigned polled = setup(n->p, POLLS_BITS, 2);

	memset(&w, 0, sizeof(w));
	n->exits = polled && polled <= kids;
	w.at[MAIN] = n->exits ? POLLS : JOINS;
	for (unsigned kid = 0; kid < KIDS; kid++) {
		if (kid < kids)
			settle(n, &w, kid);
		else
			w.at[kid] = ENDED;
	}
	state_of(n, &w);
}

static inline void note_end(struct naive *n, const struct world *w)
{
	struct outcome o;

	for (unsigned kid = 0; kid < KIDS; kid++) {
		if (w->at[kid] != ENDED) {
			n->deadlock = true;
			return;
		}
	}
	memcpy(o.cells, w->cells, sizeof(o.cells));
	memcpy(o.ends, w->ends, sizeof(o.ends));
	for (unsigned i = 0; i < n->noutcomes; i++) {
		if (!memcmp(&n->outcomes[i], &o, sizeof(o)))
			return;
	}
	ck_assert_int_lt((int)n->noutcomes, MOST_OUTCOMES);
	n->outcomes[n->noutcomes++] = o;
}

static inline void enumerate(struct naive *n)
{
	first_state(n);
	for (unsigned i = 0; i < n->nstates && !n->too_big; i++) {
		for (unsigned task = 0; task < TASKS; task++) {
			struct world w = n->states[i];

			if (task == MAIN ? !step_main(n, &w)
					 : !step_kid(n, &w, task))
				continue;
			n->edges[i][n->nedges[i]++] = (struct edge){
				(uint16_t)state_of(n, &w), (uint8_t)task };
		}
		if (!n->nedges[i])
			note_end(n, &n->states[i]);
	}
}

static inline unsigned enabled_in(const struct naive *n, unsigned at)
{
	unsigned enabled = 0;

	for (unsigned e = 0; e < n->nedges[at]; e++)
		enabled |= 1u << n->edges[at][e].task;
	return enabled;
}

/*
 * Can a fair execution stay in a component for ever?  Weakly: every task that
 * is enabled in all its states needs a step inside it.  Strongly: the tasks that
 * take turns for ever are some set, tried one after the other; nobody else can
 * go on in the states that are left, and each of the set takes a step there.
 */
static inline void judge_component(struct naive *n, unsigned component,
				   unsigned top)
{
	unsigned always = (1u << TASKS) - 1, inside = 0;

	/* Its states were on the stack. */
	for (unsigned k = n->depth; k < top; k++) {
		unsigned i = n->stack[k];

		for (unsigned e = 0; e < n->nedges[i]; e++) {
			struct edge edge = n->edges[i][e];

			if (n->component[edge.to] == component)
				inside |= 1u << edge.task;
		}
		always &= enabled_in(n, i);
	}
	if (n->turns) {
		n->strong |= inside == n->turns;
		return;
	}
	n->cycle |= inside != 0;
	n->weak[component] = inside && !(always & ~inside);
}

static inline bool is_left(const struct naive *n, unsigned at)
{
	return !n->turns || (n->wholes[at] == n->whole &&
			     !(enabled_in(n, at) & ~n->turns));
}

static inline void visit(struct naive *n, unsigned at)
{
	unsigned top;

	n->number[at] = n->low[at] = ++n->counter;
	n->stack[n->depth++] = at;
	for (unsigned e = 0; e < n->nedges[at]; e++) {
		unsigned to = n->edges[at][e].to;

		if (!is_left(n, to))
			continue;
		if (!n->number[to])
			visit(n, to);
		if (!n->component[to] && n->low[to] < n->low[at])
			n->low[at] = n->low[to];
	}
	if (n->low[at] != n->number[at])
		return;
	top = n->depth;
	do {
		n->component[n->stack[--n->depth]] = at + 1;
	} while (n->stack[n->depth] != at);
	judge_component(n, at + 1, top);
}

static inline bool is_strong(struct naive *n, unsigned component)
{
	n->whole = component;
	n->strong = false;
	for (n->turns = 1; n->turns < 1u << TASKS && !n->strong; n->turns++) {
		memset(n->number, 0, n->nstates * sizeof(*n->number));
		memset(n->component, 0, n->nstates * sizeof(*n->component));
		for (unsigned i = 0; i < n->nstates; i++) {
			if (is_left(n, i) && !n->number[i])
				visit(n, i);
		}
	}
	return n->strong;
}

static inline void judge_cycles(struct naive *n)
{
	bool stays = false;

	visit(n, 0);
	memcpy(n->wholes, n->component, sizeof(n->wholes));
	for (unsigned c = 1; c <= n->nstates; c++) {
		if (!n->weak[c])
			continue;
		stays = true;
		n->livelock |= is_strong(n, c);
	}
	n->starvation = stays && !n->livelock;
}

static inline uint64_t count_paths(struct naive *n, unsigned at)
{
	uint64_t sum = 0;

	if (!n->nedges[at])
		return 1;
	if (n->count[at])
		return n->count[at];
	for (unsigned e = 0; e < n->nedges[at]; e++)
		sum += count_paths(n, n->edges[at][e].to);
	n->count[at] = sum;
	return sum;
}

/* The caller frees it. */
static inline struct naive *naive_new(const struct program *p)
{
	struct naive *n = calloc(1, sizeof(*n));

	ck_assert_ptr_nonnull(n);
	n->p = p;
	enumerate(n);
	if (n->too_big)
		return n;
	judge_cycles(n);
	if (!n->cycle)
		n->paths = count_paths(n, 0);
	return n;
}

#endif
