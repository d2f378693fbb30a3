/* SPDX-License-Identifier: MIT */
/*
 * lore.h - what a search has learnt of a program: which objects need no
 * scheduling point, which children can be told apart.
 *
 * Both reductions are optimistic: they hold until an executed transition speaks
 * against them.  Then the lore has changed, and the search has to begin again
 * with what it knows now; only a whole pass without a change proves anything.
 *
 * An object is silent iff, of all accesses announced in the pass (waiting in
 * vain is one, too) while others were there: (a) one task made them all, or (b)
 * none is a write, or (c) all held one common owned lock.  Accesses of the
 * first process while it is alone, with all others ended and joined, are
 * ordered before and after all others by start and join, and do not count.
 *
 * Source:  Stoller and Cohen, "Optimistic synchronization-based state-space
 *          reduction" (2003); docs/design/006-proving.md.
 */
#ifndef MPCK_LORE_H
#define MPCK_LORE_H

#include "machine/world.h"

struct mpck_lore;

struct mpck_lore *mpck_lore_new(void);
void mpck_lore_free(struct mpck_lore *lore);

/* A pass begins: what was learnt stays, what was seen is forgotten. */
void mpck_lore_begin(struct mpck_lore *lore, bool symmetry, bool silent);
/* Something was learnt in this pass. */
bool mpck_lore_changed(const struct mpck_lore *lore);
/* An execution stopped in the middle: others might have done something before,
 * had there been a scheduling point. */
void mpck_lore_stopped(struct mpck_lore *lore);
/* How many objects were touched, and how many of them are silent. */
void mpck_lore_objects(const struct mpck_lore *lore, uint64_t *silent,
		       uint64_t *visible);

/* For mpck_world_open(); its context is the lore. */
extern const struct mpck_watcher mpck_lore_watcher;

#endif
