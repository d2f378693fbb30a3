/* SPDX-License-Identifier: MIT */
/*
 * test_strategies.c - every strategy of the table, by itself and by what it
 * finds.
 */
#include "explored.h"
#include "strategies/strategy.h"

static const char *const names[] = {
#define STRATEGY(id, name) name,
#include "strategies/strategies.def"
#undef STRATEGY
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static bool is_replay(const char *name)
{
	return !strcmp(name, "replay");
}

START_TEST(the_table_has_every_row)
{
	ck_assert_uint_eq(mpck_nstrategies, NAMES);
	for (size_t i = 0; i < NAMES; i++) {
		ck_assert_ptr_eq(mpck_strategy_find(names[i]),
				 mpck_strategies[i]);
		ck_assert_str_eq(mpck_strategies[i]->name, names[i]);
		ck_assert_uint_gt(strlen(mpck_strategies[i]->summary), 0);
	}
	ck_assert_ptr_null(mpck_strategy_find("rand"));
}
END_TEST

START_TEST(an_unknown_strategy_is_a_sentence_that_names_them_all)
{
	struct explored e;

	EXPLORE(&e, "choices-forced", .strategy = "rand");
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	for (size_t i = 0; i < NAMES; i++)
		ck_assert_ptr_nonnull(strstr(e.sentence, names[i]));
	done(&e);
}
END_TEST

/* Programs with values, locks, ends, deadlocks and clocks. */
static const char *const programs[] = {
	"choices-digits", "life-counter", "life-unowned", "life-owner_dead",
	"life-timed_acquire", "life-alive", "time-two_sleepers",
	"faults-killed", "/lock-order", "memory-threads_share",
};
enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

static void replays(const char *program, const struct mpck_outcome *o)
{
	struct explored e;
	const char *set = strchr("/m", *program) ? NULL : "n=1";

	EXPLORE(&e, program, .strategy = "replay", .executions = 1,
		.token = o->token, .set = { set });
	ck_assert_msg(e.err == 0, "%s %s: %s", program, o->token, e.sentence);
	ck_assert_uint_eq(e.result.executions, 1);
	ck_assert_str_eq(e.result.outcomes[0].text, o->text);
	ck_assert_str_eq(e.result.outcomes[0].token, o->token);
	done(&e);
}

/* The shared conformance test: what a strategy reports can be replayed. */
START_TEST(every_outcome_of_every_strategy_replays)
{
	for (size_t s = 0; s < NAMES; s++) {
		for (size_t i = 0; i < PROGRAMS && !is_replay(names[s]); i++) {
			const char *p = programs[i];
			struct explored e;

			EXPLORE(&e, p, .strategy = names[s], .executions = 60,
				.set = { strchr("/m", *p) ? NULL : "n=1" });
			ck_assert_msg(e.err == 0, "%s %s: %s", names[s], p,
				      e.sentence);
			ck_assert(e.result.executions >= 1 ||
				  e.result.space.finished);
			for (size_t o = 0; o < e.result.noutcomes; o++)
				replays(p, &e.result.outcomes[o]);
			done(&e);
		}
	}
}
END_TEST

START_TEST(every_strategy_gives_the_same_twice)
{
	for (size_t s = 0; s < NAMES; s++) {
		struct explored e, again;

		if (is_replay(names[s]))
			continue;
		EXPLORE(&e, "choices-digits", .strategy = names[s], .seed = 5,
			.executions = 80, .set = { "n=1" });
		EXPLORE(&again, "choices-digits", .strategy = names[s],
			.seed = 5, .executions = 80, .set = { "n=1" });
		ck_assert_str_eq(counts(&e), counts(&again));
		ck_assert_str_eq(e.result.outcomes[0].token,
				 again.result.outcomes[0].token);
		done(&e);
		done(&again);
	}
}
END_TEST

START_TEST(random_differs_by_seed)
{
	struct explored e, other;

	EXPLORE(&e, "choices-digits", .strategy = "random", .seed = 1,
		.executions = 300, .set = { "n=1" });
	EXPLORE(&other, "choices-digits", .strategy = "random", .seed = 2,
		.executions = 300, .set = { "n=1" });
	ck_assert_str_ne(counts(&e), counts(&other));
	done(&e);
	done(&other);
}
END_TEST

struct random_run {
	const struct mpck_strategy_ops *ops;
	void *state;
};

static struct random_run new_random(uint64_t seed)
{
	struct random_run r = { .ops = mpck_strategy_find("random") };
	struct mpck_options o = { .seed = seed };
	char sentence[MPCK_SENTENCE];

	r.state = calloc(1, r.ops->state_size);
	ck_assert_ptr_nonnull(r.state);
	ck_assert_int_eq(r.ops->init(r.state, &o, NULL, sentence), 0);
	return r;
}

/* The first 20 picks among `count` of an execution, as text. */
static void picks(const struct random_run *r, uint64_t index, uint32_t count,
		  char text[21])
{
	struct mpck_point p = { .count = count };

	ck_assert(r->ops->begin(r->state, index));
	for (int i = 0; i < 20; i++) {
		uint32_t option = r->ops->pick(r->state, &p);

		ck_assert_uint_lt(option, count);
		text[i] = (char)('a' + option);
	}
	text[20] = '\0';
}

START_TEST(random_repeats_an_execution_without_those_before)
{
	struct random_run r = new_random(9), other = new_random(9);
	char first[21], again[21], third[21];

	picks(&r, 7, 26, first);
	picks(&r, 3, 26, third);
	picks(&r, 7, 26, again);
	ck_assert_str_eq(first, again);
	ck_assert_str_ne(first, third);
	picks(&other, 3, 26, again);
	ck_assert_str_eq(third, again);
	free(r.state);
	free(other.state);
}
END_TEST

/* Of 6,400 picks each option gets 100 on average.  The chance that one of 64
 * gets fewer than 50 or more than 160 is below 64 * 2 * 10^-7 (Chernoff). */
START_TEST(random_takes_every_option_about_equally_often)
{
	struct random_run r = new_random(4);
	uint32_t taken[64] = { 0 };
	char text[21];

	for (uint64_t i = 0; i < 320; i++) {
		picks(&r, i, 64, text);
		for (int k = 0; k < 20; k++)
			taken[(unsigned char)text[k] - 'a' < 64
				      ? (unsigned char)text[k] - 'a' : 0]++;
	}
	for (int i = 0; i < 64; i++) {
		ck_assert_uint_ge(taken[i], 50);
		ck_assert_uint_le(taken[i], 160);
	}
	free(r.state);
}
END_TEST

/*
 * The rarest interleaving of these has at most 8 binary choices and a
 * probability of at least 1/256: 8,000 executions miss one of 70 with less
 * than 70 * (255/256)^8000 < 10^-11.
 */
START_TEST(dfs_and_random_see_the_same_outcomes)
{
	static const char *const small[] = {
		"life-counter", "life-guarded", "life-owner_dead",
		"life-timed_join", "life-unowned", "life-overtaken",
		"time-unlocked", "time-two_sleepers", "faults-killed",
		"faults-crash_in_one", "/lock-order",
	};

	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		struct explored all, some;
		const char *set = *small[i] == '/' ? NULL : "n=2";

		EXPLORE(&all, small[i], .set = { set });
		EXPLORE(&some, small[i], .strategy = "random", .seed = 3,
			.executions = 8000, .set = { set });
		ck_assert_str_eq(outcomes(&some), outcomes(&all));
		ck_assert_uint_eq(some.result.nfindings, all.result.nfindings);
		done(&all);
		done(&some);
	}
}
END_TEST

