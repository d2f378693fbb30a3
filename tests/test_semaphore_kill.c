/* SPDX-License-Identifier: MIT */
/* test_semaphore_kill.c - a user of a semaphore killed at every place. */
#include "cut.h"

#include "semaphore.c"

static struct mpp_semaphore *s;

static int takes(void)
{
	return mpp_semaphore_acquire(s, MPP_FOREVER);
}

static int gives(void)
{
	return mpp_semaphore_release(s, 1);
}

static void make(int64_t value)
{
	ck_assert_int_eq(mpp_semaphore_new(&s, value), 0);
}

static void until_somebody_sleeps(void)
{
	while (!(mpp_load(&s->bell.word) & 1))
		mpp_pause();
}

/* Whole or not at all, and the others go on. */
START_TEST(an_acquire_takes_one_or_nothing)
{
	bool killed = true;
	unsigned n = 1, taken = 0;

	for (; killed; n++) {
		make(2);
		killed = cut(takes, n);
		taken += mpp_semaphore_get_value(s) == 1;
		ck_assert_int_ge(mpp_semaphore_get_value(s), 1);
		ck_assert(killed || mpp_semaphore_get_value(s) == 1);
		ck_assert_int_eq(mpp_semaphore_acquire(s, 0), 0);
		mpp_semaphore_free(s);
	}
	ck_assert_uint_ge(n, 3); /* a load, the exchange */
	ck_assert_uint_ge(taken, 1);
}
END_TEST

START_TEST(a_release_adds_one_or_nothing)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		make(0);
		killed = cut(gives, n);
		ck_assert(killed || mpp_semaphore_get_value(s) == 1);
		if (mpp_semaphore_get_value(s) == 0)
			ck_assert_int_eq(gives(), 0);
		ck_assert_int_eq(takes(), 0);
		ck_assert_int_eq(mpp_semaphore_get_value(s), 0);
		mpp_semaphore_free(s);
	}
	ck_assert_uint_ge(n, 4); /* and a look at the bell */
}
END_TEST

/* Also when it was killed between the value and the wake. */
START_TEST(a_sleeper_gets_what_was_given)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		pid_t sleeper;

		make(0);
		sleeper = cut_start(takes, 0);
		until_somebody_sleeps();
		killed = cut(gives, n);
		/* Perhaps nothing was given: then this ends the wait. */
		if (killed && n <= 2)
			ck_assert_int_eq(gives(), 0);
		ck_assert(!cut_end(sleeper));
		ck_assert_int_eq(mpp_semaphore_get_value(s), 0);
		mpp_semaphore_free(s);
	}
}
END_TEST

/* Wherever it is on its way into sleep. */
START_TEST(a_dead_waiter_leaves_nothing)
{
	enum { STEPS = 20 }; /* one look, 16 while it spins, 3 at the bell */

	for (unsigned n = 1; n <= STEPS + 1; n++) {
		make(0);
		if (n <= STEPS) {
			ck_assert(cut(takes, n));
		} else {
			pid_t pid = cut_start(takes, 0);

			until_somebody_sleeps();
			kill(pid, SIGKILL);
			ck_assert(cut_end(pid));
		}
		ck_assert_int_eq(mpp_semaphore_get_value(s), 0);
		ck_assert_int_eq(gives(), 0);
		ck_assert_int_eq(takes(), 0);
		ck_assert_int_eq(mpp_semaphore_get_value(s), 0);
		/* Its mark in the bell costs one wake and is gone. */
		ck_assert_uint_eq(s->bell.word & 1, 0);
		mpp_semaphore_free(s);
	}
}
END_TEST

UNIT_MAIN(UNIT(an_acquire_takes_one_or_nothing)
	  UNIT(a_release_adds_one_or_nothing)
	  UNIT(a_sleeper_gets_what_was_given)
	  UNIT(a_dead_waiter_leaves_nothing))
