/* SPDX-License-Identifier: MIT */
/* test_check.c - mpck_check() in the machine; natively: cli/check.sh. */
#include "explored.h"

START_TEST(a_check_that_holds_says_nothing)
{
	proves("checks-holds", "x=1");
}
END_TEST

START_TEST(a_check_that_fails_ends_its_process)
{
	struct explored e;

	EXPLORE(&e, "checks-fails");
	ck_assert_str_eq(outcomes(&e), "code=-6 x=1");
	only_finding(&e, MPCK_ASSERTION, "Process-1: check `x == 2' failed at "
		     "checks.c:");
	only_finding(&e, MPCK_ASSERTION, ": x is 1");
	only_finding(&e, MPCK_ASSERTION, line_of("checks.c", "two"));
	done(&e);
	EXPLORE(&e, "checks-in_thread");
	ck_assert_str_eq(outcomes(&e), "code=-6 x=1");
	only_finding(&e, MPCK_ASSERTION, "in expect_two");
	done(&e);
}
END_TEST

START_TEST(main_may_check_as_well)
{
	struct explored e;

	EXPLORE(&e, "checks-in_main");
	only_finding(&e, MPCK_ASSERTION, "main: check `mpck_param(\"n\") > 3'");
	ck_assert_str_eq(outcomes(&e), "(nothing observed)");
	done(&e);
	EXPLORE(&e, "checks-in_main", .set = { "n=4" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(a_check_that_fails_in_some_interleavings_replays)
{
	struct explored e, again;

	EXPLORE(&e, "checks-in_one");
	ck_assert_uint_eq(e.result.executions, 3);
	only_finding(&e, MPCK_ASSERTION, "Process-2: check");
	ck_assert_uint_eq(e.result.findings[0].executions, 2);
	EXPLORE(&again, "checks-in_one", .strategy = "replay",
		.executions = 1, .token = e.result.findings[0].token);
	only_finding(&again, MPCK_ASSERTION, e.result.findings[0].message);
	done(&again);
	done(&e);
	EXPLORE(&e, "checks-in_one", .strategy = "prove");
	only_finding(&e, MPCK_ASSERTION, "x is 1");
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(a_check_that_holds_says_nothing)
	UNIT(a_check_that_fails_ends_its_process)
	UNIT(main_may_check_as_well)
	UNIT(a_check_that_fails_in_some_interleavings_replays)
)
