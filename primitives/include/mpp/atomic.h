/* SPDX-License-Identifier: MIT */
/*
 * atomic.h - a 64-bit integer that processes change without a lock.
 *
 * Order:   the short calls are sequentially consistent: all processes see all
 *          of them, on all atomics, in one order.  The calls whose names end
 *          in _explicit take a weaker order as C11's do; an order that an
 *          access cannot have (a load that releases, memory_order_consume, a
 *          number that is none) counts as MPP_ORDER_SEQ_CST.  Under mpcheck
 *          every access is sequentially consistent, whatever it says: what
 *          only a weaker order would bring about is not explored.
 * Wrap:    fetch_add and fetch_sub are modulo 2^64, two's complement, and say
 *          nothing of it.
 * Size:    64 bits only.  Each atomic has a cache line of its own and libmpp
 *          runs on 64-bit processors, so a smaller one would save neither
 *          room nor time.
 * Wait:    no call waits, so none has a time limit.
 * Death:   of a process leaves each atomic as before its call or as after it.
 * Source:  C11 <stdatomic.h>, atomic_int_least64_t.  Python's multiprocessing
 *          has none.  Unlike C11's, compare_exchange never fails for no reason.
 *
 * All calls on one object may overlap except free, which the caller orders
 * after every other use.  What a process did before a change that releases is
 * seen by every process that has seen the change by an access that acquires;
 * the short calls do both.
 *
 * Visible operations: each call is one; load is a read, store a write, the
 * others are read-modify-writes, also a compare_exchange that fails.  A fence
 * is none.
 */
#ifndef MPP_ATOMIC_H
#define MPP_ATOMIC_H

#include <mpp/base.h>

struct mpp_atomic;

/* The numbers are those of memory_order_*, which may be passed as well. */
enum mpp_order {
	MPP_ORDER_RELAXED = 0,
	MPP_ORDER_ACQUIRE = 2,
	MPP_ORDER_RELEASE = 3,
	MPP_ORDER_ACQ_REL = 4,
	MPP_ORDER_SEQ_CST = 5,
};

/*
 * Makes *out, owned by the caller until mpp_atomic_free().
 * MPP_EINVAL: no out.  MPP_ENOMEM: no shared memory.
 */
MPP_API int mpp_atomic_new(struct mpp_atomic **out, int64_t initial);
MPP_API void mpp_atomic_free(struct mpp_atomic *atomic);

MPP_API int64_t mpp_atomic_load(struct mpp_atomic *atomic);
MPP_API void mpp_atomic_store(struct mpp_atomic *atomic, int64_t x);

/* These return what the atomic was before. */
MPP_API int64_t mpp_atomic_exchange(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_add(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_sub(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_and(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_or(struct mpp_atomic *atomic, int64_t x);
MPP_API int64_t mpp_atomic_fetch_xor(struct mpp_atomic *atomic, int64_t x);

/*
 * True: it was *expected and is `desired` now.  False: it was something else,
 * which is in *expected now, and stays that.
 */
MPP_API bool mpp_atomic_compare_exchange(struct mpp_atomic *atomic,
					 int64_t *expected, int64_t desired);

/* The same, in an order of enum mpp_order. */
MPP_API int64_t mpp_atomic_load_explicit(struct mpp_atomic *atomic, int order);
MPP_API void mpp_atomic_store_explicit(struct mpp_atomic *atomic, int64_t x,
				       int order);
MPP_API int64_t mpp_atomic_exchange_explicit(struct mpp_atomic *atomic,
					     int64_t x, int order);
MPP_API int64_t mpp_atomic_fetch_add_explicit(struct mpp_atomic *atomic,
					      int64_t x, int order);
MPP_API int64_t mpp_atomic_fetch_sub_explicit(struct mpp_atomic *atomic,
					      int64_t x, int order);
MPP_API int64_t mpp_atomic_fetch_and_explicit(struct mpp_atomic *atomic,
					      int64_t x, int order);
MPP_API int64_t mpp_atomic_fetch_or_explicit(struct mpp_atomic *atomic,
					     int64_t x, int order);
MPP_API int64_t mpp_atomic_fetch_xor_explicit(struct mpp_atomic *atomic,
					      int64_t x, int order);
/* One order: a compare_exchange that fails is a load, which acquires if the
 * order does. */
MPP_API bool mpp_atomic_compare_exchange_explicit(struct mpp_atomic *atomic,
						  int64_t *expected,
						  int64_t desired, int order);

/*
 * Orders the accesses of the calling thread before it with those after it, as
 * C11's atomic_thread_fence(); MPP_ORDER_RELAXED does nothing.
 */
MPP_API void mpp_atomic_fence(int order);

#endif
