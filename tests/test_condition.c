/* SPDX-License-Identifier: MIT */
/*
 * test_condition.c - Condition: who is woken, limits, levels, deaths,
 * announcements.
 *
 * A child that waits has raised `waiting` under the lock, so whoever then gets
 * the lock knows that it waits.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include <mpp/condition.h>
#include <mpp/lock.h>
#include <mpp/rlock.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_condition *c;

static struct shared {
	int waiting;	/* have begun to wait, ever */
	int woken;	/* returned from it */
	int order[80];	/* who, one after the other */
	int items, sum;
} *shared;

static void share(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void make_condition(void)
{
	share();
	c = NULL;
	ck_assert_int_eq(mpp_condition_new(&c), 0);
}

static struct mpp_lock *make_condition_on_lock(void)
{
	struct mpp_lock *lock;

	share();
	ck_assert_int_eq(mpp_lock_new(&lock, 0), 0);
	ck_assert_int_eq(mpp_condition_on_lock(&c, lock), 0);
	return lock;
}

static void acquire(void)
{
	ck_assert_int_eq(mpp_condition_acquire(c, MPP_FOREVER), 0);
}

static void release(void)
{
	ck_assert_int_eq(mpp_condition_release(c), 0);
}

static int wait_as(int number, int64_t limit)
{
	int err;

	if (mpp_condition_acquire(c, MPP_FOREVER) < 0)
		return 99;
	shared->waiting++;
	err = mpp_condition_wait(c, limit);
	if (err == 0)
		shared->order[shared->woken++] = number;
	if (err == MPP_EOWNERDEAD)
		mpp_condition_consistent(c);
	if (err != MPP_ENOTRECOVERABLE && mpp_condition_release(c) < 0)
		return 98;
	return -err;
}

static int waits(void *number)
{
	return wait_as(*(int *)number, MPP_FOREVER);
}

static int waits_a_little(void *number)
{
	return wait_as(*(int *)number, 5 * MS);
}

/* Until the number is seen, with the lock held. */
static void lock_until(const int *word, int number)
{
	for (;;) {
		acquire();
		if (*word >= number)
			return;
		release();
		sched_yield();
	}
}

/* Starts it, and it waits when this returns. */
static pid_t waiter(int number)
{
	pid_t pid = forked(waits, &number);

	lock_until(&shared->waiting, number);
	release();
	return pid;
}

static void notify(int64_t n)
{
	acquire();
	ck_assert_int_eq(mpp_condition_notify(c, n), 0);
	release();
}

START_TEST(waiting_and_notifying_need_the_lock)
{
	make_condition();
	ck_assert_int_eq(mpp_condition_wait(c, 0), MPP_EPERM);
	ck_assert_int_eq(mpp_condition_wait(c, MPP_FOREVER), MPP_EPERM);
	ck_assert_int_eq(mpp_condition_notify(c, 1), MPP_EPERM);
	ck_assert_int_eq(mpp_condition_notify(c, 0), MPP_EPERM);
	ck_assert_int_eq(mpp_condition_notify_all(c), MPP_EPERM);
	ck_assert_int_eq(mpp_condition_release(c), MPP_EPERM);
	mpp_condition_free(c);
	mpp_condition_free(NULL);
}
END_TEST

static bool must_not_be_asked(void *context)
{
	(void)context;
	ck_abort_msg("the predicate was asked without the lock");
	return true;
}

static int notifies_as_a_stranger(void *argument)
{
	(void)argument;
	return -mpp_condition_notify(c, 1) == -MPP_EPERM &&
			       mpp_condition_wait(c, 0) == MPP_EPERM
		       ? 0
		       : 1;
}

START_TEST(a_lock_that_another_process_holds_is_not_enough)
{
	make_condition();
	ck_assert_int_eq(mpp_condition_wait_for(c, must_not_be_asked, NULL,
						MPP_FOREVER),
			 MPP_EPERM);
	acquire();
	ck_assert_int_eq(reaped(forked(notifies_as_a_stranger, NULL)), 0);
	release();
	mpp_condition_free(c);
}
END_TEST

START_TEST(what_cannot_be_made_is_refused)
{
	struct mpp_lock *unowned;

	c = NULL;
	ck_assert_int_eq(mpp_lock_new(&unowned, MPP_LOCK_UNOWNED), 0);
	ck_assert_int_eq(mpp_condition_new(NULL), MPP_EINVAL);
	ck_assert_int_eq(mpp_condition_on_lock(&c, NULL), MPP_EINVAL);
	ck_assert_int_eq(mpp_condition_on_lock(&c, unowned), MPP_EINVAL);
	ck_assert_int_eq(mpp_condition_on_rlock(&c, NULL), MPP_EINVAL);
	ck_assert_ptr_null(c);
	mpp_lock_free(unowned);
}
END_TEST

START_TEST(notify_wakes_those_who_have_waited_longest)
{
	pid_t pid[5];

	make_condition();
	for (int i = 0; i < 5; i++)
		pid[i] = waiter(i + 1);
	notify(1);
	lock_until(&shared->woken, 1);
	release();
	notify(2);
	lock_until(&shared->woken, 3);
	release();
	ck_assert_int_eq(shared->order[0], 1);
	ck_assert_int_eq(shared->order[1] + shared->order[2], 2 + 3);
	acquire();
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	release();
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(shared->woken, 5);
	mpp_condition_free(c);
}
END_TEST

START_TEST(notify_of_nobody_wakes_nobody)
{
	pid_t pid;

	make_condition();
	pid = waiter(1);
	notify(0);
	notify(-3);
	acquire();
	ck_assert_int_eq(mpp_condition_wait(c, 2 * MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(shared->woken, 0);
	release();
	notify(1);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_condition_free(c);
}
END_TEST

START_TEST(a_notify_that_nobody_waits_for_is_lost)
{
	make_condition();
	notify(5);
	acquire();
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	ck_assert_int_eq(mpp_condition_wait(c, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_condition_wait(c, -1), MPP_EAGAIN);
	ck_assert_int_eq(mpp_condition_wait(c, 2 * MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_condition_wait(c, 70 * MS), MPP_ETIMEDOUT);
	release();
	mpp_condition_free(c);
}
END_TEST

static int three_levels(void *argument)
{
	(void)argument;
	for (int i = 0; i < 3; i++)
		if (mpp_condition_acquire(c, MPP_FOREVER))
			return 1;
	shared->waiting++;
	if (mpp_condition_wait(c, MPP_FOREVER))
		return 2;
	for (int i = 0; i < 3; i++)
		if (mpp_condition_release(c))
			return 3;
	return mpp_condition_release(c) == MPP_EPERM ? 0 : 4;
}

START_TEST(a_wait_gives_all_levels_back_and_takes_them_again)
{
	pid_t pid;

	make_condition();
	pid = forked(three_levels, NULL);
	lock_until(&shared->waiting, 1);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	release();
	ck_assert_int_eq(reaped(pid), 0);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), 0);
	release();
	mpp_condition_free(c);
}
END_TEST

START_TEST(a_users_lock_does_as_well)
{
	struct mpp_lock *lock = make_condition_on_lock();
	pid_t pid = waiter(1);

	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), MPP_EDEADLK);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_condition_free(c);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
	mpp_lock_free(lock);
}
END_TEST

START_TEST(two_conditions_may_share_an_rlock)
{
	struct mpp_rlock *lock;
	struct mpp_condition *other;
	pid_t pid;

	share();
	ck_assert_int_eq(mpp_rlock_new(&lock), 0);
	ck_assert_int_eq(mpp_condition_on_rlock(&c, lock), 0);
	ck_assert_int_eq(mpp_condition_on_rlock(&other, lock), 0);
	pid = waiter(1);
	acquire();
	ck_assert_int_eq(mpp_condition_notify_all(other), 0);
	ck_assert_int_eq(mpp_condition_wait(other, 2 * MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(shared->woken, 0);
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	release();
	ck_assert_int_eq(reaped(pid), 0);
	mpp_condition_free(other);
	mpp_condition_free(c);
	mpp_rlock_free(lock);
}
END_TEST

/* Its time has run out: it waits for the lock, which we hold. */
START_TEST(notified_before_the_lock_is_back_is_notified)
{
	struct mpp_lock *lock = make_condition_on_lock();
	int number = 1;
	pid_t pid = forked(waits_a_little, &number);

	lock_until(&shared->waiting, 1);
	until_somebody_waits(lock);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	release();
	ck_assert_int_eq(reaped(pid), 0);
	mpp_condition_free(c);
	mpp_lock_free(lock);
}
END_TEST

static bool three_items(void *context)
{
	(*(int *)context)++;
	return shared->items >= 3;
}

static int waits_for_three(void *argument)
{
	int asked = 0;

	(void)argument;
	if (mpp_condition_acquire(c, MPP_FOREVER))
		return 1;
	shared->waiting++;
	if (mpp_condition_wait_for(c, three_items, &asked, MPP_FOREVER))
		return 2;
	return mpp_condition_release(c) ? 3 : shared->items != 3;
}

START_TEST(wait_for_asks_again_after_each_notify)
{
	int asked = 0;
	pid_t pid;

	make_condition();
	pid = forked(waits_for_three, NULL);
	for (int i = 0; i < 3; i++) {
		lock_until(&shared->waiting, 1);
		shared->items++;
		mpp_condition_notify(c, 1);
		release();
	}
	ck_assert_int_eq(reaped(pid), 0);
	acquire();
	ck_assert_int_eq(mpp_condition_wait_for(c, three_items, &asked, 0), 0);
	ck_assert_int_eq(asked, 1);
	shared->items = 0;
	ck_assert_int_eq(mpp_condition_wait_for(c, three_items, &asked, 0),
			 MPP_EAGAIN);
	ck_assert_int_eq(asked, 2);
	ck_assert_int_eq(mpp_condition_wait_for(c, three_items, &asked, 2 * MS),
			 MPP_ETIMEDOUT);
	ck_assert_int_eq(asked, 4);
	release();
	mpp_condition_free(c);
}
END_TEST

START_TEST(sixty_four_may_wait)
{
	pid_t pid[64];

	make_condition();
	for (int i = 0; i < 64; i++)
		pid[i] = waiter(i + 1);
	acquire();
	ck_assert_int_eq(mpp_condition_wait(c, MPP_FOREVER), MPP_ENOMEM);
	/* A dead one's place is free, and it is held no less than before. */
	kill(pid[7], SIGKILL);
	ck_assert_int_eq(reaped(pid[7]), -SIGKILL);
	ck_assert_int_eq(mpp_condition_wait(c, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	release();
	for (int i = 0; i < 64; i++)
		if (i != 7)
			ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(shared->woken, 63);
	mpp_condition_free(c);
}
END_TEST

static void *waits_in_thread(void *number)
{
	static int result[8];
	int i = *(int *)number;

	result[i - 1] = wait_as(i, MPP_FOREVER);
	return &result[i - 1];
}

START_TEST(threads_wait_as_processes_do)
{
	static int number[] = { 1, 2, 3 };
	pthread_t thread[3];
	void *result;

	make_condition();
	for (int i = 0; i < 3; i++) {
		pthread_create(&thread[i], NULL, waits_in_thread, &number[i]);
		lock_until(&shared->waiting, i + 1);
		release();
	}
	notify(3);
	for (int i = 0; i < 3; i++) {
		pthread_join(thread[i], &result);
		ck_assert_int_eq(*(int *)result, 0);
	}
	mpp_condition_free(c);
}
END_TEST

/*
 * Deaths.
 */
START_TEST(a_dead_waiter_is_skipped)
{
	pid_t pid[3];

	make_condition();
	for (int i = 0; i < 3; i++)
		pid[i] = waiter(i + 1);
	kill(pid[0], SIGKILL);
	ck_assert_int_eq(reaped(pid[0]), -SIGKILL);
	notify(1);
	ck_assert_int_eq(reaped(pid[1]), 0);
	notify(1);
	ck_assert_int_eq(reaped(pid[2]), 0);
	mpp_condition_free(c);
}
END_TEST

/* It is killed while it waits for the lock to return with its notification. */
START_TEST(a_notification_does_not_die_with_its_receiver)
{
	struct mpp_lock *lock = make_condition_on_lock();
	pid_t pid[3];

	for (int i = 0; i < 3; i++)
		pid[i] = waiter(i + 1);
	acquire();
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	until_somebody_waits(lock);
	kill(pid[0], SIGKILL);
	ck_assert_int_eq(reaped(pid[0]), -SIGKILL);
	release();
	ck_assert_int_eq(reaped(pid[1]), 0);
	ck_assert_int_eq(shared->woken, 1);
	notify(1);
	ck_assert_int_eq(reaped(pid[2]), 0);
	mpp_condition_free(c);
	mpp_lock_free(lock);
}
END_TEST

/* As above, but another notify finds the dead one first. */
START_TEST(a_notify_passes_on_what_the_dead_had)
{
	struct mpp_lock *lock = make_condition_on_lock();
	pid_t pid[3];

	for (int i = 0; i < 3; i++)
		pid[i] = waiter(i + 1);
	acquire();
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	until_somebody_waits(lock);
	kill(pid[0], SIGKILL);
	ck_assert_int_eq(reaped(pid[0]), -SIGKILL);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	release();
	ck_assert_int_eq(reaped(pid[1]), 0);
	ck_assert_int_eq(reaped(pid[2]), 0);
	mpp_condition_free(c);
	mpp_lock_free(lock);
}
END_TEST

static int notifies_and_dies(void *argument)
{
	(void)argument;
	if (mpp_condition_acquire(c, MPP_FOREVER) ||
	    mpp_condition_notify_all(c))
		return 1;
	raise(SIGKILL);
	return 2;
}

START_TEST(a_wait_is_told_when_the_locks_holder_died)
{
	pid_t pid[2];
	int result[2];

	make_condition();
	for (int i = 0; i < 2; i++)
		pid[i] = waiter(i + 1);
	ck_assert_int_eq(reaped(forked(notifies_and_dies, NULL)), -SIGKILL);
	for (int i = 0; i < 2; i++)
		result[i] = reaped(pid[i]);
	/* The first to have the lock is told and makes it consistent. */
	ck_assert_int_eq(result[0] + result[1], -MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), 0);
	release();
	mpp_condition_free(c);
}
END_TEST

START_TEST(an_heir_says_consistent_before_it_waits)
{
	make_condition();
	ck_assert_int_eq(reaped(forked(notifies_and_dies, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_condition_wait(c, MS), MPP_ESTATE);
	ck_assert_int_eq(mpp_condition_consistent(c), 0);
	ck_assert_int_eq(mpp_condition_wait(c, MS), MPP_ETIMEDOUT);
	release();
	mpp_condition_free(c);
}
END_TEST

static int acquires_and_dies(void *argument)
{
	(void)argument;
	if (mpp_condition_acquire(c, MPP_FOREVER))
		return 1;
	raise(SIGKILL);
	return 2;
}

START_TEST(who_waits_when_the_lock_is_lost_for_good_is_told)
{
	pid_t pid[2];

	make_condition();
	for (int i = 0; i < 2; i++)
		pid[i] = waiter(i + 1);
	ck_assert_int_eq(reaped(forked(acquires_and_dies, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	/* without consistent */
	ck_assert_int_eq(mpp_condition_release(c), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(reaped(pid[i]), -MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_condition_acquire(c, 0), MPP_ENOTRECOVERABLE);
	mpp_condition_free(c);
}
END_TEST

/*
 * Many at once.
 */
enum { ITEMS = 2000, ROOM = 3 };

static bool has_room(void *context)
{
	(void)context;
	return shared->items < ROOM;
}

static bool has_item(void *context)
{
	(void)context;
	return shared->items > 0;
}

static int produces(void *argument)
{
	(void)argument;
	for (int i = 0; i < ITEMS; i++) {
		if (mpp_condition_acquire(c, MPP_FOREVER) ||
		    mpp_condition_wait_for(c, has_room, NULL, MPP_FOREVER))
			return 1;
		shared->items++;
		if (mpp_condition_notify_all(c) || mpp_condition_release(c))
			return 2;
	}
	return 0;
}

static int consumes(void *argument)
{
	(void)argument;
	for (int i = 0; i < ITEMS; i++) {
		if (mpp_condition_acquire(c, MPP_FOREVER) ||
		    mpp_condition_wait_for(c, has_item, NULL, MPP_FOREVER))
			return 1;
		shared->items--;
		shared->sum++;
		if (mpp_condition_notify_all(c) || mpp_condition_release(c))
			return 2;
	}
	return 0;
}

START_TEST(a_buffer_of_two_and_two_loses_nothing)
{
	pid_t pid[4];

	make_condition();
	for (int i = 0; i < 4; i++)
		pid[i] = forked(i % 2 ? produces : consumes, NULL);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(shared->items, 0);
	ck_assert_int_eq(shared->sum, 2 * ITEMS);
	mpp_condition_free(c);
}
END_TEST

static int repair(int err)
{
	return err == MPP_EOWNERDEAD ? mpp_condition_consistent(c) : err;
}

/* Each notifies one and waits for another to do so, for ever. */
static int notifies_and_waits(void *argument)
{
	(void)argument;
	if (repair(mpp_condition_acquire(c, MPP_FOREVER)))
		return 1;
	for (;;) {
		int err;

		__atomic_fetch_add(&shared->woken, 1, __ATOMIC_SEQ_CST);
		if (mpp_condition_notify(c, 1))
			return 2;
		/* All may wait, since deaths take the place of notifies. */
		err = mpp_condition_wait(c, 2 * MS);
		if (err != MPP_ETIMEDOUT && repair(err))
			return 3;
	}
}

START_TEST(killed_at_any_moment_they_never_stop_the_others)
{
	enum { WORKERS = 3, KILLS = 100 };
	pid_t pid[WORKERS];
	uint32_t seed = 1;
	int until;

	make_condition();
	for (int i = 0; i < WORKERS; i++)
		pid[i] = forked(notifies_and_waits, NULL);
	for (int i = 0; i < KILLS; i++) {
		seed = seed * 1664525 + 1013904223;
		until = __atomic_load_n(&shared->woken, __ATOMIC_SEQ_CST) + 1 +
			(int)((seed >> 16) % 50);
		while (__atomic_load_n(&shared->woken, __ATOMIC_SEQ_CST) < until)
			sched_yield();
		kill(pid[i % WORKERS], SIGKILL);
		ck_assert_int_eq(reaped(pid[i % WORKERS]), -SIGKILL);
		pid[i % WORKERS] = forked(notifies_and_waits, NULL);
	}
	for (int i = 0; i < WORKERS; i++) {
		kill(pid[i], SIGKILL);
		ck_assert_int_eq(reaped(pid[i]), -SIGKILL);
	}
	until = mpp_condition_acquire(c, 0);
	ck_assert(until == 0 || until == MPP_EOWNERDEAD);
	if (until)
		ck_assert_int_eq(mpp_condition_consistent(c), 0);
	/* All are dead, so there is room for 64 and nobody to notify. */
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	ck_assert_int_eq(mpp_condition_wait(c, 0), MPP_EAGAIN);
	mpp_condition_free(c);
}
END_TEST

/*
 * Announcements.
 */
static struct mpp_op announced[20];
static int (*at_await)(const struct mpp_op *op);

static int note(const struct mpp_op *op)
{
	hooked_before(op);
	ck_assert_int_le(hooked.before, 20);
	announced[hooked.before - 1] = *op;
	return op->kind == MPP_OP_AWAIT ? at_await(op) : 0;
}

static int runs_out(const struct mpp_op *op)
{
	ck_assert(!op->ready(op, 1));
	return op->timeout_ns ? MPP_ETIMEDOUT : MPP_EAGAIN;
}

/* Another task, 2, notifies. */
static int is_notified(const struct mpp_op *op)
{
	hook_table.before = hooked_before;
	hooked.self = 2;
	acquire();
	ck_assert(!op->ready(op, 1));
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_NOTIFY);
	ck_assert_uint_eq(hooked.value, 1);
	ck_assert(op->ready(op, 1));
	release();
	hooked.self = 1;
	hooked.before = 6;
	hook_table.before = note;
	return 0;
}

START_TEST(a_wait_is_announced)
{
	static const uint8_t kinds[] = {
		MPP_OP_ACQUIRE, MPP_OP_ACQUIRE, MPP_OP_ENQUEUE, MPP_OP_RELEASE,
		MPP_OP_RELEASE, MPP_OP_AWAIT,	MPP_OP_ACQUIRE, MPP_OP_ACQUIRE,
		MPP_OP_WRITE
	};

	hooks_install_door();
	ck_assert_int_eq(mpp_condition_new(&c), 0);
	hook_table.before = note;
	acquire();
	acquire();
	at_await = is_notified;
	ck_assert_int_eq(mpp_condition_wait(c, MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.before, 9);
	for (int i = 0; i < 9; i++) {
		bool lock = kinds[i] == MPP_OP_ACQUIRE ||
			    kinds[i] == MPP_OP_RELEASE;

		ck_assert_int_eq(announced[i].kind, kinds[i]);
		ck_assert_ptr_nonnull(announced[i].pc);
		ck_assert_ptr_eq(announced[i].object,
				 announced[lock ? 0 : 2].object);
	}
	ck_assert_ptr_ne(announced[0].object, announced[2].object);
	hooked.before = 0;
	at_await = runs_out;
	ck_assert_int_eq(mpp_condition_wait(c, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.before, 7);
	ck_assert_int_eq(mpp_condition_wait(c, 0), MPP_EAGAIN);
	hooks_remove();
}
END_TEST

START_TEST(use_without_the_lock_is_a_misuse)
{
	hooks_install_door();
	ck_assert_int_eq(mpp_condition_new(&c), 0);
	ck_assert_int_eq(mpp_condition_wait(c, MPP_FOREVER), MPP_EPERM);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 1);
	ck_assert_ptr_nonnull(strstr(hooked.text, "wait for a condition"));
	ck_assert_int_eq(mpp_condition_notify_all(c), MPP_EPERM);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 2);
	ck_assert_ptr_nonnull(strstr(hooked.text, "notify of a condition"));
	ck_assert_int_eq(mpp_condition_wait_for(c, must_not_be_asked, NULL, 0),
			 MPP_EPERM);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 3);
	hooks_remove();
}
END_TEST

UNIT_MAIN(
	UNIT(waiting_and_notifying_need_the_lock)
	UNIT(a_lock_that_another_process_holds_is_not_enough)
	UNIT(what_cannot_be_made_is_refused)
	UNIT(notify_wakes_those_who_have_waited_longest)
	UNIT(notify_of_nobody_wakes_nobody)
	UNIT(a_notify_that_nobody_waits_for_is_lost)
	UNIT(a_wait_gives_all_levels_back_and_takes_them_again)
	UNIT(a_users_lock_does_as_well)
	UNIT(two_conditions_may_share_an_rlock)
	UNIT(notified_before_the_lock_is_back_is_notified)
	UNIT(wait_for_asks_again_after_each_notify)
	UNIT(sixty_four_may_wait)
	UNIT(threads_wait_as_processes_do)
	UNIT(a_dead_waiter_is_skipped)
	UNIT(a_notification_does_not_die_with_its_receiver)
	UNIT(a_notify_passes_on_what_the_dead_had)
	UNIT(a_wait_is_told_when_the_locks_holder_died)
	UNIT(an_heir_says_consistent_before_it_waits)
	UNIT(who_waits_when_the_lock_is_lost_for_good_is_told)
	UNIT(a_buffer_of_two_and_two_loses_nothing)
	UNIT(killed_at_any_moment_they_never_stop_the_others)
	UNIT(a_wait_is_announced)
	UNIT(use_without_the_lock_is_a_misuse))
