/* SPDX-License-Identifier: MIT */
/*
 * races.h - data races of a state space: a state in which two tasks are about
 * to access one place, one of them to write, and neither would have to wait.
 *
 * That is all there is to look for: where plain accesses, locks and the like,
 * and sequentially consistent atomics are all that orders anything, some
 * execution has two accesses that nothing orders if and only if some state has
 * two that could be made at once.  (Bring everything forward that does not
 * come behind the first of the two; then both are pending.)  With weaker
 * atomic orders there are more: see mpck_races_saw_weak().
 *
 * Silent objects (lore.h) hide none.  All accesses of one are made by one task,
 * or none is a write, or all are made while one lock is held: so no two of them
 * could be made at once.  And who is between silent operations elsewhere does
 * not change what the two are about to do: he may finish them first.
 */
#ifndef MPCK_RACES_H
#define MPCK_RACES_H

#include "prove/space.h"

enum { MPCK_MAX_RACES = 64 };	/* of different keys; more are not told */

struct mpck_races;

/* For the states of this space. */
struct mpck_races *mpck_races_new(struct mpck_space *space);
void mpck_races_free(struct mpck_races *r);

/* The races of a state whose moves are known, as a set of numbers from 0; those
 * of `known` need not be looked for. */
uint64_t mpck_races_of(struct mpck_races *r, const struct mpck_state *state,
		       uint64_t known);
/* mpck_race_key() of the race with this number. */
uint64_t mpck_races_key(const struct mpck_races *r, unsigned number);
/* An atomic access that orders less than it could was about to be made: races
 * that only this makes possible are not found here. */
bool mpck_races_saw_weak(const struct mpck_races *r);
size_t mpck_races_footprint(const struct mpck_races *r);

/* Two moves of a state that race with this key; false: there are none. */
bool mpck_races_pair(struct mpck_space *space, const struct mpck_state *state,
		     uint64_t key, struct mpck_label pair[2]);

#endif
