/* SPDX-License-Identifier: MIT */
/*
 * test_life.c - starts, joins and ends of tasks: what of them is a choice, and
 * what the locks of the dead do.
 */
#include "explored.h"

START_TEST(starts_and_untimed_joins_are_no_choices)
{
	proves_counts("life-idle", "(nothing observed):1");
	proves_counts("life-three_operations", "(nothing observed):6");
	/* the first child's write among two operations of others */
	proves_counts("life-between", "(nothing observed):3");
	proves_counts("life-nested", "(nothing observed):2");
}
END_TEST

/* x = 1 and a join that expires: it has written, and not ended yet. */
START_TEST(a_timed_join_makes_the_end_a_choice)
{
	proves("life-timed_join",
	       "join=-3 x=0, join=-3 x=1, join=0 x=0, join=0 x=1");
}
END_TEST

START_TEST(asking_whether_it_lives_makes_the_end_a_choice)
{
	static const char expected[] =
		"alive=0 x=0, alive=0 x=1, alive=1 x=0, alive=1 x=1";

	proves("life-alive", expected);
	proves("life-thread_alive", expected);
}
END_TEST

START_TEST(a_timed_acquire_succeeds_or_expires)
{
	/* before, between or after the other's acquire and release */
	proves_counts("life-timed_acquire", "err=-3:1, err=0:2");
}
END_TEST

START_TEST(a_try_succeeds_or_fails)
{
	proves_counts("life-try_acquire", "err=-4:1, err=0:2");
}
END_TEST

START_TEST(a_holder_is_not_kept_from_its_own_lock)
{
	struct explored e;

	/* Counted by hand-written recursion as well. */
	EXPLORE(&e, "life-own_lock");
	ck_assert_str_eq(counts(&e), "b=-6:42");
	only_finding(&e, MPCK_MISUSE, "already holds");
	done(&e);
}
END_TEST

START_TEST(an_access_of_a_value_waits_for_its_lock)
{
	proves_counts("life-guarded", "x=0:1, x=2:1");
}
END_TEST

START_TEST(the_end_of_a_holder_is_a_choice)
{
	proves("life-owner_dead",
	       "err=-4 x=0, err=-4 x=1, err=-7 x=0, err=-7 x=1, err=0 x=0");
}
END_TEST

START_TEST(the_crash_of_a_holder_is_a_choice)
{
	struct explored e;

	EXPLORE(&e, "life-owner_crashed");
	ck_assert_str_eq(outcomes(&e), "err=-4 x=0, err=-4 x=1, err=-7 x=0, "
			 "err=-7 x=1, err=0 x=0");
	done(&e);
}
END_TEST

START_TEST(a_waiter_gets_the_lock_of_the_dead)
{
	proves("life-owner_dead_waiting", "err=-7, err=0");
}
END_TEST

/* It is the same when the process ends over its thread's head. */
START_TEST(the_end_of_a_holders_process_is_a_choice)
{
	struct explored e;

	EXPLORE(&e, "life-thread_keeps");
	ck_assert_ptr_nonnull(strstr(outcomes(&e), "err=-7 x=1"));
	ck_assert_ptr_nonnull(strstr(outcomes(&e), "err=-4 x=1"));
	done(&e);
}
END_TEST

START_TEST(an_unowned_lock_of_an_ended_holder_is_a_deadlock_that_says_so)
{
	struct explored e;

	EXPLORE(&e, "life-unowned");
	ck_assert_str_eq(outcomes(&e), "(deadlock), x=1");
	only_finding(&e, MPCK_DEADLOCK,
		     "holder has exited: lock#1 is held by Process-1, which");
	only_finding(&e, MPCK_DEADLOCK, line_of("life.c", "unowned"));
	only_finding(&e, MPCK_DEADLOCK, "main waits for lock#1");
	done(&e);
}
END_TEST

START_TEST(one_task_alone_can_deadlock)
{
	struct explored e;

	EXPLORE(&e, "life-self_deadlock");
	ck_assert_str_eq(counts(&e), "(deadlock):1");
	only_finding(&e, MPCK_DEADLOCK, "self-deadlock: main waits for lock#1");
	done(&e);
}
END_TEST

START_TEST(a_process_ends_its_threads)
{
	proves("life-ends_threads", "x=0");
}
END_TEST

START_TEST(a_thread_may_act_until_its_process_ends)
{
	proves("life-overtaken", "x=0, x=1");
}
END_TEST

START_TEST(exit_in_a_thread_ends_its_process)
{
	proves("life-exit_from_thread", "x=0");
}
END_TEST

UNIT_MAIN(
	UNIT(starts_and_untimed_joins_are_no_choices)
	UNIT(a_timed_join_makes_the_end_a_choice)
	UNIT(asking_whether_it_lives_makes_the_end_a_choice)
	UNIT(a_timed_acquire_succeeds_or_expires)
	UNIT(a_try_succeeds_or_fails)
	UNIT(a_holder_is_not_kept_from_its_own_lock)
	UNIT(an_access_of_a_value_waits_for_its_lock)
	UNIT(the_end_of_a_holder_is_a_choice)
	UNIT(a_waiter_gets_the_lock_of_the_dead)
	UNIT(the_end_of_a_holders_process_is_a_choice)
	UNIT(an_unowned_lock_of_an_ended_holder_is_a_deadlock_that_says_so)
	UNIT(one_task_alone_can_deadlock)
	UNIT(a_process_ends_its_threads)
	UNIT(the_crash_of_a_holder_is_a_choice)
	UNIT(a_thread_may_act_until_its_process_ends)
	UNIT(exit_in_a_thread_ends_its_process)
)
