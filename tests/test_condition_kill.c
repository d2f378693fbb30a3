/* SPDX-License-Identifier: MIT */
/*
 * test_condition_kill.c - users of a condition killed at every touch of a
 * shared word: in a wait until it sleeps, in a notify, and from the moment of a
 * notification to the return from the wait.
 *
 * Each time another one that waits must get what is due to it, and the
 * condition must work on.
 */
#include <sys/mman.h>

#include "step_help.h"

/* Raised by step() in a process that has a notification. */
static unsigned steps_after_notified;
static void step_if_notified(void);
#undef MPP_STEP
#define MPP_STEP(kind, word) ((void)(word), step(), step_if_notified())

#include "rlock.c"

#include "condition.c"

#include "unit.h"

static struct mpp_condition *c;

static struct shared {
	uint32_t received;	/* the victim has, before it was killed */
} *shared;

static void step_if_notified(void)
{
	static bool notified;
	uint64_t now;

	if (!steps_after_notified)
		return;
	now = __atomic_load_n(&c->notified, __ATOMIC_ACQUIRE);
	notified |= now != 0;
	if (!notified)
		return;
	if (!now)
		shared->received = 1;
	if (--steps_after_notified == 0)
		raise(SIGKILL);
}

static void make_condition(void)
{
	ck_assert_int_eq(mpp_condition_new(&c), 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void free_condition(void)
{
	mpp_condition_free(c);
	munmap(shared, 4096);
}

static int acquire(void)
{
	int err = mpp_condition_acquire(c, MPP_FOREVER);

	return err == MPP_EOWNERDEAD ? mpp_condition_consistent(c) : err;
}

static int waits(void *limit)
{
	int err = acquire();

	if (err)
		return 1;
	err = mpp_condition_wait(c, limit ? *(int64_t *)limit : MPP_FOREVER);
	if (err == MPP_EOWNERDEAD)
		err = mpp_condition_consistent(c);
	return mpp_condition_release(c) ? 2 : -err;
}

static int waits_in_vain(void *unused)
{
	int64_t none = 0;

	(void)unused;
	return waits(&none) == -MPP_EAGAIN ? 0 : 3;
}

static int notifies_one(void *unused)
{
	(void)unused;
	return acquire() || mpp_condition_notify(c, 1) ||
	       mpp_condition_release(c);
}

static int notifies_all(void *unused)
{
	(void)unused;
	return acquire() || mpp_condition_notify_all(c) ||
	       mpp_condition_release(c);
}

static int waiters(void)
{
	return __builtin_popcountll(
		__atomic_load_n(&c->used, __ATOMIC_ACQUIRE));
}

/* Starts one; it sleeps when this returns. */
static pid_t waiter(void)
{
	int before = waiters();
	pid_t pid = forked(waits, NULL);

	while (waiters() == before)
		sched_yield();
	/* not for the lock: when it can be had, nobody has it */
	ck_assert_int_eq(acquire(), 0);
	ck_assert_int_eq(mpp_condition_release(c), 0);
	until_asleep(pid);
	return pid;
}

static void still_works(void)
{
	pid_t pid[2];

	ck_assert_int_eq(acquire(), 0);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0); /* buries the dead */
	ck_assert_int_eq(mpp_condition_release(c), 0);
	for (int i = 0; i < 2; i++)
		pid[i] = waiter();
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(notifies_one(NULL), 0);
		ck_assert_int_eq(reaped(pid[i]), 0);
	}
	ck_assert_uint_eq(c->used, 0);
	ck_assert_uint_eq(c->notified, 0);
}

START_TEST(a_wait_killed_anywhere_leaves_nothing)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		pid_t pid;

		make_condition();
		pid = waiter();
		killed = cut(waits_in_vain, NULL, n);
		/* The dead one takes nothing of what is for the living. */
		ck_assert_int_eq(notifies_one(NULL), 0);
		ck_assert_int_eq(reaped(pid), 0);
		still_works();
		free_condition();
	}
	ck_assert_uint_ge(n, 30);
}
END_TEST

