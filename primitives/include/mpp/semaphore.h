/* SPDX-License-Identifier: MIT */
/*
 * semaphore.h - a counter of permits that anybody may give and take.
 *
 * Shape:   one number, 0 .. INT32_MAX.  Acquire waits until it is above 0 and
 *          takes 1 from it, release adds to it.
 * Order:   none among those who wait: all are woken, one that looks first wins.
 * Owner:   nobody.  Any process may release, also one that never acquired, and
 *          release may raise the value above what it began with.
 * Death:   so the permit of a process that dies with it is lost, as in Python;
 *          mpp/bounded_semaphore.h knows who holds what and gives it back.
 *          A waiter that dies leaves nothing.  A release has happened or has
 *          not; killed right behind it, its wake comes up to 50 ms late.
 * Source:  multiprocessing.Semaphore; release(n) is threading.Semaphore's.
 *
 * All calls on one semaphore may overlap except free.
 * Visible operations: acquire, release and get_value are one each.
 */
#ifndef MPP_SEMAPHORE_H
#define MPP_SEMAPHORE_H

#include <mpp/base.h>

struct mpp_semaphore;

/* MPP_EINVAL: value < 0.  MPP_EOVERFLOW: above INT32_MAX.  MPP_ENOMEM. */
MPP_API int mpp_semaphore_new(struct mpp_semaphore **out, int64_t value);
MPP_API void mpp_semaphore_free(struct mpp_semaphore *semaphore);
/* 0; MPP_ETIMEDOUT; MPP_EAGAIN when it is 0 and timeout_ns is 0. */
MPP_API int mpp_semaphore_acquire(struct mpp_semaphore *semaphore,
				  int64_t timeout_ns);
/*
 * Adds n at once.  MPP_EINVAL: n < 1.  MPP_EOVERFLOW: the value would be above
 * INT32_MAX; it stays as it was.
 */
MPP_API int mpp_semaphore_release(struct mpp_semaphore *semaphore, int64_t n);
MPP_API int32_t mpp_semaphore_get_value(struct mpp_semaphore *semaphore);

#endif
