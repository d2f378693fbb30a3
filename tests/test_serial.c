/* SPDX-License-Identifier: MIT */
/*
 * test_serial.c - the outcomes of one task after the other, and what is said of
 * those that no such order gives.
 *
 * JUDGE_PROGRAMS=n judges n generated programs of each kind instead of the
 * default numbers, JUDGE_SEED=s other ones.
 */
#include "judging.h"
#include "judging/correct.h"
#include "judging/serial.h"
#include "detectors/detector.h"
#include "machine/tools.h"

static const struct mpck_serial_job usual = { .most_states = 100000 };

/* The serial outcomes of a module of these tests or of a scenario. */
static char *serial_of(struct mpck_module *module, uint64_t *states,
		       bool *talk)
{
	struct mpck_serial s;
	char *text;

	open_for_plain(module);
	mpck_serial_find(&usual, &s);
	ck_assert(s.known);
	text = texts_of(&s.ends);
	if (states)
		*states = s.states;
	if (talk)
		*talk = s.talk;
	mpck_serial_fini(&s);
	mpck_machine_close();
	return text;
}

static void serial_are(const char *name, const char *expected, bool talk)
{
	struct mpck_module *m = open_module(name);
	bool talks;
	char *text = serial_of(m, NULL, &talks);

	ck_assert_str_eq(text, expected);
	ck_assert(talks == talk);
	free(text);
	mpck_module_close(m);
}

START_TEST(a_parent_comes_before_its_child_or_behind)
{
	serial_are("serial-parent_and_child", "cell=1, cell=2", false);
}
END_TEST

START_TEST(every_order_of_different_tasks_is_run)
{
	serial_are("serial-different", "order=123, order=132, order=213, "
		   "order=231, order=312, order=321", false);
}
END_TEST

START_TEST(nobody_is_preempted)
{
	serial_are("serial-two_cells", "a=1 b=2, a=2 b=1", false);
	serial_are("/value-increment", "counter=4", false);
	serial_are("/lock-split", "counter=4", false);
	serial_are("/half-moved", "total=100", true);
}
END_TEST

START_TEST(others_go_on_where_one_waits)
{
	serial_are("serial-with_a_queue", "a=1 b=0, a=2 b=1", true);
}
END_TEST

START_TEST(a_busy_wait_is_a_wait)
{
	serial_are("serial-busy_turns", "turns=20", true);
}
END_TEST

/* Ten equal tasks have one order, not 3,628,800: a state an operation. */
START_TEST(twins_have_one_order)
{
	struct mpck_module *m = open_module("serial-twins");
	uint64_t states;
	char text[MPCK_SENTENCE], *ends;

	ck_assert(!mpck_module_set(m, "n=10", text));
	ends = serial_of(m, &states, NULL);
	ck_assert_str_eq(ends, "cell=100");
	ck_assert_uint_le(states, 250);
	free(ends);
	mpck_module_close(m);
}
END_TEST

START_TEST(too_many_orders_are_not_known)
{
	struct mpck_module *m = open_module("serial-different");
	struct mpck_serial_job job = { .most_states = 5 };
	static const volatile sig_atomic_t now = 1;
	struct mpck_serial s;

	open_for_plain(m);
	mpck_serial_find(&job, &s);
	ck_assert(!s.known);
	mpck_serial_fini(&s);
	job = (struct mpck_serial_job){ .most_states = 1000, .stop = &now };
	mpck_serial_find(&job, &s);
	ck_assert(!s.known);
	mpck_serial_fini(&s);
	mpck_machine_close();
	mpck_module_close(m);
}
END_TEST

/*
 * What is said.
 */
static void says(const char *strategy, const char *module, const char *text)
{
	struct explored e;
	const struct mpck_found *f;

	EXPLORE(&e, module, .strategy = strategy, .executions = 100,
		.seed = 1, .detect = true);
	ck_assert_msg(!e.err, "%s", e.sentence);
	f = found(&e, MPCK_NOT_SERIALISABLE);
	ck_assert_msg(!f == !text, "%s by %s: %s", module, strategy,
		      f ? f->message : "nothing");
	if (f)
		ck_assert_str_eq(f->message, text);
	done(&e);
}

static void all_say(const char *module, const char *text)
{
	says("dfs", module, text);
	says("prove", module, text);
	says("auto", module, text);
	says("random", module, text);
}

