/* SPDX-License-Identifier: MIT */
/*
 * test_faults.c - what goes wrong in a program is a finding with its line, and
 * never the end of mpcheck.
 */
#include "explored.h"

START_TEST(a_crash_ends_the_child_and_the_parent_goes_on)
{
	struct explored e;

	EXPLORE(&e, "faults-null_pointer");
	ck_assert_str_eq(outcomes(&e), "code=-11 x=1");
	only_finding(&e, MPCK_CRASH, "Process-1 was stopped by SEGV");
	only_finding(&e, MPCK_CRASH, line_of("faults.c", "follow_null"));
	done(&e);
}
END_TEST

START_TEST(a_division_by_zero_is_a_crash)
{
	struct explored e;

	EXPLORE(&e, "faults-division");
	ck_assert_str_eq(outcomes(&e), "code=-8 x=0");
	only_finding(&e, MPCK_CRASH, line_of("faults.c", "divide"));
	done(&e);
}
END_TEST

START_TEST(abort_is_a_crash)
{
	struct explored e;

	EXPLORE(&e, "faults-aborting");
	ck_assert_str_eq(outcomes(&e), "code=-6 x=1");
	only_finding(&e, MPCK_CRASH, "in give_up");
	done(&e);
}
END_TEST

START_TEST(a_failed_assertion_is_a_crash_that_quotes_it)
{
	struct explored e;

	EXPLORE(&e, "faults-assertion");
	ck_assert_str_eq(outcomes(&e), "code=-6 x=0");
	only_finding(&e, MPCK_CRASH, "nowhere != ");
	done(&e);
}
END_TEST

START_TEST(a_non_zero_exit_code_is_a_failure_whatever_the_values)
{
	struct explored e;

	EXPLORE(&e, "faults-exit_code");
	ck_assert_str_eq(outcomes(&e), "code=3 x=1");
	only_finding(&e, MPCK_CHILD_FAILURE,
		     "Process-1 ended with exit code 3");
	done(&e);
}
END_TEST

START_TEST(an_exit_code_is_eight_bits)
{
	struct explored e;

	EXPLORE(&e, "faults-exit_call");
	ck_assert_str_eq(outcomes(&e), "code=7 x=0");
	only_finding(&e, MPCK_CHILD_FAILURE, "exit code 7");
	only_finding(&e, MPCK_CHILD_FAILURE,
		     line_of("faults.c", "exit_inside"));
	done(&e);
	EXPLORE(&e, "faults-mpp_exit_call");
	only_finding(&e, MPCK_CHILD_FAILURE, "exit code 9");
	only_finding(&e, MPCK_CHILD_FAILURE,
		     line_of("faults.c", "exit_by_libmpp"));
	done(&e);
	proves("faults-exit_code_zero", "code=0 x=0");
}
END_TEST