/* All of them, or none. */
START_TEST(a_notify_killed_anywhere_has_happened_or_not)
{
	bool killed = true;
	unsigned n = 1, without = 0, whole = 0;

	for (; killed; n++) {
		pid_t pid[3];
		bool notified;

		make_condition();
		for (int i = 0; i < 3; i++)
			pid[i] = waiter();
		killed = cut(notifies_all, NULL, n);
		/* When it has happened some may have left already. */
		ck_assert_int_eq(acquire(), 0);
		notified = c->used == c->notified;
		ck_assert(notified || c->notified == 0);
		ck_assert_int_eq(mpp_condition_release(c), 0);
		if (!notified)
			ck_assert_int_eq(notifies_all(NULL), 0);
		for (int i = 0; i < 3; i++)
			ck_assert_int_eq(reaped(pid[i]), 0);
		without += !notified;
		whole += notified && killed;
		still_works();
		free_condition();
	}
	ck_assert_uint_ge(without, 10);
	ck_assert_uint_ge(whole, 5);
}
END_TEST

static int dies_notified(void *n)
{
	steps_after_notified = *(unsigned *)n;
	return waits(NULL);
}

static pid_t victim(unsigned n)
{
	pid_t pid = forked(dies_notified, &n);

	while (waiters() == 0)
		sched_yield();
	ck_assert_int_eq(acquire(), 0);
	ck_assert_int_eq(mpp_condition_release(c), 0);
	until_asleep(pid);
	return pid;
}

/* The victim waits longer, so the notification is for it. */
START_TEST(a_notification_is_received_or_passed_on)
{
	unsigned n = 1, received = 0, passed_on = 0;
	int end;

	do {
		pid_t first, second;

		make_condition();
		first = victim(n++);
		second = waiter();
		ck_assert_int_eq(notifies_one(NULL), 0);
		end = reaped(first);
		ck_assert(end == 0 || end == -SIGKILL);
		received += end && shared->received;
		passed_on += !shared->received;
		if (shared->received)
			ck_assert_int_eq(notifies_one(NULL), 0);
		ck_assert_int_eq(reaped(second), 0);
		still_works();
		free_condition();
	} while (end);
	ck_assert_uint_ge(passed_on, 5);
	ck_assert_uint_ge(received, 4);
}
END_TEST

static int buries(void *unused)
{
	(void)unused;
	if (acquire())
		return 1;
	bury(c);
	return mpp_condition_release(c);
}

/* Who passes it on is killed as well. */
START_TEST(an_inheritance_is_neither_lost_nor_doubled)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		pid_t first, heirs[2];

		make_condition();
		first = victim(1);
		for (int i = 0; i < 2; i++)
			heirs[i] = waiter();
		ck_assert_int_eq(notifies_one(NULL), 0);
		ck_assert_int_eq(reaped(first), -SIGKILL);
		killed = cut(buries, NULL, n);
		ck_assert_int_eq(acquire(), 0);
		bury(c);
		/* One is notified, or has left already. */
		ck_assert_int_eq(__builtin_popcountll(c->used & ~c->notified),
				 1);
		ck_assert_int_eq(mpp_condition_release(c), 0);
		ck_assert_int_eq(reaped(heirs[0]), 0);
		ck_assert_int_eq(notifies_one(NULL), 0);
		ck_assert_int_eq(reaped(heirs[1]), 0);
		still_works();
		free_condition();
	}
	ck_assert_uint_ge(n, 10);
}
END_TEST

/* Under a scheduler: who died is marked by it, and another's wait may go on. */
START_TEST(a_scheduled_wait_may_go_on_with_what_a_dead_one_had)
{
	struct mpp_op op = { .arg = { 1, 0 } };

	make_condition();
	op.object = c;
	c->used = 3;
	c->waiters[0].seat.core.word = 1;
	c->waiters[1].seat.core.word = 2;
	ck_assert(!await_ready(&op, 2));
	c->notified = 1;
	ck_assert(!await_ready(&op, 2));
	c->waiters[0].seat.core.word = FUTEX_OWNER_DIED;
	ck_assert(await_ready(&op, 2));
	c->notified = 2;
	ck_assert(await_ready(&op, 2));
	c->waiters[0].seat.core.word = c->waiters[1].seat.core.word = 0;
	free_condition();
}
END_TEST

UNIT_MAIN(
	UNIT(a_wait_killed_anywhere_leaves_nothing)
	UNIT(a_notify_killed_anywhere_has_happened_or_not)
	UNIT(a_notification_is_received_or_passed_on)
	UNIT(an_inheritance_is_neither_lost_nor_doubled)
	UNIT(a_scheduled_wait_may_go_on_with_what_a_dead_one_had))
