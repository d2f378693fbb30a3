/* SPDX-License-Identifier: MIT */
/*
 * test_rwlock.c - the reader-writer lock, native: who excludes whom, limits,
 * waiting, deaths, announcements.
 */
#include <pthread.h>
#include <sys/mman.h>

#include <mpp/rwlock.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_rwlock *lock;

static void make(int64_t readers)
{
	ck_assert_int_eq(mpp_rwlock_new(&lock, readers), 0);
}

static int rd(int64_t timeout_ns)
{
	return mpp_rwlock_acquire_read(lock, timeout_ns);
}

static int wr(int64_t timeout_ns)
{
	return mpp_rwlock_acquire_write(lock, timeout_ns);
}

static int release(void)
{
	return mpp_rwlock_release(lock);
}

/* In a child: the result, negated; its end ends what it holds. */
static int tries_to_read(void *p)
{
	(void)p;
	return -rd(0);
}

static int tries_to_write(void *p)
{
	(void)p;
	return -wr(0);
}

static int reads(void *p)
{
	(void)p;
	return -rd(MPP_FOREVER);
}

static int writes(void *p)
{
	(void)p;
	return -wr(MPP_FOREVER);
}

static int writes_and_releases(void *p)
{
	(void)p;
	return wr(MPP_FOREVER) ? 1 : -release();
}

static int releases(void *p)
{
	(void)p;
	return -release();
}

/* Says so in *told and stops. */
static int reads_and_stops(void *told)
{
	rd(MPP_FOREVER);
	__atomic_store_n((int *)told, 1, __ATOMIC_SEQ_CST);
	return pause();
}

static int writes_and_stops(void *told)
{
	wr(MPP_FOREVER);
	__atomic_store_n((int *)told, 1, __ATOMIC_SEQ_CST);
	return pause();
}

/* A child that holds the lock by now. */
static pid_t holder(int (*fn)(void *))
{
	int *told = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = forked(fn, told);

	while (!__atomic_load_n(told, __ATOMIC_SEQ_CST))
		sched_yield();
	munmap(told, 4096);
	return pid;
}

static void kill_it(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(reaped(pid), -SIGKILL);
}

