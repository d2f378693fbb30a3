/* SPDX-License-Identifier: MIT */
/*
 * part.h - one process's part of a state: what is its own and decides its
 * future, in a form in which twins are equal bytes.
 *
 * Used by the files of world.h only.
 */
#ifndef MPCK_PART_H
#define MPCK_PART_H

#include "machine/core.h"
#include "machine/intern.h"

/* Begins with its struct mpck_part_view. */
struct mpck_part;

/* The part that a process has now (its image is saved). */
uint32_t mpck_part_save(struct mpck_intern *parts, uint32_t process,
			bool anonymous);
/* Makes it that process's: tasks, image; locks are added to held[]. */
void mpck_part_load(const struct mpck_part *part, uint32_t process);
/* Adds its locks to core.held. */
void mpck_part_load_held(const struct mpck_part *part, uint32_t process);
/* What its task announced last. */
const struct mpp_op *mpck_part_op(const struct mpck_part *part, uint32_t local);
bool mpck_part_holds(const struct mpck_part *part);
size_t mpck_part_footprint(const struct mpck_part *part);
void mpck_part_free(void *part);

#endif
