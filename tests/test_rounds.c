/* SPDX-License-Identifier: MIT */
/*
 * test_rounds.c - livelocks and starvation in whole programs: which of the two
 * it is, what is said of it, and what its token shows.
 */
#include "detectors/detector.h"
#include "explain/explanation.h"
#include "explore/token.h"
#include "explored.h"

#define PROVE(e, name, ...) \
	EXPLORE(e, name, .strategy = "prove", .detect = true, \
		.undetected = MPCK_BIT(MPCK_DETECTOR_data_race), __VA_ARGS__)

static void has(const char *text, const char *part)
{
	ck_assert_msg(text && strstr(text, part), "'%s' is not in '%s'", part,
		      text ? text : "(nothing)");
}

static void has_line(const char *text, const char *what, const char *mark)
{
	char part[300];

	snprintf(part, sizeof(part), "%s (%s in ", what,
		 line_of("rounds.c", mark));
	has(text, part);
}

/* The finding is there, and explained; nothing else of its kinds is. */
static const struct mpck_explanation *is_kind(const struct explored *e,
					      enum mpck_finding_kind kind,
					      enum mpck_cycle cycle)
{
	const struct mpck_found *f = found(e, kind);

	ck_assert_msg(e->err == 0, "%s", e->sentence);
	ck_assert_int_eq(e->result.space.cycle, cycle);
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(e->result.verdict, MPCK_FAILED);
	ck_assert(!e->result.as_expected);
	ck_assert_ptr_null(found(e, kind == MPCK_LIVELOCK ? MPCK_STARVATION
							  : MPCK_LIVELOCK));
	ck_assert_ptr_nonnull(f->why);
	ck_assert_uint_gt(f->why->trace.round, 0);
	return f->why;
}

static void replays_by_names(const char *name, const char *token,
			     enum mpck_finding_kind kind,
			     const struct mpck_found *f)
{
	struct explored e;

	ck_assert_msg(!strncmp(token, "n1r-", 4), "%s", token);
	EXPLORE(&e, name, .strategy = "replay", .executions = 1,
		.token = token);
	ck_assert_msg(e.err == 0, "%s: %s", token, e.sentence);
	only_finding(&e, kind, f->message);
	ck_assert_str_eq(found(&e, kind)->token, f->token);
	has(e.result.note, "followed all");
	done(&e);
}

/* The token shows it again; the flipped one ends. */
static void replays(const struct explored *e, const char *name,
		    enum mpck_finding_kind kind)
{
	const struct mpck_found *f = found(e, kind), *again;
	const struct mpck_explanation *why = f->why;
	struct explored r;

	EXPLORE(&r, name, .strategy = "replay", .executions = 1,
		.token = f->token, .explain = true, .record = true);
	ck_assert_msg(r.err == 0, "%s: %s", f->token, r.sentence);
	only_finding(&r, kind, f->message);
	again = found(&r, kind);
	ck_assert_str_eq(outcomes(&r), "(no end)");
	ck_assert_str_eq(r.result.outcomes[0].token, f->token);
	ck_assert_str_eq(again->why->cause.sentence, why->cause.sentence);
	ck_assert_uint_eq(again->why->trace.round, why->trace.round);
	ck_assert_uint_eq(r.result.trace->round, why->trace.round);
	ck_assert_uint_eq(r.result.steps, why->trace.operations);
	replays_by_names(name, r.result.named, kind, f);
	done(&r);
	if (!why->cause.verified)
		return;
	EXPLORE(&r, name, .strategy = "replay", .executions = 1,
		.token = why->cause.flipped_token);
	ck_assert_str_eq(outcomes(&r), why->cause.flipped_outcome);
	ck_assert_uint_eq(r.result.nfindings, 0);
	done(&r);
}

/* Behind the round each variable holds what it held before. */
static const char *value_at(const struct mpck_trace *t, size_t variable,
			    size_t step)
{
	const char *value = t->variables[variable].initial;

	for (size_t i = 0; i < step; i++) {
		for (size_t k = 0; k < t->steps[i].nchanges; k++) {
			if (t->steps[i].changes[k].variable == variable)
				value = t->steps[i].changes[k].text;
		}
	}
	return value;
}

