/* SPDX-License-Identifier: MIT */
/* test_bounded_semaphore_kill.c - a user killed at every place. */
#include "cut.h"

#include "bounded_semaphore.c"

static struct mpp_bounded_semaphore *s;

static int takes_and_gives(void)
{
	int err = mpp_bounded_semaphore_acquire(s, MPP_FOREVER);

	if (err < 0 && err != MPP_EOWNERDEAD)
		return 1;
	return mpp_bounded_semaphore_release(s) ? 2 : 0;
}

static void make(int64_t permits)
{
	ck_assert_int_eq(mpp_bounded_semaphore_new(&s, permits), 0);
}

/* How many of all permits say that their holder died; takes and gives all. */
static int told(void)
{
	int dead = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		int err = mpp_bounded_semaphore_acquire(s, 0);

		ck_assert(err == 0 || err == MPP_EOWNERDEAD);
		dead += err == MPP_EOWNERDEAD;
	}
	ck_assert_int_eq(mpp_bounded_semaphore_acquire(s, 0), MPP_EAGAIN);
	for (uint32_t i = 0; i < s->n; i++)
		ck_assert_int_eq(mpp_bounded_semaphore_release(s), 0);
	return dead;
}

START_TEST(no_permit_is_lost_and_at_most_one_is_told)
{
	bool killed = true;
	unsigned n = 1, times = 0;

	for (; killed; n++) {
		int dead;

		make(3);
		killed = cut(takes_and_gives, n);
		ck_assert_int_eq(mpp_bounded_semaphore_get_value(s), 3);
		dead = told();
		ck_assert_int_le(dead, killed);
		times += (unsigned)dead;
		ck_assert_int_eq(told(), 0);
		mpp_bounded_semaphore_free(s);
	}
	ck_assert_uint_ge(n, 12); /* a dozen touches of word and list */
	ck_assert_uint_ge(times, 4);
}
END_TEST

/* It takes a dead one's permit, and dies as well. */
START_TEST(the_next_one_is_told_as_long_as_nobody_was)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		make(1);
		ck_assert(cut(takes_and_gives, 6)); /* in possession */
		ck_assert(mpp_seat_is_dead(&s->permits[0].seat));
		killed = cut(takes_and_gives, n);
		ck_assert_int_eq(mpp_bounded_semaphore_get_value(s), 1);
		ck_assert_int_le(told(), 1);
		ck_assert_int_eq(told(), 0);
		mpp_bounded_semaphore_free(s);
	}
}
END_TEST

/* A sleeper goes on wherever the holder ended, its wake cut or not. */
START_TEST(a_sleeper_gets_the_permit)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		pid_t sleeper;

		make(1);
		ck_assert_int_eq(mpp_bounded_semaphore_acquire(s, 0), 0);
		sleeper = cut_start(takes_and_gives, 0);
		while (!(mpp_load(&s->bell.word) & 1))
			mpp_pause();
		ck_assert_int_eq(mpp_bounded_semaphore_release(s), 0);
		killed = cut(takes_and_gives, n);
		ck_assert(!cut_end(sleeper));
		ck_assert_int_eq(mpp_bounded_semaphore_get_value(s), 1);
		mpp_bounded_semaphore_free(s);
	}
}
END_TEST

UNIT_MAIN(UNIT(no_permit_is_lost_and_at_most_one_is_told)
	  UNIT(the_next_one_is_told_as_long_as_nobody_was)
	  UNIT(a_sleeper_gets_the_permit))
