/* SPDX-License-Identifier: MIT */
/*
 * places.h - where a finding happened: every call on the stacks of its
 * operations, and the objects it is about.
 */
#ifndef MPCK_PLACES_H
#define MPCK_PLACES_H

#include "explore/where.h"
#include "machine/machine.h"

enum { MPCK_PLACES_OBJECTS = 8 };

struct mpck_places {
	struct mpck_place *at;
	size_t count, room;
	char objects[MPCK_PLACES_OBJECTS][80];	/* "value#1" */
	size_t nobjects;
};

/*
 * After a recorded execution: of this fault, or, with NULL, of what the tasks
 * wait for that have not ended.  mpck_places_fini() releases them.
 */
void mpck_places_of(struct mpck_places *places, const struct mpck_fault *fault);
/* ... and of the operation of a task that has this number. */
void mpck_places_add_step(struct mpck_places *places, uint32_t task,
			  uint64_t step);
/* One more. */
void mpck_places_add(struct mpck_places *places, const void *pc,
		     bool is_return);
void mpck_places_fini(struct mpck_places *places);

#endif
