/* SPDX-License-Identifier: MIT */
/*
 * condition.c - 64 seats and two words that say who waits and who is notified.
 *
 * Idea:    a waiter takes a seat (seat.h), gives the lock back, sleeps at its
 *          own bell until its bit in `notified` is set, takes the lock back and
 *          leaves the seat.  Both words, tickets and all but the sleeping are
 *          changed with the condition's lock held.  Who looks without it may
 *          go on for nothing; under the lock it is decided what was the case.
 * Death:   every change that counts is one store, so who dies holding the lock
 *          leaves nothing to repair:
 *          - a waiter counts when its bit of `used` is set, which is after it
 *            has its seat and its ticket;
 *          - a notify, of however many, is one store of `notified`;
 *          - to pass a dead waiter's notification on is one store as well: its
 *            bit becomes the heir's;
 *          - a waiter has received its notification when it clears its bit in
 *            `notified`; only then it leaves `used` and the seat.
 *          A set bit of `used` at a seat that nobody living has is a dead
 *          waiter; whoever has the lock next and looks passes on what it had
 *          and clears it.  Waiters look for such notifications every slice:
 *          then they take the lock and do the same.
 *          Killed between the store and the bell, a notify has happened and
 *          delays: slices.
 * Source:  multiprocessing.Condition, whose notify waits for an answer of each
 *          sleeper and so for the dead; the words are Birrell's queue of
 *          waiting threads ("Implementing Condition Variables with
 *          Semaphores", 2003), as sets of bits so that it changes at once.
 */
#include <mpp/condition.h>
#include <mpp/rlock.h>

#include "bell.h"
#include "rlock.h"
#include "seat.h"

enum {
	SEATS = 64,
	SLICE = 50 * 1000000, /* ns; see Death */
};

struct waiter {
	struct mpp_seat seat;
	uint64_t ticket; /* lower: has waited longer */
	struct mpp_bell bell;
} __attribute__((aligned(MPP_LINE)));

struct mpp_condition {
	/* Never change. */
	struct mpp_core *lock; /* inside address; it begins the lock */
	struct mpp_rlock *own; /* the program's address; NULL: the user's */
	uint32_t recursive;
	/* Bit i is about waiters[i]. */
	uint64_t used __attribute__((aligned(MPP_LINE)));
	uint64_t notified; /* a part of used */
	struct waiter waiters[SEATS];
};

static inline uint64_t bit_of(unsigned i)
{
	return UINT64_C(1) << i;
}

/* for each i whose bit is set */
#define EACH(i, set) \
	for (uint64_t rest_ = (set), i = 0; \
	     rest_ && (i = (uint64_t)__builtin_ctzll(rest_), true); \
	     rest_ &= rest_ - 1)

static void lay_out(struct mpp_condition *c)
{
	mpp_tell_words(&c->used, sizeof(c->used));
	mpp_tell_words(&c->notified, sizeof(c->notified));
	for (unsigned i = 0; i < SEATS; i++) {
		mpp_seat_init(&c->waiters[i].seat);
		mpp_tell_words(&c->waiters[i].ticket, sizeof(uint64_t));
		mpp_tell_words(&c->waiters[i].bell, sizeof(struct mpp_bell));
	}
}

static int make(struct mpp_condition **out, void *lock, bool recursive)
{
	struct mpp_condition *user, *c;

	user = mpp_shared_alloc(sizeof(*user), "condition");
	if (!user)
		return MPP_ENOMEM;
	c = mpp_inside(user);
	c->lock = mpp_inside(lock);
	c->recursive = recursive;
	lay_out(c);
	*out = user;
	return 0;
}

int mpp_condition_new(struct mpp_condition **out)
{
	struct mpp_rlock *own;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_rlock_new(&own);
	if (err < 0)
		return err;
	err = make(out, own, true);
	if (err < 0) {
		mpp_rlock_free(own);
		return err;
	}
	((struct mpp_condition *)mpp_inside(*out))->own = own;
	return 0;
}

int mpp_condition_on_lock(struct mpp_condition **out, struct mpp_lock *lock)
{
	struct mpp_lock *l = lock ? mpp_inside(lock) : NULL;

	/* Whether the caller holds it could not be asked of an unowned lock. */
	if (!out || !l || l->core.unowned)
		return MPP_EINVAL;
	return make(out, lock, false);
}

int mpp_condition_on_rlock(struct mpp_condition **out, struct mpp_rlock *lock)
{
	if (!out || !lock)
		return MPP_EINVAL;
	return make(out, lock, true);
}

void mpp_condition_free(struct mpp_condition *condition)
{
	struct mpp_condition *c;

	if (!condition)
		return;
	c = mpp_inside(condition);
	for (unsigned i = 0; i < SEATS; i++)
		mpp_seat_fini(&c->waiters[i].seat);
	mpp_rlock_free(c->own);
	mpp_shared_free(condition, sizeof(*condition));
}

