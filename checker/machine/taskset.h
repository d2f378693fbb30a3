/* SPDX-License-Identifier: MIT */
/* taskset.h - a set of task ids below MPCK_MAX_TASKS, in one word. */
#ifndef MPCK_TASKSET_H
#define MPCK_TASKSET_H

#include <stdbool.h>
#include <stdint.h>

enum { MPCK_MAX_TASKS = 64 };
typedef uint64_t mpck_taskset;

static inline mpck_taskset mpck_set_of(uint32_t task)
{
	return (mpck_taskset)1 << task;
}

static inline bool mpck_set_has(mpck_taskset set, uint32_t task)
{
	return set >> task & 1;
}

static inline uint32_t mpck_set_count(mpck_taskset set)
{
	/* In place: without a machine's popcount the builtin is a call. */
	set -= set >> 1 & 0x5555555555555555;
	set = (set & 0x3333333333333333) + (set >> 2 & 0x3333333333333333);
	set = (set + (set >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (uint32_t)(set * 0x0101010101010101 >> 56);
}

/* The lowest id; the set is not empty. */
static inline uint32_t mpck_set_first(mpck_taskset set)
{
	return (uint32_t)__builtin_ctzll(set);
}

/* The index-th id in ascending order; index < count. */
static inline uint32_t mpck_set_nth(mpck_taskset set, uint32_t index)
{
	while (index--)
		set &= set - 1;
	return mpck_set_first(set);
}

#endif
