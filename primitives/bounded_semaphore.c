/* SPDX-License-Identifier: MIT */
/*
 * bounded_semaphore.c - a row of seats and a bell.
 *
 * Idea:    a permit is a seat (seat.h), on a line of its own.  A thread begins
 *          to look at the seat that its id leads to, its home, so each usually
 *          finds that free, and finds it again when it releases: two locked
 *          instructions on a line that nobody else wants.  At worst a call
 *          looks at all n seats.
 * Death:   the seats are all there is: whether one is taken, and whether its
 *          holder died, is one word that the kernel marks.  There is nothing
 *          to repair.  No count is kept beside them, as that could be wrong.
 *          A mark rings no bell, so sleepers look again every SLICE.
 * Source:  as seat.h and bell.h.
 */
#include <mpp/bounded_semaphore.h>

#include "bell.h"
#include "seat.h"

enum { SLICE = 50 * 1000000 }; /* ns; see Death */

#define APART __attribute__((aligned(MPP_LINE)))

struct permit {
	struct mpp_seat seat APART;
};

struct mpp_bounded_semaphore {
	uint32_t n; /* never changes */
	struct mpp_bell bell APART;
	struct permit permits[];
};

static size_t size_of(uint32_t n)
{
	return sizeof(struct mpp_bounded_semaphore) + n * sizeof(struct permit);
}

int mpp_bounded_semaphore_new(struct mpp_bounded_semaphore **out,
			      int64_t permits)
{
	struct mpp_bounded_semaphore *user, *s;
	int err;

	if (!out || permits < 1 || permits > MPP_MAX_PERMITS)
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = mpp_shared_alloc(size_of((uint32_t)permits),
				"bounded semaphore");
	if (!user)
		return MPP_ENOMEM;
	s = mpp_inside(user);
	s->n = (uint32_t)permits;
	mpp_tell_words(&s->bell, sizeof(s->bell));
	for (uint32_t i = 0; i < s->n; i++)
		mpp_seat_init(&s->permits[i].seat);
	*out = user;
	return 0;
}

void mpp_bounded_semaphore_free(struct mpp_bounded_semaphore *semaphore)
{
	struct mpp_bounded_semaphore *s;

	if (!semaphore)
		return;
	s = mpp_inside(semaphore);
	for (uint32_t i = 0; i < s->n; i++)
		mpp_seat_fini(&s->permits[i].seat);
	mpp_shared_free(semaphore, size_of(s->n));
}

/* Where a thread begins to look.  Under a scheduler twins do the same. */
static inline uint32_t home(const struct mpp_bounded_semaphore *s,
			    struct mpp_self me)
{
	return mpp_scheduled() ? 0 : me.id % s->n;
}

static inline uint32_t after(const struct mpp_bounded_semaphore *s, uint32_t i)
{
	return i + 1 < s->n ? i + 1 : 0;
}

/* 0, MPP_EOWNERDEAD: mine now; MPP_EAGAIN: none to have. */
static inline int take_once(struct mpp_bounded_semaphore *s)
{
	struct mpp_self me = mpp_self();
	uint32_t i = home(s, me);

	for (uint32_t left = s->n; left > 0; left--, i = after(s, i)) {
		struct mpp_seat *seat = &s->permits[i].seat;
		int err;

		if (mpp_seat_is_taken(seat))
			continue;
		err = mpp_seat_take(seat, me);
		if (err == 0 || err == MPP_EOWNERDEAD) {
			mpp_tell_after(s); /* whoever gave it back */
			return err;
		}
	}
	return MPP_EAGAIN;
}

static inline int give(struct mpp_bounded_semaphore *s)
{
	struct mpp_self me = mpp_self();
	uint32_t i = home(s, me);

	for (uint32_t left = s->n; left > 0; left--, i = after(s, i)) {
		if (!mpp_seat_is_mine(&s->permits[i].seat, me))
			continue;
		mpp_tell_before(s);
		mpp_seat_leave(&s->permits[i].seat, me);
		if (!MPP_MUTANT(BOUNDED_NO_RING))
			mpp_bell_ring(&s->bell);
		return 0;
	}
	return MPP_EPERM;
}

static int32_t count(const struct mpp_bounded_semaphore *s)
{
	int32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++)
		n += !mpp_seat_is_taken(&s->permits[i].seat);
	return n;
}

static bool can_take(const struct mpp_bounded_semaphore *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (!mpp_seat_is_taken(&s->permits[i].seat))
			return true;
	return false;
}

/* Spins, then sleeps; 0: look again. */
static int wait_for_permit(struct mpp_bounded_semaphore *s,
			   int64_t deadline_ns)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (can_take(s))
			return 0;
	heard = mpp_bell_listen(&s->bell);
	if (!MPP_MUTANT(BOUNDED_LISTENS_LAST) && can_take(s))
		return 0;
	return mpp_bell_wait(&s->bell, heard, SLICE, deadline_ns);
}

static MPP_ANNOUNCED int take_waiting(struct mpp_bounded_semaphore *s,
				      int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		err = wait_for_permit(s, deadline);
		if (err < 0)
			return err;
		err = take_once(s);
	} while (err == MPP_EAGAIN);
	return err;
}

static inline int take(struct mpp_bounded_semaphore *s, int64_t timeout_ns)
{
	int err = take_once(s);

	if (MPP_LIKELY(err != MPP_EAGAIN) || timeout_ns <= 0)
		return err;
	return take_waiting(s, timeout_ns);
}

/* Announced: the same effect between before() and after(). */
static bool take_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return can_take(op->object);
}

static MPP_ANNOUNCED int take_announced(struct mpp_bounded_semaphore *s,
					int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(s, MPP_OP_TAKE, take_ready,
					  timeout_ns, pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = take(s, mpp_scheduled() ? 0 : timeout_ns);
	if (err == MPP_EAGAIN && mpp_scheduled())
		mpp_bug("a scheduled acquire of a bounded semaphore would have to wait");
	mpp_after(&op, err, (uint64_t)count(s));
	return err;
}

static MPP_ANNOUNCED int give_announced(struct mpp_bounded_semaphore *s,
					const void *pc)
{
	struct mpp_op op = mpp_whole(s, MPP_OP_GIVE, pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = give(s);
	if (err == MPP_EPERM)
		mpp_fault(MPP_FAULT_MISUSE, &op,
			  "release of a bounded semaphore by a thread that holds none of its permits");
	mpp_after(&op, err, (uint64_t)count(s));
	return err;
}

int mpp_bounded_semaphore_acquire(struct mpp_bounded_semaphore *semaphore,
				  int64_t timeout_ns)
{
	struct mpp_bounded_semaphore *s = mpp_inside(semaphore);

	if (MPP_ANNOUNCES())
		return take_announced(s, timeout_ns, MPP_CALLER());
	return take(s, timeout_ns);
}

int mpp_bounded_semaphore_release(struct mpp_bounded_semaphore *semaphore)
{
	struct mpp_bounded_semaphore *s = mpp_inside(semaphore);

	if (MPP_ANNOUNCES())
		return give_announced(s, MPP_CALLER());
	return give(s);
}

int32_t mpp_bounded_semaphore_get_value(struct mpp_bounded_semaphore *semaphore)
{
	struct mpp_bounded_semaphore *s = mpp_inside(semaphore);
	struct mpp_op op;
	int32_t value;

	if (!MPP_ANNOUNCES())
		return count(s);
	op = mpp_whole(s, MPP_OP_READ, MPP_CALLER());
	(void)mpp_before(&op);
	value = count(s);
	mpp_after(&op, 0, (uint64_t)value);
	return value;
}
