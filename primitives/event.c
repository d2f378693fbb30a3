/* SPDX-License-Identifier: MIT */
/*
 * event.c - a flag and the number of its sets in one futex word.
 *
 * Idea:    bit 0: set; bit 1: somebody may sleep; above: how often a clear flag
 *          was set.  A waiter goes on when the flag is set or the number is
 *          not what it was when the wait began.
 * Death:   each call is one change of the word, and what follows it is a wake.
 *          Killed between them the setter leaves sleepers, therefore these
 *          sleep in slices and look again.  A waiter that dies leaves bit 1,
 *          which costs the next set one needless wake.
 * Signals: no lock, no thread-local state, errno is kept.  A handler that
 *          interrupts a set of its own process finds the word before or after.
 * Limit:   the number has 30 bits: a waiter that is stopped for exactly a
 *          multiple of 2^30 sets, and finds the flag clear, waits on.
 * Source:  event counts (Reed and Kanodia 1979), as a futex.
 */
#include <mpp/event.h>

#include "bell.h"

enum {
	IS_SET = 1,
	SLEEPERS = 2,
	ONE_SET = 4,
	FLAGS = IS_SET | SLEEPERS,
	SLICE = 50 * 1000000, /* ns; see Death */
};

struct mpp_event {
	struct mpp_bell bell; /* its word is as above, and slept on as a bell */
	/* Only when a scheduler decides about calls: waits that have begun and
	 * not ended.  Without any the number is forgotten, since states are
	 * compared byte by byte. */
	uint32_t waits;
};

int mpp_event_new(struct mpp_event **out)
{
	struct mpp_event *user;

	if (!out)
		return MPP_EINVAL;
	user = mpp_shared_alloc(sizeof(*user), "event");
	if (!user)
		return MPP_ENOMEM;
	mpp_tell_words(mpp_inside(user), sizeof(*user));
	*out = user;
	return 0;
}

void mpp_event_free(struct mpp_event *event)
{
	if (event)
		mpp_shared_free(event, sizeof(*event));
}

static inline uint32_t sets(uint32_t word)
{
	return word & ~(uint32_t)FLAGS;
}

/* May a wait that began at this number of sets end? */
static inline bool is_over(uint32_t word, uint32_t began)
{
	return (word & IS_SET) ||
	       (sets(word) != began && !MPP_MUTANT(EVENT_LOOKS_AT_FLAG));
}

static inline bool happened(const struct mpp_event *e, uint32_t began)
{
	return is_over(mpp_load(&e->bell.word), began);
}

static inline int end_wait(struct mpp_event *e)
{
	mpp_tell_after(e);
	return 0;
}

static inline bool change(struct mpp_event *e, uint32_t *word, uint32_t next)
{
	uint32_t was = *word;

	if (mpp_cas(&e->bell.word, word, next))
		return true;
	if (!MPP_MUTANT(EVENT_LOSES_MARK))
		return false;
	*word = was;
	mpp_now_store(&e->bell.word, next);
	return true;
}

/* A flag that is set already is written again: who sees that write sees what
 * this caller wrote before. */
static int set_now(struct mpp_event *e)
{
	uint32_t word = mpp_load(&e->bell.word);
	uint32_t next;

	mpp_tell_before(e);
	do
		next = word & IS_SET ? word : (sets(word) + ONE_SET) | IS_SET;
	while (!change(e, &word, next));
	if (word & ~next & SLEEPERS)
		mpp_futex_wake(&e->bell.word, MPP_MUTANT(EVENT_WAKES_ONE)
						      ? 1 : MPP_WAKE_ALL);
	return 0;
}

static int clear_now(struct mpp_event *e)
{
	(void)mpp_and(&e->bell.word, MPP_MUTANT(EVENT_CLEARS_ALL)
					     ? 0 : ~(uint32_t)IS_SET);
	return 0;
}

/* No spin: it would take the processor from the one who sets it (two loaded
 * processors, a hand-off: 2 us, with a spin of 16 rounds 25 to 45). */
static MPP_ANNOUNCED int sleep_until(struct mpp_event *e, uint32_t began,
				     int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	uint32_t word;

	for (;;) {
		word = mpp_load(&e->bell.word);
		if (is_over(word, began))
			return 0;
		if (!(word & SLEEPERS) &&
		    !mpp_cas(&e->bell.word, &word, word | SLEEPERS))
			continue;
		if (mpp_bell_wait(&e->bell, word | SLEEPERS, SLICE, deadline))
			return happened(e, began) ? 0 : MPP_ETIMEDOUT;
	}
}

