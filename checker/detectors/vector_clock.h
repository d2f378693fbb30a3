/* SPDX-License-Identifier: MIT */
/*
 * vector_clock.h - what a task knows of all tasks: how far each had come.
 *
 * A task's own component counts the times it has told others of itself.  An
 * access is known by its task and that count: it happened before everything
 * of a clock that has reached it.
 *
 * Source:  F. Mattern, "Virtual time and global states of distributed systems"
 *          (1989).
 */
#ifndef MPCK_VECTOR_CLOCK_H
#define MPCK_VECTOR_CLOCK_H

#include <stdint.h>

#include "machine/taskset.h"

/* Joined four at a time: signed, since every processor compares those. */
typedef int32_t mpck_counts __attribute__((vector_size(16)));

struct mpck_clock {
	uint32_t blocks;	/* of four components in use; the others are 0 */
	mpck_counts at[MPCK_MAX_TASKS / 4];
};

static inline void mpck_clock_clear(struct mpck_clock *c)
{
	c->blocks = 0;
}

static inline int32_t mpck_clock_of(const struct mpck_clock *c, uint32_t task)
{
	return task / 4 < c->blocks ? c->at[task / 4][task % 4] : 0;
}

static inline void mpck_clock_extend(struct mpck_clock *c, uint32_t blocks)
{
	while (c->blocks < blocks)
		c->at[c->blocks++] = (mpck_counts){ 0 };
}

static inline void mpck_clock_set(struct mpck_clock *c, uint32_t task,
				  int32_t count)
{
	mpck_clock_extend(c, task / 4 + 1);
	c->at[task / 4][task % 4] = count;
}

static inline void mpck_clock_copy(struct mpck_clock *to,
				   const struct mpck_clock *from)
{
	to->blocks = from->blocks;
	for (uint32_t i = 0; i < from->blocks; i++)
		to->at[i] = from->at[i];
}

static inline void mpck_clock_join(struct mpck_clock *to,
				   const struct mpck_clock *from)
{
	mpck_clock_extend(to, from->blocks);
	for (uint32_t i = 0; i < from->blocks; i++) {
		mpck_counts more = from->at[i] > to->at[i];

		to->at[i] = (from->at[i] & more) | (to->at[i] & ~more);
	}
}

#endif
