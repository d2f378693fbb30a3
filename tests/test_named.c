/* SPDX-License-Identifier: MIT */
/*
 * test_named.c - schedules by names: the same execution again, and as much of it
 * as an edited program still has.
 */
#include "explored.h"
#include "explore/named.h"

/* The token by names of each outcome of a module leads to that outcome with the
 * same choices. */
static void every_outcome_comes_back(const char *name, const char *set,
				     const char *more)
{
	struct explored all, one, again;

	EXPLORE(&all, name, .set = { set, more }, .strategy = "prove");
	ck_assert_msg(all.err == 0, "%s", all.sentence);
	ck_assert_uint_gt(all.result.noutcomes, 1);
	for (size_t i = 0; i < all.result.noutcomes; i++) {
		const struct mpck_outcome *o = &all.result.outcomes[i];

		EXPLORE(&one, name, .set = { set, more }, .strategy = "replay",
			.executions = 1, .token = o->token, .record = true);
		ck_assert_msg(one.err == 0, "%s", one.sentence);
		ck_assert_ptr_nonnull(one.result.named);
		EXPLORE(&again, name, .set = { set, more }, .strategy = "replay",
			.executions = 1, .token = one.result.named,
			.record = true);
		ck_assert_str_eq(outcomes(&again), o->text);
		ck_assert_str_eq(again.result.outcomes[0].token,
				 one.result.outcomes[0].token);
		ck_assert_str_eq(again.result.named, one.result.named);
		ck_assert_msg(strstr(again.result.note, "followed all") != NULL,
			      "%s", again.result.note);
		done(&again);
		done(&one);
	}
	done(&all);
}

START_TEST(every_schedule_has_names)
{
	every_outcome_comes_back("/raw-counter", "p=3", "k=1");
	every_outcome_comes_back("/raw-counter", "p=2", "k=3");
}
END_TEST

START_TEST(deadlocks_have_names)
{
	every_outcome_comes_back("/lock-order", NULL, NULL);
	every_outcome_comes_back("/philosophers-deadlock", "n=3", NULL);
}
END_TEST

START_TEST(alternatives_have_names)
{
	every_outcome_comes_back("edited-choosing", NULL, NULL);
}
END_TEST

/* Tasks that wait for each other go on where nobody has a choice. */
START_TEST(meetings_have_names)
{
	every_outcome_comes_back("/barrier", NULL, NULL);
	every_outcome_comes_back("/condition-lost", NULL, NULL);
	every_outcome_comes_back("/joinable-queue-early-done", NULL, NULL);
	every_outcome_comes_back("/pool-imap-unordered", NULL, NULL);
}
END_TEST

START_TEST(deaths_and_polls_have_names)
{
	every_outcome_comes_back("/half-moved", NULL, NULL);
}
END_TEST

/* Process-1 has read, and is about to write. */
#define LOST "n1-Process-1:write:raw_value#1:1,Process-2,Process-1"

static void follows(const char *module, const char *outcome, const char *note)
{
	struct explored e;

	EXPLORE(&e, module, .strategy = "replay", .executions = 1,
		.token = LOST);
	ck_assert_str_eq(outcomes(&e), outcome);
	ck_assert_str_eq(e.result.note, note);
	done(&e);
}

START_TEST(the_first_program_loses_an_update)
{
	struct explored e;

	follows("edited-first", "x=1", "followed all 3 points of the token");
	EXPLORE(&e, "edited-first", .strategy = "replay", .executions = 1,
		.token = LOST, .record = true);
	ck_assert_str_eq(e.result.named, LOST ",main");
	done(&e);
}
END_TEST

START_TEST(more_code_does_not_matter)
{
	follows("edited-extended", "x=1", "followed all 3 points of the token");
}
END_TEST

START_TEST(a_lock_keeps_the_other_away)
{
	follows("edited-locked", "x=2", "followed all 3 points of the token");
}
END_TEST

START_TEST(what_is_gone_is_told)
{
	follows("edited-atomic", "x=2", "followed 2 of the token's 3 points; "
		"this one did not come: Process-1:write:raw_value#1:1");
}
END_TEST

static void refuses(const char *token, const char *why)
{
	struct explored e;

	EXPLORE(&e, "edited-first", .strategy = "replay", .executions = 1,
		.token = token);
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	ck_assert_msg(strstr(e.sentence, why) != NULL, "%s", e.sentence);
	done(&e);
}

START_TEST(what_is_no_token_is_refused)
{
	refuses("n1", "has not the form");
	refuses("n1q-main", "has not the form");
	refuses("n1-main:write", "a point is");
	refuses("n1-main:write:x", "a point is");
	refuses("n1-main:write:x:", "a point is");
	refuses("n1-main:write:x:0", "a point is");
	refuses("n1-main:write:x:1x", "a point is");
	refuses("n1-main=", "a point is");
	refuses("n1-main=99999", "a point is");
	refuses("n1-main,,main", "a point is");
	refuses("n1-:write:x:1", "a point is");
}
END_TEST

UNIT_MAIN(
	UNIT(every_schedule_has_names)
	UNIT(deadlocks_have_names)
	UNIT(alternatives_have_names)
	UNIT(meetings_have_names)
	UNIT(deaths_and_polls_have_names)
	UNIT(the_first_program_loses_an_update)
	UNIT(more_code_does_not_matter)
	UNIT(a_lock_keeps_the_other_away)
	UNIT(what_is_gone_is_told)
	UNIT(what_is_no_token_is_refused)
)
