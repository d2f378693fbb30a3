/* SPDX-License-Identifier: MIT */
/*
 * rlock.h - recursive mutual exclusion: the holder may acquire again and
 * releases as often.
 *
 * Always owned; death of the holder as in lock.h, whatever its level: the next
 * acquire gets level 1 and MPP_EOWNERDEAD.
 *
 * Source:  multiprocessing.RLock.  A process started by the holder is not a
 *          holder.
 *
 * All calls on one lock may overlap except free.
 * Visible operations: acquire and release are one each, at every level.
 */
#ifndef MPP_RLOCK_H
#define MPP_RLOCK_H

#include <mpp/base.h>

struct mpp_rlock;

MPP_API int mpp_rlock_new(struct mpp_rlock **out);
MPP_API void mpp_rlock_free(struct mpp_rlock *lock);
/* 0, MPP_EOWNERDEAD, MPP_ETIMEDOUT, MPP_EAGAIN, MPP_ENOTRECOVERABLE;
 * MPP_EOVERFLOW beyond 2^31 - 1 levels. */
MPP_API int mpp_rlock_acquire(struct mpp_rlock *lock, int64_t timeout_ns);
MPP_API int mpp_rlock_release(struct mpp_rlock *lock);	/* MPP_EPERM */
MPP_API int mpp_rlock_consistent(struct mpp_rlock *lock);

#endif
