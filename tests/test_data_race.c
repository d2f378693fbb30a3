/* SPDX-License-Identifier: MIT */
/*
 * test_data_race.c - the detector of data races, in executions and in proofs.
 *
 * The programs are modules/races.c and race_*.c: what orders two accesses, and
 * the same used so that it does not.  A race has two lines; nothing else is
 * reported.
 */
#include "explored.h"

#include "detectors/detector.h"

/* Is the module's marked line, 1 or 2, in the finding's message? */
static bool names_line(const struct mpck_found *f, const char *module,
		       const char *mark, int which)
{
	char file[80], name[80];

	snprintf(file, sizeof(file), "%.*s.c", (int)strcspn(module, "-"),
		 module);
	snprintf(name, sizeof(name), "%s %d", mark, which);
	return strstr(f->message, line_of(file, name)) != NULL;
}

static bool names_lines(const struct mpck_found *f, const char *module,
			const char *mark)
{
	return names_line(f, module, mark, 1) && names_line(f, module, mark, 2);
}

static size_t races_of(const struct explored *e)
{
	size_t n = 0;

	ck_assert_msg(e->err == 0, "%s", e->sentence);
	for (size_t i = 0; i < e->result.nfindings; i++)
		n += e->result.findings[i].kind == MPCK_DATA_RACE;
	return n;
}

/* What is found replays. */
static void replays(const char *module, const struct mpck_found *f)
{
	struct explored e;

	EXPLORE(&e, module, .strategy = "replay", .executions = 1,
		.token = f->token, .detect = true);
	ck_assert_uint_gt(races_of(&e), 0);
	done(&e);
}

/* mark: of its lines; NULL: there is no race. */
static void check(const struct explored *e, const char *module, const char *way,
		  const char *mark)
{
	const struct mpck_found *f = found(e, MPCK_DATA_RACE);

	ck_assert_msg(e->err == 0, "%s, %s: %s", module, way, e->sentence);
	ck_assert_msg(!f || mark, "%s, %s: %s", module, way,
		      f ? f->message : "");
	ck_assert_msg(f || !mark, "%s, %s: no data race", module, way);
	if (!f)
		return;
	ck_assert_msg(races_of(e) == 1, "%s, %s: %zu", module, way,
		      races_of(e));
	ck_assert_msg(names_lines(f, module, mark), "%s, %s: %s", module, way,
		      f->message);
	replays(module, f);
}

static void has_race(const char *module, const char *mark)
{
	struct explored e;

	EXPLORE(&e, module, .detect = true);
	check(&e, module, "dfs", mark);
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true);
	check(&e, module, "prove", mark);
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true, .count = true);
	check(&e, module, "prove, counting", mark);
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true,
		      .proof_only = true);
	check(&e, module, "prove, the proof alone", mark);
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true,
		      .proof_only = true, .no_silent = true,
		      .no_symmetry = true);
	check(&e, module, "prove, without reductions", mark);
	EXPLORE_AGAIN(&e, .strategy = "random", .detect = true,
		      .executions = 50);
	check(&e, module, "random", mark);
	done(&e);
}

static void has_none(const char *module)
{
	has_race(module, NULL);
}

/* The lines are marked with the program's name. */
static void races(const char *module)
{
	has_race(module, strchr(module, '-') + 1);
}

START_TEST(two_accesses_race_if_one_writes)
{
	races("races-nothing");
	has_none("races-two_reads");
}
END_TEST

START_TEST(twins_and_threads_race)
{
	races("races-twins");
	races("races-threads");
}
END_TEST

START_TEST(starts_and_ends_order)
{
	has_none("races-started");
	races("races-started_early");
	has_none("races-joined");
	races("races-joined_other");
	has_none("races-polled");
	races("races-polled_alive");
	has_none("races-timed_join");
	has_none("races-killed");
}
END_TEST

START_TEST(locks_order)
{
	has_none("race_locks-locked");
	races("race_locks-locked_once");
	has_none("race_locks-tried");
	has_none("race_locks-level");
	races("race_locks-level_left");
	has_none("race_locks-owner_dead");
}
END_TEST

