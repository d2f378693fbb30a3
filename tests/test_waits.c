/* SPDX-License-Identifier: MIT */
/*
 * test_waits.c - programs that wait for an Event, a Once or a Condition: all of
 * their interleavings, counted, by two strategies that share little.
 */
#include "explored.h"

static void same(const struct mpck_outcome *one,
		 const struct mpck_outcome *other)
{
	if (strcmp(one->text, other->text) != 0)
		return;
	ck_assert_ptr_nonnull(other->interleavings);
	ck_assert_uint_eq(one->executions,
			  strtoull(other->interleavings, NULL, 10));
}

/* As dfs counts them, and as prove does. */
static void ends(const char *name, const char *p, const char *k,
		 const char *expected)
{
	struct explored one, other;

	EXPLORE(&one, name, .set = { p, k });
	ck_assert_str_eq(counts(&one), expected);
	ck_assert(one.result.complete);
	EXPLORE(&other, name, .strategy = "prove", .set = { p, k },
		.count = true);
	ck_assert_str_eq(outcomes(&other), outcomes(&one));
	for (size_t i = 0; i < one.result.noutcomes; i++)
		for (size_t j = 0; j < other.result.noutcomes; j++)
			same(&one.result.outcomes[i],
			     &other.result.outcomes[j]);
	ck_assert(other.result.complete);
	done(&one);
	done(&other);
}

/*
 * E: the wait begins, A: it ends, S: set, C: clear.  ESAC ESCA SEC SCE: only a
 * wait that begins after the clear has missed the set.
 */
START_TEST(an_event_is_missed_only_by_who_begins_too_late)
{
	ends("/event-pulse", NULL, NULL, "(deadlock):1, seen=1:3");
}
END_TEST

/* Of n looks, the first i come before the set: then the next sees it or comes
 * after the clear (as do all others).  n + 1 ways miss it, n do not. */
START_TEST(a_polled_flag_is_missed_by_who_looked_in_time)
{
	ends("/event-polled", "looks=1", NULL, "seen=0:2, seen=1:1");
	ends("/event-polled", "looks=2", NULL, "seen=0:3, seen=1:2");
	ends("/event-polled", "looks=3", NULL, "seen=0:4, seen=1:3");
}
END_TEST

START_TEST(turns_are_never_missed)
{
	ends("/event-turns", "rounds=1", NULL, "sum=1:5");
	ends("/event-turns", "rounds=3", NULL, "sum=6:3125");
}
END_TEST

START_TEST(a_once_is_made_once)
{
	ends("/once", "users=2", NULL, "made=1 sum=84:334");
}
END_TEST

/* Who has the lock first decides.  When the waiter has, its wait may end before
 * the notifier's release or after it. */
START_TEST(a_notify_that_comes_first_is_lost)
{
	ends("/condition-lost", "waiters=1", NULL, "(deadlock):1, woken=1:2");
	ends("/condition-lost", NULL, NULL, "(deadlock):16, woken=2:64");
}
END_TEST

START_TEST(a_predicate_loses_nothing)
{
	ends("/condition-predicate", NULL, NULL, "woken=2:92");
}
END_TEST

START_TEST(a_buffer_needs_a_condition_for_each_side)
{
	ends("/condition-buffer", NULL, NULL, "sum=1:2172");
	ends("/condition-buffer-shared", NULL, NULL,
	     "(deadlock):56, sum=1:2156");
}
END_TEST

/* No deadlock, in all places where the first can be killed. */
START_TEST(the_dead_keep_nobody_waiting)
{
	struct explored e;

	EXPLORE(&e, "waits-inherited", .strategy = "prove");
	ck_assert_str_eq(outcomes(&e), "second=0");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	EXPLORE(&e, "waits-killed", .strategy = "prove");
	ck_assert_str_eq(outcomes(&e), "second=-7, second=0");
	ck_assert(e.result.complete);
	done(&e);
	EXPLORE(&e, "waits-once", .strategy = "prove");
	ck_assert_str_eq(outcomes(&e), "done=1 thing=1, done=1 thing=2");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(an_event_is_missed_only_by_who_begins_too_late)
	UNIT(a_polled_flag_is_missed_by_who_looked_in_time)
	UNIT(turns_are_never_missed)
	UNIT(a_once_is_made_once)
	UNIT(a_notify_that_comes_first_is_lost)
	UNIT(a_predicate_loses_nothing)
	UNIT(a_buffer_needs_a_condition_for_each_side)
	UNIT(the_dead_keep_nobody_waiting))
