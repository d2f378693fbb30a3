/* SPDX-License-Identifier: MIT */
/*
 * cpu_task.h - what the three overflow lessons share: the sum of the squares
 * below n, and what is left of a number in the 32 bits of a Value 'i'.
 */
#ifndef SCENARIOS_COMMON_CPU_TASK_H
#define SCENARIOS_COMMON_CPU_TASK_H

#include <stdint.h>

/* Within these, p sums fit 64 bits: 20 * 333332833333500000 < 2^63. */
enum { MAX_WORKERS = 20, MAX_SQUARES = 1000000 };

static inline int64_t cpu_bound_task(int64_t n)
{
	int64_t result = 0;

	for (int64_t i = 0; i < n; i++)
		result += i * i;
	return result;
}

/* The same by formula, for expectations. */
static inline int64_t sum_of_squares(int64_t n)
{
	return (n - 1) * n / 2 * (2 * n - 1) / 3;
}

static inline int64_t as_32_bits(int64_t x)
{
	return (int32_t)(uint32_t)(uint64_t)x;
}

#endif
