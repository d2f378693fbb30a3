/* SPDX-License-Identifier: MIT */
/*
 * experiment.h - is it this triple that makes an execution end wrong?
 *
 * The plainest experiment comes first: the one task runs up to its first
 * access, the other up to the access between, then each to its end, and all
 * else one after the other; undisturbed, the one runs to its end before the
 * other begins, or the other way round.  If that shows nothing, the execution
 * that was found is taken as it is, and only the three accesses are moved.
 */
#ifndef MPCK_EXPLORE_EXPERIMENT_H
#define MPCK_EXPLORE_EXPERIMENT_H

#include "explain/reorder.h"
#include "explain/triple.h"
#include "explore/serial.h"

enum { MPCK_MOST_TRIPLES = 256 };	/* of an execution */

/* A list of turns. */
struct mpck_turns {
	struct mpck_turn *turn;
	size_t count;
};

struct mpck_experiment {
	const struct mpck_aftermath *a;
	struct mpck_turns all;	/* of the execution that is looked into */
	double deadline;
	uint64_t executions;	/* made so far */
	/* Of a triple that was confirmed: as it is in an execution where nothing
	 * else is the matter, that execution, and how it ends. */
	struct mpck_triple triple;
	struct mpck_trail trail;
	char *outcome;
};

/* No more executions: they were many, it took long, or somebody said so. */
bool mpck_experiment_has_enough(const struct mpck_experiment *x);
/* The execution that was recorded last is looked into from now on. */
void mpck_experiment_take(struct mpck_experiment *x);
/*
 * Does the program end wrong with the triple, and right without?  If so, the
 * undisturbed execution was the last one made.
 */
bool mpck_experiment_confirms(struct mpck_experiment *x,
			      const struct mpck_triple *t);
/* Looks into one with fewer switches of tasks that ends wrong as well; true:
 * there is one, and it was the last one made. */
bool mpck_experiment_calm(struct mpck_experiment *x);
/* Frees what it has. */
void mpck_experiment_fini(struct mpck_experiment *x);

#endif
