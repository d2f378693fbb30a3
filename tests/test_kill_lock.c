/* SPDX-License-Identifier: MIT */
/* test_kill_lock.c - users of Lock and RLock killed at every step. */
#include <mpp/lock.h>
#include <mpp/rlock.h>

#include "killing.h"

static void *make_lock(void)
{
	struct mpp_lock *l = NULL;

	ck_assert_int_eq(mpp_lock_new(&l, 0), 0);
	return l;
}

static void free_lock(void *l)
{
	mpp_lock_free(l);
}

/* A survivor gets it, is told of a death at most, and it is whole then. */
static void still_locks(void *l, bool killed)
{
	int err = mpp_lock_acquire(l, IN_TIME);

	if (err == MPP_EOWNERDEAD) {
		ck_assert(killed);
		err = mpp_lock_consistent(l);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(mpp_lock_acquire(l, 0), MPP_EDEADLK);
	ck_assert_int_eq(mpp_lock_release(l), 0);
	ck_assert_int_eq(mpp_lock_acquire(l, 0), 0);
	ck_assert_int_eq(mpp_lock_release(l), 0);
}

static int locks_and_unlocks(void *l)
{
	int err = mpp_lock_acquire(l, IN_TIME);

	if (err == MPP_EOWNERDEAD)
		err = mpp_lock_consistent(l);
	return err || mpp_lock_release(l);
}

/* The test holds it until the victim sleeps. */
static void *make_held(void)
{
	void *l = make_lock();

	ck_assert_int_eq(mpp_lock_acquire(l, 0), 0);
	return l;
}

static void lets_go(void *l, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_lock_release(l), 0);
}

/* Two wait for each other's release. */
static pid_t sleeper;

static void *make_held_and_wanted(void)
{
	void *l = make_held();

	PEER(sleeper, locks_and_unlocks(l));
	wait_until_asleep(sleeper);
	return l;
}

static void both_come(void *l, bool killed)
{
	reap_peer(sleeper);
	still_locks(l, killed);
}

static int dies_of_it(void *l)
{
	if (mpp_lock_acquire(l, 0) != 0)
		_exit(1);
	return 0;
}

/* Its holder has ended. */
static void *make_orphan(void)
{
	void *l = make_lock();
	pid_t pid;

	PEER(pid, dies_of_it(l));
	reap_peer(pid);
	return l;
}

static void locks_orphan(void *l, bool killed)
{
	int err = mpp_lock_acquire(l, IN_TIME);

	(void)killed;
	if (err == MPP_EOWNERDEAD)
		err = mpp_lock_consistent(l);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(mpp_lock_release(l), 0);
}

/* Leaves it not recoverable. */
static int forsakes(void *l)
{
	return mpp_lock_acquire(l, 0) != MPP_EOWNERDEAD ||
	       mpp_lock_release(l);
}

static void is_orphan_or_lost(void *l, bool killed)
{
	int err = mpp_lock_acquire(l, IN_TIME);

	if (!killed)
		ck_assert_int_eq(err, MPP_ENOTRECOVERABLE);
	if (err == MPP_ENOTRECOVERABLE)
		return;
	ck_assert_int_eq(err, MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_lock_consistent(l), 0);
	ck_assert_int_eq(mpp_lock_release(l), 0);
}

static int frees_while_holding(void *l)
{
	if (mpp_lock_acquire(l, 0) != 0)
		return 1;
	mpp_lock_free(l);	/* the mapping is the test's: it stays */
	return 0;
}

START_TEST(a_lock_is_free_or_marked_wherever_its_user_dies)
{
	static const struct killing alone = {
		make_lock, locks_and_unlocks, NULL, still_locks, free_lock
	};
	static const struct killing waiting = {
		make_held, locks_and_unlocks, lets_go, still_locks, free_lock
	};
	static const struct killing wanted = {
		make_held_and_wanted, locks_and_unlocks, lets_go, both_come,
		free_lock
	};
	static const struct killing orphan = {
		make_orphan, locks_and_unlocks, NULL, locks_orphan, free_lock
	};
	static const struct killing lost = {
		make_orphan, forsakes, NULL, is_orphan_or_lost, free_lock
	};
	static const struct killing freed = {
		make_lock, frees_while_holding, NULL, still_locks, free_lock
	};

	cut_everywhere(&alone);
	cut_everywhere(&waiting);
	cut_everywhere(&wanted);
	cut_everywhere(&orphan);
	cut_everywhere(&lost);
	cut_everywhere(&freed);
	EVERY_STORE_WAS_CUT("lock.c", "futex_lock.h");
}
END_TEST

