/* SPDX-License-Identifier: MIT */
/*
 * semaphore.c - a counter and a bell.
 *
 * Idea:    acquire is a compare-exchange that takes 1, release one that adds;
 *          who finds 0 listens to the bell, looks again and sleeps.
 *          While nobody sleeps there is no system call.
 * Death:   each call changes one word by one store; killed before it, nothing
 *          has happened, and behind it the call is done.  Only the bell may
 *          then be missing, therefore sleepers look again every SLICE.
 * Source:  the counter is Dijkstra's (1965); the waiting is bell.h.  There is
 *          no count of waiters as in other semaphores: one that dies would be
 *          counted for ever.  The price: a release wakes all that sleep.
 */
#include <mpp/semaphore.h>

#include "bell.h"

enum { SLICE = 50 * 1000000 }; /* ns; see Death in bell.h */

struct mpp_semaphore {
	uint32_t value; /* 0 .. INT32_MAX */
	struct mpp_bell bell;
};

int mpp_semaphore_new(struct mpp_semaphore **out, int64_t value)
{
	struct mpp_semaphore *user, *s;

	if (!out || value < 0)
		return MPP_EINVAL;
	if (value > INT32_MAX)
		return MPP_EOVERFLOW;
	user = mpp_shared_alloc(sizeof(*user), "semaphore");
	if (!user)
		return MPP_ENOMEM;
	s = mpp_inside(user);
	s->value = (uint32_t)value;
	mpp_tell_words(s, sizeof(*s));
	*out = user;
	return 0;
}

void mpp_semaphore_free(struct mpp_semaphore *semaphore)
{
	if (semaphore)
		mpp_shared_free(semaphore, sizeof(*semaphore));
}

/* MPP_EAGAIN: nothing there. */
static inline int take_once(struct mpp_semaphore *s)
{
	uint32_t value = mpp_load(&s->value);

	while (value > 0) {
		if (MPP_LIKELY(mpp_cas(&s->value, &value, value - 1)) ||
		    MPP_MUTANT(SEMAPHORE_TAKES_ANYHOW)) {
			mpp_tell_after(s);
			return 0;
		}
	}
	return MPP_EAGAIN;
}

static inline int give(struct mpp_semaphore *s, int64_t n)
{
	uint32_t value = mpp_load(&s->value);

	do {
		if (n > (int64_t)INT32_MAX - value)
			return MPP_EOVERFLOW;
		mpp_tell_before(s);
	} while (!mpp_cas(&s->value, &value, value + (uint32_t)n));
	if (!MPP_MUTANT(SEMAPHORE_NO_RING))
		mpp_bell_ring(&s->bell);
	return 0;
}

static bool can_take(const struct mpp_semaphore *s)
{
	return mpp_load(&s->value) > 0;
}

/* 0: look again.
 * No spin: it would take the processor from the one who releases (two loaded
 * processors, a hand-off: 2 us, with a spin of 16 rounds 20 to 40). */
static int wait_for_permit(struct mpp_semaphore *s, int64_t deadline_ns)
{
	uint32_t heard;

	heard = mpp_bell_listen(&s->bell);
	if (!MPP_MUTANT(SEMAPHORE_LISTENS_LAST) && can_take(s))
		return 0;
	return mpp_bell_wait(&s->bell, heard, SLICE, deadline_ns);
}

static MPP_ANNOUNCED int take_waiting(struct mpp_semaphore *s,
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

static inline int take(struct mpp_semaphore *s, int64_t timeout_ns)
{
	int err = take_once(s);

	if (MPP_LIKELY(err == 0) || timeout_ns <= 0)
		return err;
	return take_waiting(s, timeout_ns);
}

/* Announced: the same effect between before() and after(). */
static bool take_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return can_take(op->object);
}

static MPP_ANNOUNCED int take_announced(struct mpp_semaphore *s,
					int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(s, MPP_OP_TAKE, take_ready,
					  timeout_ns, pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = take(s, mpp_scheduled() ? 0 : timeout_ns);
	if (err == MPP_EAGAIN && mpp_scheduled())
		mpp_bug("a scheduled acquire of a semaphore would have to wait");
	mpp_after(&op, err, mpp_load(&s->value));
	return err;
}

static MPP_ANNOUNCED int give_announced(struct mpp_semaphore *s, int64_t n,
					const void *pc)
{
	struct mpp_op op = mpp_whole(s, MPP_OP_GIVE, pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = give(s, n);
	mpp_after(&op, err, mpp_load(&s->value));
	return err;
}

int mpp_semaphore_acquire(struct mpp_semaphore *semaphore, int64_t timeout_ns)
{
	struct mpp_semaphore *s = mpp_inside(semaphore);

	if (MPP_ANNOUNCES())
		return take_announced(s, timeout_ns, MPP_CALLER());
	return take(s, timeout_ns);
}

int mpp_semaphore_release(struct mpp_semaphore *semaphore, int64_t n)
{
	struct mpp_semaphore *s = mpp_inside(semaphore);

	if (n < 1)
		return MPP_EINVAL;
	if (MPP_ANNOUNCES())
		return give_announced(s, n, MPP_CALLER());
	return give(s, n);
}

int32_t mpp_semaphore_get_value(struct mpp_semaphore *semaphore)
{
	struct mpp_semaphore *s = mpp_inside(semaphore);
	struct mpp_op op;
	uint32_t value;

	if (!MPP_ANNOUNCES())
		return (int32_t)mpp_load(&s->value);
	op = mpp_whole(s, MPP_OP_READ, MPP_CALLER());
	(void)mpp_before(&op);
	value = mpp_load(&s->value);
	mpp_after(&op, 0, value);
	return (int32_t)value;
}