static void comes_back(const struct mpck_trace *t)
{
	size_t first = t->nsteps - t->round;

	ck_assert_uint_lt(first, t->nsteps);
	ck_assert_uint_gt(t->steps[first].number, 0);
	for (size_t v = 0; v < t->nvariables; v++)
		ck_assert_str_eq(value_at(t, v, first),
				 value_at(t, v, t->nsteps));
	if (first)
		ck_assert_uint_eq(t->steps[first - 1].blocked,
				  t->steps[t->nsteps - 1].blocked);
}

/* Who has an operation in the round. */
static mpck_taskset who_goes_on(const struct mpck_trace *t)
{
	mpck_taskset who = 0;

	for (size_t i = t->nsteps - t->round; i < t->nsteps; i++) {
		if (t->steps[i].kind == MPCK_STEP_OP)
			who |= mpck_set_of(t->steps[i].task);
	}
	return who;
}

START_TEST(who_is_never_fast_enough_starves)
{
	const struct mpck_explanation *why;
	struct explored e;

	PROVE(&e, "rounds-greedy", .explain = true);
	why = is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	ck_assert_str_eq(outcomes(&e), "(no end), x=1");
	has_line(found(&e, MPCK_STARVATION)->message,
		 "Process-2 can wait for ever for lock#1", "starves");
	has_line(why->cause.sentence, "Process-2 waits for lock#1", "starves");
	has_line(why->cause.sentence, "each time Process-1 releases it",
		 "gives");
	has_line(why->cause.sentence, "Process-1 acquires it again", "takes");
	ck_assert(why->cause.verified);
	ck_assert_str_eq(why->cause.flipped_outcome, "x=1");
	ck_assert_uint_eq(why->cause.nsteps, 3);
	ck_assert_uint_eq(who_goes_on(&why->trace), mpck_set_of(1));
	comes_back(&why->trace);
	replays(&e, "rounds-greedy", MPCK_STARVATION);
	done(&e);
}
END_TEST

START_TEST(several_may_starve)
{
	const struct mpck_explanation *why;
	struct explored e;

	PROVE(&e, "rounds-greedy_two", .explain = true);
	why = is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has(found(&e, MPCK_STARVATION)->message, "Process-2 and Process-3 can");
	has(why->cause.sentence, "Process-3 starves as well");
	replays(&e, "rounds-greedy_two", MPCK_STARVATION);
	done(&e);
}
END_TEST

/* One alone would do, but a round in which both have their turn is fairer. */
START_TEST(fewest_are_left_to_starve)
{
	const struct mpck_explanation *why;
	struct explored e;

	PROVE(&e, "rounds-greedy_pair", .explain = true);
	why = is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has_line(found(&e, MPCK_STARVATION)->message,
		 "Process-3 can wait for ever for lock#1", "starves");
	ck_assert_uint_eq(who_goes_on(&why->trace),
			  mpck_set_of(1) | mpck_set_of(2));
	comes_back(&why->trace);
	replays(&e, "rounds-greedy_pair", MPCK_STARVATION);
	done(&e);
}
END_TEST

START_TEST(threads_starve_as_well)
{
	struct explored e;

	PROVE(&e, "rounds-greedy_thread", .explain = true);
	is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has_line(found(&e, MPCK_STARVATION)->message,
		 "Thread-2 can wait for ever for lock#1", "starves");
	replays(&e, "rounds-greedy_thread", MPCK_STARVATION);
	done(&e);
}
END_TEST

START_TEST(permits_and_messages_starve_whom_they_pass)
{
	const struct mpck_explanation *why;
	struct explored e;

	PROVE(&e, "rounds-permits_gone", .explain = true);
	why = is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has(why->cause.sentence, "Process-2 waits for a permit of semaphore#1");
	replays(&e, "rounds-permits_gone", MPCK_STARVATION);
	done(&e);
	PROVE(&e, "rounds-messages", .explain = true);
	why = is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has(why->cause.sentence, "Process-3 waits for a message in queue#1");
	has(why->cause.sentence, "Process-2 receives from it first");
	comes_back(&why->trace);
	replays(&e, "rounds-messages", MPCK_STARVATION);
	done(&e);
}
END_TEST

