/* SPDX-License-Identifier: MIT */
/*
 * world_parts.h - what the files of world.h share: what a state consists of,
 * and which one is loaded.  Nobody else includes it.
 *
 * world.c knows the states and answers questions, world_step.c runs the
 * program, world_join.c finds who is joined together, world_save.c and
 * world_load.c make numbers of states and states of numbers, world_tell.c
 * passes on what the machine tells.
 */
#ifndef MPCK_WORLD_PARTS_H
#define MPCK_WORLD_PARTS_H

#include "machine/core.h"
#include "machine/intern.h"
#include "machine/part.h"

/* What numbers stand for; a process's part is a struct mpck_part. */
struct mpck_saved_shared {
	size_t size, undefined;	/* of bytes[], and of what is behind them:
				 * which of them hold nothing (definedness.h) */
	uint32_t table;
	int64_t clock_ns;	/* 0: nobody reads it */
	unsigned char bytes[];
};

struct mpck_saved_task {
	struct mpck_task_info info;
	uint32_t process;
};

struct mpck_saved_rest {
	uint32_t ntasks, nprocesses;
	mpck_taskset joined, signals, daemons;
	uint32_t main[MPCK_MAX_TASKS];
	size_t outcome_size;
	unsigned char *outcome;		/* behind tasks[] */
	struct mpck_saved_task tasks[];
};

struct mpck_world {
	struct mpck_intern parts, shared, tables, rests;
	struct mpck_state loaded;	/* 0: changed since, or nothing is */
	unsigned char *copy;		/* of shared memory, while it is saved */
	size_t copy_room;
	size_t bytes;			/* of all that is interned */
	struct mpck_grant *log;
	size_t nlog, log_room;
	struct { uint32_t number; uint64_t generation; } table;	/* loaded */
	/* What the loaded rest depends on: looked at instead of all of it. */
	struct {
		uint32_t number, ntasks;
		mpck_taskset joined, signals, daemons;
		uint64_t observed;
	} rest;
};

#pragma GCC visibility push(hidden)	/* see core.h */
extern struct mpck_world mpck_world;

/* world_step.c: the program goes on until it pauses. */
enum mpck_end mpck_world_run(struct mpck_resume (*first)(uint32_t),
			     uint32_t task);
/* world_join.c: whom those who began to join wait for. */
void mpck_find_groups(void);
#pragma GCC visibility pop

static inline uint32_t mpck_task_at(uint32_t process, uint32_t local)
{
	for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
		if (mpck_core.tasks[t].process == process && local-- == 0)
			return t;
	}
	return MPCK_NOBODY;
}

static inline bool mpck_has_siblings(uint32_t task)
{
	mpck_taskset tasks =
		mpck_core.processes[mpck_core.tasks[task].process].tasks;

	return (tasks & ~mpck_set_of(task)) != 0;
}

static inline bool mpck_is_joined(uint32_t process)
{
	return mpck_set_has(mpck_core.joined,
			    mpck_core.processes[process].main);
}

/* May the search take children of this kind for interchangeable? */
static inline bool mpck_has_name(uint32_t task)
{
	return mpck_run.watcher->has_name(mpck_run.watcher_context,
					  mpck_task_infos[task].class);
}

/* Of what is said of a task once it exists nothing ever changes. */
static inline bool mpck_rest_is_known(void)
{
	return mpck_world.rest.number &&
	       mpck_world.rest.ntasks == mpck_core.ntasks &&
	       mpck_world.rest.joined == mpck_core.joined &&
	       mpck_world.rest.signals == mpck_core.signals &&
	       mpck_world.rest.daemons == mpck_core.daemons &&
	       mpck_world.rest.observed == mpck_observe_generation();
}

static inline void mpck_know_rest(uint32_t number)
{
	mpck_world.rest.number = number;
	mpck_world.rest.ntasks = mpck_core.ntasks;
	mpck_world.rest.joined = mpck_core.joined;
	mpck_world.rest.signals = mpck_core.signals;
	mpck_world.rest.daemons = mpck_core.daemons;
	mpck_world.rest.observed = mpck_observe_generation();
}

static inline const struct mpck_part *mpck_part_at(uint32_t number)
{
	return mpck_world.parts.objects[number];
}

#endif
