/* SPDX-License-Identifier: MIT */
/*
 * lock.h - mutual exclusion between processes.
 *
 * An owned lock (the default) knows its holder: release by anybody else is
 * MPP_EPERM, acquire by the holder MPP_EDEADLK, and when the holder dies or
 * exits the next acquire gets the lock and MPP_EOWNERDEAD.  It then calls
 * mpp_lock_consistent() before release, or the lock is MPP_ENOTRECOVERABLE
 * for good.
 * An unowned lock (MPP_LOCK_UNOWNED) is Python's: anybody may release it, its
 * holder waits for itself, and it stays held when its holder is gone.
 *
 * Idea:    a futex word with the owner's thread id, linked into the thread's
 *          robust list, so that the kernel marks it when the owner dies.
 * Source:  multiprocessing.Lock; get_robust_list(2), futex(2).
 *
 * All calls on one lock may overlap except free.
 * Visible operations: acquire and release are one each.
 */
#ifndef MPP_LOCK_H
#define MPP_LOCK_H

#include <mpp/base.h>

struct mpp_lock;

enum { MPP_LOCK_UNOWNED = 1 };

/*
 * flags: 0 or MPP_LOCK_UNOWNED.  MPP_EINVAL, MPP_ENOMEM.  MPP_ENOTSUP: the C
 * library keeps its robust list otherwise, so deaths would go unnoticed.
 */
MPP_API int mpp_lock_new(struct mpp_lock **out, unsigned flags);
MPP_API void mpp_lock_free(struct mpp_lock *lock);

/*
 * 0: held.  MPP_EOWNERDEAD: held, see above.  MPP_ETIMEDOUT; MPP_EAGAIN when
 * timeout_ns is 0; MPP_EDEADLK; MPP_ENOTRECOVERABLE.
 */
MPP_API int mpp_lock_acquire(struct mpp_lock *lock, int64_t timeout_ns);
/* MPP_EPERM: not held, or (owned) held by somebody else. */
MPP_API int mpp_lock_release(struct mpp_lock *lock);
/* After MPP_EOWNERDEAD: the data is whole again.  MPP_EINVAL otherwise. */
MPP_API int mpp_lock_consistent(struct mpp_lock *lock);

#endif
