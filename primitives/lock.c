/* SPDX-License-Identifier: MIT */
/*
 * lock.c - the slow paths of the futex lock, and Lock itself.
 *
 * Idea:    futex_lock.h.  Contended, a waiter looks some times, with pauses
 *          that grow, then sets FUTEX_WAITERS and sleeps.
 * Pauses:  each look fetches the holder's cache line, which the holder has to
 *          fetch back for its release.  Two processes that only lock, store and
 *          unlock took 110 ns a round with a look every pause, and take 36 ns;
 *          looking every 64 pauses from the start is faster still (23 ns), but
 *          lets a lock that is held for 500 ns of every 1000 stand free.  All
 *          looks together take about as long as some sleeps with their wakes:
 *          20 us on a Xeon.
 * One holder: the owner's part of the word becomes an id only by a cas of a
 *          word where it is 0.
 * Wakes:   who falls asleep has seen FUTEX_WAITERS in the word (the kernel
 *          compares).  The mark goes only with a release, which then wakes one,
 *          or all when the lock is not recoverable.  The woken one cares for
 *          the others: it takes the lock with the mark (`waiters`), or marks
 *          the word again before it sleeps or gives up.
 * Death:   of a holder: the kernel marks the word and wakes one.  Of one that
 *          was woken, and of a releaser before its wake: list_op_pending makes
 *          the kernel wake another if the word is free.  But if somebody new
 *          has taken it meanwhile, without the mark, nobody knows of those who
 *          sleep; so they sleep in slices and mark the word again.
 * Source:  as futex_lock.h; the shape of the waiting loop is Drepper's
 *          "Futexes Are Tricky", mutex 3.
 */
#include <pthread.h>

#include <mpp/lock.h>

#include "rlock.h"

enum {
	LOOKS = 18,
	FIRST_PAUSES = 4,
	MOST_PAUSES = 64,
	LOCK_SLICE = 50 * 1000000, /* ns; see Death */
};

__thread struct mpp_self mpp_self_here
	__attribute__((tls_model("initial-exec")));

__thread bool mpp_sleeps_at_once __attribute__((tls_model("initial-exec")));

/* What the head says must be what struct mpp_core has. */
static bool layout_matches(const struct robust_list_head *head)
{
	return sizeof(void *) == 8 &&
	       head->futex_offset ==
		       (long)offsetof(struct mpp_core, word) -
			       (long)offsetof(struct mpp_core, next) &&
	       offsetof(struct mpp_core, next) -
			       offsetof(struct mpp_core, prev) ==
		       sizeof(void *);
}

void mpp_self_find(void)
{
	struct robust_list_head *head = NULL;
	size_t size = 0;

	if (syscall(SYS_get_robust_list, 0, &head, &size) < 0 ||
	    size != sizeof(*head) || !head || !layout_matches(head))
		head = NULL;
	mpp_self_here.robust = head;
	mpp_self_here.id = (uint32_t)syscall(SYS_gettid);
}

/* The child's thread has another id; the C library has emptied its list. */
static void forget_self(void)
{
	mpp_self_here = (struct mpp_self){ 0, NULL };
}

__attribute__((constructor)) static void forget_self_in_children(void)
{
	pthread_atfork(NULL, NULL, forget_self);
}

int mpp_robust_fits(void)
{
	if (mpp_scheduled())
		return 0;
	return mpp_self().robust ? 0 : MPP_ENOTSUP;
}

void mpp_core_init(struct mpp_core *core, unsigned flags)
{
	core->unowned = flags & MPP_LOCK_UNOWNED;
	mpp_tell_words(core, sizeof(*core));
	if (!core->unowned)
		mpp_tell_lock_new(core);
}

void mpp_core_fini(struct mpp_core *core)
{
	struct mpp_self me = mpp_self();

	if (!core->unowned && mpp_core_owner(core) == me.id)
		mpp_core_drop(core, me, me.id, 0);
	if (!core->unowned)
		mpp_tell_lock_free(core);
}

/* One look at a word that was not 0.  > 0: it has to wait. */
static int try_word(struct mpp_core *core, struct mpp_self me, uint32_t *word,
		    uint32_t waiters)
{
	uint32_t owner = *word & FUTEX_TID_MASK;

	if (owner == 0) {
		/* Others may sleep behind us: keep their mark. */
		uint32_t id = mpp_core_id(core, me);
		uint32_t mine = *word | id | waiters;

		if (!mpp_cas(&core->word, word, mine))
			return try_word(core, me, word, waiters);
		mpp_core_got(core, me, id);
		return mine & FUTEX_OWNER_DIED ? MPP_EOWNERDEAD : 0;
	}
	if (owner == MPP_NOT_RECOVERABLE)
		return MPP_ENOTRECOVERABLE;
	if (owner == me.id)
		return MPP_EDEADLK;
	return 1;
}

/* False: looked often enough, sleep. */
static bool pause_before_look(unsigned *looks)
{
	unsigned pauses = MOST_PAUSES;

	/* Step by step, spinning would have no end. */
	if (mpp_scheduled() || *looks >= LOOKS)
		return false;
	if (FIRST_PAUSES << *looks < MOST_PAUSES)
		pauses = FIRST_PAUSES << *looks;
	for (unsigned i = 0; i < pauses; i++)
		mpp_pause();
	(*looks)++;
	return true;
}

