/* SPDX-License-Identifier: MIT */
/*
 * search.h - one pass over the state space: every state once.
 *
 * Depth-first, except that a state's successors are all looked up when it is
 * expanded (so that the table's cache misses overlap); what is on the stack and
 * expanded is the path to the present state.  Breadth-first keeps every state
 * and finds shortest paths.
 */
#ifndef MPCK_SEARCH_H
#define MPCK_SEARCH_H

#include "explore/explore.h"
#include "prove/graph.h"
#include "prove/paths.h"
#include "prove/races.h"
#include "prove/space.h"

/* How executions can end: final values, or an end without. */
struct mpck_ending {
	enum mpck_end end;
	const void *bytes;	/* the world's; NORMAL only */
	size_t size;
	uint64_t hash;		/* of all that */
	struct mpck_path path;
};

struct mpck_reached {		/* a finding */
	struct mpck_fault_id id;
	struct mpck_path path;
};

enum mpck_pass_end {
	MPCK_PASS_DONE,		/* every state was seen */
	MPCK_PASS_ENOUGH,	/* breadth-first: everything wanted was found */
	MPCK_PASS_CHANGED,	/* something was learnt: it proves nothing */
	MPCK_PASS_WRONG,	/* an audit found a state that is not there */
	MPCK_PASS_TIME, MPCK_PASS_MEMORY, MPCK_PASS_STATES, MPCK_PASS_STOPPED,
};

struct mpck_pass {
	/* Given. */
	struct mpck_space *space;
	struct mpck_graph *graph;	/* NULL: edges are not kept */
	bool breadth_first;
	size_t wanted_endings, wanted_findings;	/* breadth-first: enough */
	bool audit, no_audit;		/* many states; none; else a few */
	bool races;			/* wanted */
	double deadline;		/* of mpck_seconds(), basics.h; 0: none */
	uint64_t memory;		/* bytes at most */
	uint64_t most_states;		/* 0: no limit */
	const volatile sig_atomic_t *stop;
	void (*progress)(const struct mpck_space_figures *so_far,
			 void *context);
	void *progress_context;
	/* Found. */
	struct mpck_space_figures figures;
	struct mpck_ending *endings;
	size_t nendings;
	struct mpck_reached *findings;
	size_t nfindings;
	uint64_t race_keys[MPCK_MAX_RACES];	/* by number, as in graph */
};

enum mpck_pass_end mpck_pass_run(struct mpck_pass *pass);
/* Frees what was found. */
void mpck_pass_fini(struct mpck_pass *pass);

#endif
