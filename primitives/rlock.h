/* SPDX-License-Identifier: MIT */
/*
 * rlock.h - the inside of an RLock, for those that carry one: Value, Array; and
 * of a Lock, for those that work on a user's: Condition.
 */
#ifndef MPP_RLOCK_INSIDE_H
#define MPP_RLOCK_INSIDE_H

#include "futex_lock.h"

struct mpp_rlock {
	struct mpp_core core;
};

struct mpp_lock {
	struct mpp_core core;
};

/*
 * While true the calling thread sleeps for a lock at once, without looking a few
 * times first.  Who was notified finds the lock held by the notifier, often on
 * the processor that one needs to give it back (two loaded processors, a
 * condition's hand-off: 2 us, with looks 20 to 45).
 */
MPP_HIDDEN extern __thread bool mpp_sleeps_at_once
	__attribute__((tls_model("initial-exec")));

/* The public calls, on the inside, announced at the caller's line `pc`. */
MPP_HIDDEN int mpp_lock_take(struct mpp_core *core, int64_t timeout_ns,
			     const void *pc);
MPP_HIDDEN int mpp_lock_drop(struct mpp_core *core, const void *pc);
MPP_HIDDEN int mpp_rlock_take(struct mpp_core *core, int64_t timeout_ns,
			      const void *pc);
MPP_HIDDEN int mpp_rlock_drop(struct mpp_core *core, const void *pc);

#endif
