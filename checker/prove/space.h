/* SPDX-License-Identifier: MIT */
/*
 * space.h - the state space of the open machine: states and their moves.
 *
 * A step of one process depends on its own part and on shared memory, and (with
 * the exceptions below) changes nothing else.  So it is executed once for each
 * pair of the two, and remembered; in every other state with that pair it is a
 * few words to exchange.  Steps that touch more (starts, the last join of a
 * group, observations) are executed each time.
 */
#ifndef MPCK_SPACE_H
#define MPCK_SPACE_H

#include "machine/intern.h"
#include "machine/machine.h"
#include "machine/world.h"
#include "prove/lore.h"

enum mpck_move_kind {
	MPCK_MOVE_LOCAL,	/* changes its part and shared memory */
	MPCK_MOVE_END,		/* likewise, and a task has ended */
	MPCK_MOVE_WHOLE,	/* to be executed in the state it is made in */
	MPCK_MOVE_STOP,		/* the execution is over, for no good reason */
};

/* One choice: of a process with this part, this task and alternative. */
struct mpck_label {
	uint32_t part;
	uint16_t local, alternative;
};

struct mpck_move {
	uint32_t part, shared;	/* afterwards; STOP: the enum mpck_end, 0 */
	uint16_t local, alternative;
	uint8_t kind;
	uint16_t faults;	/* a number for mpck_space_faults(); 0: none */
	uint32_t silent;	/* operations without a scheduling point in it */
};

struct mpck_fault_id {
	enum mpck_finding_kind kind;
	uint64_t key;
};

struct mpck_space;

struct mpck_space *mpck_space_new(struct mpck_lore *lore);
void mpck_space_free(struct mpck_space *s);

/* The first state, sorted.  Another end than PAUSED: there is only that. */
enum mpck_end mpck_space_begin(struct mpck_space *s, struct mpck_state *first,
			       uint16_t *faults);
/* The moves of the process with this part of a state; valid until the next
 * call.  NULL: something was executed, and the lore has changed. */
const struct mpck_move *mpck_space_moves(struct mpck_space *s,
					 const struct mpck_state *state,
					 uint32_t part, uint32_t *count);
/* The state after a move of the index-th part; STOP: one without parts.
 * *faults: those of this move.  Unless it is LOCAL, it may execute something. */
void mpck_space_apply(struct mpck_space *s, const struct mpck_state *state,
		      uint32_t index, struct mpck_move move,
		      struct mpck_state *next, uint16_t *faults);
/* Parts in the order of their numbers. */
void mpck_space_sort(struct mpck_state *state);
struct mpck_key mpck_space_key(const struct mpck_state *state);
/* For whoever follows a path (paths.h).  The parts of apply: what a remembered
 * move makes of a state, whether somebody's join is over in it then; and
 * executing a move (NULL: only those who join go on) in the loaded state. */
void mpck_space_replace(const struct mpck_state *state, uint32_t index,
			const struct mpck_move *move, struct mpck_state *next);
bool mpck_space_wakes(const struct mpck_state *state);
enum mpck_end mpck_space_execute(struct mpck_space *s, uint32_t part,
				 const struct mpck_move *move,
				 struct mpck_state *next);
/* An execution stopped here; *end says how. */
bool mpck_space_is_stop(const struct mpck_state *state, enum mpck_end *end);

const struct mpck_fault_id *mpck_space_faults(const struct mpck_space *s,
					      uint16_t number, size_t *count);
/* Can no part come back to what it was?  Then no state can either. */
bool mpck_space_is_acyclic(const struct mpck_space *s);
/* Something was learnt; also by the machine. */
bool mpck_space_changed(const struct mpck_space *s);
size_t mpck_space_footprint(const struct mpck_space *s);
/* Forgets remembered steps, to save memory. */
void mpck_space_forget(struct mpck_space *s);

#endif