START_TEST(an_overflow_tells_what_was_there_and_what_is_stored)
{
	struct explored e;

	EXPLORE(&e, "faults-wrapped_sum");
	ck_assert_str_eq(outcomes(&e), "x=-2147483596");
	only_finding(&e, MPCK_OVERFLOW, "Process-1, value#1: "
		     "100 + 2147483600 does not fit 'i': stored -2147483596");
	only_finding(&e, MPCK_OVERFLOW, "in add_too_much");
	done(&e);
	EXPLORE(&e, "faults-stored", .set = { "n=256" });
	only_finding(&e, MPCK_OVERFLOW, "main, raw value#1: 256 does not fit "
		     "'B': stored 0");
	done(&e);
	EXPLORE(&e, "faults-stored", .set = { "n=255" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(an_index_outside_is_told_with_the_length)
{
	struct explored e;

	EXPLORE(&e, "faults-item", .set = { "n=4" });
	only_finding(&e, MPCK_RANGE, "main, raw array#1: index 4 of an array "
		     "of 4 items");
	done(&e);
	EXPLORE(&e, "faults-item", .set = { "n=-5" });
	only_finding(&e, MPCK_RANGE, "index -5 of");
	done(&e);
	EXPLORE(&e, "faults-item", .set = { "n=-4" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	EXPLORE(&e, "faults-two_bytes", .set = { "n=7" });
	only_finding(&e, MPCK_RANGE, "main, segment#1: bytes 7..8 of a segment "
		     "of 8 bytes");
	done(&e);
	EXPLORE(&e, "faults-two_bytes", .set = { "n=6" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(the_first_process_may_fail_too)
{
	struct explored e;

	EXPLORE(&e, "faults-main_fails");
	ck_assert_str_eq(outcomes(&e), "x=1");
	only_finding(&e, MPCK_CHILD_FAILURE, "main ended with exit code 4");
	done(&e);
	EXPLORE(&e, "faults-main_crashes");
	only_finding(&e, MPCK_CRASH, line_of("faults.c", "main_crashes"));
	done(&e);
}
END_TEST

START_TEST(a_crash_in_some_interleavings_is_counted_and_replays)
{
	struct explored e, again;

	EXPLORE(&e, "faults-crash_in_one");
	ck_assert_uint_eq(e.result.executions, 2);
	only_finding(&e, MPCK_CRASH, "Process-2 was stopped by SEGV");
	ck_assert_uint_eq(e.result.findings[0].executions, 1);
	EXPLORE(&again, "faults-crash_in_one", .strategy = "replay",
		.executions = 1, .token = e.result.findings[0].token);
	only_finding(&again, MPCK_CRASH, e.result.findings[0].message);
	done(&again);
	done(&e);
}
END_TEST

/* It dies before, between and after its writes: a kill is a choice. */
START_TEST(a_killed_child_dies_anywhere)
{
	proves("faults-killed", "code=-9 x=0, code=-9 x=1, code=-9 x=2");
	proves("faults-terminated", "code=-15 x=0, code=-15 x=1, code=-15 x=2");
}
END_TEST

START_TEST(a_signal_arrives_some_time_after_it_was_sent)
{
	proves("faults-after_kill", "early=0 late=0, early=0 late=1, "
	       "early=0 late=2, early=1 late=1, early=1 late=2, "
	       "early=2 late=2");
}
END_TEST

START_TEST(a_daemon_ends_with_its_parent)
{
	proves("faults-daemon", "x=0, x=1, x=2");
}
END_TEST

START_TEST(a_thread_may_kill_its_own_process)
{
	struct explored e;

	EXPLORE(&e, "faults-killed_by_thread");
	ck_assert_str_eq(outcomes(&e), "code=-9 x=0");
	done(&e);
}
END_TEST

START_TEST(a_loop_without_operations_is_stopped_at_its_line)
{
	struct explored e;

	EXPLORE(&e, "faults-endless");
	ck_assert_str_eq(outcomes(&e), "(no end)");
	only_finding(&e, MPCK_NON_TERMINATION, "without a visible operation");
	only_finding(&e, MPCK_NON_TERMINATION, "faults.c:");
	only_finding(&e, MPCK_NON_TERMINATION, "in endless");
	done(&e);
}
END_TEST

START_TEST(a_loop_of_operations_ends_at_the_limit_of_steps)
{
	struct explored e;

	EXPLORE(&e, "faults-endless_operations", .max_steps = 500);
	ck_assert_str_eq(counts(&e), "(no end):1");
	ck_assert_uint_eq(e.result.longest, 500);
	only_finding(&e, MPCK_NON_TERMINATION,
		     "no end after 500 visible operations");
	only_finding(&e, MPCK_NON_TERMINATION,
		     "operations: Process-1 goes on at faults.c:");
	only_finding(&e, MPCK_NON_TERMINATION, " in ask_for_ever");
	done(&e);
}
END_TEST

/* Of each task a few lines, and a function once. */
START_TEST(who_goes_on_is_told_with_the_lines)
{
	struct explored e;
	const char *second;

	EXPLORE(&e, "/bakery", .strategy = "round-robin", .executions = 1,
		.max_steps = 30);
	only_finding(&e, MPCK_NON_TERMINATION,
		     "no end after 30 visible operations: Process-1 goes on "
		     "at bakery.c:");
	only_finding(&e, MPCK_NON_TERMINATION, " in work and ");
	second = strstr(e.result.findings[0].message, "; Process-2 at ");
	ck_assert_ptr_nonnull(second);
	second = strstr(second, " in work");
	ck_assert_ptr_nonnull(second);
	ck_assert_ptr_null(strstr(second + 1, " in work"));
	done(&e);
}
END_TEST

START_TEST(more_tasks_than_there_may_be_is_a_sentence)
{
	struct explored e;

	EXPLORE(&e, "faults-crowd", .strategy = "round-robin",
		.set = { "n=63" });
	ck_assert_str_eq(outcomes(&e), "x=63");
	done(&e);
	EXPLORE(&e, "faults-crowd", .strategy = "round-robin",
		.set = { "n=64" });
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	ck_assert_ptr_nonnull(strstr(e.sentence, "64 tasks"));
	done(&e);
}
END_TEST

START_TEST(more_locks_than_can_be_held_is_a_sentence)
{
	struct explored e;

	EXPLORE(&e, "faults-many_locks", .set = { "n=64" });
	ck_assert_str_eq(outcomes(&e), "x=64");
	done(&e);
	EXPLORE(&e, "faults-many_locks", .set = { "n=65" });
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	ck_assert_ptr_nonnull(strstr(e.sentence, "64 locks"));
	done(&e);
}
END_TEST

START_TEST(more_names_than_can_be_observed_is_a_sentence)
{
	struct explored e;

	EXPLORE(&e, "choices-names", .set = { "n=32" });
	ck_assert_int_eq(e.err, 0);
	done(&e);
	EXPLORE(&e, "choices-names", .set = { "n=33" });
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	ck_assert_ptr_nonnull(strstr(e.sentence, "32 observed names"));
	done(&e);
}
END_TEST

/* Each exploration has the 32 names to itself. */
START_TEST(names_of_an_earlier_exploration_take_no_room)
{
	struct explored e;

	EXPLORE(&e, "choices-names", .set = { "n=32" });
	ck_assert_int_eq(e.err, 0);
	done(&e);
	proves("life-counter", "x=0");
}
END_TEST

UNIT_MAIN(
	UNIT(a_crash_ends_the_child_and_the_parent_goes_on)
	UNIT(a_division_by_zero_is_a_crash)
	UNIT(abort_is_a_crash)
	UNIT(a_failed_assertion_is_a_crash_that_quotes_it)
	UNIT(a_non_zero_exit_code_is_a_failure_whatever_the_values)
	UNIT(an_exit_code_is_eight_bits)
	UNIT(an_overflow_tells_what_was_there_and_what_is_stored)
	UNIT(an_index_outside_is_told_with_the_length)
	UNIT(the_first_process_may_fail_too)
	UNIT(a_crash_in_some_interleavings_is_counted_and_replays)
	UNIT(a_killed_child_dies_anywhere)
	UNIT(a_signal_arrives_some_time_after_it_was_sent)
	UNIT(a_daemon_ends_with_its_parent)
	UNIT(a_thread_may_kill_its_own_process)
	UNIT(a_loop_without_operations_is_stopped_at_its_line)
	UNIT(a_loop_of_operations_ends_at_the_limit_of_steps)
	UNIT(who_goes_on_is_told_with_the_lines)
	UNIT(more_tasks_than_there_may_be_is_a_sentence)
	UNIT(more_locks_than_can_be_held_is_a_sentence)
	UNIT(more_names_than_can_be_observed_is_a_sentence)
	UNIT(names_of_an_earlier_exploration_take_no_room)
)
