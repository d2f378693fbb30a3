/* SPDX-License-Identifier: MIT */
/*
 * test_semaphore.c - Semaphore, native: counting, limits, waiting, deaths,
 * announcements.
 */
#include <pthread.h>
#include <sys/mman.h>

#include <mpp/semaphore.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_semaphore *semaphore;

static void make(int64_t value)
{
	ck_assert_int_eq(mpp_semaphore_new(&semaphore, value), 0);
}

static int acquire(void *limit_ns)
{
	return -mpp_semaphore_acquire(semaphore,
				      limit_ns ? *(int64_t *)limit_ns
					       : MPP_FOREVER);
}

static int release(void *p)
{
	(void)p;
	return -mpp_semaphore_release(semaphore, 1);
}

START_TEST(a_value_out_of_range_is_refused)
{
	semaphore = NULL;
	ck_assert_int_eq(mpp_semaphore_new(&semaphore, -1), MPP_EINVAL);
	ck_assert_int_eq(mpp_semaphore_new(&semaphore, (int64_t)INT32_MAX + 1),
			 MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_semaphore_new(NULL, 1), MPP_EINVAL);
	ck_assert_ptr_null(semaphore);
	mpp_semaphore_free(NULL);
}
END_TEST

START_TEST(acquire_takes_one_and_release_adds)
{
	make(2);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, 0), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 1);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 0);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 1);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(the_value_may_grow_past_its_beginning)
{
	make(2);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 40), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 43);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(a_release_out_of_range_changes_nothing)
{
	make(INT32_MAX - 1);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, -1), MPP_EINVAL);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 2), MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, INT64_MAX),
			 MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), INT32_MAX - 1);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), INT32_MAX);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, 0), 0);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(nothing_to_take_is_told)
{
	make(0);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, -MS), MPP_EAGAIN);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 0);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(anybody_may_release)
{
	make(0);
	ck_assert_int_eq(reaped(forked(release, NULL)), 0);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MPP_FOREVER), 0);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(a_release_of_four_lets_four_through)
{
	pid_t pid[5];

	make(0);
	for (int i = 0; i < 5; i++)
		pid[i] = forked(acquire, NULL);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 4), 0);
	for (int through = 0; through < 4; through++)
		ck_assert_int_gt(waitpid(-1, NULL, 0), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), 0);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	ck_assert_int_gt(waitpid(-1, NULL, 0), 0);
	(void)pid;
	mpp_semaphore_free(semaphore);
}
END_TEST

enum { ROUNDS = 5000 };

static int adds_under_it(void *count)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (mpp_semaphore_acquire(semaphore, MPP_FOREVER))
			return 1;
		*(volatile int *)count = *(volatile int *)count + 1;
		mpp_semaphore_release(semaphore, 1);
	}
	return 0;
}

START_TEST(with_one_permit_it_excludes)
{
	int *count = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[4];

	make(1);
	for (int i = 0; i < 4; i++)
		pid[i] = forked(adds_under_it, count);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(*count, 4 * ROUNDS);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 1);
	mpp_semaphore_free(semaphore);
}
END_TEST

static void *thread_acquires(void *p)
{
	return mpp_semaphore_acquire(semaphore, MPP_FOREVER) ? p : NULL;
}

START_TEST(threads_wait_too)
{
	pthread_t thread;
	void *failed;

	make(0);
	pthread_create(&thread, NULL, thread_acquires, &semaphore);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	pthread_join(thread, &failed);
	ck_assert_ptr_null(failed);
	mpp_semaphore_free(semaphore);
}
END_TEST

/* As in Python; bounded semaphores give it back. */
START_TEST(the_permit_of_the_dead_is_lost)
{
	make(1);
	ck_assert_int_eq(reaped(forked(acquire, NULL)), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 0);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, 60 * MS),
			 MPP_ETIMEDOUT);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(calls_are_announced_as_one_each)
{
	hooks_install_scheduler();
	make(1);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_TAKE);
	ck_assert_ptr_eq(hooked.last.object, semaphore);
	ck_assert_ptr_nonnull(hooked.last.pc);
	ck_assert(!hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 2), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_GIVE);
	ck_assert_uint_eq(hooked.value, 2);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 2);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, INT32_MAX),
			 MPP_EOVERFLOW);
	ck_assert_int_eq(hooked.result, MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MS), 0);
	ck_assert_int_eq(hooked.last.timeout_ns, MS);
	ck_assert(hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(hooked.before, 5);
	ck_assert_int_eq(hooked.after, 5);
	mpp_semaphore_free(semaphore);
	hooks_remove();
}
END_TEST

START_TEST(what_is_refused_changes_nothing)
{
	hooks_install_scheduler();
	make(1);
	hooked.refuse = MPP_ETIMEDOUT;
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.after, 0);
	hooks_remove();
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 1);
	mpp_semaphore_free(semaphore);
}
END_TEST

START_TEST(works_through_the_door)
{
	hooks_install_door();
	make(1);
	ck_assert_int_eq(mpp_semaphore_acquire(semaphore, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_semaphore_release(semaphore, 1), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(semaphore), 1);
	mpp_semaphore_free(semaphore);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(a_value_out_of_range_is_refused)
	  UNIT(acquire_takes_one_and_release_adds)
	  UNIT(the_value_may_grow_past_its_beginning)
	  UNIT(a_release_out_of_range_changes_nothing)
	  UNIT(nothing_to_take_is_told)
	  UNIT(anybody_may_release)
	  UNIT(a_release_of_four_lets_four_through)
	  UNIT(with_one_permit_it_excludes)
	  UNIT(threads_wait_too)
	  UNIT(the_permit_of_the_dead_is_lost)
	  UNIT(calls_are_announced_as_one_each)
	  UNIT(what_is_refused_changes_nothing)
	  UNIT(works_through_the_door))
