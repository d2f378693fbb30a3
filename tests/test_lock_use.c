/* SPDX-License-Identifier: MIT */
/*
 * test_lock_use.c - locks that are left behind, forgotten, not the same one, or
 * held only to read; and everything that only looks so.
 */
#include "explored.h"

#include "detectors/detector.h"

static const char *const strategies[] = { "dfs", "prove" };

/* Other detectors have their own tests. */
#define DETECT .detect = true, \
	.undetected = ~(1u << MPCK_DETECTOR_lock_left | \
			1u << MPCK_DETECTOR_lock_use)

/* The only one of its kind. */
static const struct mpck_found *only_misuse(const struct explored *e)
{
	const struct mpck_found *f = NULL;

	for (size_t i = 0; i < e->result.nfindings; i++) {
		if (e->result.findings[i].kind != MPCK_MISUSE)
			continue;
		ck_assert_ptr_null(f);
		f = &e->result.findings[i];
	}
	ck_assert_ptr_nonnull(f);
	return f;
}

/* The same finding by running all executions and by searching the states. */
static void is_misuse(const char *name, const char *text, const char *line)
{
	struct explored e, again;
	const struct mpck_found *f;

	for (size_t i = 0; i < 2; i++) {
		EXPLORE(&e, name, .strategy = strategies[i], DETECT);
		ck_assert_str_eq(outcomes(&e), "x=1");
		f = only_misuse(&e);
		ck_assert_msg(strstr(f->message, text) != NULL,
			      "'%s' is not in '%s'", text, f->message);
		ck_assert(!line || strstr(f->message, line));
		EXPLORE(&again, name, .strategy = "replay", .executions = 1,
			.token = f->token, DETECT);
		ck_assert_str_eq(only_misuse(&again)->message, f->message);
		done(&again);
		done(&e);
	}
}

static void is_right(const char *name, const char *expected)
{
	struct explored e;

	for (size_t i = 0; i < 2; i++) {
		EXPLORE(&e, name, .strategy = strategies[i], DETECT);
		ck_assert_str_eq(outcomes(&e), expected);
		ck_assert_ptr_null(found(&e, MPCK_MISUSE));
		done(&e);
	}
}

START_TEST(who_ends_with_a_lock_left_it_behind)
{
	const char *text = "Process-1 ended holding lock#1, which it took here "
			   "and nobody released (";

	is_misuse("left-owned", text, line_of("left.c", "kept"));
	is_misuse("left-unowned", text, line_of("left.c", "kept"));
	is_misuse("left-freed", text, NULL);
	is_misuse("left-thread", "Thread-1 ended holding lock#1", NULL);
}
END_TEST

START_TEST(who_ends_with_a_share_left_it_behind)
{
	is_misuse("left-reader", "Process-1 ended holding rwlock#1",
		  line_of("left.c", "share"));
}
END_TEST

START_TEST(a_lock_that_was_released_is_not_left_behind)
{
	is_right("left-released", "x=1");
}
END_TEST

/* By its own rule the release is wrong; nothing is said of the end. */
START_TEST(a_lock_that_another_one_released_is_not_left_behind)
{
	is_misuse("left-handed_over",
		  "main released lock#1, which Process-1 holds", NULL);
}
END_TEST

START_TEST(a_death_that_is_dealt_with_is_no_misuse)
{
	is_right("left-repaired", "x=1");
	is_misuse("left-not_repaired", "Process-1 ended holding lock#1", NULL);
}
END_TEST

START_TEST(who_was_stopped_had_no_choice)
{
	is_right("left-killed", "x=1");
	is_right("left-stopped", "x=1");
}
END_TEST

START_TEST(an_access_without_the_lock_of_all_others_is_misuse)
{
	is_misuse("protect-forgotten",
		  "Process-1 writes raw value#1 without lock#1, which all "
		  "others hold", line_of("protect.c", "careless"));
}
END_TEST

START_TEST(a_lock_each_is_misuse)
{
	is_misuse("protect-own", "raw value#1 is accessed by Process-1 under "
		  "lock#1 and by Process-2 under lock#2: a lock that only one "
		  "task takes keeps nobody out", NULL);
}
END_TEST

START_TEST(another_lock_is_misuse)
{
	is_misuse("protect-wrong", "under lock#1 and by Process-3 under lock#2"
		  ": different locks keep nobody out", NULL);
}
END_TEST

START_TEST(who_writes_as_a_reader_misuses_the_lock)
{
	is_misuse("protect-reading_writer", "Process-1 writes raw value#1 "
		  "under rwlock#1, which it holds only to read",
		  line_of("protect.c", "as reader"));
}
END_TEST

START_TEST(what_is_done_alone_needs_no_lock)
{
	is_right("protect-right", "x=1");
	is_right("protect-readers_and_writer", "x=1");
}
END_TEST

START_TEST(what_a_permit_or_a_join_orders_needs_no_lock)
{
	is_right("protect-handed", "x=1");
	is_right("protect-one_after_other", "x=1");
}
END_TEST

START_TEST(a_value_has_a_lock_of_its_own)
{
	is_right("protect-guarded", "x=0");
}
END_TEST

START_TEST(another_cell_is_another_matter)
{
	is_right("protect-two_cells", "x=1");
}
END_TEST

/* Wrong, but no lock was misused that anybody agreed on. */
START_TEST(where_there_is_no_agreement_none_is_broken)
{
	is_right("protect-no_locks", "x=1");
	is_right("protect-two_careless", "x=1");
	is_right("protect-two_careless_last", "x=1");
}
END_TEST

UNIT_MAIN(
	UNIT(who_ends_with_a_lock_left_it_behind)
	UNIT(who_ends_with_a_share_left_it_behind)
	UNIT(a_lock_that_was_released_is_not_left_behind)
	UNIT(a_lock_that_another_one_released_is_not_left_behind)
	UNIT(a_death_that_is_dealt_with_is_no_misuse)
	UNIT(who_was_stopped_had_no_choice)
	UNIT(an_access_without_the_lock_of_all_others_is_misuse)
	UNIT(a_lock_each_is_misuse)
	UNIT(another_lock_is_misuse)
	UNIT(who_writes_as_a_reader_misuses_the_lock)
	UNIT(what_is_done_alone_needs_no_lock)
	UNIT(what_a_permit_or_a_join_orders_needs_no_lock)
	UNIT(a_value_has_a_lock_of_its_own)
	UNIT(another_cell_is_another_matter)
	UNIT(where_there_is_no_agreement_none_is_broken)
)
