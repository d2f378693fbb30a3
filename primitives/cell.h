/* SPDX-License-Identifier: MIT */
/*
 * cell.h - one typed item in shared memory, guarded by a lock or raw: what
 * Value, RawValue, Array and RawArray have in common.
 *
 * Each call is one visible operation.  Guarded, it takes the lock for one
 * access without announcing that (the operation's .guard says it); raw, it is
 * a plain access.
 */
#ifndef MPP_CELL_H
#define MPP_CELL_H

#include "futex_lock.h"
#include "types.h"

struct mpp_cell {
	void *at;
	struct mpp_core *guard; /* NULL: raw */
	const void *pc; /* the user's line */
	char code;
	size_t item; /* 1 + index in an array; 0: alone */
	int64_t timeout_ns; /* of the wait for the guard */
};

enum mpp_change_kind {
	MPP_SET, /* the integer x */
	MPP_SET_DOUBLE, /* the double d */
	MPP_EXCHANGE, /* as MPP_SET, but it reads as well */
	MPP_EXCHANGE_DOUBLE,
	MPP_COMPARE_EXCHANGE, /* x if it was expected; 1: done, 0: not */
	MPP_COMPARE_EXCHANGE_DOUBLE, /* d */
	MPP_ADD, /* x */
	MPP_ADD_DOUBLE, /* d */
	MPP_ADD_CHECKED, /* x, or MPP_EOVERFLOW */
	MPP_UPDATE, /* fn(old, context) */
};

struct mpp_change {
	enum mpp_change_kind kind;
	int64_t x;
	double d;
	uint64_t expected; /* bits, as every item is widened (types.h) */
	uint64_t *before; /* where to put what it was, in bits; or NULL */
	int64_t (*fn)(int64_t old, void *context);
	void *context;
};

/*
 * 0, MPP_ENOTRECOVERABLE, or what a wait with a limit returns; *bits is read in
 * any case: a single load is whole without the lock too.
 */
MPP_HIDDEN int mpp_cell_get(const struct mpp_cell *cell, uint64_t *bits);
/*
 * 0, MPP_WRAPPED, MPP_EINVAL, MPP_EOVERFLOW, MPP_ENOTRECOVERABLE, or what a
 * wait with a limit returns; a compare-exchange 1 or 0 instead of the first
 * two.  *change->before is not touched on failure.
 */
MPP_HIDDEN int mpp_cell_change(const struct mpp_cell *cell,
			       const struct mpp_change *change);
/* The two of them that answer, for integers; `old` may be NULL. */
MPP_HIDDEN int mpp_cell_exchange(const struct mpp_cell *cell, int64_t x,
				 int64_t *old);
MPP_HIDDEN int mpp_cell_compare_exchange(const struct mpp_cell *cell,
					 int64_t *expected, int64_t desired);

/*
 * What a scheduler sees of the two everyday calls, in one function of one
 * frame: a switched task then returns along the same addresses whatever it
 * did, which is what processors predict.  The item's value, or for a write 0
 * or MPP_WRAPPED (or an error).
 */
MPP_HIDDEN int64_t mpp_cell_access(void *at, struct mpp_core *guard,
				   const void *pc, char code, bool write,
				   int64_t x);

/* Both ways between the items at `shared` and the caller's memory. */
struct mpp_slice {
	struct mpp_cell first;
	size_t count;
	void *out; /* NULL: write */
	const void *in;
};

MPP_HIDDEN int mpp_slice_copy(const struct mpp_slice *slice);

#endif