/*
 * The lock, at one level.
 */
static int take(struct mpp_condition *c, int64_t timeout_ns, const void *pc)
{
	return c->recursive ? mpp_rlock_take(c->lock, timeout_ns, pc)
			    : mpp_lock_take(c->lock, timeout_ns, pc);
}

static int drop(struct mpp_condition *c, const void *pc)
{
	return c->recursive ? mpp_rlock_drop(c->lock, pc)
			    : mpp_lock_drop(c->lock, pc);
}

/* At all of them. */
static void give_back(struct mpp_condition *c, uint32_t levels, const void *pc)
{
	while (levels--)
		(void)drop(c, pc);
}

static int take_back(struct mpp_condition *c, uint32_t levels, const void *pc)
{
	int err;

	if (!mpp_scheduled())
		mpp_sleeps_at_once = true;
	err = take(c, MPP_FOREVER, pc);
	if (!mpp_scheduled())
		mpp_sleeps_at_once = false;
	if (err < 0 && err != MPP_EOWNERDEAD)
		return err;
	while (--levels)
		(void)take(c, MPP_FOREVER, pc);
	return err;
}

/* Only the caller itself could change the answer. */
static bool holds(const struct mpp_condition *c)
{
	return mpp_core_owner(c->lock) == mpp_self().id;
}

/*
 * With the lock held.
 */
static bool is_living(const struct mpp_condition *c, unsigned i)
{
	return mpp_seat_is_taken(&c->waiters[i].seat);
}

static uint64_t living(const struct mpp_condition *c, uint64_t set)
{
	uint64_t result = 0;

	EACH(i, set)
		if (is_living(c, (unsigned)i))
			result |= bit_of((unsigned)i);
	return result;
}

/* The one of the set that has waited longest, as a set. */
static uint64_t longest(const struct mpp_condition *c, uint64_t set)
{
	uint64_t lowest = UINT64_MAX, result = 0;

	EACH(i, set) {
		uint64_t ticket = mpp_load64(&c->waiters[i].ticket);

		if (ticket < lowest) {
			lowest = ticket;
			result = bit_of((unsigned)i);
		}
	}
	return result;
}

static void ring(struct mpp_condition *c, uint64_t set)
{
	mpp_fence(); /* after the store of `notified`: see mpp_bell_ring */
	EACH(i, set)
		mpp_bell_ring(&c->waiters[i].bell);
}

/* Dead waiters leave; a notification that one had goes to an heir, if there
 * is any: else it is as lost as one that nobody waited for. */
static void bury(struct mpp_condition *c)
{
	uint64_t used = mpp_load64(&c->used);
	uint64_t dead = used & ~living(c, used);

	EACH(i, dead) {
		uint64_t notified = mpp_load64(&c->notified);
		uint64_t heir = 0;

		if (notified & bit_of((unsigned)i)) {
			heir = longest(c, used & ~dead & ~notified);
			mpp_store64(&c->notified,
				    (notified & ~bit_of((unsigned)i)) | heir);
		}
		used &= ~bit_of((unsigned)i);
		mpp_store64(&c->used, used);
		ring(c, heir);
	}
}

static int sit_down(struct mpp_condition *c, unsigned i)
{
	struct waiter *w = &c->waiters[i];
	uint64_t used = mpp_load64(&c->used);
	uint64_t last = 0;
	int err = mpp_seat_take(&w->seat, mpp_self());

	if (err < 0 && err != MPP_EOWNERDEAD)
		return err;
	EACH(k, used) {
		uint64_t ticket = mpp_load64(&c->waiters[k].ticket);

		last = ticket > last ? ticket : last;
	}
	mpp_store64(&w->ticket, MPP_MUTANT(CONDITION_NEWEST_FIRST)
					? SEATS - last : last + 1);
	mpp_store(&w->bell.word, 0);
	mpp_store64(&c->used, used | bit_of(i));
	return 0;
}

/* Index of the caller's seat, or an error. */
static int enter_now(struct mpp_condition *c)
{
	if (!holds(c) && !MPP_MUTANT(CONDITION_ENTERS_LATE))
		return MPP_EPERM;
	if (mpp_load(&c->lock->word) & FUTEX_OWNER_DIED)
		return MPP_ESTATE;
	bury(c);
	/* A seat may be free and yet look taken for a moment: the kernel marks
	 * what a dead process held one by one. */
	EACH(i, ~mpp_load64(&c->used))
		if (sit_down(c, (unsigned)i) == 0)
			return (int)i;
	return MPP_ENOMEM;
}

/*
 * awaited: 0, or that the time ran out; taken: what taking the lock back gave.
 * > 0: it was for nothing, wait on.
 */
