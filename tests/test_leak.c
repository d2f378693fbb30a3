/* SPDX-License-Identifier: MIT */
/* test_leak.c - what was made and not given back, and nobody joined. */
#include "explored.h"

static void is_silent(const char *name)
{
	struct explored e;

	EXPLORE(&e, name, .detect = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_ptr_null(found(&e, MPCK_LEAK));
	done(&e);
}

static void finds(const char *name, const char *text)
{
	struct explored e;

	EXPLORE(&e, name, .detect = true);
	only_finding(&e, MPCK_LEAK, text);
	done(&e);
}

START_TEST(a_process_that_nobody_joins_is_found_at_its_start)
{
	finds("leaks-not_joined", "Process-1 was started by main and never "
	      "joined");
	finds("leaks-not_joined", line_of("leaks.c", "start"));
	finds("leaks-thread", "never joined");
}
END_TEST

START_TEST(who_joins_or_asks_until_the_end_leaks_nothing)
{
	is_silent("leaks-joined");
	is_silent("leaks-none_kept");
}
END_TEST

/* Asking is an endless loop for a search in depth. */
START_TEST(a_child_that_was_seen_to_have_ended_needs_no_join)
{
	struct explored e;

	EXPLORE(&e, "leaks-polled", .strategy = "prove", .detect = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_ptr_null(found(&e, MPCK_LEAK));
	done(&e);
}
END_TEST

START_TEST(processes_that_are_let_go_and_daemons_need_no_join)
{
	is_silent("leaks-let_go");
	is_silent("leaks-daemon");
}
END_TEST

START_TEST(who_fails_does_not_tidy_up)
{
	is_silent("leaks-fails");
}
END_TEST

START_TEST(an_object_that_was_forgotten_among_others_is_found)
{
	finds("leaks-one_kept", "raw value#2, made by main, was never given "
	      "back");
	finds("leaks-one_kept", "(module.h:");
	finds("leaks-handle_kept", "process#");
}
END_TEST

START_TEST(a_program_may_leave_everything_to_its_end)
{
	is_silent("leaks-all_kept");
}
END_TEST

UNIT_MAIN(
	UNIT(a_process_that_nobody_joins_is_found_at_its_start)
	UNIT(who_joins_or_asks_until_the_end_leaks_nothing)
	UNIT(a_child_that_was_seen_to_have_ended_needs_no_join)
	UNIT(processes_that_are_let_go_and_daemons_need_no_join)
	UNIT(who_fails_does_not_tidy_up)
	UNIT(an_object_that_was_forgotten_among_others_is_found)
	UNIT(a_program_may_leave_everything_to_its_end)
)