START_TEST(without_an_expectation_it_is_said_of_plain_programs)
{
	all_say("serial-two_cells", "no order of the processes, one after the "
		"other, ends with a=1 b=1; those give a=1 b=2 or a=2 b=1");
	all_say("serial-parent_and_child", NULL);
	all_say("serial-different", NULL);
}
END_TEST

START_TEST(nothing_is_said_of_those_who_are_meant_to_take_turns)
{
	all_say("serial-with_an_atomic", NULL);
	all_say("serial-with_a_queue", NULL);
	says("prove", "serial-busy_turns", NULL);
}
END_TEST

START_TEST(it_is_said_of_values_that_are_not_wanted)
{
	all_say("/value-increment", "no order of the processes, one after the "
		"other, ends with counter=3, nor with 1 other value that was "
		"seen; those give counter=4");
	/* The reader before the writer is an order, if not the one wanted. */
	all_say("/join-forgotten", NULL);
}
END_TEST

START_TEST(it_is_not_said_when_nobody_looks)
{
	struct explored e;

	EXPLORE(&e, "serial-two_cells");
	ck_assert_ptr_null(found(&e, MPCK_NOT_SERIALISABLE));
	EXPLORE_AGAIN(&e, .detect = true, .undetected =
		      1u << MPCK_DETECTOR_not_serialisable);
	ck_assert_ptr_null(found(&e, MPCK_NOT_SERIALISABLE));
	done(&e);
}
END_TEST

START_TEST(its_token_replays_it)
{
	struct explored e;
	char *token;

	EXPLORE(&e, "serial-two_cells", .detect = true);
	ck_assert_str_eq(found(&e, MPCK_NOT_SERIALISABLE)->outcome, "a=1 b=1");
	token = strdup(found(&e, MPCK_NOT_SERIALISABLE)->token);
	EXPLORE_AGAIN(&e, .strategy = "replay", .executions = 1,
		      .token = token, .detect = true);
	ck_assert_str_eq(outcomes(&e), "a=1 b=1");
	ck_assert_ptr_nonnull(found(&e, MPCK_NOT_SERIALISABLE));
	free(token);
	done(&e);
}
END_TEST

/*
 * Generated programs: the same by all interleavings.
 */
static bool is_plain_kind(unsigned kind)
{
	return kind <= ADD || kind == ACQUIRE || kind == RELEASE ||
	       kind == START || kind == JOIN || kind == FORGET ||
	       kind == OBSERVE || kind == EXIT;
}

/* Only what plain_run() can judge: nobody waits with a limit. */
static bool is_plain(const struct program *p)
{
	if (has_daemons(p))
		return false;
	for (int f = -1; f < FUNCTIONS; f++) {
		for (int i = 0; i < length_of(p, f); i++) {
			if (!is_plain_kind(kind_of(operation(p, f, i))))
				return false;
		}
		if (f >= 0 && function_ending(p, f) == SENDS)
			return false;
	}
	return true;
}

struct agreement {
	uint64_t programs, several, unserial;
};

static bool finds_unserial(struct mpck_module *module)
{
	const struct mpck_options o = { .strategy = "prove", .detect = true };
	struct run r = run_module(module, &o);
	bool is_found = false;

	ck_assert_msg(!r.err, "%s", r.sentence);
	for (size_t i = 0; i < r.result.nfindings; i++)
		is_found |= r.result.findings[i].kind == MPCK_NOT_SERIALISABLE;
	mpck_result_fini(&r.result);
	return is_found;
}

static void agree(struct judge *j, const struct program *p,
		  struct agreement *a)
{
	struct plain x = { .depth = 0 };
	struct mpck_serial s = { .known = false };
	char *plain, *serial, *all;
	bool unserial;

	set_params(j, p);
	open_for_plain(j->module);
	if (!plain_run(&x, j->most)) {
		mpck_machine_close();
		plain_fini(&x);
		return;
	}
	mpck_serial_find(&usual, &s);
	plain = texts_of(&x.serial);
	serial = texts_of(&s.ends);
	all = texts_of(&x.all);
	mpck_machine_close();	/* which has the names */
	ck_assert_msg(s.known && !strcmp(plain, serial), "%s", add_program(
		sentence("%s, not %s", serial, plain), p));
	/* A function's SPIN is a look, twice: not busy for ever. */
	unserial = strcmp(all, plain) != 0 && *plain;
	ck_assert_msg(finds_unserial(j->module) == unserial, "%s", add_program(
		sentence("%s of %s: %s be found", plain, all,
			 unserial ? "is to" : "is not to"), p));
	a->programs++;
	a->several += x.serial.noutcomes > 1;
	a->unserial += unserial;
	free(plain);
	free(serial);
	free(all);
	mpck_serial_fini(&s);
	plain_fini(&x);
}

