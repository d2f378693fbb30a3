/* SPDX-License-Identifier: MIT */
/*
 * test_use_after_destroy.c - what was given back is not to be used: the task is
 * stopped before it works on what is not there.
 */
#include "explored.h"

static void finds(const char *name, const char *text)
{
	struct explored e;

	EXPLORE(&e, name, .detect = true);
	only_finding(&e, MPCK_USE_AFTER_DESTROY, text);
	done(&e);
}

START_TEST(every_primitive_is_stopped_before_it_believes_zeros)
{
	finds("gone-read", "main used raw value#1, which had been given back");
	finds("gone-read", line_of("gone.c", "read"));
	finds("gone-value", "main used value#1");
	finds("gone-queue", "main used queue#1");
	finds("gone-simple_queue", "main used simple queue#1");
	finds("gone-joinable_queue", "main used joinable queue#1");
	finds("gone-rlock", "main used rlock#1");
	finds("gone-event", "main used event#1");
	finds("gone-semaphore", "main used semaphore#1");
}
END_TEST

/* Found by a search, too, which has no detectors; and it replays. */
START_TEST(a_parent_that_does_not_wait_takes_it_from_its_child)
{
	struct explored e, again;

	EXPLORE(&e, "gone-too_early");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, "Process-1 used raw value#1");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, line_of("gone.c", "late"));
	ck_assert_uint_gt(e.result.findings[0].executions, 0);
	ck_assert_uint_lt(e.result.findings[0].executions,
			  e.result.executions);
	done(&e);
	EXPLORE(&e, "gone-too_early", .strategy = "prove");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, "Process-1 used raw value#1");
	EXPLORE(&again, "gone-too_early", .strategy = "replay",
		.executions = 1, .token = e.result.findings[0].token);
	only_finding(&again, MPCK_USE_AFTER_DESTROY,
		     e.result.findings[0].message);
	done(&again);
	done(&e);
}
END_TEST

START_TEST(who_waits_for_it_does_not_wait_for_ever)
{
	struct explored e;

	finds("gone-waiting", "Process-1 used lock#1");
	EXPLORE(&e, "gone-waiting", .strategy = "prove");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, "Process-1 used lock#1");
	ck_assert_str_eq(outcomes(&e), "x=1");
	done(&e);
}
END_TEST

START_TEST(giving_back_twice_is_found)
{
	finds("gone-twice", "main gave back lock#1, which main had given back "
	      "before");
	finds("gone-twice", line_of("gone.c", "twice"));
	finds("gone-inherited", "Process-1 gave back lock#1, which main had");
}
END_TEST

START_TEST(each_process_may_give_back_what_it_inherited)
{
	struct explored e;

	EXPLORE(&e, "gone-both", .detect = true);
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(room_that_is_used_again_is_no_ones_mistake)
{
	struct explored e;

	EXPLORE(&e, "gone-reused", .detect = true);
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(every_primitive_is_stopped_before_it_believes_zeros)
	UNIT(a_parent_that_does_not_wait_takes_it_from_its_child)
	UNIT(who_waits_for_it_does_not_wait_for_ever)
	UNIT(giving_back_twice_is_found)
	UNIT(each_process_may_give_back_what_it_inherited)
	UNIT(room_that_is_used_again_is_no_ones_mistake)
)