/* As primitives/include/mpp/rwlock.h promises: readers do not starve a writer,
 * writers do starve readers. */
START_TEST(writers_starve_readers_and_not_the_other_way_round)
{
	struct explored e;

	PROVE(&e, "rounds-readers", .explain = true);
	ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_WAITING);
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
	PROVE(&e, "rounds-writers", .explain = true);
	is_kind(&e, MPCK_STARVATION, MPCK_CYCLE_STARVING);
	has(found(&e, MPCK_STARVATION)->message,
	    "Process-3 can wait for ever for rwlock#1");
	replays(&e, "rounds-writers", MPCK_STARVATION);
	done(&e);
}
END_TEST

START_TEST(who_gives_way_for_ever_is_in_a_livelock)
{
	const struct mpck_explanation *why;
	struct explored e;

	PROVE(&e, "rounds-polite", .explain = true);
	why = is_kind(&e, MPCK_LIVELOCK, MPCK_CYCLE_LIVE);
	has(found(&e, MPCK_LIVELOCK)->message,
	    "Process-1 and Process-2 can go on for ever");
	has(why->cause.sentence, "go round for ever");
	ck_assert(why->cause.verified);
	ck_assert_uint_eq(who_goes_on(&why->trace),
			  mpck_set_of(1) | mpck_set_of(2));
	comes_back(&why->trace);
	replays(&e, "rounds-polite", MPCK_LIVELOCK);
	done(&e);
}
END_TEST

static void only_waits(const char *name)
{
	struct explored e;

	PROVE(&e, name, .explain = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_WAITING);
	ck_assert_ptr_null(found(&e, MPCK_STARVATION));
	ck_assert_ptr_null(found(&e, MPCK_LIVELOCK));
	ck_assert_str_eq(outcomes(&e), "x=1");
	done(&e);
}

START_TEST(who_only_needs_a_turn_does_not_starve)
{
	only_waits("rounds-flag");
	only_waits("rounds-passed_on");
}
END_TEST

/* Nobody looks for it in executions: the author's word is not contradicted. */
START_TEST(only_a_search_finds_it)
{
	struct explored e;

	EXPLORE(&e, "/starved", .strategy = "random", .executions = 50,
		.detect = true);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	ck_assert_msg(e.result.as_expected, "%s", e.result.reason);
	done(&e);
	PROVE(&e, "/starved");
	ck_assert_int_eq(e.result.verdict, MPCK_FAILED);
	ck_assert(e.result.as_expected);
	done(&e);
	PROVE(&e, "/starved", .set = { "event=1" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert(e.result.as_expected);
	done(&e);
}
END_TEST

/* A token whose round does not lead back fits no more. */
START_TEST(a_round_that_does_not_come_back_is_none)
{
	struct explored e, r;
	struct mpck_token t;
	char *text;

	PROVE(&e, "rounds-greedy");
	ck_assert(!mpck_token_read(&t, found(&e, MPCK_STARVATION)->token,
				   e.module, e.sentence));
	ck_assert_uint_eq(t.round.count, 3);
	t.round.count--;
	text = mpck_token_of(t.learned, &(struct mpck_trail){
			t.choices, t.count, t.round }, e.module);
	EXPLORE(&r, "rounds-greedy", .strategy = "replay", .executions = 1,
		.token = text, .explain = true);
	ck_assert_int_eq(r.err, MPCK_EUSAGE);
	has(r.sentence, "do not lead back");
	done(&r);
	free(text);
	free(t.choices);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(who_is_never_fast_enough_starves)
	UNIT(several_may_starve)
	UNIT(fewest_are_left_to_starve)
	UNIT(threads_starve_as_well)
	UNIT(permits_and_messages_starve_whom_they_pass)
	UNIT(writers_starve_readers_and_not_the_other_way_round)
	UNIT(who_gives_way_for_ever_is_in_a_livelock)
	UNIT(who_only_needs_a_turn_does_not_starve)
	UNIT(only_a_search_finds_it)
	UNIT(a_round_that_does_not_come_back_is_none)
)
