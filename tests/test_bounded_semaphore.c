/* SPDX-License-Identifier: MIT */
/*
 * test_bounded_semaphore.c - BoundedSemaphore, native: whose permit it is,
 * limits, waiting, deaths, announcements.
 */
#include <pthread.h>
#include <sys/mman.h>

#include <mpp/bounded_semaphore.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_bounded_semaphore *semaphore;

static void make(int64_t permits)
{
	ck_assert_int_eq(mpp_bounded_semaphore_new(&semaphore, permits), 0);
}

static int take(int64_t timeout_ns)
{
	return mpp_bounded_semaphore_acquire(semaphore, timeout_ns);
}

static int give(void)
{
	return mpp_bounded_semaphore_release(semaphore);
}

static int value(void)
{
	return mpp_bounded_semaphore_get_value(semaphore);
}

static int takes(void *p)
{
	(void)p;
	return -take(MPP_FOREVER);
}

static int gives(void *p)
{
	(void)p;
	return -give();
}

static int takes_and_stops(void *p)
{
	(void)p;
	take(MPP_FOREVER);
	return pause();
}

START_TEST(a_number_out_of_range_is_refused)
{
	semaphore = NULL;
	ck_assert_int_eq(mpp_bounded_semaphore_new(&semaphore, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_bounded_semaphore_new(&semaphore, -1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_bounded_semaphore_new(&semaphore,
						   MPP_MAX_PERMITS + 1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_bounded_semaphore_new(NULL, 1), MPP_EINVAL);
	ck_assert_ptr_null(semaphore);
	mpp_bounded_semaphore_free(NULL);
}
END_TEST

START_TEST(permits_are_taken_and_given_back)
{
	make(2);
	ck_assert_int_eq(value(), 2);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(take(MPP_FOREVER), 0);
	ck_assert_int_eq(value(), 0);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(value(), 2);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(nothing_to_take_is_told)
{
	make(1);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(take(0), MPP_EAGAIN);
	ck_assert_int_eq(take(-MS), MPP_EAGAIN);
	ck_assert_int_eq(take(MS), MPP_ETIMEDOUT);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(one_release_too_many_is_refused)
{
	make(3);
	ck_assert_int_eq(give(), MPP_EPERM);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(give(), MPP_EPERM);
	ck_assert_int_eq(value(), 3);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

static void *thread_gives(void *p)
{
	(void)p;
	return (void *)(intptr_t)give();
}

START_TEST(nobody_else_can_release)
{
	pthread_t thread;
	void *err;

	make(2);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(reaped(forked(gives, NULL)), -MPP_EPERM);
	pthread_create(&thread, NULL, thread_gives, NULL);
	pthread_join(thread, &err);
	ck_assert_int_eq((intptr_t)err, MPP_EPERM);
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(give(), 0);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(all_of_the_most_permits_can_be_held)
{
	make(MPP_MAX_PERMITS);
	for (int i = 0; i < MPP_MAX_PERMITS; i++)
		ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(value(), 0);
	ck_assert_int_eq(take(0), MPP_EAGAIN);
	for (int i = 0; i < MPP_MAX_PERMITS; i++)
		ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(value(), MPP_MAX_PERMITS);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(a_release_lets_a_waiter_through)
{
	pid_t pid;

	make(1);
	ck_assert_int_eq(take(0), 0);
	pid = forked(takes, NULL);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

enum { ROUNDS = 3000 };

/* Counts those inside; more than two are an error. */
static int goes_in_and_out(void *inside)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (take(MPP_FOREVER))
			return 1;
		if (__atomic_add_fetch((int *)inside, 1, __ATOMIC_SEQ_CST) > 2)
			return 2;
		__atomic_sub_fetch((int *)inside, 1, __ATOMIC_SEQ_CST);
		if (give())
			return 3;
	}
	return 0;
}

START_TEST(never_more_are_inside_than_permits)
{
	int *inside = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[5];

	make(2);
	for (int i = 0; i < 5; i++)
		pid[i] = forked(goes_in_and_out, inside);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(value(), 2);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(the_permit_of_one_that_exits_comes_back_and_says_so_once)
{
	make(1);
	ck_assert_int_eq(reaped(forked(takes, NULL)), 0);
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(take(0), MPP_EOWNERDEAD);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(give(), 0);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

static void *thread_takes(void *p)
{
	(void)p;
	return (void *)(intptr_t)take(MPP_FOREVER);
}

START_TEST(the_permit_of_a_thread_that_ends_comes_back)
{
	pthread_t thread;
	void *err;

	make(1);
	pthread_create(&thread, NULL, thread_takes, NULL);
	pthread_join(thread, &err);
	ck_assert_int_eq((intptr_t)err, 0);
	ck_assert_int_eq(take(0), MPP_EOWNERDEAD);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

/* Nobody rings for the dead: the waiter looks by itself. */
START_TEST(a_waiter_gets_the_permit_of_the_killed)
{
	pid_t holder, waiter;

	make(1);
	holder = forked(takes_and_stops, NULL);
	while (value() != 0)
		sched_yield();
	waiter = forked(takes, NULL);
	ck_assert_int_eq(take(MS), MPP_ETIMEDOUT);
	kill(holder, SIGKILL);
	ck_assert_int_eq(reaped(holder), -SIGKILL);
	ck_assert_int_eq(reaped(waiter), -MPP_EOWNERDEAD);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(all_permits_of_the_killed_come_back)
{
	pid_t pid;

	make(7);
	ck_assert_int_eq(take(0), 0);
	pid = fork();
	if (pid == 0) {
		while (take(0) == 0)
			;
		raise(SIGKILL);
	}
	ck_assert_int_eq(reaped(pid), -SIGKILL);
	ck_assert_int_eq(value(), 6);
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(take(0), MPP_EOWNERDEAD);
	ck_assert_int_eq(take(0), MPP_EAGAIN);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

START_TEST(a_forked_child_of_the_holder_holds_nothing)
{
	make(1);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(reaped(forked(gives, NULL)), -MPP_EPERM);
	ck_assert_int_eq(value(), 0);
	ck_assert_int_eq(give(), 0);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

/* What was held must not stay on the robust list of this thread. */
START_TEST(freeing_ends_what_the_caller_held)
{
	make(3);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(take(0), 0);
	mpp_bounded_semaphore_free(semaphore);
	make(3);
	ck_assert_int_eq(value(), 3);
	ck_assert_int_eq(take(0), 0);
	ck_assert_int_eq(give(), 0);
	mpp_bounded_semaphore_free(semaphore);
}
END_TEST

static int holds, unholds;
static uint32_t *death;

static void note_hold(void *core, uint32_t *word)
{
	(void)core;
	holds++;
	death = word;
}

static void note_unhold(void *core)
{
	(void)core;
	unholds++;
}

START_TEST(calls_are_announced_and_tell_what_is_held)
{
	hooks_install_scheduler();
	hook_table.hold = note_hold;
	hook_table.unhold = note_unhold;
	make(1);
	ck_assert_int_eq(take(MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_TAKE);
	ck_assert_ptr_eq(hooked.last.object, semaphore);
	ck_assert(!hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(holds, 1);
	ck_assert_int_eq(give(), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_GIVE);
	ck_assert_int_eq(unholds, 1);
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_uint_eq(hooked.value, 1);
	ck_assert_int_eq(hooked.before, 3);
	ck_assert_int_eq(hooked.after, 3);
	ck_assert_int_eq(give(), MPP_EPERM);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 1);
	mpp_bounded_semaphore_free(semaphore);
	hooks_remove();
}
END_TEST

/* In the kernel's place. */
START_TEST(a_scheduler_can_mark_a_holder_dead)
{
	hooks_install_scheduler();
	hook_table.hold = note_hold;
	make(1);
	ck_assert_int_eq(take(MPP_FOREVER), 0);
	*death = 0x40000000; /* FUTEX_OWNER_DIED */
	hooked.self = 2;
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(take(MPP_FOREVER), MPP_EOWNERDEAD);
	ck_assert_int_eq(value(), 0);
	mpp_bounded_semaphore_free(semaphore);
	hooks_remove();
}
END_TEST

START_TEST(works_through_the_door)
{
	hooks_install_door();
	make(2);
	ck_assert_int_eq(take(MPP_FOREVER), 0);
	ck_assert_int_eq(value(), 1);
	ck_assert_int_eq(give(), 0);
	mpp_bounded_semaphore_free(semaphore);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(a_number_out_of_range_is_refused)
	  UNIT(permits_are_taken_and_given_back)
	  UNIT(nothing_to_take_is_told)
	  UNIT(one_release_too_many_is_refused)
	  UNIT(nobody_else_can_release)
	  UNIT(all_of_the_most_permits_can_be_held)
	  UNIT(a_release_lets_a_waiter_through)
	  UNIT(never_more_are_inside_than_permits)
	  UNIT(the_permit_of_one_that_exits_comes_back_and_says_so_once)
	  UNIT(the_permit_of_a_thread_that_ends_comes_back)
	  UNIT(a_waiter_gets_the_permit_of_the_killed)
	  UNIT(all_permits_of_the_killed_come_back)
	  UNIT(a_forked_child_of_the_holder_holds_nothing)
	  UNIT(freeing_ends_what_the_caller_held)
	  UNIT(calls_are_announced_and_tell_what_is_held)
	  UNIT(a_scheduler_can_mark_a_holder_dead)
	  UNIT(works_through_the_door))