static int leave_now(struct mpp_condition *c, unsigned i, int awaited,
		     int taken)
{
	bool have_lock = taken == 0 || taken == MPP_EOWNERDEAD;
	uint64_t notified = 0;

	if (have_lock) {
		bury(c);
		notified = mpp_load64(&c->notified);
		if (!(notified & bit_of(i)) && awaited == 0 && taken == 0)
			return 1;
		if (notified & bit_of(i))
			mpp_store64(&c->notified, notified & ~bit_of(i));
		mpp_store64(&c->used, mpp_load64(&c->used) & ~bit_of(i));
	}
	mpp_seat_leave(&c->waiters[i].seat, mpp_self());
	if (taken < 0)
		return taken;
	if (MPP_MUTANT(CONDITION_LIMIT_WINS) && awaited < 0)
		return awaited;
	return notified & bit_of(i) ? 0 : awaited;
}

/* How many, or an error. */
static int notify_now(struct mpp_condition *c, int64_t count)
{
	uint64_t waiting, chosen = 0, notified;
	int n = 0;

	if (!holds(c))
		return MPP_EPERM;
	if (count <= 0 || mpp_load64(&c->used) == 0)
		return 0;
	bury(c);
	notified = mpp_load64(&c->notified);
	waiting = mpp_load64(&c->used) & ~notified;
	for (; n < count && waiting; n++) {
		uint64_t next = longest(c, waiting);

		chosen |= next;
		waiting &= ~next;
	}
	if (chosen) {
		if (MPP_MUTANT(CONDITION_RINGS_FIRST))
			ring(c, chosen);
		mpp_store64(&c->notified, notified | chosen);
		if (!MPP_MUTANT(CONDITION_RINGS_FIRST))
			ring(c, chosen);
	}
	return n;
}

/*
 * Without the lock.
 */

/* Notified, or one who was has died before its wait returned. */
static bool is_due(const struct mpp_condition *c, unsigned i)
{
	uint64_t notified = mpp_load64(&c->notified);

	if (notified & bit_of(i))
		return true;
	EACH(k, notified & mpp_load64(&c->used))
		if (!is_living(c, (unsigned)k))
			return true;
	return false;
}

/* No spin: see await() of barrier.c. */
static int sleep_until(struct mpp_condition *c, unsigned i, int64_t deadline)
{
	struct mpp_bell *bell = &c->waiters[i].bell;
	uint32_t heard;

	for (;;) {
		heard = mpp_bell_listen(bell);
		if (is_due(c, i))
			return 0;
		if (mpp_bell_wait(bell, heard, SLICE, deadline))
			return MPP_ETIMEDOUT;
	}
}

static int await_now(struct mpp_condition *c, unsigned i, int64_t timeout_ns,
		     int64_t deadline)
{
	if (is_due(c, i))
		return 0;
	if (timeout_ns <= 0)
		return MPP_EAGAIN;
	if (mpp_call_scheduled())
		mpp_bug("a scheduled wait for a condition would have to wait");
	return sleep_until(c, i, deadline);
}

/*
 * Announced, if need be.
 */
/*
 * States are compared byte by byte, so of the tickets only their order is
 * kept: they become 1, 2, ...
 */
static void forget(struct mpp_condition *c)
{
	uint64_t used = mpp_load64(&c->used);

	if (!mpp_call_scheduled())
		return;
	EACH(i, ~used)
		if (mpp_load64(&c->waiters[i].ticket))
			mpp_store64(&c->waiters[i].ticket, 0);
	for (uint64_t n = 1; used; n++) {
		uint64_t next = longest(c, used);

		EACH(i, next)
			mpp_store64(&c->waiters[i].ticket, n);
		used &= ~next;
	}
}

static void misuse(const struct mpp_op *op, int err, const char *text)
{
	if (err == MPP_EPERM)
		mpp_fault(MPP_FAULT_MISUSE, op, text);
}

static int enter(struct mpp_condition *c, const void *pc)
{
	struct mpp_op op;
	int result;

	if (!MPP_ANNOUNCES())
		return enter_now(c);
	op = mpp_whole(c, MPP_OP_ENQUEUE, pc);
	result = mpp_before(&op);
	if (result < 0)
		return result;
	result = enter_now(c);
	misuse(&op, result,
	       "wait for a condition whose lock the caller does not hold");
	forget(c);
	mpp_after(&op, result < 0 ? result : 0, 0);
	return result;
}

static bool await_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return is_due(op->object, (unsigned)op->arg[0]);
}

static int await(struct mpp_condition *c, unsigned i, int64_t timeout_ns,
		 int64_t deadline, const void *pc)
{
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return await_now(c, i, timeout_ns, deadline);
	op = mpp_whole_when(c, MPP_OP_AWAIT, await_ready, timeout_ns, pc);
	op.arg[0] = i;
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = await_now(c, i, timeout_ns, deadline);
	mpp_after(&op, err, 0);
	return err;
}

