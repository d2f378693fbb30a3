/* SPDX-License-Identifier: MIT */
/*
 * test_counts.c - exact numbers of interleavings, which dfs must meet.
 *
 * Source: closed forms, derived in docs/lessons.md.  N tasks of n
 * operations each have (Nn)! / (n!)^N interleavings.
 */
#include "explored.h"

/* How many executions dfs has, to its end. */
static uint64_t interleavings(const char *name, const char *p, const char *k)
{
	struct explored e;
	uint64_t n;

	EXPLORE(&e, name, .set = { p, k });
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert(e.result.complete);
	n = e.result.executions;
	done(&e);
	return n;
}

START_TEST(single_increments_have_2n_over_2_to_the_n)
{
	ck_assert_uint_eq(interleavings("/raw-counter", "p=2", "k=1"), 6);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=3", "k=1"), 90);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=4", "k=1"), 2520);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=5", "k=1"), 113400);
}
END_TEST

START_TEST(repeated_increments)
{
	ck_assert_uint_eq(interleavings("/raw-counter", "p=2", "k=2"), 70);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=2", "k=3"), 924);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=2", "k=4"), 12870);
	ck_assert_uint_eq(interleavings("/raw-counter", "p=3", "k=2"), 34650);
}
END_TEST

/* Blocked attempts are no operations. */
START_TEST(locked_increments_are_interleaved_as_wholes)
{
	const char *name = "/raw-counter-locked";

	ck_assert_uint_eq(interleavings(name, "p=2", "k=1"), 2);
	ck_assert_uint_eq(interleavings(name, "p=3", "k=1"), 6);
	ck_assert_uint_eq(interleavings(name, "p=4", "k=1"), 24);
	ck_assert_uint_eq(interleavings(name, "p=2", "k=2"), 6);
	ck_assert_uint_eq(interleavings(name, "p=2", "k=3"), 20);
	ck_assert_uint_eq(interleavings(name, "p=3", "k=2"), 90);
}
END_TEST

START_TEST(each_step_of_an_execution_is_counted)
{
	struct explored e;

	/* 2 x 2 x 2 by the children, and the final read */
	EXPLORE(&e, "/raw-counter", .set = { "p=2", "k=2" });
	ck_assert_uint_eq(e.result.longest, 9);
	ck_assert_uint_eq(e.result.steps, 70 * 9);
	done(&e);
}
END_TEST

START_TEST(the_unlocked_balance_ends_as_known)
{
	struct explored e;

	EXPLORE(&e, "/balance-unlocked", .set = { "n=1" });
	ck_assert_uint_eq(e.result.executions, 6);
	ck_assert_str_eq(counts(&e), "balance=150:2, balance=200:2, "
				     "balance=50:2");
	done(&e);
	EXPLORE(&e, "/balance-unlocked", .set = { "n=2" });
	ck_assert_uint_eq(e.result.executions, 2520);
	ck_assert_str_eq(counts(&e),
			 "balance=0:176, balance=100:144, balance=150:704, "
			 "balance=200:600, balance=250:144, balance=300:176, "
			 "balance=50:576");
	ck_assert_int_eq(e.result.verdict, MPCK_FAILED);
	ck_assert(e.result.as_expected);
	done(&e);
}
END_TEST

START_TEST(the_locked_balance_is_proved)
{
	struct explored e;

	EXPLORE(&e, "/balance", .set = { "n=1" });
	ck_assert_str_eq(counts(&e), "balance=150:2");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	EXPLORE(&e, "/balance", .set = { "n=2" });
	ck_assert_str_eq(counts(&e), "balance=200:24");
	done(&e);
}
END_TEST

START_TEST(two_of_six_orders_of_locks_deadlock)
{
	struct explored e;

	EXPLORE(&e, "/lock-order");
	ck_assert_str_eq(counts(&e), "(deadlock):2, counter=2:4");
	only_finding(&e, MPCK_DEADLOCK, "Process-1 \u2192 lock#2 \u2192 "
		     "Process-2 \u2192 lock#1 \u2192 Process-1\n");
	done(&e);
}
END_TEST

/* A writer that waits for readers has the lock itself; a reader waits for it. */
START_TEST(nobody_is_said_to_wait_for_itself_who_waits_inside_a_lock)
{
	struct explored e;

	EXPLORE(&e, "/rwlock-circle");
	only_finding(&e, MPCK_DEADLOCK, "; Process-3 to write rwlock#1 (");
	ck_assert_ptr_null(strstr(e.result.findings[0].message, "itself"));
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(single_increments_have_2n_over_2_to_the_n)
	UNIT(repeated_increments)
	UNIT(locked_increments_are_interleaved_as_wholes)
	UNIT(each_step_of_an_execution_is_counted)
	UNIT(the_unlocked_balance_ends_as_known)
	UNIT(the_locked_balance_is_proved)
	UNIT(two_of_six_orders_of_locks_deadlock)
	UNIT(nobody_is_said_to_wait_for_itself_who_waits_inside_a_lock)
)
