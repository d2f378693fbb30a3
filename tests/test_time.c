/* SPDX-License-Identifier: MIT */
/*
 * test_time.c - the clock and sleeps of the machine.
 */
#include "explored.h"

START_TEST(who_slept_sees_it_on_every_clock)
{
	proves("time-every_clock",
	       "clock=7 day=7 monotonic=7 ns=7 stored=7 time=7");
}
END_TEST

/*
 * Each sleeps (s) and reads (r); a sleep ends its length after it began, or
 * later.  s1 r1 s2 r2: 1 and 3; s1 s2 r1 r2, s2 s1 r1 r2: 1 and 2; s1 s2 r2 r1,
 * s2 s1 r2 r1: 2 and 2; s2 r2 s1 r1: 3 and 2.  The first execution does not
 * know yet that somebody will look: the search starts again.
 */
START_TEST(reading_the_clock_makes_sleeps_visible)
{
	proves_counts("time-two_sleepers",
		      "a=1 b=2:2, a=1 b=3:1, a=2 b=2:2, a=3 b=2:1");
}
END_TEST

START_TEST(another_ones_sleep_moves_the_clock_or_not)
{
	proves("time-one_reader", "b=0, b=1");
}
END_TEST

START_TEST(a_child_starts_after_its_parents_sleep)
{
	proves("time-after_start", "a=4");
}
END_TEST

START_TEST(a_joined_child_has_slept)
{
	proves("time-after_join", "main=5");
}
END_TEST

START_TEST(a_sleep_orders_nothing)
{
	proves_counts("time-unlocked", "x=150:2, x=200:2, x=50:2");
}
END_TEST

/* Sleeps are operations now: 6! / (3! 3!) interleavings. */
START_TEST(visible_sleeps_order_nothing_either)
{
	struct explored e;

	EXPLORE(&e, "time-unlocked_and_clock");
	ck_assert_str_eq(outcomes(&e),
			 "slept=100 x=150, slept=100 x=200, slept=100 x=50");
	ck_assert_uint_eq(e.result.executions, 20);
	done(&e);
}
END_TEST

START_TEST(a_time_limit_that_expires_has_passed)
{
	proves("time-expired", "late=0 slept=0, late=1 slept=2");
}
END_TEST

/* Neither operation is announced, but both have a result of their own. */
START_TEST(what_was_read_before_a_sleep_is_recorded)
{
	struct explored e;
	unsigned read = 0;

	EXPLORE(&e, "/balance-unlocked", .set = { "n=1" }, .record = true,
		.strategy = "round-robin", .executions = 1);
	ck_assert_msg(!e.err, "%s", e.sentence);
	for (size_t i = 0; i < e.result.nevents; i++)
		read += !strcmp(e.result.events[i].text,
				"read balance: 100");
	ck_assert_uint_eq(read, 2);
	done(&e);
}
END_TEST

START_TEST(a_token_knows_that_sleeps_were_visible)
{
	struct explored e, again;

	EXPLORE(&e, "time-two_sleepers");
	ck_assert_int_eq(strncmp(e.result.outcomes[0].token, "m1c-", 4), 0);
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		EXPLORE(&again, "time-two_sleepers", .strategy = "replay",
			.executions = 1, .token = e.result.outcomes[i].token);
		ck_assert_str_eq(outcomes(&again), e.result.outcomes[i].text);
		done(&again);
	}
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(who_slept_sees_it_on_every_clock)
	UNIT(reading_the_clock_makes_sleeps_visible)
	UNIT(another_ones_sleep_moves_the_clock_or_not)
	UNIT(a_child_starts_after_its_parents_sleep)
	UNIT(a_joined_child_has_slept)
	UNIT(a_sleep_orders_nothing)
	UNIT(visible_sleeps_order_nothing_either)
	UNIT(a_time_limit_that_expires_has_passed)
	UNIT(what_was_read_before_a_sleep_is_recorded)
	UNIT(a_token_knows_that_sleeps_were_visible)
)
