/* SPDX-License-Identifier: MIT */
/*
 * value.h - one typed cell shared by processes: Value and RawValue.
 *
 * Types:   typecode b B h H i I l L q Q (integers), f d (floating), c (one
 *          byte), u (one code point), sized as in C; see mpp_typesize().
 * Wrap:    storing an integer that does not fit keeps its low bits (modulo
 *          2^bits, two's complement), as Python does.  The store then returns
 *          MPP_WRAPPED (> 0), and the checker reports the finding `overflow`.
 * Lock:    a Value carries a recursive lock of its own (mpp_value_lock());
 *          get and set hold it for exactly one load or one store.  So
 *          set(get() + 1) is not atomic; add, update, exchange and
 *          compare_exchange are.
 *          A RawValue has no lock and its accesses are plain.
 * Wait:    while somebody else holds the lock, every call but free waits for
 *          it.  get_timed and set_timed wait for a limited time; so does any
 *          other call after mpp_rlock_acquire(mpp_value_lock(value), limit):
 *          who holds the lock does not wait.
 * Death:   of a holder does not disturb these calls: none of them is ever half
 *          done, so they go on at once, and only the next *explicit* acquire
 *          of the lock is told (MPP_EOWNERDEAD), whose holder may have meant
 *          several of them as one.  Is the lock not recoverable, get still
 *          reads and the others return MPP_ENOTRECOVERABLE.
 * Source:  multiprocessing.Value, multiprocessing.sharedctypes.RawValue; their
 *          only atomic change is `with value.get_lock():`.
 *
 * All calls on one object may overlap except free, which the caller orders
 * after every other use.
 *
 * Visible operations: each call is one, whatever the lock does: get a read,
 * set a write, the others are read-modify-writes, also a compare_exchange that
 * does nothing.
 */
#ifndef MPP_VALUE_H
#define MPP_VALUE_H

#include <mpp/base.h>

struct mpp_value;
struct mpp_raw_value;
struct mpp_rlock;

#define MPP_WRAPPED 1	/* a store that kept only the low bits */

/* Bytes of one item of a typecode; 0: no such code. */
MPP_API size_t mpp_typesize(char typecode);

/*
 * Makes *out, owned by the caller until mpp_value_free().  Integer codes start
 * as `initial`, wrapped; f and d as (double)initial.
 * MPP_EINVAL: unknown typecode.  MPP_ENOMEM: no shared memory.
 */
MPP_API int mpp_value_new(struct mpp_value **out, char typecode, int64_t initial);
MPP_API void mpp_value_free(struct mpp_value *value);

/* Reads; f and d are truncated towards zero, clamped to the range. */
MPP_API int64_t mpp_value_get(struct mpp_value *value);
/* Stores; f and d store (double)x.  0, or MPP_WRAPPED. */
MPP_API int mpp_value_set(struct mpp_value *value, int64_t x);

MPP_API double mpp_value_get_double(struct mpp_value *value);
/* Integer codes refuse: MPP_EINVAL, as Python refuses a float. */
MPP_API int mpp_value_set_double(struct mpp_value *value, double x);

/* One atomic read-modify-write under the lock; wraps like set. */
MPP_API int mpp_value_add(struct mpp_value *value, int64_t x);
/* As add, but MPP_EOVERFLOW and no store when it would wrap. */
MPP_API int mpp_value_add_checked(struct mpp_value *value, int64_t x);
/* For f and d: adds x itself.  MPP_EINVAL for an integer code. */
MPP_API int mpp_value_add_double(struct mpp_value *value, double x);
/*
 * Stores fn(old, context) under the lock, wraps like set.  fn calls no
 * primitive and returns (no exit, no longjmp); f and d go through integers.
 */
MPP_API int mpp_value_update(struct mpp_value *value,
			     int64_t (*fn)(int64_t old, void *context),
			     void *context);

/*
 * Stores x and gives what was there, as get would have read it; `old` may be
 * NULL.  0, or MPP_WRAPPED.  The double form refuses integer codes.
 */
MPP_API int mpp_value_exchange(struct mpp_value *value, int64_t x,
			       int64_t *old);
MPP_API int mpp_value_exchange_double(struct mpp_value *value, double x,
				      double *old);

/*
 * 1: it was *expected, and is `desired` now.
 * 0: it was something else, which is in *expected now, and stays that.
 * < 0: an error, nothing done: MPP_EOVERFLOW when `desired` does not fit the
 *      type (it never wraps: 1 means that `desired` is there), MPP_EINVAL for
 *      f and d, MPP_ENOTRECOVERABLE.
 * So `while (!call)` ends on an error too, and `call > 0` asks for success.
 */
MPP_API int mpp_value_compare_exchange(struct mpp_value *value,
				       int64_t *expected, int64_t desired);
/* The same for f and d only; equal are the same bits (-0.0 is not 0.0, a not a
 * number may be), and f stores `desired` rounded. */
MPP_API int mpp_value_compare_exchange_double(struct mpp_value *value,
					      double *expected,
					      double desired);

/*
 * get and set that wait at most timeout_ns for the lock.  MPP_ETIMEDOUT;
 * MPP_EAGAIN when timeout_ns is 0; MPP_ENOTRECOVERABLE.
 */
MPP_API int mpp_value_get_timed(struct mpp_value *value, int64_t *out,
				int64_t timeout_ns);
MPP_API int mpp_value_set_timed(struct mpp_value *value, int64_t x,
				int64_t timeout_ns);

/* The Value's own recursive lock: borrowed, dies with the Value. */
MPP_API struct mpp_rlock *mpp_value_lock(struct mpp_value *value);

MPP_API int mpp_raw_value_new(struct mpp_raw_value **out, char typecode,
			      int64_t initial);
MPP_API void mpp_raw_value_free(struct mpp_raw_value *value);
MPP_API int64_t mpp_raw_value_get(struct mpp_raw_value *value);
MPP_API int mpp_raw_value_set(struct mpp_raw_value *value, int64_t x);
MPP_API double mpp_raw_value_get_double(struct mpp_raw_value *value);
MPP_API int mpp_raw_value_set_double(struct mpp_raw_value *value, double x);

#endif
