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

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "machine/taskset.h"

struct mpck_clock {
	uint32_t count;		/* components in use; the others are 0 */
	uint32_t at[MPCK_MAX_TASKS];
};

static inline void mpck_clock_clear(struct mpck_clock *c)
{
	c->count = 0;
}

static inline uint32_t mpck_clock_of(const struct mpck_clock *c, uint32_t task)
{
	return task < c->count ? c->at[task] : 0;
}

static inline void mpck_clock_extend(struct mpck_clock *c, uint32_t count)
{
	while (c->count < count)
		c->at[c->count++] = 0;
}

static inline void mpck_clock_copy(struct mpck_clock *to,
				   const struct mpck_clock *from)
{
	to->count = from->count;
	for (uint32_t i = 0; i < from->count; i++)
		to->at[i] = from->at[i];
}

static inline void mpck_clock_join(struct mpck_clock *to,
				   const struct mpck_clock *from)
{
	mpck_clock_extend(to, from->count);
	for (uint32_t i = 0; i < from->count; i++) {
		if (to->at[i] < from->at[i])
			to->at[i] = from->at[i];
	}
}

#endif
