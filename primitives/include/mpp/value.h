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
 *          set(get() + 1) is not atomic; add() and update() are.
 *          A RawValue has no lock and its accesses are plain.
 * Death:   of a holder does not disturb get, set, add and update, as none of
 *          them is ever half done; the next acquire of the lock is told.  Is
 *          the lock not recoverable, get still reads and the others return
 *          MPP_ENOTRECOVERABLE.
 * Source:  multiprocessing.Value, multiprocessing.sharedctypes.RawValue.
 *
 * All calls on one object may overlap except free, which the caller orders
 * after every other use.
 *
 * Visible operations: get and set are one each, whatever the lock does; so
 * are add and update.
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
/* Stores fn(old, context) under the lock; fn calls no primitive. */
MPP_API int mpp_value_update(struct mpp_value *value,
			     int64_t (*fn)(int64_t old, void *context),
			     void *context);

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
