/* SPDX-License-Identifier: MIT */
/*
 * side.h - what the rings (slots.h, ring.h) are made of: two sides, an index
 * for each, and the waiting of one side for the other.
 *
 * Idea:    each side has its own owned lock, so those who put exclude each
 *          other and so do those who get, but the sides meet only in two
 *          ever-growing indexes: a put copies and then stores `tail`, a get
 *          copies and then stores `head`.
 * Death:   a put or get happens when its index is stored, by one store.  Who
 *          is killed before has done nothing, and the next of its side gets
 *          the lock from the kernel: there is nothing to repair.
 * Source:  Lamport's single-producer ring; robust locks: lock.c.
 */
#ifndef MPP_SIDE_H
#define MPP_SIDE_H

#include "bell.h"
#include "futex_lock.h"

enum {
	MPP_SLICE = 50 * 1000000, /* ns; see Death in bell.h */
	MPP_TRY_SLICE = 10 * 1000000, /* ns a try waits while another copies */
};

/* A line that no other traffic disturbs: processors fetch lines in pairs. */
#define MPP_APART __attribute__((aligned(MPP_LINE)))
struct mpp_gap {
	char unused[MPP_LINE];
};

/* What one side owns and the other never touches. */
struct mpp_side {
	struct mpp_core lock MPP_APART;
	uint64_t seen; /* the other side's index, some time ago */
	struct mpp_gap gap MPP_APART;
};

struct mpp_index {
	uint64_t n MPP_APART;
	struct mpp_gap gap MPP_APART;
};

struct mpp_bell_apart {
	struct mpp_bell bell MPP_APART;
	struct mpp_gap gap MPP_APART;
};

/*
 * The side's lock is held for one copy only, so a try does wait for it, but
 * not for ever (its holder may be stopped).
 */
static MPP_ANNOUNCED __attribute__((unused)) int
mpp_side_enter_slow(struct mpp_side *side, struct mpp_self me, int err,
		    int64_t limit_ns)
{
	if (err == MPP_EAGAIN)
		err = mpp_core_acquire(&side->lock, me,
				       limit_ns > 0 ? limit_ns
						    : mpp_slice(MPP_TRY_SLICE));
	if (err == MPP_EOWNERDEAD) /* nothing to repair: see Death */
		return mpp_core_consistent(&side->lock, me);
	return err == MPP_ETIMEDOUT && limit_ns <= 0 ? MPP_EAGAIN : err;
}

static inline int mpp_side_enter(struct mpp_side *side, struct mpp_self me,
				 int64_t limit_ns)
{
	int err = mpp_core_acquire(&side->lock, me, 0);

	return MPP_LIKELY(err == 0)
		       ? 0
		       : mpp_side_enter_slow(side, me, err, limit_ns);
}

static inline void mpp_side_leave(struct mpp_side *side, struct mpp_self me)
{
	(void)mpp_core_release(&side->lock, me);
}

/* What is left of a limit; 1 when nothing is, so that it is no try. */
static inline int64_t mpp_time_left(int64_t deadline_ns)
{
	int64_t now;

	if (deadline_ns == MPP_FOREVER)
		return MPP_FOREVER;
	now = mpp_clock();
	return deadline_ns > now ? deadline_ns - now : 1;
}

/* Spins, then sleeps until `can`; 0: look again. */
static inline int mpp_wait_until(struct mpp_bell *bell,
				 bool (*can)(const void *context),
				 const void *context, int64_t deadline_ns)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (can(context))
			return 0;
	if (MPP_MUTANT(BELL_LOOKS_FIRST) && can(context))
		return 0;
	heard = mpp_bell_listen(bell);
	if (!MPP_MUTANT(BELL_LOOKS_FIRST) && can(context))
		return 0;
	return mpp_bell_wait(bell, heard, MPP_SLICE, deadline_ns);
}

#endif
