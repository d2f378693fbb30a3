/* SPDX-License-Identifier: MIT */
/*
 * atomic.h - a 64-bit integer that processes change without a lock.
 *
 * Order:   every call is sequentially consistent: all processes see all calls
 *          on all atomics in one order.  The weaker memory orders of C11 may
 *          come later; under mpcheck every access is sequentially consistent
 *          anyway.
 * Wrap:    fetch_add is modulo 2^64, two's complement, and says nothing of it.
 * Death:   of a process leaves each atomic as before its call or as after it.
 * Source:  C11 <stdatomic.h>, atomic_int_least64_t.  Python's multiprocessing
 *          has none.  Unlike C11's, compare_exchange never fails for no reason.
 *
 * All calls on one object may overlap except free, which the caller orders
 * after every other use.  What a process did before a change is seen by every
 * process that has seen the change.
 *
 * Visible operations: each call is one; load is a read, store a write, the
 * others are read-modify-writes, also a compare_exchange that fails.
 */
#ifndef MPP_ATOMIC_H
#define MPP_ATOMIC_H

#include <mpp/base.h>

struct mpp_atomic;

/*
 * Makes *out, owned by the caller until mpp_atomic_free().
 * MPP_EINVAL: no out.  MPP_ENOMEM: no shared memory.
 */
MPP_API int mpp_atomic_new(struct mpp_atomic **out, int64_t initial);
MPP_API void mpp_atomic_free(struct mpp_atomic *atomic);

MPP_API int64_t mpp_atomic_load(struct mpp_atomic *atomic);
MPP_API void mpp_atomic_store(struct mpp_atomic *atomic, int64_t x);

/* These two return what the atomic was before. */
MPP_API int64_t mpp_atomic_exchange(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_add(struct mpp_atomic *atomic, int64_t x);

/*
 * True: it was *expected and is `desired` now.  False: it was something else,
 * which is in *expected now, and stays that.
 */
MPP_API bool mpp_atomic_compare_exchange(struct mpp_atomic *atomic,
					 int64_t *expected, int64_t desired);

#endif
