/* SPDX-License-Identifier: MIT */
/*
 * rlock.h - the inside of an RLock, for those that carry one: Value, Array.
 */
#ifndef MPP_RLOCK_INSIDE_H
#define MPP_RLOCK_INSIDE_H

#include "futex_lock.h"

struct mpp_rlock {
	struct mpp_core core;
};

#endif