static void agree_on(enum family family, uint64_t programs)
{
	struct judge j = judge_open("judged-program");
	struct agreement a = { 0 };
	uint64_t seed = from_environment("JUDGE_SEED", 1);

	programs = from_environment("JUDGE_PROGRAMS",
				    programs / (MPCK_ASAN ? 10 : 1));
	j.most = 3000;
	for (uint64_t i = 0; a.programs < programs; i++) {
		struct program p = throw_program(seed, family, i);

		if (is_plain(&p) && interleavings_at_most(&p) < 60000)
			agree(&j, &p, &a);
	}
	/* Both answers are asked for. */
	ck_assert_uint_gt(a.unserial, 0);
	ck_assert_uint_lt(a.unserial, a.programs);
	if (getenv("JUDGE_STATISTICS"))
		printf("%" PRIu64 " programs, %" PRIu64 " with several serial "
		       "outcomes, %" PRIu64 " with others\n", a.programs,
		       a.several, a.unserial);
	judge_close(&j);
}

START_TEST(all_interleavings_agree_on_cells)
{
	agree_on(FAMILY_CELLS, 400);
}
END_TEST

START_TEST(all_interleavings_agree_on_locks)
{
	agree_on(FAMILY_LOCKS, 300);
}
END_TEST

START_TEST(all_interleavings_agree_on_order)
{
	agree_on(FAMILY_ORDER, 400);
}
END_TEST

START_TEST(all_interleavings_agree_on_twins)
{
	agree_on(FAMILY_TWINS, 300);
}
END_TEST

/*
 * Correct programs: no detector finds anything.
 */
static void is_silent(struct judge *j, const struct program *p,
		      const struct mpck_options *options)
{
	struct run r = run_module(j->module, options);

	ck_assert_msg(!r.err, "%s", r.sentence);
	ck_assert_msg(!r.result.nfindings, "%s: %s", options->strategy,
		      add_program(sentence("%s", r.result.findings[0].message),
				  p));
	j->seen.outcomes += r.result.noutcomes;
	j->seen.with_several_outcomes += r.result.noutcomes > 1;
	mpck_result_fini(&r.result);
}

START_TEST(of_correct_programs_nothing_is_said)
{
	struct judge j = judge_open("judged-program");
	uint64_t programs = from_environment("JUDGE_PROGRAMS",
					     MPCK_ASAN ? 50 : 1000);
	uint64_t seed = from_environment("JUDGE_SEED", 1);
	const struct mpck_options proof = { .strategy = "prove",
					    .detect = true };
	struct mpck_options sample = { .strategy = "random", .detect = true,
				       .interleavings = 20 };

	for (uint64_t i = 0; i < programs; i++) {
		struct program p = throw_correct(seed, i);

		set_params(&j, &p);
		is_silent(&j, &p, &proof);
		sample.seed = i;
		is_silent(&j, &p, &sample);
	}
	/* They are no trivial ones. */
	ck_assert_uint_gt(j.seen.with_several_outcomes, programs / 8);
	if (getenv("JUDGE_STATISTICS"))
		printf("%" PRIu64 " correct programs, %" PRIu64 " runs of %"
		       PRIu64 " with several outcomes; no finding\n", programs,
		       j.seen.with_several_outcomes, 2 * programs);
	judge_close(&j);
}
END_TEST

UNIT_MAIN(
	UNIT(a_parent_comes_before_its_child_or_behind)
	UNIT(every_order_of_different_tasks_is_run)
	UNIT(nobody_is_preempted)
	UNIT(others_go_on_where_one_waits)
	UNIT(a_busy_wait_is_a_wait)
	UNIT(twins_have_one_order)
	UNIT(too_many_orders_are_not_known)
	UNIT(without_an_expectation_it_is_said_of_plain_programs)
	UNIT(nothing_is_said_of_those_who_are_meant_to_take_turns)
	UNIT(it_is_said_of_values_that_are_not_wanted)
	UNIT(it_is_not_said_when_nobody_looks)
	UNIT(its_token_replays_it)
	UNIT(all_interleavings_agree_on_cells)
	UNIT(all_interleavings_agree_on_locks)
	UNIT(all_interleavings_agree_on_order)
	UNIT(all_interleavings_agree_on_twins)
	UNIT(of_correct_programs_nothing_is_said)
)