/*
 * Two sleep; the first is woken and killed before it looks, after somebody new
 * has taken the lock and has not marked it: the second sleeps on a word that
 * says nothing of it.
 */
static struct control {
	uint32_t stop, stopped;	/* the victim, at its next step */
} *control;

static int stop_when_told(const struct mpp_op *op)
{
	(void)op;
	if (!__atomic_load_n(&control->stop, __ATOMIC_ACQUIRE))
		return 0;
	__atomic_store_n(&control->stopped, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

static int waits_as_victim(void *l)
{
	static const struct mpp_hooks stopping = { .abi = sizeof(stopping),
						   .before = stop_when_told };

	mpp_hooks_installed = &stopping;
	return mpp_lock_acquire(l, MPP_FOREVER);
}

START_TEST(a_waiter_killed_after_its_wake_leaves_no_other_asleep)
{
	struct mpp_lock *l = make_held();
	pid_t victim, other;
	int status;

	control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(control, MAP_FAILED);
	PEER(victim, waits_as_victim(l));
	wait_until_asleep(victim);
	PEER(other, mpp_lock_acquire(l, IN_TIME));
	wait_until_asleep(other);

	__atomic_store_n(&control->stop, 1, __ATOMIC_RELEASE);
	ck_assert_int_eq(mpp_lock_release(l), 0);
	while (!__atomic_load_n(&control->stopped, __ATOMIC_ACQUIRE))
		sched_yield();
	ck_assert_int_eq(mpp_lock_acquire(l, MPP_FOREVER), 0);
	ck_assert_int_eq(kill(victim, SIGKILL), 0);
	ck_assert_int_eq(waitpid(victim, &status, 0), victim);
	ck_assert_int_eq(mpp_lock_release(l), 0);
	reap_peer(other);
	munmap(control, sizeof(*control));
	mpp_lock_free(l);
}
END_TEST

/*
 * RLock: two levels.
 */
static void *make_rlock(void)
{
	struct mpp_rlock *l = NULL;

	ck_assert_int_eq(mpp_rlock_new(&l), 0);
	return l;
}

static void free_rlock(void *l)
{
	mpp_rlock_free(l);
}

static int goes_in_twice(void *l)
{
	int err = mpp_rlock_acquire(l, IN_TIME);

	return err || mpp_rlock_acquire(l, IN_TIME) || mpp_rlock_release(l) ||
	       mpp_rlock_release(l);
}

/* However deep the dead one was in: one level for the next. */
static void still_goes_in(void *l, bool killed)
{
	int err = mpp_rlock_acquire(l, IN_TIME);

	if (err == MPP_EOWNERDEAD) {
		ck_assert(killed);
		err = mpp_rlock_consistent(l);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(mpp_rlock_acquire(l, 0), 0);
	ck_assert_int_eq(mpp_rlock_release(l), 0);
	ck_assert_int_eq(mpp_rlock_release(l), 0);
	ck_assert_int_eq(mpp_rlock_release(l), MPP_EPERM);
	ck_assert_int_eq(goes_in_twice(l), 0);
}

START_TEST(an_rlock_is_free_or_marked_wherever_its_user_dies)
{
	static const struct killing twice = {
		make_rlock, goes_in_twice, NULL, still_goes_in, free_rlock
	};

	cut_everywhere(&twice);
	EVERY_STORE_WAS_CUT("rlock.c");
}
END_TEST

UNIT_MAIN(
	UNIT(a_waiter_killed_after_its_wake_leaves_no_other_asleep)
	UNIT(an_rlock_is_free_or_marked_wherever_its_user_dies)
	UNIT(a_lock_is_free_or_marked_wherever_its_user_dies)
)
