/* SPDX-License-Identifier: MIT */
/*
 * test_rlock.c - RLock: levels, ownership, death of the holder.
 */
#include <signal.h>

#include <mpp/rlock.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

static struct mpp_rlock *lock;

static struct mpp_rlock *new_rlock(void)
{
	struct mpp_rlock *l = NULL;

	ck_assert_int_eq(mpp_rlock_new(&l), 0);
	return l;
}

static int try_acquire(void *p)
{
	(void)p;
	return -mpp_rlock_acquire(lock, 0);
}

static int release(void *p)
{
	(void)p;
	return -mpp_rlock_release(lock);
}

static int acquire_twice_and_die(void *p)
{
	(void)p;
	mpp_rlock_acquire(lock, MPP_FOREVER);
	mpp_rlock_acquire(lock, MPP_FOREVER);
	return raise(SIGKILL);
}

START_TEST(the_holder_acquires_again)
{
	lock = new_rlock();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(mpp_rlock_acquire(lock, MPP_FOREVER), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), MPP_EPERM);
	mpp_rlock_free(lock);
}
END_TEST

START_TEST(others_wait_until_the_last_level_is_released)
{
	lock = new_rlock();
	mpp_rlock_acquire(lock, 0);
	mpp_rlock_acquire(lock, 0);
	mpp_rlock_release(lock);
	ck_assert_int_eq(reaped(forked(try_acquire, NULL)), -MPP_EAGAIN);
	mpp_rlock_release(lock);
	ck_assert_int_eq(reaped(forked(try_acquire, NULL)), 0);
}
END_TEST

START_TEST(release_by_another_process_is_refused)
{
	lock = new_rlock();
	mpp_rlock_acquire(lock, 0);
	ck_assert_int_eq(reaped(forked(release, NULL)), -MPP_EPERM);
}
END_TEST

START_TEST(a_dead_holders_levels_do_not_matter)
{
	lock = new_rlock();
	ck_assert_int_eq(reaped(forked(acquire_twice_and_die, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rlock_consistent(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), MPP_EPERM);
}
END_TEST

START_TEST(an_heir_acquires_again_without_being_told_again)
{
	lock = new_rlock();
	ck_assert_int_eq(reaped(forked(acquire_twice_and_die, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), MPP_ENOTRECOVERABLE);
}
END_TEST

START_TEST(levels_beyond_the_limit_are_refused)
{
	lock = new_rlock();
	mpp_rlock_acquire(lock, 0);
	((uint32_t *)lock)[1] = INT32_MAX; /* as after so many acquires */
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), MPP_EOVERFLOW);
	((uint32_t *)lock)[1] = 1;
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
}
END_TEST

START_TEST(every_level_is_announced)
{
	lock = new_rlock();
	hooks_install();
	mpp_rlock_acquire(lock, 0);
	mpp_rlock_acquire(lock, 0);
	ck_assert_uint_eq(hooked.value, 2);
	ck_assert_int_eq(hooked.last.flags, MPP_OWNED | MPP_RECURSIVE);
	mpp_rlock_release(lock);
	mpp_rlock_release(lock);
	hooks_remove();
	ck_assert_int_eq(hooked.kinds[MPP_OP_ACQUIRE], 2);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RELEASE], 2);
}
END_TEST

START_TEST(it_is_ready_for_its_holder_only)
{
	lock = new_rlock();
	hooks_install_scheduler();
	hooked.self = 3;
	mpp_rlock_acquire(lock, MPP_FOREVER);
	ck_assert(hooked.last.ready(&hooked.last, 3));
	ck_assert(!hooked.last.ready(&hooked.last, 4));
	mpp_rlock_release(lock);
	hooks_remove();
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(the_holder_acquires_again)
	  UNIT(others_wait_until_the_last_level_is_released)
	  UNIT(release_by_another_process_is_refused)
	  UNIT(a_dead_holders_levels_do_not_matter)
	  UNIT(an_heir_acquires_again_without_being_told_again)
	  UNIT(levels_beyond_the_limit_are_refused)
	  UNIT(every_level_is_announced)
	  UNIT(it_is_ready_for_its_holder_only))
