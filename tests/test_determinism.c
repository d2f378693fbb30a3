/* SPDX-License-Identifier: MIT */
/*
 * test_determinism.c - the same choices give the same execution: for every
 * shipped scenario, small.
 */
#include "explored.h"

static const char *const scenarios[] = {
#define SCENARIO(id, name) "/" name,
#include "../scenarios/scenarios.def"
#undef SCENARIO
};
enum { SCENARIOS = sizeof(scenarios) / sizeof(scenarios[0]) };

/* Small values for the parameters it has. */
static void open_small(struct explored *e, const char *name)
{
	static const char *const small[] = {
		"n=2", "p=2", "k=2", "workers=2", "tasks=4", "squares=5",
	};
	char ignored[MPCK_SENTENCE];

	*e = (struct explored){ .module = open_module(name) };
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		(void)mpck_module_set(e->module, small[i], ignored);
}

START_TEST(an_audit_of_every_scenario_finds_nothing)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct explored e;

		open_small(&e, scenarios[i]);
		EXPLORE_AGAIN(&e, .strategy = "random", .seed = 11,
			      .executions = 50, .audit = true);
		ck_assert_msg(e.err == 0, "%s: %s", scenarios[i], e.sentence);
		done(&e);
	}
}
END_TEST

START_TEST(an_audit_names_the_first_difference)
{
	struct explored e;

	EXPLORE(&e, "choices-uncontrolled_value", .strategy = "random",
		.executions = 1, .audit = true);
	ck_assert_int_eq(e.err, MPCK_EINTERNAL);
	ck_assert_ptr_nonnull(strstr(e.sentence, "audit: execution 0 differs"));
	ck_assert_ptr_nonnull(strstr(e.sentence, "main"));
	done(&e);
}
END_TEST

/* lrand48() starts from a fixed seed, so this is no matter of chance. */
START_TEST(dfs_notices_other_choices)
{
	struct explored e;

	EXPLORE(&e, "choices-uncontrolled_choices");
	ck_assert_int_eq(e.err, MPCK_EINTERNAL);
	ck_assert_ptr_nonnull(strstr(e.sentence, "took other choices"));
	done(&e);
}
END_TEST

START_TEST(an_audit_counts_as_without)
{
	struct explored e, audited;

	EXPLORE(&e, "/balance-unlocked", .set = { "n=1" });
	EXPLORE(&audited, "/balance-unlocked", .set = { "n=1" },
		.audit = true);
	ck_assert_str_eq(counts(&e), counts(&audited));
	done(&e);
	done(&audited);
}
END_TEST

/* A token at most for each of the first ten outcomes. */
START_TEST(the_outcomes_of_every_scenario_replay)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct explored e, again;

		open_small(&e, scenarios[i]);
		open_small(&again, scenarios[i]);
		EXPLORE_AGAIN(&e, .strategy = "random", .seed = 12,
			      .executions = 200);
		ck_assert_msg(e.err == 0, "%s: %s", scenarios[i], e.sentence);
		for (size_t o = 0; o < e.result.noutcomes && o < 10; o++) {
			const struct mpck_outcome *was = &e.result.outcomes[o];

			EXPLORE_AGAIN(&again, .strategy = "replay",
				      .executions = 1, .token = was->token);
			ck_assert_msg(again.err == 0, "%s %s: %s", scenarios[i],
				      was->token, again.sentence);
			ck_assert_str_eq(again.result.outcomes[0].text,
					 was->text);
		}
		done(&e);
		done(&again);
	}
}
END_TEST

static void same_text(const char *a, const char *b)
{
	ck_assert_str_eq(a ? a : "", b ? b : "");
}

static void same_events(const struct mpck_result *a,
			const struct mpck_result *b)
{
	ck_assert_uint_eq(a->nevents, b->nevents);
	ck_assert_uint_eq(a->ntasks, b->ntasks);
	for (size_t i = 0; i < a->nevents; i++) {
		ck_assert_uint_eq(a->events[i].step, b->events[i].step);
		ck_assert_uint_eq(a->events[i].task, b->events[i].task);
		same_text(a->events[i].text, b->events[i].text);
		same_text(a->events[i].where, b->events[i].where);
	}
}

START_TEST(two_replays_have_the_same_events)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct explored e, one, other;
		const char *token;

		open_small(&e, scenarios[i]);
		open_small(&one, scenarios[i]);
		open_small(&other, scenarios[i]);
		EXPLORE_AGAIN(&e, .strategy = "random", .seed = 13,
			      .executions = 20);
		ck_assert_msg(e.err == 0, "%s: %s", scenarios[i], e.sentence);
		token = e.result.outcomes[e.result.noutcomes - 1].token;
		EXPLORE_AGAIN(&one, .strategy = "replay", .executions = 1,
			      .token = token, .record = true);
		EXPLORE_AGAIN(&other, .strategy = "replay", .executions = 1,
			      .token = token, .record = true);
		ck_assert_msg(one.err == 0, "%s: %s", scenarios[i],
			      one.sentence);
		ck_assert_uint_gt(one.result.nevents, 0);
		same_events(&one.result, &other.result);
		done(&e);
		done(&one);
		done(&other);
	}
}
END_TEST

START_TEST(events_have_their_operation_and_line)
{
	struct explored e;
	size_t writes = 0, starts = 0, ends = 0;

	EXPLORE(&e, "choices-digits", .strategy = "round-robin",
		.set = { "n=1" }, .record = true);
	for (size_t i = 0; i < e.result.nevents; i++) {
		const struct mpck_event *event = &e.result.events[i];

		starts += !strncmp(event->text, "starts Process-", 15);
		ends += !strcmp(event->text, "ends with exit code 0");
		if (strncmp(event->text, "write raw value#1", 17))
			continue;
		writes++;
		ck_assert_ptr_nonnull(event->where);
		ck_assert_int_eq(strncmp(event->where, "choices.c:", 10), 0);
	}
	ck_assert_uint_eq(writes, 3);
	ck_assert_uint_eq(starts, 3);
	ck_assert_uint_eq(ends, 4);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(an_audit_of_every_scenario_finds_nothing)
	UNIT(an_audit_names_the_first_difference)
	UNIT(dfs_notices_other_choices)
	UNIT(an_audit_counts_as_without)
	UNIT(the_outcomes_of_every_scenario_replay)
	UNIT(two_replays_have_the_same_events)
	UNIT(events_have_their_operation_and_line)
)
