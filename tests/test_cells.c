/* SPDX-License-Identifier: MIT */
/*
 * test_cells.c - calls on a Value whose lock another process holds, in all
 * interleavings: what a limit answers, and what waits.
 *
 * Source: the counts come from a separate small explorer of the same program.
 */
#include "explored.h"

static void check_limited(const char *limit, const char *expected)
{
	struct explored e;
	char *all;

	EXPLORE(&e, "cells-limited", .set = { limit });
	ck_assert_str_eq(counts(&e), expected);
	all = strdup(outcomes(&e));
	EXPLORE_AGAIN(&e, .strategy = "prove");
	ck_assert_str_eq(outcomes(&e), all);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	free(all);
	done(&e);
}

START_TEST(without_time_it_says_that_it_would_have_to_wait)
{
	check_limited("n=0", "get=-4 read=-1 set=-4 then=6 value=6:10, "
			     "get=-4 read=-1 set=0 then=20 value=20:4, "
			     "get=0 read=1 set=-4 then=6 value=6:4, "
			     "get=0 read=1 set=0 then=20 value=20:1, "
			     "get=0 read=1 set=0 then=20 value=22:1, "
			     "get=0 read=1 set=0 then=22 value=22:1, "
			     "get=0 read=1 set=0 then=24 value=24:1, "
			     "get=0 read=3 set=0 then=20 value=20:1");
}
END_TEST

START_TEST(with_a_limit_it_may_pass_wherever_the_lock_is_held)
{
	check_limited("n=1000", "get=-3 read=-1 set=-3 then=6 value=6:10, "
				"get=-3 read=-1 set=0 then=20 value=20:4, "
				"get=0 read=1 set=-3 then=6 value=6:4, "
				"get=0 read=1 set=0 then=20 value=20:1, "
				"get=0 read=1 set=0 then=20 value=22:1, "
				"get=0 read=1 set=0 then=22 value=22:1, "
				"get=0 read=1 set=0 then=24 value=24:1, "
				"get=0 read=3 set=0 then=20 value=20:1");
}
END_TEST

START_TEST(without_end_it_waits_for_the_lock)
{
	struct explored e;

	EXPLORE(&e, "cells-limited", .set = { "n=9223372036854775807" });
	ck_assert_str_eq(counts(&e), "get=0 read=1 set=0 then=20 value=20:1, "
				     "get=0 read=1 set=0 then=20 value=22:1, "
				     "get=0 read=1 set=0 then=22 value=22:1, "
				     "get=0 read=1 set=0 then=24 value=24:1, "
				     "get=0 read=3 set=0 then=20 value=20:1");
	done(&e);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(without_time_it_says_that_it_would_have_to_wait)
	  UNIT(with_a_limit_it_may_pass_wherever_the_lock_is_held)
	  UNIT(without_end_it_waits_for_the_lock))
