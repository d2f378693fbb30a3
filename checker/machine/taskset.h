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

/* The highest id; the set is not empty. */
static inline uint32_t mpck_set_last(mpck_taskset set)
{
	return 63 - (uint32_t)__builtin_clzll(set);
}

/* Position of the rank-th set bit of a byte: [rank << 8 | byte]. */
extern uint8_t mpck_select_in_byte[8 * 256];
void mpck_select_init(void);

/*
 * The index-th id in ascending order; index < count.  Without branches, since
 * a random index would make each of them a coin toss: counts of the bytes up
 * to each byte, compared with the index all at once (Vigna, "Broadword
 * implementation of rank/select queries", 2008).
 */
static inline uint32_t mpck_set_nth(mpck_taskset set, uint32_t index)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;
	uint64_t sums = set - (set >> 1 & 0x5555555555555555);
	uint64_t before;
	uint32_t place;

	sums = (sums & 0x3333333333333333) + (sums >> 2 & 0x3333333333333333);
	sums = ((sums + (sums >> 4)) & 0x0f0f0f0f0f0f0f0f) * ones;
	/* One top bit for each byte whose sum is not above the index. */
	before = (((index * ones) | tops) - sums) & tops;
	place = (uint32_t)((before >> 7) * ones >> 56) * 8;
	index -= (uint32_t)(sums << 8 >> place & 255);
	return place + mpck_select_in_byte[index << 8 | (set >> place & 255)];
}

#endif