START_TEST(dfs_says_when_it_was_stopped_early)
{
	struct explored e;

	EXPLORE(&e, "life-counter", .set = { "n=1" }, .executions = 5);
	ck_assert_uint_eq(e.result.executions, 5);
	ck_assert(!e.result.complete);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	done(&e);
	EXPLORE(&e, "life-counter", .set = { "n=1" }, .executions = 6);
	ck_assert_uint_eq(e.result.executions, 6);
	ck_assert(e.result.complete);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(random_never_claims_a_proof_of_choices)
{
	struct explored e;

	EXPLORE(&e, "life-counter", .set = { "n=1" }, .strategy = "random",
		.executions = 500);
	ck_assert_uint_eq(e.result.executions, 500);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	done(&e);
}
END_TEST

START_TEST(one_execution_is_a_proof_when_there_is_no_choice)
{
	for (size_t s = 0; s < NAMES; s++) {
		struct explored e;

		if (is_replay(names[s]))
			continue;
		EXPLORE(&e, "choices-forced", .strategy = names[s],
			.executions = 100);
		ck_assert_str_eq(outcomes(&e), "x=1");
		ck_assert_uint_le(e.result.executions, 1);
		ck_assert(e.result.complete);
		ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
		done(&e);
	}
}
END_TEST

START_TEST(round_robin_is_one_execution_in_turn)
{
	struct explored e;

	/* each reads 0, then each writes its digit; the last one stays */
	EXPLORE(&e, "choices-digits", .strategy = "round-robin",
		.set = { "n=1" }, .executions = 100);
	ck_assert_str_eq(counts(&e), "x=3:1");
	ck_assert(!e.result.complete);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	done(&e);
}
END_TEST

START_TEST(round_robin_takes_the_next_task_and_wraps)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find("round-robin");
	void *state = calloc(1, ops->state_size);
	struct mpck_point p = { .count = 3, .last = 4,
				.enabled = 1 << 1 | 1 << 4 | 1 << 6 };

	ck_assert(ops->begin(state, 0));
	ck_assert_uint_eq(ops->pick(state, &p), 2);
	p.last = 6;
	ck_assert_uint_eq(ops->pick(state, &p), 0);
	p.last = 1;
	ck_assert_uint_eq(ops->pick(state, &p), 1);
	p.last = UINT32_MAX;	/* nobody yet */
	ck_assert_uint_eq(ops->pick(state, &p), 0);
	p.last = 63;
	ck_assert_uint_eq(ops->pick(state, &p), 0);
	ck_assert(!ops->begin(state, 1));
	free(state);
}
END_TEST