static int wait_now(struct mpp_event *e, int64_t timeout_ns)
{
	uint32_t word = mpp_load(&e->bell.word);
	int err = word & IS_SET	    ? 0
		  : timeout_ns <= 0 ? MPP_EAGAIN
				    : sleep_until(e, sets(word), timeout_ns);

	return err < 0 ? err : end_wait(e);
}

/*
 * Announced.
 */
static void forget(struct mpp_event *e)
{
	if (mpp_call_scheduled() && !mpp_load(&e->waits))
		(void)mpp_and(&e->bell.word, FLAGS);
}

/* Under a scheduler, where nothing else happens meanwhile. */
static void count(struct mpp_event *e, uint32_t waits)
{
	if (mpp_call_scheduled())
		mpp_store(&e->waits, mpp_load(&e->waits) + waits);
	forget(e);
}

static MPP_ANNOUNCED int announced(struct mpp_event *e, uint8_t kind,
				   int (*call)(struct mpp_event *),
				   const void *pc)
{
	struct mpp_op op = mpp_whole(e, kind, pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = call(e);
	forget(e);
	mpp_after(&op, err, 0);
	return err;
}

static bool wait_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return happened(op->object, (uint32_t)op->arg[0]);
}

/* The first half of a wait.  False: the flag is set. */
static bool enqueue(struct mpp_event *e, uint32_t *began, const void *pc,
		    int *err)
{
	struct mpp_op op = mpp_whole(e, MPP_OP_ENQUEUE, pc);
	uint32_t word;

	*err = mpp_before(&op);
	if (*err < 0)
		return false;
	word = mpp_load(&e->bell.word);
	*began = sets(word);
	*err = word & IS_SET ? end_wait(e) : 0;
	if (!(word & IS_SET))
		count(e, 1);
	mpp_after(&op, 0, word & IS_SET);
	return !(word & IS_SET);
}

/* A wait whose time has run out is none any more. */
static int give_up(struct mpp_event *e, int err, const void *pc)
{
	struct mpp_op op = mpp_whole(e, MPP_OP_WRITE, pc);

	if (mpp_call_scheduled() && mpp_before(&op) >= 0) {
		count(e, (uint32_t)-1);
		mpp_after(&op, 0, 0);
	}
	return err;
}

static int await(struct mpp_event *e, uint32_t began, int64_t timeout_ns,
		 const void *pc)
{
	struct mpp_op op = mpp_whole(e, MPP_OP_AWAIT, pc);
	int err;

	op.ready = wait_ready;
	op.arg[0] = began;
	op.timeout_ns = timeout_ns;
	err = mpp_before(&op);
	if (err < 0)
		return give_up(e, err, pc);
	if (!mpp_scheduled())
		err = sleep_until(e, began, timeout_ns);
	else if (!happened(e, began))
		mpp_bug("a scheduled wait for an event would have to wait");
	else
		count(e, (uint32_t)-1);
	if (err >= 0)
		err = end_wait(e);
	mpp_after(&op, err, 0);
	return err;
}

static MPP_ANNOUNCED int wait_announced(struct mpp_event *e, int64_t timeout_ns,
					const void *pc)
{
	uint32_t began;
	int err;

	if (timeout_ns <= 0) { /* one look */
		struct mpp_op op = mpp_whole(e, MPP_OP_READ, pc);

		err = mpp_before(&op);
		if (err < 0)
			return err;
		err = wait_now(e, 0);
		mpp_after(&op, err, err == 0);
		return err;
	}
	if (!enqueue(e, &began, pc, &err))
		return err;
	return await(e, began, timeout_ns, pc);
}

bool mpp_event_is_set(struct mpp_event *event)
{
	struct mpp_event *e = mpp_inside(event);
	struct mpp_op op;
	bool result;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(e, MPP_OP_READ, MPP_CALLER());
		(void)mpp_before(&op);
	}
	result = mpp_load(&e->bell.word) & IS_SET;
	if (result)
		mpp_tell_after(e);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, result);
	return result;
}

int mpp_event_set(struct mpp_event *event)
{
	struct mpp_event *e = mpp_inside(event);

	if (MPP_ANNOUNCES())
		return announced(e, MPP_OP_NOTIFY, set_now, MPP_CALLER());
	return set_now(e);
}

int mpp_event_clear(struct mpp_event *event)
{
	struct mpp_event *e = mpp_inside(event);

	if (MPP_ANNOUNCES())
		return announced(e, MPP_OP_WRITE, clear_now, MPP_CALLER());
	return clear_now(e);
}

int mpp_event_wait(struct mpp_event *event, int64_t timeout_ns)
{
	struct mpp_event *e = mpp_inside(event);

	if (MPP_ANNOUNCES())
		return wait_announced(e, timeout_ns, MPP_CALLER());
	return wait_now(e, timeout_ns);
}
