/* SPDX-License-Identifier: MIT */
/*
 * strategy.h - who runs next: the interface of every exploration strategy.
 *
 * The explorer asks at each point with two or more options, and only there.
 * A task point has one option an enabled task, in ascending task id; an
 * alternative point has one an alternative of the chosen task's operation.
 * A strategy keeps ids and counts, never pointers.
 */
#ifndef MPCK_STRATEGY_H
#define MPCK_STRATEGY_H

#include "explore/explore.h"
#include "machine/taskset.h"
#include <mpp/hooks.h>

struct mpck_point {
	uint64_t step;			/* visible operations executed so far */
	uint32_t count;			/* options, >= 2 */
	bool alternatives;		/* false: tasks */
	uint32_t last;			/* task that ran last */
	uint32_t task;			/* alternatives: of which task */
	mpck_taskset enabled;		/* tasks: the options as a set */
	/* What task t is about to do: pending(p, t); any task of `live`. */
	mpck_taskset live;
	const struct mpck_task *tasks;	/* opaque; see mpck_pending() */
};

/* The pending operation of a live task at this point; borrowed. */
const struct mpp_op *mpck_pending(const struct mpck_point *p, uint32_t task);

struct mpck_strategy_ops {
	const char *name;	/* as typed after --strategy */
	const char *summary;	/* --help */
	size_t state_size;	/* the explorer allocates it, zeroed */
	bool exhaustive;	/* begin() false means: everything was seen */
	bool searches;		/* the state space is searched (prove/prove.h);
				 * the functions below are not used */
	const char *otherwise;	/* searches: who samples if that is not finished
				 * in options.prove_seconds; NULL: nobody */
	/* Reads options, may refuse them (MPCK_EUSAGE and a sentence). */
	int (*init)(void *state, const struct mpck_options *options,
		    struct mpck_module *module, char sentence[MPCK_SENTENCE]);
	/* Prepares execution `index` (0, 1, ...); false: nothing left.  May be
	 * called again with the same index: then the same picks must follow. */
	bool (*begin)(void *state, uint64_t index);
	/* Index of the option to take, < count. */
	uint32_t (*pick)(void *state, const struct mpck_point *point);
	/* Executed operation and its result; NULL when not needed. */
	void (*observe)(void *state, uint32_t task, const struct mpp_op *op,
			int result);
	/* The execution ended (and will not be begun again); may be NULL. */
	void (*end)(void *state);
	/* After how many operations of the execution that ended last those are
	 * over that go round for ever; 0: none do, or nobody says; may be
	 * NULL. */
	uint64_t (*turned)(void *state);
	/* Of the executions that were run, for people: a sentence, malloc'd, or
	 * NULL; may be NULL. */
	char *(*note)(void *state);
	void (*fini)(void *state);	/* may be NULL */
};

extern const struct mpck_strategy_ops *const mpck_strategies[];
extern const size_t mpck_nstrategies;
const struct mpck_strategy_ops *mpck_strategy_find(const char *name);

#endif
