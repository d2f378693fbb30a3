/* SPDX-License-Identifier: MIT */
/*
 * bounded_semaphore.h - a number of permits, each held by somebody.
 *
 * Shape:   `permits` seats.  Acquire takes one, and the calling thread holds it
 *          until it releases it or ends; it may hold several.
 * Order:   none among those who wait.
 * Owner:   release gives back a permit that the calling thread holds, or is
 *          MPP_EPERM: there are never more than at the beginning.  Python lets
 *          anybody release, since it only counts; but a permit can come back
 *          from the dead only if it is known whose it was.  To pass permits
 *          from one process to another use mpp/semaphore.h.
 * Death:   a holder that ends in any way, by SIGKILL too, gives its permits
 *          back, and who waits gets one within 50 ms.  The first to get a dead
 *          one's permit is told once, by MPP_EOWNERDEAD: what it protects may
 *          be half done.  A waiter or releaser that dies leaves nothing.
 * Source:  multiprocessing.BoundedSemaphore.
 *
 * All calls on one semaphore may overlap except free.
 * Visible operations: acquire, release and get_value are one each.
 */
#ifndef MPP_BOUNDED_SEMAPHORE_H
#define MPP_BOUNDED_SEMAPHORE_H

#include <mpp/base.h>

struct mpp_bounded_semaphore;

enum { MPP_MAX_PERMITS = 4096 };

/*
 * permits: 1 .. MPP_MAX_PERMITS, else MPP_EINVAL.  MPP_ENOMEM; MPP_ENOTSUP as
 * in mpp_lock_new().  The caller frees it; its own permits then end.
 */
MPP_API int mpp_bounded_semaphore_new(struct mpp_bounded_semaphore **out,
				      int64_t permits);
MPP_API void mpp_bounded_semaphore_free(struct mpp_bounded_semaphore *semaphore);
/*
 * 0: held.  MPP_EOWNERDEAD: held, and its last holder ended with it.
 * MPP_ETIMEDOUT; MPP_EAGAIN when none is free and timeout_ns is 0.
 */
MPP_API int
mpp_bounded_semaphore_acquire(struct mpp_bounded_semaphore *semaphore,
			      int64_t timeout_ns);
/* MPP_EPERM: the calling thread holds none. */
MPP_API int
mpp_bounded_semaphore_release(struct mpp_bounded_semaphore *semaphore);
/* Permits that nobody living holds. */
MPP_API int32_t
mpp_bounded_semaphore_get_value(struct mpp_bounded_semaphore *semaphore);

#endif