/* It depends on what the other one did: see data_race.c. */
START_TEST(a_failed_attempt_orders_behind_what_it_found)
{
	races("race_locks-tried_in_vain");
	has_none("race_locks-tried_behind");
}
END_TEST

START_TEST(what_is_handed_over_orders)
{
	has_none("race_handover-sent");
	races("race_handover-sent_early");
	has_none("race_handover-permit");
	races("race_handover-permits_left");
	has_none("race_handover-told");
	races("race_handover-told_early");
	has_none("race_handover-met");
	has_none("race_handover-made_once");
	has_none("race_handover-wrote_as_writer");
	races("race_handover-wrote_as_reader");
}
END_TEST

START_TEST(atomics_order_by_their_memory_order)
{
	has_none("race_atomics-published_seq");
	has_none("race_atomics-published_release");
	has_none("race_atomics-passed_on");
	has_none("race_atomics-fenced");
	races("race_atomics-fenced_once");
}
END_TEST

/* In no state are both about to be made: only the executions show it. */
START_TEST(what_a_weak_order_leaves_open_is_seen_in_executions)
{
	struct explored e;

	races("race_atomics-published_relaxed");
	EXPLORE(&e, "race_atomics-published_relaxed", .strategy = "prove",
		.detect = true);
	ck_assert_uint_eq(e.result.space.races, 0);
	ck_assert(e.result.space.weak_orders);
	EXPLORE_AGAIN(&e, .strategy = "prove");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	EXPLORE(&e, "race_atomics-published_release", .strategy = "prove",
		.detect = true);
	ck_assert(!e.result.space.weak_orders);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

/* ... and that is an assumption of a proof without a race. */
START_TEST(a_proof_says_what_weak_orders_may_hide)
{
	struct explored e;
	bool said = false;

	EXPLORE(&e, "race_atomics-passed_on", .strategy = "prove", .detect = true);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	for (size_t i = 0; i < e.result.nassumptions; i++)
		said |= strstr(e.result.assumptions[i], "weak atomic") != NULL;
	ck_assert(said);
	done(&e);
}
END_TEST

START_TEST(time_does_not_order)
{
	races("races-waited_long");
}
END_TEST

static bool says(const struct explored *e, const char *mark)
{
	for (size_t i = 0; i < e->result.nfindings; i++) {
		if (names_lines(&e->result.findings[i], "race_atomics", mark))
			return true;
	}
	return false;
}

/* States show the flag's race alone, executions what lies behind it as well. */
START_TEST(behind_a_race_nothing_is_ordered)
{
	struct explored e;

	EXPLORE(&e, "race_atomics-published_plain", .detect = true);
	ck_assert_uint_eq(races_of(&e), 2);
	ck_assert(says(&e, "plain flag") && says(&e, "plain data"));
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true);
	ck_assert_uint_eq(races_of(&e), 1);
	ck_assert(says(&e, "plain flag"));
	done(&e);
}
END_TEST

START_TEST(accesses_of_common_bytes_race)
{
	races("races-overlap");
	has_none("races-neighbours");
	races("races-halves");
}
END_TEST

START_TEST(a_guard_orders_those_who_use_it)
{
	has_none("race_locks-guarded");
	races("race_locks-guarded_once");
	has_none("race_locks-guarded_by_hand");
	has_none("race_locks-guarded_with_limit");
}
END_TEST

START_TEST(memory_that_was_given_back_is_forgotten)
{
	has_none("races-reused");
}
END_TEST

START_TEST(items_of_an_array_are_one_finding)
{
	has_race("races-items_of_one", "items");
}
END_TEST

START_TEST(who_does_not_ask_is_not_told)
{
	struct explored e;

	EXPLORE(&e, "races-nothing", .detect = true,
		.undetected = MPCK_BIT(MPCK_DETECTOR_data_race));
	ck_assert_uint_eq(races_of(&e), 0);
	EXPLORE_AGAIN(&e, .strategy = "prove", .detect = true,
		      .undetected = MPCK_BIT(MPCK_DETECTOR_data_race));
	ck_assert_uint_eq(races_of(&e), 0);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	/* Nor is it missed where the author says that it must be found. */
	EXPLORE(&e, "/reorder", .strategy = "prove", .detect = true,
		.undetected = MPCK_BIT(MPCK_DETECTOR_data_race));
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert(e.result.as_expected);
	EXPLORE_AGAIN(&e, .strategy = "prove");
	ck_assert(e.result.as_expected);
	done(&e);
}
END_TEST

