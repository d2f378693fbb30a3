/* SPDX-License-Identifier: MIT */
/*
 * seat.h - a place inside an object that its holder's death marks.
 *
 * Idea:    an owned futex lock (futex_lock.h) that nobody ever waits for.  Who
 *          takes part in something (a producer, a waiter, a party) holds one
 *          as long as it does; the kernel, or a scheduler, marks it when its
 *          holder ends in any way, and the others see that by looking.
 * Waking:  the mark wakes nobody who sleeps on another word, so waiters that
 *          depend on the living look again every slice (bell.h).
 * Words beside the seat are stored by its holder, or by whoever has taken it
 * over or holds the object's own lock.
 */
#ifndef MPP_SEAT_H
#define MPP_SEAT_H

#include "futex_lock.h"

struct mpp_seat {
	struct mpp_core core;
};

static inline void mpp_seat_init(struct mpp_seat *seat)
{
	mpp_core_init(&seat->core, 0);
	seat->core.is_seat = 1;
}

/* When the object goes: leaves the caller's robust list. */
static inline void mpp_seat_fini(struct mpp_seat *seat)
{
	mpp_core_fini(&seat->core);
}

/*
 * 0: mine now.  MPP_EOWNERDEAD: mine now, its last holder ended in it, and what
 * stands beside it is that one's.  MPP_EAGAIN: somebody living has it;
 * MPP_EDEADLK: the caller itself.
 */
static inline int mpp_seat_take(struct mpp_seat *seat, struct mpp_self me)
{
	int err = mpp_core_acquire(&seat->core, me, 0);

	if (err == MPP_EOWNERDEAD)
		(void)mpp_core_consistent(&seat->core, me);
	if (!MPP_STEPPED && (err == 0 || err == MPP_EOWNERDEAD))
		mpp_tell_hold(&seat->core);
	return err;
}

/* Mine before. */
static inline void mpp_seat_leave(struct mpp_seat *seat, struct mpp_self me)
{
	(void)mpp_core_release(&seat->core, me);
	if (!MPP_STEPPED)
		mpp_tell_unhold(&seat->core);
}

/* Somebody living has it. */
static inline bool mpp_seat_is_taken(const struct mpp_seat *seat)
{
	return mpp_core_owner(&seat->core) != 0;
}

/* Its last holder ended in it, and nobody has taken it since. */
static inline bool mpp_seat_is_dead(const struct mpp_seat *seat)
{
	uint32_t word = mpp_load(&seat->core.word);

	return (word & FUTEX_OWNER_DIED) && !(word & FUTEX_TID_MASK);
}

static inline bool mpp_seat_is_mine(const struct mpp_seat *seat,
				    struct mpp_self me)
{
	return mpp_core_owner(&seat->core) == me.id;
}

#endif
