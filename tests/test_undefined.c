/* SPDX-License-Identifier: MIT */
/*
 * test_undefined.c - who reads memory that the program calls undefined, and that
 * nobody has written, is told, in executions and in a search of states.
 */
#include "explored.h"

/* Nothing but this, as dfs and as a proof see it. */
static void finds(const char *name, const char *set, const char *text,
		  const char *line)
{
	static const char *const strategies[] = { "dfs", "prove" };
	struct explored e;

	for (int i = 0; i < 2; i++) {
		EXPLORE(&e, name, .strategy = strategies[i], .detect = true,
			.set = { set });
		ck_assert_msg(e.err == 0, "%s, %s: %s", name, strategies[i],
			      e.sentence);
		only_finding(&e, MPCK_UNINITIALISED, text);
		only_finding(&e, MPCK_UNINITIALISED, line);
		done(&e);
	}
}

static void finds_nothing(const char *name, const char *set)
{
	static const char *const strategies[] = { "dfs", "prove", "random" };
	struct explored e;

	for (int i = 0; i < 3; i++) {
		EXPLORE(&e, name, .strategy = strategies[i], .detect = true,
			.executions = i == 2 ? 200 : 0, .set = { set });
		ck_assert_msg(e.result.nfindings == 0, "%s: %s", name,
			      e.result.nfindings ? e.result.findings[0].message
						 : "");
		done(&e);
	}
}


/* A word for the line, so that it can be marked in the module. */
static const char *at(const char *mark)
{
	return line_of("undefined.c", mark);
}

START_TEST(each_kind_of_object_is_found_alone)
{
	finds("undefined-value_alone", NULL, "main reads value#1, which nobody "
	      "has written since main called it undefined", at("value"));
	finds("undefined-value_alone", NULL, "main reads value#1", at("called"));
	finds("undefined-raw_alone", NULL, "main reads raw value#1", "");
	finds("undefined-atomic_alone", NULL, "main updates atomic#1", "");
	finds("undefined-array_alone", NULL, "main reads array#1[2],",
	      at("slice"));
	finds("undefined-raw_array_alone", NULL, "main reads raw array#1[3],",
	      at("raw"));
	finds("undefined-segment_alone", NULL, "main reads segment#1[4],",
	      at("padding"));
}
END_TEST

START_TEST(an_update_reads_and_a_write_does_not)
{
	finds("undefined-updates", "n=0", "main updates value#1", "");
	finds("undefined-updates", "n=1", "main updates value#1", "");
	finds("undefined-updates", "n=2", "main updates value#1", "");
	finds("undefined-updates", "n=4", "main updates array#1[1]", "");
	finds_nothing("undefined-updates", "n=5");
}
END_TEST

/* One that finds nothing stores nothing, but it has compared. */
START_TEST(a_compare_exchange_reads)
{
	finds("undefined-updates", "n=3", "main updates value#1", "");
}
END_TEST

START_TEST(memory_that_is_made_anew_is_zeros)
{
	finds_nothing("undefined-made_again", NULL);
}
END_TEST

START_TEST(a_hundred_looks_are_one_finding)
{
	struct explored e;

	EXPLORE(&e, "undefined-many_looks");
	ck_assert_uint_eq(e.result.nfindings, 2);
	ck_assert_ptr_nonnull(found(&e, MPCK_UNINITIALISED));
	ck_assert_ptr_nonnull(found(&e, MPCK_RANGE));
	done(&e);
}
END_TEST

static void refuses(const char *set, enum mpck_finding_kind kind,
		    const char *text)
{
	struct explored e;

	EXPLORE(&e, "undefined-misused", .set = { set });
	only_finding(&e, kind, text);
	ck_assert_str_eq(outcomes(&e), "x=0");
	done(&e);
}

START_TEST(what_has_no_items_is_refused)
{
	refuses("n=0", MPCK_MISUSE, "main: mpck_undefined() of something that "
		"is no Value, Array, Atomic or Segment");
	refuses("n=1", MPCK_MISUSE, "main: mpck_undefined()");
	refuses("n=2", MPCK_MISUSE, "main: mpck_undefined()");
	refuses("n=3", MPCK_RANGE, "main: mpck_undefined_items() of items that "
		"the object does not have");
	refuses("n=4", MPCK_RANGE, "main: mpck_undefined_items()");
	refuses("n=5", MPCK_RANGE, "main: mpck_undefined_items()");
	finds_nothing("undefined-misused", "n=6");
}
END_TEST

START_TEST(what_was_given_back_is_not_to_be_called_undefined)
{
	struct explored e;

	EXPLORE(&e, "undefined-gone");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, "main used raw array#1");
	only_finding(&e, MPCK_USE_AFTER_DESTROY, at("gone"));
	done(&e);
}
END_TEST

/* What was called undefined before the first choice is so in each execution. */
START_TEST(a_slot_that_is_read_too_early_is_found)
{
	struct explored e;
	const struct mpck_found *f;

	EXPLORE(&e, "undefined-early");
	only_finding(&e, MPCK_UNINITIALISED, "Process-2 reads slots[1], which "
		     "nobody has written since main called it undefined");
	only_finding(&e, MPCK_UNINITIALISED, at("item"));
	only_finding(&e, MPCK_UNINITIALISED, at("slots"));
	f = found(&e, MPCK_UNINITIALISED);
	/* Both of one between the two of the other. */
	ck_assert_uint_eq(e.result.executions, 4);
	ck_assert_uint_eq(f->executions, 1);
	done(&e);
	EXPLORE(&e, "undefined-early", .strategy = "random", .executions = 400,
		.seed = 1);
	only_finding(&e, MPCK_UNINITIALISED, "Process-2 reads slots[1]");
	f = found(&e, MPCK_UNINITIALISED);
	/* Three choices of two: 50 of them, deviation 6.6. */
	ck_assert_uint_gt(f->executions, 15);
	ck_assert_uint_lt(f->executions, 85);
	done(&e);
}
END_TEST

