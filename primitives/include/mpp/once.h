/* SPDX-License-Identifier: MIT */
/*
 * once.h - something that has to be done exactly once, by whoever comes first.
 *
 * Idea:    a lock and the word "done".  The first caller runs the function
 *          under the lock; the others wait for it, and later ones only read
 *          the word.
 * Failure: when the function returns something else than 0 it has not been
 *          done: its caller is told that number, and the next caller, or one
 *          that waits, runs its own function.
 * Death:   when a runner ends inside the function, in any way, one of those
 *          that wait, or the next caller, runs its own.  It returns 0 as if it
 *          had been the first; that there was somebody before is said to the
 *          function, by `again`.
 * Source:  pthread_once(3), for processes; Python has nothing like it.
 *
 * All calls on one once may overlap except free.
 * Visible operations: run is one read when it is done; else the read, acquire,
 * one read and write, the function's own, one write if it succeeded, release.
 */
#ifndef MPP_ONCE_H
#define MPP_ONCE_H

#include <mpp/base.h>

struct mpp_once;

/*
 * 0: done.  `again`: an earlier run failed or died, so what it was to make may
 * be half made.  Return positive numbers for failures of your own: those of
 * libmpp are negative.
 */
typedef int mpp_once_function(void *context, bool again);

/* MPP_EINVAL, MPP_ENOMEM; MPP_ENOTSUP as for mpp_lock_new(). */
MPP_API int mpp_once_new(struct mpp_once **out);
MPP_API void mpp_once_free(struct mpp_once *once);
/*
 * 0: it is done, by this call or by another, and what that wrote is seen.
 * What the function returned when it was run by this call and failed.
 * MPP_ETIMEDOUT: somebody else still runs it; MPP_EAGAIN when timeout_ns is 0.
 * MPP_EDEADLK: called from inside the function.  The time limit is for waiting
 * only, the function takes as long as it takes.
 */
MPP_API int mpp_once_run(struct mpp_once *once, mpp_once_function *function,
			 void *context, int64_t timeout_ns);
MPP_API bool mpp_once_is_done(struct mpp_once *once);

#endif
