/* SPDX-License-Identifier: MIT */
/*
 * members.h - who takes part in an object, so that the others see when nobody
 * does any more: the producers of a queue, the users of a pipe's end.
 *
 * Idea:    a member holds a seat (seat.h) for as long as it takes part; the
 *          kernel or a scheduler marks the seat when it dies.  It wakes nobody,
 *          so those that wait look again every slice (side.h).
 * Two operations: entering and leaving are announced as one on the seat, which
 *          is an owned lock like any other, and one on the object, since only
 *          an operation on the object may change what a call that waits there
 *          will find.
 * A member is a thread: two threads of a process that both take part are two.
 */
#ifndef MPP_MEMBERS_H
#define MPP_MEMBERS_H

#include "bell.h"
#include "seat.h"

enum { MPP_MEMBERS = 64 }; /* at one time */

struct mpp_member {
	struct mpp_seat seat;
	uint32_t counts; /* 1: the others wait for its holder */
};

struct mpp_members {
	uint64_t entries; /* how often somebody became one */
	struct mpp_member at[MPP_MEMBERS];
};

/* For memory that is zero; before the object is freed. */
MPP_HIDDEN void mpp_members_init(struct mpp_members *members);
MPP_HIDDEN void mpp_members_fini(struct mpp_members *members);
/* There were some, and all have left or are dead. */
MPP_HIDDEN bool mpp_members_gone(const struct mpp_members *members);
MPP_HIDDEN bool mpp_members_has_me(const struct mpp_members *members);
/* 0, also when the caller is one already; MPP_ENOMEM: no seat left. */
MPP_HIDDEN int mpp_members_enter(struct mpp_members *members, void *object,
				 const void *pc);
/* Rings the bell of those whom it may concern.  MPP_ESTATE: it is none. */
MPP_HIDDEN int mpp_members_leave(struct mpp_members *members, void *object,
				 struct mpp_bell *bell, const void *pc);

/* Where to begin to look for a seat.  Natively each begins elsewhere; under a
 * scheduler twins do the same. */
static inline unsigned mpp_first_seat(void)
{
	return mpp_scheduled() ? 0 : mpp_self().id % MPP_MEMBERS;
}

/*
 * One announced operation: ACQUIRE (a try) or RELEASE of a seat.  When its last
 * holder died in it `inherit`, unless NULL, puts right what stands beside it.
 */
MPP_HIDDEN int mpp_seat_operation(struct mpp_seat *seat, uint8_t kind,
				  void (*inherit)(struct mpp_seat *seat,
						  void *context),
				  void *context, const void *pc);

#endif