START_TEST(a_number_out_of_range_is_refused)
{
	lock = NULL;
	ck_assert_int_eq(mpp_rwlock_new(&lock, -1), MPP_EINVAL);
	ck_assert_int_eq(mpp_rwlock_new(&lock, MPP_MAX_READERS + 1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_rwlock_new(NULL, 0), MPP_EINVAL);
	ck_assert_ptr_null(lock);
	mpp_rwlock_free(NULL);
}
END_TEST

START_TEST(readers_share)
{
	pid_t other;

	make(0);
	other = holder(reads_and_stops);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), 0);
	kill_it(other);
	ck_assert_int_eq(release(), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(a_reader_excludes_writers)
{
	make(0);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(reaped(forked(tries_to_write, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(forked(writes_and_releases, NULL)), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(a_writer_excludes_everybody)
{
	make(0);
	ck_assert_int_eq(wr(0), 0);
	ck_assert_int_eq(reaped(forked(tries_to_write, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(limits_that_pass_are_told_and_leave_nothing)
{
	pid_t other;

	make(0);
	other = holder(reads_and_stops);
	ck_assert_int_eq(wr(0), MPP_EAGAIN);
	ck_assert_int_eq(wr(-MS), MPP_EAGAIN);
	ck_assert_int_eq(wr(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(rd(0), 0); /* no writer is left waiting */
	ck_assert_int_eq(release(), 0);
	kill_it(other);
	other = holder(writes_and_stops);
	ck_assert_int_eq(wr(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(rd(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(rd(0), MPP_EAGAIN);
	ck_assert_int_eq(release(), MPP_EPERM);
	kill_it(other);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(only_a_holder_releases)
{
	make(0);
	ck_assert_int_eq(release(), MPP_EPERM);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(reaped(forked(releases, NULL)), -MPP_EPERM);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(wr(0), 0);
	ck_assert_int_eq(reaped(forked(releases, NULL)), -MPP_EPERM);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(release(), MPP_EPERM);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(a_reader_reads_again_and_releases_as_often)
{
	make(0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(rd(0), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(forked(tries_to_write, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(release(), MPP_EPERM);
	ck_assert_int_eq(wr(0), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(who_would_wait_for_itself_is_refused)
{
	make(2);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(wr(MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(wr(0), MPP_EDEADLK);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(rd(MPP_FOREVER), MPP_EDEADLK); /* both are mine */
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(wr(0), 0);
	ck_assert_int_eq(wr(MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(rd(MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(release(), 0);
	mpp_rwlock_free(lock);
}
END_TEST

/* Every lock's first word is the writer's: it has come when that is taken. */
START_TEST(a_waiting_writer_keeps_new_readers_out_but_not_those_inside)
{
	pid_t writer;

	make(0);
	ck_assert_int_eq(rd(0), 0);
	writer = forked(writes_and_releases, NULL);
	until_somebody_holds(lock);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(rd(MPP_FOREVER), 0);
	ck_assert_int_eq(wr(MPP_FOREVER), MPP_EDEADLK); /* it waits for us */
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(writer), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(one_reader_too_many_waits_for_another_to_leave)
{
	pid_t pid;

	make(1);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), -MPP_EAGAIN);
	pid = forked(reads, NULL);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_rwlock_free(lock);
}
END_TEST

enum { ROUNDS = 3000 };

struct pair {
	volatile int a, b;
};

static int changes_both(void *p)
{
	struct pair *pair = p;

	for (int i = 0; i < ROUNDS; i++) {
		if (wr(MPP_FOREVER))
			return 1;
		pair->a = pair->a + 1;
		pair->b = pair->b + 1;
		if (release())
			return 2;
	}
	return 0;
}

static int compares_both(void *p)
{
	const struct pair *pair = p;

	for (int i = 0; i < ROUNDS; i++) {
		if (rd(MPP_FOREVER))
			return 1;
		if (pair->a != pair->b)
			return 3;
		if (release())
			return 2;
	}
	return 0;
}

START_TEST(readers_never_see_half_of_a_change)
{
	struct pair *pair = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[5];

	make(2); /* so that readers wait for room, too */
	for (int i = 0; i < 5; i++)
		pid[i] = forked(i < 2 ? changes_both : compares_both, pair);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(pair->a, 2 * ROUNDS);
	mpp_rwlock_free(lock);
}
END_TEST

static void *thread_reads(void *p)
{
	(void)p;
	return (void *)(intptr_t)rd(MPP_FOREVER);
}

START_TEST(the_share_of_a_thread_that_ends_comes_back)
{
	pthread_t thread;
	void *err;

	make(0);
	pthread_create(&thread, NULL, thread_reads, NULL);
	pthread_join(thread, &err);
	ck_assert_int_eq((intptr_t)err, 0);
	ck_assert_int_eq(wr(0), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(a_writer_waits_no_longer_for_a_killed_reader)
{
	pid_t reader, writer;

	make(0);
	reader = holder(reads_and_stops);
	writer = forked(writes_and_releases, NULL);
	until_somebody_holds(lock);
	kill_it(reader);
	ck_assert_int_eq(reaped(writer), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(the_next_writer_is_told_of_a_dead_one)
{
	make(0);
	ck_assert_int_eq(reaped(forked(writes, NULL)), 0);
	ck_assert_int_eq(mpp_rwlock_consistent(lock), MPP_EINVAL);
	ck_assert_int_eq(wr(0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rwlock_consistent(lock), 0);
	ck_assert_int_eq(mpp_rwlock_consistent(lock), MPP_EINVAL);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(rd(0), 0);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(wr(0), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(the_next_reader_is_told_and_is_alone)
{
	make(0);
	ck_assert_int_eq(reaped(forked(writes, NULL)), 0);
	ck_assert_int_eq(rd(0), MPP_EOWNERDEAD);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(mpp_rwlock_consistent(lock), 0);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), -MPP_EAGAIN);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), 0);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(who_does_not_repair_passes_it_on_by_dying)
{
	make(0);
	ck_assert_int_eq(reaped(forked(writes, NULL)), 0);
	ck_assert_int_eq(reaped(forked(reads, NULL)), -MPP_EOWNERDEAD);
	ck_assert_int_eq(reaped(forked(writes, NULL)), -MPP_EOWNERDEAD);
	ck_assert_int_eq(rd(0), MPP_EOWNERDEAD);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(released_without_repair_it_is_lost_for_good)
{
	pid_t waiter;

	make(0);
	ck_assert_int_eq(reaped(forked(writes, NULL)), 0);
	ck_assert_int_eq(wr(0), MPP_EOWNERDEAD);
	waiter = forked(reads, NULL);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(reaped(waiter), -MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(rd(MPP_FOREVER), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(wr(MPP_FOREVER), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(wr(0), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(release(), MPP_EPERM);
	mpp_rwlock_free(lock);
}
END_TEST

START_TEST(readers_and_writers_that_wait_survive_a_killed_writer)
{
	pid_t writer, reader, next;
	int told = 0;

	make(0);
	writer = holder(writes_and_stops);
	reader = forked(reads, NULL);
	next = forked(writes, NULL);
	kill_it(writer);
	/* Whoever comes first is told, does not repair and exits. */
	told += reaped(reader) == -MPP_EOWNERDEAD;
	told += reaped(next) == -MPP_EOWNERDEAD;
	ck_assert_int_eq(told, 2);
	mpp_rwlock_free(lock);
}
END_TEST

/* It had the writer's lock but was not inside: nothing was written. */
START_TEST(a_writer_that_dies_waiting_is_not_told_of)
{
	pid_t writer;

	make(0);
	ck_assert_int_eq(rd(0), 0);
	writer = forked(writes, NULL);
	until_somebody_holds(lock);
	kill_it(writer);
	ck_assert_int_eq(reaped(forked(tries_to_read, NULL)), 0);
	ck_assert_int_eq(release(), 0);
	writer = forked(writes_and_releases, NULL);
	ck_assert_int_eq(reaped(writer), 0);
	ck_assert_int_eq(wr(0), 0);
	mpp_rwlock_free(lock);
}
END_TEST

/* A scheduler that lets go what is ready, and notes what is held. */
static int holds;
static uint32_t *death;

static int if_ready(const struct mpp_op *op)
{
	hooked_before(op);
	if (op->ready && !op->ready(op, hooked.self))
		return op->timeout_ns ? MPP_ETIMEDOUT : MPP_EAGAIN;
	return 0;
}

static void note_hold(void *core, uint32_t *word)
{
	(void)core;
	holds++;
	death = word;
}

static void note_unhold(void *core)
{
	(void)core;
	holds--;
}

static void schedule(void)
{
	hooks_install_scheduler();
	hook_table.before = if_ready;
	hook_table.hold = note_hold;
	hook_table.unhold = note_unhold;
	holds = 0;
}

START_TEST(calls_are_announced_and_tell_what_is_held)
{
	schedule();
	make(0);
	ck_assert_int_eq(rd(MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_TAKE);
	ck_assert_ptr_eq(hooked.last.object, lock);
	ck_assert_int_eq(holds, 1);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_GIVE);
	ck_assert_int_eq(holds, 0);
	ck_assert_int_eq(wr(MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_TAKE);
	ck_assert_int_eq(holds, 1);
	ck_assert_int_eq(hooked.before, 3);
	hooked.self = 2;
	ck_assert_int_eq(rd(0), MPP_EAGAIN);
	ck_assert_int_eq(wr(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(release(), MPP_EPERM);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 1);
	hooked.self = 1;
	ck_assert_int_eq(wr(MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 2);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(holds, 0);
	mpp_rwlock_free(lock);
	hooks_remove();
}
END_TEST

START_TEST(a_wait_for_readers_is_an_operation_and_giving_up_another)
{
	schedule();
	make(0);
	ck_assert_int_eq(rd(0), 0);
	hooked.self = 2;
	ck_assert_int_eq(wr(0), MPP_EAGAIN);
	ck_assert_int_eq(hooked.before, 2);
	ck_assert_int_eq(wr(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.before, 5);
	ck_assert_int_eq(hooked.kinds[MPP_OP_AWAIT], 1);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_GIVE);
	ck_assert_int_eq(holds, 1); /* the reader's */
	hooked.self = 3;
	ck_assert_int_eq(rd(0), 0);
	mpp_rwlock_free(lock);
	hooks_remove();
}
END_TEST

/* In the kernel's place. */
START_TEST(a_scheduler_can_mark_a_holder_dead)
{
	schedule();
	make(0);
	ck_assert_int_eq(rd(0), 0);
	*death = 0x40000000; /* FUTEX_OWNER_DIED */
	hooked.self = 2;
	ck_assert_int_eq(wr(0), 0);
	*death = 0x40000000;
	hooked.self = 3;
	ck_assert_int_eq(rd(0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rwlock_consistent(lock), 0);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(rd(0), 0);
	mpp_rwlock_free(lock);
	hooks_remove();
}
END_TEST

START_TEST(works_through_the_door)
{
	hooks_install_door();
	make(0);
	ck_assert_int_eq(rd(MPP_FOREVER), 0);
	ck_assert_int_eq(release(), 0);
	ck_assert_int_eq(wr(MPP_FOREVER), 0);
	ck_assert_int_eq(release(), 0);
	mpp_rwlock_free(lock);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(a_number_out_of_range_is_refused)
	  UNIT(readers_share)
	  UNIT(a_reader_excludes_writers)
	  UNIT(a_writer_excludes_everybody)
	  UNIT(limits_that_pass_are_told_and_leave_nothing)
	  UNIT(only_a_holder_releases)
	  UNIT(a_reader_reads_again_and_releases_as_often)
	  UNIT(who_would_wait_for_itself_is_refused)
	  UNIT(a_waiting_writer_keeps_new_readers_out_but_not_those_inside)
	  UNIT(one_reader_too_many_waits_for_another_to_leave)
	  UNIT(readers_never_see_half_of_a_change)
	  UNIT(the_share_of_a_thread_that_ends_comes_back)
	  UNIT(a_writer_waits_no_longer_for_a_killed_reader)
	  UNIT(the_next_writer_is_told_of_a_dead_one)
	  UNIT(the_next_reader_is_told_and_is_alone)
	  UNIT(who_does_not_repair_passes_it_on_by_dying)
	  UNIT(released_without_repair_it_is_lost_for_good)
	  UNIT(readers_and_writers_that_wait_survive_a_killed_writer)
	  UNIT(a_writer_that_dies_waiting_is_not_told_of)
	  UNIT(calls_are_announced_and_tell_what_is_held)
	  UNIT(a_wait_for_readers_is_an_operation_and_giving_up_another)
	  UNIT(a_scheduler_can_mark_a_holder_dead)
	  UNIT(works_through_the_door))
