/* SPDX-License-Identifier: MIT */
/*
 * test_expect.c - what an author may say about outcomes and findings.
 */
#include "explore/expect.h"
#include "explored.h"

static struct mpck_module *module;
static struct mpck_expect *e;

/* An expectation that states nothing yet. */
static void begin(void)
{
	module = open_module("expects-nothing");
	e = mpck_expect_new(module);
	ck_assert_ptr_nonnull(e);
}

static void end(void)
{
	mpck_expect_free(e);
	mpck_module_close(module);
}

START_TEST(no_expectation_allows_every_outcome_and_no_finding)
{
	ck_assert(!mpck_expect_stated(NULL));
	ck_assert(!mpck_expect_states_possible(NULL));
	ck_assert(!mpck_expect_is_right(NULL, "x=1"));
	ck_assert(mpck_expect_is_possible(NULL, "x=1"));
	ck_assert(!mpck_expect_must(NULL, MPCK_CRASH));
	ck_assert(!mpck_expect_allows(NULL, MPCK_CRASH));
	ck_assert_uint_eq(mpck_expect_right_count(NULL), 0);
	mpck_expect_free(NULL);
	begin();
	ck_assert(!mpck_expect_stated(e));
	ck_assert(mpck_expect_is_possible(e, "x=1"));
	ck_assert(!mpck_expect_is_right(e, "x=1"));
	end();
}
END_TEST

START_TEST(a_module_without_expect_has_none)
{
	module = open_module("choices-forced");
	ck_assert_ptr_null(mpck_expect_new(module));
	mpck_module_close(module);
}
END_TEST

START_TEST(right_outcomes_are_the_only_possible_ones)
{
	begin();
	mpck_right(e, "x", -7);
	mpck_right_text(e, "array=[1,2]");
	ck_assert(mpck_expect_stated(e));
	ck_assert(mpck_expect_is_right(e, "x=-7"));
	ck_assert(mpck_expect_is_right(e, "array=[1,2]"));
	ck_assert(!mpck_expect_is_right(e, "x=7"));
	ck_assert(!mpck_expect_is_right(e, "x=-7 "));
	ck_assert(mpck_expect_is_possible(e, "x=-7"));
	ck_assert(!mpck_expect_is_possible(e, "x=7"));
	ck_assert_uint_eq(mpck_expect_right_count(e), 2);
	ck_assert_str_eq(mpck_expect_right_text(e, 0), "x=-7");
	ck_assert_str_eq(mpck_expect_right_text(e, 1), "array=[1,2]");
	end();
}
END_TEST

START_TEST(a_range_has_its_ends_and_steps)
{
	begin();
	mpck_possible(e, "x", -100, 50, 50);
	ck_assert(mpck_expect_states_possible(e));
	ck_assert(mpck_expect_is_possible(e, "x=-100"));
	ck_assert(mpck_expect_is_possible(e, "x=0"));
	ck_assert(mpck_expect_is_possible(e, "x=50"));
	ck_assert(!mpck_expect_is_possible(e, "x=100"));
	ck_assert(!mpck_expect_is_possible(e, "x=-150"));
	ck_assert(!mpck_expect_is_possible(e, "x=25"));
	ck_assert(!mpck_expect_is_right(e, "x=0"));
	end();
}
END_TEST

START_TEST(a_range_is_of_one_name_and_whole_numbers)
{
	begin();
	mpck_possible(e, "x", 0, 9, 1);
	ck_assert(!mpck_expect_is_possible(e, "xx=1"));
	ck_assert(!mpck_expect_is_possible(e, "y=1"));
	ck_assert(!mpck_expect_is_possible(e, "x=1 y=1"));
	ck_assert(!mpck_expect_is_possible(e, "x=1.5"));
	ck_assert(!mpck_expect_is_possible(e, "x="));
	ck_assert(!mpck_expect_is_possible(e, "x= 1"));
	ck_assert(!mpck_expect_is_possible(e, "x=+1"));
	ck_assert(!mpck_expect_is_possible(e, "x=[1]"));
	ck_assert(!mpck_expect_is_possible(e, "x=99999999999999999999"));
	ck_assert(!mpck_expect_is_possible(e, "(deadlock)"));
	end();
}
END_TEST

START_TEST(a_range_may_be_as_wide_as_numbers_are)
{
	begin();
	mpck_possible(e, "x", INT64_MIN, INT64_MAX, 5);
	ck_assert(mpck_expect_is_possible(e, "x=-9223372036854775808"));
	ck_assert(mpck_expect_is_possible(e, "x=-9223372036854775803"));
	ck_assert(!mpck_expect_is_possible(e, "x=-9223372036854775804"));
	ck_assert(mpck_expect_is_possible(e, "x=9223372036854775807"));
	end();
	begin();
	mpck_possible(e, "x", 3, 2, 1);	/* empty */
	ck_assert(!mpck_expect_is_possible(e, "x=2"));
	ck_assert(!mpck_expect_is_possible(e, "x=3"));
	end();
}
END_TEST

static bool is_even_text(const char *outcome)
{
	return strlen(outcome) % 2 == 0;
}

START_TEST(possible_ones_may_be_texts_and_questions)
{
	begin();
	mpck_right(e, "x", 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_possible_if(e, is_even_text);
	ck_assert(mpck_expect_is_possible(e, "x=1"));
	ck_assert(mpck_expect_is_possible(e, "(deadlock)"));
	ck_assert(mpck_expect_is_possible(e, "x=12"));
	ck_assert(!mpck_expect_is_possible(e, "x=2"));
	end();
}
END_TEST

START_TEST(findings_have_to_or_may_appear)
{
	begin();
	mpck_must_find(e, MPCK_DEADLOCK);
	mpck_may_find(e, MPCK_OVERFLOW);
	ck_assert(mpck_expect_stated(e));
	ck_assert(mpck_expect_must(e, MPCK_DEADLOCK));
	ck_assert(mpck_expect_allows(e, MPCK_DEADLOCK));
	ck_assert(!mpck_expect_must(e, MPCK_OVERFLOW));
	ck_assert(mpck_expect_allows(e, MPCK_OVERFLOW));
	ck_assert(!mpck_expect_allows(e, MPCK_CRASH));
	ck_assert(mpck_expect_is_possible(e, "x=1"));
	end();
}
END_TEST

START_TEST(an_exploration_compares_with_the_expectation)
{
	struct explored x;

	EXPLORE(&x, "/balance", .set = { "n=1" });
	ck_assert(x.result.as_expected);
	ck_assert_uint_eq(x.result.nexpected, 1);
	ck_assert_str_eq(x.result.expected_text[0], "balance=150");
	ck_assert(x.result.outcomes[0].right);
	done(&x);
	/* A bound too small to see the finding that must appear. */
	EXPLORE(&x, "/balance-unlocked", .set = { "n=1" }, .executions = 1);
	ck_assert(!x.result.as_expected);
	ck_assert_ptr_nonnull(strstr(x.result.reason, "did not appear"));
	done(&x);
}
END_TEST

UNIT_MAIN(
	UNIT(no_expectation_allows_every_outcome_and_no_finding)
	UNIT(a_module_without_expect_has_none)
	UNIT(right_outcomes_are_the_only_possible_ones)
	UNIT(a_range_has_its_ends_and_steps)
	UNIT(a_range_is_of_one_name_and_whole_numbers)
	UNIT(a_range_may_be_as_wide_as_numbers_are)
	UNIT(possible_ones_may_be_texts_and_questions)
	UNIT(findings_have_to_or_may_appear)
	UNIT(an_exploration_compares_with_the_expectation)
)
