/* SPDX-License-Identifier: MIT */
/*
 * condition.h - waiting, under a lock, until somebody says that something has
 * changed.
 *
 * Shape:   a lock (its own RLock, or the user's Lock or RLock) and 64 seats for
 *          those that wait.  Several conditions may be on one lock.
 * Order:   notify(n) lets those go that have waited longest.  A notify with
 *          nobody waiting is lost.
 * Spurious wakes: none; but the predicate is to be tested in a loop all the
 *          same (wait_for does), since others may have the lock first.
 * Death:   a dead waiter is skipped, and costs nothing.  When it dies with a
 *          notification, after notify and before its wait has returned, the
 *          one that has waited longest gets that.  When somebody dies who holds
 *          the lock, the next to get it, from acquire or from a wait, is told
 *          MPP_EOWNERDEAD.
 * Source:  multiprocessing.Condition.  Unlike there, notify never waits for
 *          the waiters to wake up.
 *
 * Allowed only with the lock held: wait, wait_for, notify, notify_all.  All
 * calls on one condition may overlap except free.
 * Visible operations: notify is one.  A wait is an enqueue, the releases of
 * the lock (one a level), an await, the acquires, and a write that leaves.
 */
#ifndef MPP_CONDITION_H
#define MPP_CONDITION_H

#include <mpp/base.h>

struct mpp_condition;
struct mpp_lock;
struct mpp_rlock;

/* With an RLock of its own.  MPP_EINVAL, MPP_ENOMEM, MPP_ENOTSUP. */
MPP_API int mpp_condition_new(struct mpp_condition **out);
/* On the user's lock, to be freed later than the condition.  MPP_EINVAL also:
 * the lock is MPP_LOCK_UNOWNED. */
MPP_API int mpp_condition_on_lock(struct mpp_condition **out,
				  struct mpp_lock *lock);
MPP_API int mpp_condition_on_rlock(struct mpp_condition **out,
				   struct mpp_rlock *lock);
MPP_API void mpp_condition_free(struct mpp_condition *condition);

/* As for the lock that it is on. */
MPP_API int mpp_condition_acquire(struct mpp_condition *condition,
				  int64_t timeout_ns);
MPP_API int mpp_condition_release(struct mpp_condition *condition);
MPP_API int mpp_condition_consistent(struct mpp_condition *condition);

/*
 * Releases the lock at all its levels, waits, and takes it back at as many.
 * 0: notified, even when the time ran out before the lock was back.
 * MPP_ETIMEDOUT; MPP_EAGAIN when timeout_ns is 0.  The limit is for the
 *	notification; taking the lock back has none.
 * MPP_EOWNERDEAD: the lock is held again, but its last holder died holding it:
 *	repair what it guards, mpp_condition_consistent(), and test the
 *	predicate.  There may have been a notification, which is used up then.
 * The lock is held after these.  Not after MPP_ENOTRECOVERABLE: an heir of the
 *	lock released it without consistent.
 * Nothing has happened, and the lock is as it was, after
 * MPP_EPERM: the caller does not hold it;
 * MPP_ESTATE: it does, since MPP_EOWNERDEAD, and did not say consistent;
 * MPP_ENOMEM: 64 wait already.
 */
MPP_API int mpp_condition_wait(struct mpp_condition *condition,
			       int64_t timeout_ns);
/*
 * Waits until predicate(context) is true, which is asked with the lock held.
 * 0: it is.  MPP_ETIMEDOUT, MPP_EAGAIN: it was not when the time had run out
 * and the lock was back; with timeout_ns 0 the lock is not even released.
 * Other errors as for wait.
 */
MPP_API int mpp_condition_wait_for(struct mpp_condition *condition,
				   bool (*predicate)(void *context),
				   void *context, int64_t timeout_ns);
/* Lets the `count` go that have waited longest; nobody when it is <= 0.
 * MPP_EPERM: the caller does not hold the lock. */
MPP_API int mpp_condition_notify(struct mpp_condition *condition,
				 int64_t count);
MPP_API int mpp_condition_notify_all(struct mpp_condition *condition);

#endif