START_TEST(a_slot_that_is_read_in_time_is_none)
{
	finds_nothing("undefined-late_enough", NULL);
}
END_TEST

START_TEST(a_finding_replays)
{
	struct explored e, again;

	EXPLORE(&e, "undefined-early", .strategy = "prove");
	EXPLORE(&again, "undefined-early", .strategy = "replay",
		.executions = 1, .token = e.result.findings[0].token);
	only_finding(&again, MPCK_UNINITIALISED,
		     e.result.findings[0].message);
	done(&again);
	done(&e);
}
END_TEST

START_TEST(a_buffer_that_is_used_again_holds_nothing_again)
{
	finds_nothing("undefined-recycled", "n=0");
	finds("undefined-recycled", "n=1", "Process-2 reads slots[1], which "
	      "nobody has written since Process-1 called it undefined",
	      at("again"));
}
END_TEST

/* Neither a data race nor a value that changes while the lock is held. */
START_TEST(the_call_takes_the_lock_of_its_object)
{
	struct explored e;

	finds("undefined-under_a_lock", NULL, "Process-2 reads value#1, which "
	      "nobody has written since Process-1 called it undefined",
	      at("locked"));
	EXPLORE(&e, "undefined-under_a_lock");
	ck_assert_str_eq(outcomes(&e), "same=1");
	done(&e);
}
END_TEST

/* 1 of C(12, 6) = 924, and of C(24, 12), which nobody executes one by one. */
START_TEST(the_one_interleaving_of_very_many_is_found)
{
	struct explored e;

	EXPLORE(&e, "undefined-rare", .set = { "n=6" });
	only_finding(&e, MPCK_UNINITIALISED, "Process-2 reads slots[0]");
	ck_assert_uint_eq(e.result.executions, 924);
	ck_assert_uint_eq(e.result.findings[0].executions, 1);
	done(&e);
	EXPLORE(&e, "undefined-rare", .strategy = "prove", .count = true,
		.set = { "n=12" });
	only_finding(&e, MPCK_UNINITIALISED, "Process-2 reads slots[0]");
	ck_assert_str_eq(e.result.interleavings, "2704156");
	done(&e);
}
END_TEST

START_TEST(threads_share_what_is_undefined)
{
	struct explored e;

	EXPLORE(&e, "undefined-threads", .strategy = "prove");
	ck_assert_ptr_nonnull(found(&e, MPCK_UNINITIALISED));
	ck_assert_ptr_null(found(&e, MPCK_MISUSE));
	ck_assert_str_eq(outcomes(&e), "x=5");
	done(&e);
}
END_TEST

/* raw is 7 either way; only who wrote it differs. */
START_TEST(states_that_differ_in_nothing_else_are_two)
{
	struct explored e;

	for (int i = 0; i < 2; i++) {
		EXPLORE(&e, "undefined-same_bytes",
			.strategy = i ? "prove" : "dfs");
		only_finding(&e, MPCK_UNINITIALISED, "Process-1 reads raw "
			     "value#2");
		ck_assert_str_eq(outcomes(&e), "(nothing observed), x=7");
		done(&e);
	}
}
END_TEST

/* set, call, get; and the call's own set before or behind the get. */
START_TEST(a_call_about_several_words_is_an_access_to_each)
{
	struct explored e;
	const struct mpck_found *f;

	for (int i = 0; i < 2; i++) {
		EXPLORE(&e, "undefined-two_words",
			.strategy = i ? "prove" : "dfs");
		only_finding(&e, MPCK_UNINITIALISED, "Process-2 reads raw "
			     "array#1[4], which nobody has written since "
			     "Process-1 called it undefined");
		only_finding(&e, MPCK_UNINITIALISED, at("both"));
		f = found(&e, MPCK_UNINITIALISED);
		if (i == 0)
			ck_assert_uint_eq(f->executions, 2);
		done(&e);
	}
}
END_TEST

UNIT_MAIN(
	UNIT(each_kind_of_object_is_found_alone)
	UNIT(an_update_reads_and_a_write_does_not)
	UNIT(a_compare_exchange_reads)
	UNIT(memory_that_is_made_anew_is_zeros)
	UNIT(a_hundred_looks_are_one_finding)
	UNIT(what_has_no_items_is_refused)
	UNIT(what_was_given_back_is_not_to_be_called_undefined)
	UNIT(a_slot_that_is_read_too_early_is_found)
	UNIT(a_slot_that_is_read_in_time_is_none)
	UNIT(a_finding_replays)
	UNIT(a_buffer_that_is_used_again_holds_nothing_again)
	UNIT(the_call_takes_the_lock_of_its_object)
	UNIT(the_one_interleaving_of_very_many_is_found)
	UNIT(threads_share_what_is_undefined)
	UNIT(states_that_differ_in_nothing_else_are_two)
	UNIT(a_call_about_several_words_is_an_access_to_each)
)
