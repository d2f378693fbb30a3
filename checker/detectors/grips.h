/* SPDX-License-Identifier: MIT */
/*
 * grips.h - which locks each task holds, as one who looks on can know it.
 *
 * A lock is what tasks acquire and release: locks, reader-writer locks, the
 * lock of a Value that somebody took by itself, and a semaphore as long as each
 * task gives back only what it took.
 */
#ifndef MPCK_GRIPS_H
#define MPCK_GRIPS_H

#include "machine/machine.h"

enum { MPCK_GRIPS_MOST = 16 };	/* of a task; further ones are not followed */

struct mpck_grip {
	const void *object;	/* inside address */
	const void *pc;		/* where it was taken first */
	uint32_t levels;
	bool shared;		/* others may hold it as well, to read */
};

struct mpck_grips_of {
	struct mpck_grip at[MPCK_GRIPS_MOST];
	uint32_t count;
};

struct mpck_grips {
	struct mpck_grips_of of[MPCK_MAX_TASKS];
	mpck_taskset holders;	/* who holds any */
};

void mpck_grips_begin(struct mpck_grips *g);
/* Follows acquisitions and releases, and locks that are given back.  The end of
 * a task is the caller's to follow, with mpck_grips_drop(). */
void mpck_grips_follow(struct mpck_grips *g, const struct mpck_happening *h);
void mpck_grips_drop(struct mpck_grips *g, uint32_t task);
/* The task's grip on the object, or NULL. */
const struct mpck_grip *mpck_grip(const struct mpck_grips *g, uint32_t task,
				  const void *object);

/* "lock#1", "value#2" of the object that a grip is on. */
enum { MPCK_GRIP_NAME = 32 };
void mpck_grip_name(char name[MPCK_GRIP_NAME], const void *object);

/* Did the operation take the object (also: one level more)? */
static inline bool mpck_takes(const struct mpck_happening *h)
{
	return h->kind == MPCK_HAPPENED_OP &&
	       (h->op->kind == MPP_OP_ACQUIRE || h->op->kind == MPP_OP_TAKE) &&
	       (h->result >= 0 || h->result == MPP_EOWNERDEAD);
}

/* Did it give it back, or one level of it? */
static inline bool mpck_gives(const struct mpck_happening *h)
{
	return h->kind == MPCK_HAPPENED_OP &&
	       (h->op->kind == MPP_OP_RELEASE || h->op->kind == MPP_OP_GIVE) &&
	       h->result >= 0;
}

#endif
