/* SPDX-License-Identifier: MIT */
/*
 * cells.h - shared numbers for lessons that need many: atomics and RawValues
 * of 64 bits, made or the process ends.
 */
#ifndef SCENARIOS_COMMON_CELLS_H
#define SCENARIOS_COMMON_CELLS_H

#include <mpp/atomic.h>
#include <mpp/value.h>
#include "check.h"

static inline struct mpp_atomic *atomic(int64_t initial)
{
	struct mpp_atomic *a = NULL;

	must(mpp_atomic_new(&a, initial));
	return a;
}

static inline struct mpp_raw_value *raw_value(int64_t initial)
{
	struct mpp_raw_value *v = NULL;

	must(mpp_raw_value_new(&v, 'q', initial));
	return v;
}

static inline void free_atomics(struct mpp_atomic **a, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		mpp_atomic_free(a[i]);
}

static inline void free_raw_values(struct mpp_raw_value **v, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		mpp_raw_value_free(v[i]);
}

#endif