/* 0: look again; MPP_ETIMEDOUT: the deadline, not just a slice, has passed. */
static int sleep_on(struct mpp_core *core, uint32_t word, int64_t deadline)
{
	uint32_t marked = word | FUTEX_WAITERS;
	int64_t end;

	if (MPP_MUTANT(LOCK_SLEEPS_BLINDLY))
		marked = word;
	if (word != marked && !mpp_cas(&core->word, &word, marked))
		return 0;
	/* Under a scheduler nobody dies in between, and a slice would hide a
	 * wake that was forgotten. */
	end = mpp_scheduled() ? MPP_FOREVER : mpp_deadline(LOCK_SLICE);
	if (deadline <= end)
		return mpp_futex_wait(&core->word, marked, deadline);
	(void)mpp_futex_wait(&core->word, marked, end);
	return 0;
}

int mpp_core_wait(struct mpp_core *core, struct mpp_self me, int64_t timeout_ns)
{
	int64_t deadline = -1; /* not known before the first sleep */
	uint32_t waiters = 0;
	unsigned looks = mpp_sleeps_at_once ? LOOKS : 0;
	int err;

	for (;;) {
		uint32_t word = mpp_load(&core->word);

		err = try_word(core, me, &word, waiters);
		if (err <= 0)
			break;
		if (timeout_ns <= 0) {
			err = MPP_EAGAIN;
			break;
		}
		if (mpp_call_scheduled())
			mpp_bug("a scheduled acquire would have to wait");
		if (pause_before_look(&looks))
			continue;
		if (deadline < 0)
			deadline = mpp_deadline(timeout_ns);
		if (!MPP_MUTANT(LOCK_LOSES_WAITERS))
			waiters = FUTEX_WAITERS;
		err = sleep_on(core, word, deadline);
		if (err < 0)
			break;
	}
	mpp_not_pending(me);
	return err;
}

int mpp_core_consistent(struct mpp_core *core, struct mpp_self me)
{
	uint32_t word = mpp_load(&core->word);

	if (core->unowned || (word & FUTEX_TID_MASK) != me.id ||
	    !(word & FUTEX_OWNER_DIED))
		return MPP_EINVAL;
	mpp_and(&core->word, ~(uint32_t)FUTEX_OWNER_DIED);
	return 0;
}

static bool would_not_wait(const struct mpp_core *core, uint32_t self)
{
	uint32_t owner = mpp_core_owner(core);

	return owner == 0 || owner == MPP_NOT_RECOVERABLE || owner == self;
}

bool mpp_core_ready(const struct mpp_op *op, uint32_t self)
{
	return would_not_wait(op->object, self);
}

bool mpp_guard_ready(const struct mpp_op *op, uint32_t self)
{
	return would_not_wait(op->guard, self);
}

int mpp_lock_new(struct mpp_lock **out, unsigned flags)
{
	struct mpp_lock *user;
	int err;

	if (!out || flags & ~(unsigned)MPP_LOCK_UNOWNED)
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0 && !(flags & MPP_LOCK_UNOWNED))
		return err;
	user = mpp_shared_alloc(sizeof(*user), "lock");
	if (!user)
		return MPP_ENOMEM;
	mpp_core_init(mpp_inside(user), flags);
	*out = user;
	return 0;
}

void mpp_lock_free(struct mpp_lock *lock)
{
	struct mpp_lock *l;

	if (!lock)
		return;
	l = mpp_inside(lock);
	mpp_core_fini(&l->core);
	mpp_shared_free(lock, sizeof(*lock));
}

/* Announced: the same effect between before() and after(). */
static MPP_ANNOUNCED int acquire_announced(struct mpp_core *core, int64_t timeout_ns,
				      const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = core,
		.ready = mpp_core_ready,
		.death = core->unowned ? NULL : &core->word,
		.timeout_ns = mpp_limit(timeout_ns),
		.kind = MPP_OP_ACQUIRE,
		.order = __ATOMIC_SEQ_CST,
		.flags = core->unowned ? 0 : MPP_OWNED,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = mpp_core_acquire(core, mpp_self(), timeout_ns);
	if (err == MPP_EDEADLK)
		mpp_fault(MPP_FAULT_MISUSE, &op,
			  "acquire of a lock that the caller already holds");
	mpp_after(&op, err, 0);
	return err;
}

static MPP_ANNOUNCED int release_announced(struct mpp_core *core, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = core,
		.kind = MPP_OP_RELEASE,
		.order = __ATOMIC_SEQ_CST,
		.flags = core->unowned ? 0 : MPP_OWNED,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = mpp_core_release(core, mpp_self());
	if (err == MPP_EPERM)
		mpp_fault(MPP_FAULT_MISUSE, &op,
			  mpp_core_owner(core)
				  ? "release of a lock that another one holds"
				  : "release of a lock that is not held");
	mpp_after(&op, err, 0);
	return err;
}

int mpp_lock_take(struct mpp_core *core, int64_t timeout_ns, const void *pc)
{
	if (MPP_ANNOUNCES())
		return acquire_announced(core, timeout_ns, pc);
	return mpp_core_acquire(core, mpp_self(), timeout_ns);
}

int mpp_lock_drop(struct mpp_core *core, const void *pc)
{
	if (MPP_ANNOUNCES())
		return release_announced(core, pc);
	return mpp_core_release(core, mpp_self());
}

int mpp_lock_acquire(struct mpp_lock *lock, int64_t timeout_ns)
{
	struct mpp_lock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return acquire_announced(&l->core, timeout_ns, MPP_CALLER());
	return mpp_core_acquire(&l->core, mpp_self(), timeout_ns);
}

int mpp_lock_release(struct mpp_lock *lock)
{
	struct mpp_lock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return release_announced(&l->core, MPP_CALLER());
	return mpp_core_release(&l->core, mpp_self());
}

int mpp_lock_consistent(struct mpp_lock *lock)
{
	struct mpp_lock *l = mpp_inside(lock);

	return mpp_core_consistent(&l->core, mpp_self());
}