/* Every path of a tree with 2, 3, ... options, in order, once. */
START_TEST(dfs_walks_the_whole_tree)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find("dfs");
	void *state = calloc(1, ops->state_size);
	int paths = 0, last = -1;

	while (ops->begin(state, (uint64_t)paths)) {
		struct mpck_point p = { .count = 2 };
		int path = 0;

		for (int depth = 0; depth < 3; depth++) {
			p.count = 2 + (uint32_t)depth;
			path = path * 10 + (int)ops->pick(state, &p);
		}
		ck_assert_int_gt(path, last);
		last = path;
		paths++;
		ops->end(state);
		ck_assert_int_le(paths, 24);
	}
	ck_assert_int_eq(paths, 2 * 3 * 4);
	ops->fini(state);
	free(state);
}
END_TEST

START_TEST(dfs_refuses_a_program_that_changed)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find("dfs");
	void *state = calloc(1, ops->state_size);
	struct mpck_point p = { .count = 3 };

	ck_assert(ops->begin(state, 0));
	ck_assert_uint_eq(ops->pick(state, &p), 0);
	ops->end(state);
	ck_assert(ops->begin(state, 1));
	p.count = 2;
	ck_assert_uint_eq(ops->pick(state, &p), UINT32_MAX);
	ops->fini(state);
	free(state);
}
END_TEST

START_TEST(a_stop_ends_the_exploration_soon)
{
	volatile sig_atomic_t stop = 1;
	struct mpck_options o = { .strategy = "random", .stop = &stop,
				  .interleavings = 1000000 };
	struct mpck_module *m = open_module("life-unowned");
	char sentence[MPCK_SENTENCE];
	struct mpck_result r;

	ck_assert_int_eq(mpck_explore(m, &o, &r, sentence), 0);
	ck_assert(r.interrupted);
	ck_assert_uint_eq(r.executions, 1);
	ck_assert(!r.complete);
	mpck_result_fini(&r);
	mpck_module_close(m);
}
END_TEST

UNIT_MAIN(
	UNIT(the_table_has_every_row)
	UNIT(an_unknown_strategy_is_a_sentence_that_names_them_all)
	UNIT(every_outcome_of_every_strategy_replays)
	UNIT(every_strategy_gives_the_same_twice)
	UNIT(random_differs_by_seed)
	UNIT(random_repeats_an_execution_without_those_before)
	UNIT(random_takes_every_option_about_equally_often)
	UNIT(dfs_and_random_see_the_same_outcomes)
	UNIT(dfs_says_when_it_was_stopped_early)
	UNIT(random_never_claims_a_proof_of_choices)
	UNIT(one_execution_is_a_proof_when_there_is_no_choice)
	UNIT(round_robin_is_one_execution_in_turn)
	UNIT(round_robin_takes_the_next_task_and_wraps)
	UNIT(dfs_walks_the_whole_tree)
	UNIT(dfs_refuses_a_program_that_changed)
	UNIT(a_stop_ends_the_exploration_soon)
)