/* A proof against which nothing but races stand. */
START_TEST(only_races_are_told_from_other_failures)
{
	struct explored e;

	EXPLORE(&e, "/peterson-plain", .strategy = "prove", .detect = true);
	ck_assert_int_eq(e.result.verdict, MPCK_FAILED);
	ck_assert(e.result.as_expected && e.result.only_races);
	ck_assert_uint_gt(e.result.nassumptions, 0);
	done(&e);
	EXPLORE(&e, "/raw-counter", .strategy = "prove", .detect = true,
		.set = { "p=2", "k=1" });
	ck_assert(e.result.as_expected && !e.result.only_races);
	done(&e);
}
END_TEST

/* The shortest schedules of a proof: nothing, then both accesses. */
START_TEST(a_proof_shows_the_shortest_way_to_a_race)
{
	static const bool counting[] = { true, false };
	struct explored e;

	for (int i = 0; i < 2; i++) {
		size_t races = 0;

		EXPLORE(&e, "/raw-counter", .strategy = "prove",
			.detect = true, .count = counting[i],
			.set = { "p=3", "k=2" });
		for (size_t k = 0; k < e.result.nfindings; k++) {
			const struct mpck_found *f = &e.result.findings[k];
			struct explored r;

			if (f->kind != MPCK_DATA_RACE)
				continue;
			races++;
			EXPLORE(&r, "/raw-counter", .strategy = "replay",
				.executions = 1, .token = f->token,
				.detect = true, .record = true,
				.set = { "p=3", "k=2" });
			ck_assert_uint_gt(races_of(&r), 0);
			done(&r);
		}
		ck_assert_uint_eq(races, 2);
		done(&e);
	}
}
END_TEST

/*
 * What helgrind and DRD say of the scenarios as threads, as scenarios.def has
 * it and other tests hold, is what is said here.
 */
static const struct {
	const char *name, *params, *answer;
} threads[] = {
#define LIGHTER(name, params)
#define SMALL(name, params, count, forms)
#define THREADS(name, params, answer) { "/" name, #params, answer },
#include "scenarios/scenarios.def"
#undef SMALL
#undef THREADS
#undef LIGHTER
};

START_TEST(helgrind_and_drd_agree)
{
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		struct explored e = { .module = open_module(threads[i].name) };
		char *params = strdup(threads[i].params);

		for (char *at = strtok(params, "\"- "); at;
		     at = strtok(NULL, "\"- "))
			ck_assert(!mpck_module_set(e.module, at, e.sentence));
		explore_again(&e, &(const struct ask){
				.strategy = "auto", .executions = 100,
				.prove_seconds = 0.2, .detect = true });
		ck_assert_msg((races_of(&e) > 0) ==
			      !strcmp(threads[i].answer, "race"),
			      "%s: %zu data races, but helgrind and DRD say: %s",
			      threads[i].name, races_of(&e), threads[i].answer);
		free(params);
		done(&e);
	}
}
END_TEST

UNIT_MAIN(
	UNIT(two_accesses_race_if_one_writes)
	UNIT(twins_and_threads_race)
	UNIT(starts_and_ends_order)
	UNIT(locks_order)
	UNIT(a_failed_attempt_orders_behind_what_it_found)
	UNIT(what_is_handed_over_orders)
	UNIT(atomics_order_by_their_memory_order)
	UNIT(what_a_weak_order_leaves_open_is_seen_in_executions)
	UNIT(a_proof_says_what_weak_orders_may_hide)
	UNIT(time_does_not_order)
	UNIT(behind_a_race_nothing_is_ordered)
	UNIT(accesses_of_common_bytes_race)
	UNIT(a_guard_orders_those_who_use_it)
	UNIT(memory_that_was_given_back_is_forgotten)
	UNIT(items_of_an_array_are_one_finding)
	UNIT(who_does_not_ask_is_not_told)
	UNIT(only_races_are_told_from_other_failures)
	UNIT(a_proof_shows_the_shortest_way_to_a_race)
	UNIT(helgrind_and_drd_agree)
)