static int leave(struct mpp_condition *c, unsigned i, int awaited, int taken,
		 const void *pc)
{
	struct mpp_op op;
	int result;

	if (!MPP_ANNOUNCES())
		return leave_now(c, i, awaited, taken);
	op = mpp_whole(c, MPP_OP_WRITE, pc);
	(void)mpp_before(&op);
	result = leave_now(c, i, awaited, taken);
	forget(c);
	mpp_after(&op, result < 0 ? result : 0, result == 0);
	return result;
}

static int notify(struct mpp_condition *c, int64_t count, const void *pc)
{
	struct mpp_op op;
	int result;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(c, MPP_OP_NOTIFY, pc);
		result = mpp_before(&op);
		if (result < 0)
			return result;
	}
	result = notify_now(c, count);
	if (MPP_ANNOUNCES()) {
		misuse(&op, result,
		       "notify of a condition whose lock the caller does not "
		       "hold");
		forget(c);
		mpp_after(&op, result < 0 ? result : 0,
			  result < 0 ? 0 : (uint64_t)result);
	}
	return result < 0 ? result : 0;
}

/* No clock is asked where the scheduler lets a limit pass. */
static int64_t deadline_of(int64_t timeout_ns)
{
	return mpp_call_scheduled() ? MPP_FOREVER : mpp_deadline(timeout_ns);
}

static int wait_at(struct mpp_condition *c, int64_t timeout_ns,
		   int64_t deadline, const void *pc)
{
	bool late = MPP_MUTANT(CONDITION_ENTERS_LATE);
	uint32_t levels = 1;
	int seat, err;

	if (late)
		give_back(c, levels, pc);
	seat = enter(c, pc);
	if (seat < 0)
		return seat;
	if (c->recursive)
		levels = mpp_load(&c->lock->level);
	do {
		int awaited, taken;

		if (!late)
			give_back(c, levels, pc);
		awaited = await(c, (unsigned)seat, timeout_ns, deadline, pc);
		taken = take_back(c, levels, pc);
		err = leave(c, (unsigned)seat, awaited, taken, pc);
	} while (err > 0);
	return err;
}

/* Asks before the predicate is, which needs the lock. */
static int check_held(struct mpp_condition *c, const void *pc)
{
	struct mpp_op op;

	if (holds(c))
		return 0;
	if (MPP_ANNOUNCES()) {
		op = mpp_whole(c, MPP_OP_ENQUEUE, pc);
		misuse(&op, MPP_EPERM,
		       "wait for a condition whose lock the caller does not "
		       "hold");
	}
	return MPP_EPERM;
}

static bool has_passed(int64_t deadline)
{
	return deadline != MPP_FOREVER && mpp_clock() >= deadline;
}

static int wait_for_at(struct mpp_condition *c, bool (*predicate)(void *),
		       void *context, int64_t timeout_ns, const void *pc)
{
	int64_t deadline = deadline_of(timeout_ns);
	int err = check_held(c, pc);

	if (err < 0)
		return err;
	while (!predicate(context)) {
		if (timeout_ns <= 0)
			return MPP_EAGAIN;
		if (err < 0 || has_passed(deadline))
			return MPP_ETIMEDOUT;
		err = wait_at(c, timeout_ns, deadline, pc);
		if (err < 0 && err != MPP_ETIMEDOUT)
			return err;
	}
	return 0;
}

int mpp_condition_acquire(struct mpp_condition *condition, int64_t timeout_ns)
{
	return take(mpp_inside(condition), timeout_ns, MPP_CALLER());
}

int mpp_condition_release(struct mpp_condition *condition)
{
	return drop(mpp_inside(condition), MPP_CALLER());
}

int mpp_condition_consistent(struct mpp_condition *condition)
{
	struct mpp_condition *c = mpp_inside(condition);

	return mpp_core_consistent(c->lock, mpp_self());
}

int mpp_condition_wait(struct mpp_condition *condition, int64_t timeout_ns)
{
	return wait_at(mpp_inside(condition), timeout_ns,
		       deadline_of(timeout_ns), MPP_CALLER());
}

int mpp_condition_wait_for(struct mpp_condition *condition,
			   bool (*predicate)(void *context), void *context,
			   int64_t timeout_ns)
{
	return wait_for_at(mpp_inside(condition), predicate, context,
			   timeout_ns, MPP_CALLER());
}

int mpp_condition_notify(struct mpp_condition *condition, int64_t count)
{
	return notify(mpp_inside(condition), count, MPP_CALLER());
}

int mpp_condition_notify_all(struct mpp_condition *condition)
{
	return notify(mpp_inside(condition), INT64_MAX, MPP_CALLER());
}
