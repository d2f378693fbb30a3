/* SPDX-License-Identifier: MIT */
/*
 * world.h - the machine one step at a time, its state as numbers.
 *
 * A search of the state space begins the program, looks where it paused, steps
 * one task, saves, loads a state it has seen before, steps another.  A state is
 * a few numbers: one for each process's part (memory, tasks, locks held), one
 * for shared memory, one for the rest.  Equal numbers mean equal contents (by
 * 128-bit hashes), so nothing is compared or kept twice.
 *
 * Anonymous processes are those that nothing in the state can tell from their
 * twins: a part of theirs does not say which of them it is.  So the parts of a
 * state may be put in any order, and sorted ones stand for all permutations
 * (docs/design/006-proving.md has the argument).
 *
 * One world exists, in the open machine (machine.h); nothing here may overlap.
 */
#ifndef MPCK_WORLD_H
#define MPCK_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/taskset.h"

struct mpp_op;
enum mpck_end;

/* After so many silent operations in a row there is a scheduling point. */
enum { MPCK_SILENT_STEPS = 10000 };

struct mpck_state {
	uint32_t nparts;
	uint32_t shared, rest;
	uint32_t part[MPCK_MAX_TASKS];	/* by process, or sorted */
};

enum { MPCK_ANYBODY = -1 };

/* What a search has to know of a process's part. */
struct mpck_part_view {
	int32_t process;	/* MPCK_ANYBODY: anonymous */
	uint32_t parent;	/* task; UINT32_MAX: none */
	uint64_t class;
	bool ended;
	uint16_t ntasks;	/* all that ever were */
	uint16_t npending;	/* that have announced an operation */
	mpck_taskset pending;	/* by local index: 0 is the main line */
	mpck_taskset group;	/* tasks it is joining; 0: none */
	mpck_taskset joiners;	/* its tasks that are */
	mpck_taskset live;	/* its tasks' ids; anonymous: 0 */
};

/* Whoever steps is told what the program does.  NULL: does not want to know; the
 * two questions are always asked. */
struct mpck_watcher {
	/* May this be granted without a scheduling point? */
	bool (*is_silent)(void *context, uint32_t task,
			  const struct mpp_op *op);
	/* It announced the operation, which it may wait for in vain: that is
	 * an access all the same, since it would exclude others. */
	void (*touched)(void *context, uint32_t task, const struct mpp_op *op);
	void (*observed)(void *context, uint32_t task, const char *name);
	/* Shared memory is allocated or given back. */
	void (*allocated)(void *context, uint32_t task, bool given_back);
	/* A process may be killed, at any instant. */
	void (*killed)(void *context);
	/* Something can tell one of its children from the others. */
	void (*named)(void *context, uint64_t class);
	/* Can the children of this class be told apart? */
	bool (*has_name)(void *context, uint64_t class);
};

void mpck_world_open(const struct mpck_watcher *watcher, void *context);
/* Forgets all states; their numbers mean nothing any more. */
void mpck_world_close(void);

/* The program from its start to where it first pauses, or to its end. */
enum mpck_end mpck_world_begin(void);
/* Grants the pending operation of a process's task.  alternative: of an
 * MPP_OP_CHOOSE.  Nobody who joins is woken yet. */
enum mpck_end mpck_world_step(uint32_t process, uint32_t local,
			      uint32_t alternative);

/* One operation of an execution: who performed it, and its alternative. */
struct mpck_grant {
	uint16_t task, alternative;
};
/* From now on all that is granted is kept; the list is borrowed. */
void mpck_world_log(bool on);
const struct mpck_grant *mpck_world_logged(size_t *count);
void mpck_world_granted(uint32_t task);	/* the machine tells */

/* Is there somebody whose join is over?  Lets them go on. */
bool mpck_world_can_wake(void);
enum mpck_end mpck_world_wake(void);
/* The state that has paused; parts by process. */
void mpck_world_save(struct mpck_state *state);
void mpck_world_load(const struct mpck_state *state);
/* Somebody else has used the machine: nothing is loaded. */
void mpck_world_unload(void);

/* Tasks and processes of the loaded state. */
uint32_t mpck_world_task(uint32_t process, uint32_t local);
uint32_t mpck_world_process(uint32_t task, uint32_t *local);
bool mpck_world_is_joined(uint32_t process);
/* Of the loaded state: the process that has the part. */
uint32_t mpck_world_process_of(uint32_t part);
/* Its task's pending operation; would it not wait? */
const struct mpp_op *mpck_world_pending(uint32_t process, uint32_t local,
					uint32_t *task);
bool mpck_world_ready(uint32_t process, uint32_t local);
/* The pending operation of a part's task, whatever is loaded. */
const struct mpp_op *mpck_world_announcement(uint32_t part, uint32_t local);
/* Would it wait, or give up at once, if it were performed now?  Also where the
 * wait may expire, which mpck_world_ready() calls ready. */
bool mpck_world_waits(uint32_t process, uint32_t local);
/* The processes that ran since the last save or load. */
mpck_taskset mpck_world_touched(void);
/* The last step did something that its process's part and shared memory do not
 * show: it observed a value, perhaps the one observed before, or a join. */
bool mpck_world_went_beyond(void);
mpck_taskset mpck_world_live(void);
/* Operations granted without a scheduling point in the last step. */
uint32_t mpck_world_silent_steps(void);
/* What was saved or loaded last, parts by process; borrowed. */
const struct mpck_state *mpck_world_loaded(void);
/* Is the task alone: all others have ended, and were joined? */
bool mpck_world_is_alone(uint32_t task);
/* Who may have made an access: the task, or UINT32_MAX: one of its twins. */
uint32_t mpck_world_user(uint32_t task);
bool mpck_world_has_siblings(uint32_t task);	/* threads of one process */
/* It has slept, and the clock, which somebody reads, is not there yet. */
bool mpck_world_sleeps(uint32_t task);
/* Where the object of shared memory begins that has this inside address. */
const void *mpck_world_segment(const void *inside);
/* Which owned locks it holds; returns how many, at most `room`. */
size_t mpck_world_locks(uint32_t task, const void **locks, size_t room);

/* By number; what is looked up for each transition is not a call, nor looked
 * for in an offset table (hidden: see core.h). */
extern void *const *mpck_world_parts __attribute__((visibility("hidden")));
static inline const struct mpck_part_view *mpck_world_part(uint32_t part)
{
	return mpck_world_parts[part];
}

/* Nobody is left in it. */
bool mpck_world_is_over(const struct mpck_state *state);
/* Every task but the first was joined. */
bool mpck_world_all_joined(uint32_t rest);
/* The final values observed so far in a state; borrowed. */
const void *mpck_world_outcome(uint32_t rest, size_t *size);
/* Bytes in use. */
size_t mpck_world_footprint(void);

/* The machine tells the world: see struct mpck_watcher. */
void mpck_world_announced(uint32_t task);
void mpck_world_killed(void);
void mpck_world_named(uint32_t task);
void mpck_world_observed(const char *name);
/* NULL: allocated; else what is given back (inside address). */
void mpck_world_shared(bool allocated, const void *inside, size_t size);

#endif
