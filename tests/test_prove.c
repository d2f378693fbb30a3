/* SPDX-License-Identifier: MIT */
/*
 * test_prove.c - strategies prove and auto: known answers, agreement with dfs,
 * what is said when there is no answer, schedules that show what was found.
 *
 * Source: closed forms, as in test_counts.c; numbers of states are those that
 * other searches found (docs/lessons.md), with the registers and stacks that
 * gcc -O2 leaves.
 */
#include "explored.h"
#include "machine/bytes.h"
#include "machine/machine.h"
#include "strategies/strategy.h"

#if defined(__GNUC__) && !defined(__clang__) && !MPCK_ASAN && \
	defined(__OPTIMIZE__) && defined(__x86_64__)
enum { KNOWN_STATES = 1 };
#else
enum { KNOWN_STATES = 0 };
#endif

#define PROVE(e, name, ...) \
	EXPLORE(e, name, .strategy = "prove", __VA_ARGS__)

/* "x=1:4, x=2:2", with how many interleavings give them. */
static const char *numbers(struct explored *e)
{
	struct mpck_result *r = &e->result;
	FILE *out;

	ck_assert_msg(e->err == 0, "%s", e->sentence);
	free(e->text);
	e->text = NULL;
	out = open_memstream(&e->text, &e->size);
	ck_assert_ptr_nonnull(out);
	qsort(r->outcomes, r->noutcomes, sizeof(*r->outcomes), by_text);
	for (size_t i = 0; i < r->noutcomes; i++)
		fprintf(out, "%s%s:%s", i ? ", " : "", r->outcomes[i].text,
			r->outcomes[i].interleavings
				? r->outcomes[i].interleavings : "-");
	fclose(out);
	return e->text;
}

/* Searched to the end. */
static void is_finished(const struct explored *e)
{
	ck_assert_msg(e->err == 0, "%s", e->sentence);
	ck_assert(e->result.space.searched);
	ck_assert(e->result.space.finished);
	ck_assert(e->result.complete);
	ck_assert_uint_eq(e->result.executions, 0);
	ck_assert(!e->result.out_of_time);
	ck_assert(!e->result.space.out_of_memory);
}

static void shares_add_up(const struct explored *e)
{
	double sum = 0;

	for (size_t i = 0; i < e->result.noutcomes; i++)
		sum += e->result.outcomes[i].share;
	ck_assert_double_eq_tol(sum, 1, 1e-9);
}

/* How many interleavings there are. */
static void has_interleavings(const char *name, const char *p, const char *k,
			      const char *expected)
{
	struct explored e;

	PROVE(&e, name, .set = { p, k }, .count = true);
	is_finished(&e);
	ck_assert_ptr_nonnull(e.result.interleavings);
	ck_assert_str_eq(e.result.interleavings, expected);
	shares_add_up(&e);
	done(&e);
}

START_TEST(unlocked_increments_are_counted)
{
	const char *name = "/raw-counter";

	has_interleavings(name, "p=2", "k=1", "6");
	has_interleavings(name, "p=3", "k=1", "90");
	has_interleavings(name, "p=4", "k=1", "2520");
	has_interleavings(name, "p=5", "k=1", "113400");
	has_interleavings(name, "p=2", "k=2", "70");
	has_interleavings(name, "p=2", "k=3", "924");
	has_interleavings(name, "p=2", "k=4", "12870");
	has_interleavings(name, "p=3", "k=2", "34650");
	/* 20! / 2^10, which dfs would not live to see */
	has_interleavings(name, "p=10", "k=1", "2375880867360000");
}
END_TEST

START_TEST(locked_increments_are_counted)
{
	const char *name = "/raw-counter-locked";

	has_interleavings(name, "p=2", "k=1", "2");
	has_interleavings(name, "p=3", "k=1", "6");
	has_interleavings(name, "p=2", "k=2", "6");
	has_interleavings(name, "p=2", "k=3", "20");
	has_interleavings(name, "p=3", "k=2", "90");
	has_interleavings("/balance", "n=5", NULL, "3628800");
	/* C(20, 10), and beyond 2^64: C(200, 100) */
	has_interleavings("/bank", "k=10", NULL, "184756");
	has_interleavings("/bank", "k=100", NULL,
			  "905485146561032811654041770774841638745045896754133"
			  "36841320");
}
END_TEST

START_TEST(the_unlocked_balance_is_counted)
{
	struct explored e;

	PROVE(&e, "/balance-unlocked", .set = { "n=2" });
	is_finished(&e);
	ck_assert_str_eq(e.result.interleavings, "2520");
	ck_assert_str_eq(numbers(&e),
			 "balance=0:176, balance=100:144, balance=150:704, "
			 "balance=200:600, balance=250:144, balance=300:176, "
			 "balance=50:576");
	ck_assert_int_eq(e.result.verdict, MPCK_FAILED);
	ck_assert(e.result.as_expected);
	shares_add_up(&e);
	done(&e);
}
END_TEST

/* All multiples of 50 from -150 to 600, each possible and one right. */
START_TEST(the_lesson_in_full_is_counted)
{
	struct explored e;

	PROVE(&e, "/balance-unlocked", .set = { "n=5" }, .count = true);
	is_finished(&e);
	ck_assert_str_eq(e.result.interleavings, "2375880867360000");
	ck_assert_uint_eq(e.result.noutcomes, 16);
	for (size_t i = 0; i < 16; i++) {
		const struct mpck_outcome *o = &e.result.outcomes[i];
		int balance = atoi(strchr(o->text, '=') + 1);

		ck_assert(o->possible && o->final);
		ck_assert_int_eq(balance % 50, 0);
		ck_assert_int_ge(balance, -150);
		ck_assert_int_le(balance, 600);
		ck_assert_int_eq(o->right, balance == 350);
	}
	shares_add_up(&e);
	if (KNOWN_STATES)
		ck_assert_uint_eq(e.result.space.states, 410411);
	done(&e);
}
END_TEST

START_TEST(unlocked_counters_end_anywhere_from_2)
{
	static const struct {
		const char *p, *k;
		int most;
	} sizes[] = { { "p=2", "k=2", 4 }, { "p=2", "k=5", 10 },
		      { "p=3", "k=3", 9 }, { "p=4", "k=2", 8 },
		      { "p=2", "k=10", 20 } };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct explored e;

		PROVE(&e, "/raw-counter", .set = { sizes[i].p, sizes[i].k });
		is_finished(&e);
		ck_assert_uint_eq(e.result.noutcomes,
				  (size_t)sizes[i].most - 1);
		for (size_t o = 0; o < e.result.noutcomes; o++) {
			int x = atoi(e.result.outcomes[o].text +
				     strlen("counter="));

			ck_assert_int_ge(x, 2);
			ck_assert_int_le(x, sizes[i].most);
		}
		done(&e);
	}
}
END_TEST

START_TEST(locked_lessons_are_proved)
{
	static const struct {
		const char *name, *set, *outcome;
		uint64_t states;
	} lessons[] = {
		{ "/balance", "n=5", "balance=350", 96 },
		{ "/bank", "k=100", "balance=200", 30401 },
		{ "/raw-counter-locked", "k=2", "counter=20", 0 },
	};

	for (size_t i = 0; i < sizeof(lessons) / sizeof(lessons[0]); i++) {
		struct explored e;

		PROVE(&e, lessons[i].name, .set = { lessons[i].set });
		is_finished(&e);
		ck_assert_str_eq(outcomes(&e), lessons[i].outcome);
		ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
		ck_assert(e.result.as_expected);
		if (KNOWN_STATES && lessons[i].states)
			ck_assert_uint_eq(e.result.space.states,
					  lessons[i].states);
		done(&e);
	}
}
END_TEST

/* Of the biggest lessons; see SLOW_CASE in tests.def. */
static void has_states(const char *name, const char *set, const char *also,
		       uint64_t states, size_t noutcomes)
{
	struct explored e;

	if (!KNOWN_STATES)
		return;
	PROVE(&e, name, .set = { set, also });
	is_finished(&e);
	ck_assert_uint_eq(e.result.space.states, states);
	ck_assert_uint_eq(e.result.noutcomes, noutcomes);
	done(&e);
}

START_TEST(ten_locked_counters_have_their_states)
{
	has_states("/raw-counter-locked", NULL, NULL, 1108536, 1);
}
END_TEST

/* A get does not remember what was set before it: that were 757,126. */
START_TEST(unlocked_counters_have_their_states)
{
	has_states("/raw-counter", "p=4", "k=4", 193828, 15);
}
END_TEST

START_TEST(the_unlocked_bank_has_its_states)
{
	has_states("/bank-unlocked", "k=30", NULL, 1955541, 61);
}
END_TEST

/*
 * The same without reductions, and by dfs.
 */
static const struct {
	bool no_symmetry, no_silent;
} ways[] = { { false, false }, { true, false }, { false, true },
	     { true, true } };
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* A schedule by itself shows what it is said to show. */
static void replays(const char *name, const char *set,
		    const struct mpck_outcome *o)
{
	struct explored e;

	EXPLORE(&e, name, .strategy = "replay", .executions = 1,
		.token = o->token, .set = { set });
	ck_assert_msg(e.err == 0, "%s %s: %s", name, o->token, e.sentence);
	ck_assert_uint_eq(e.result.noutcomes, 1);
	ck_assert_msg(!strcmp(e.result.outcomes[0].text, o->text),
		      "%s: the token %s of %s gives %s", name, o->token,
		      o->text, e.result.outcomes[0].text);
	done(&e);
}

/* Is it found with these words?  Of values that are not wanted, a schedule by
 * itself knows no others. */
static bool is_found(const struct explored *e, const struct mpck_found *f)
{
	if (f->kind == MPCK_UNEXPECTED_VALUE)
		return found(e, f->kind) != NULL;
	for (size_t i = 0; i < e->result.nfindings; i++) {
		if (e->result.findings[i].kind == f->kind &&
		    !strcmp(e->result.findings[i].message, f->message))
			return true;
	}
	return false;
}

static void finding_replays(const char *name, const char *set,
			    const struct mpck_found *f)
{
	struct explored e;

	EXPLORE(&e, name, .strategy = "replay", .executions = 1,
		.token = f->token, .set = { set });
	ck_assert_msg(e.err == 0, "%s %s: %s", name, f->token, e.sentence);
	ck_assert_msg(is_found(&e, f), "%s: the token %s does not show: %s",
		      name, f->token, f->message);
	done(&e);
}

static void all_replay(const char *name, const char *set,
		       const struct explored *e)
{
	for (size_t i = 0; i < e->result.noutcomes; i++)
		replays(name, set, &e->result.outcomes[i]);
	for (size_t i = 0; i < e->result.nfindings; i++)
		finding_replays(name, set, &e->result.findings[i]);
}

static size_t findings_of(const struct explored *e, int kind)
{
	size_t n = 0;

	for (size_t i = 0; i < e->result.nfindings; i++)
		n += (int)e->result.findings[i].kind == kind;
	return n;
}

static void same_findings(const char *name, const struct explored *a,
			  const struct explored *b)
{
	for (int kind = 0; kind < MPCK_FINDING_KINDS; kind++)
		ck_assert_msg(findings_of(a, kind) == findings_of(b, kind),
			      "%s: %zu and %zu findings of kind %d", name,
			      findings_of(a, kind), findings_of(b, kind), kind);
	ck_assert_int_eq(a->result.verdict, b->result.verdict);
	ck_assert_int_eq(a->result.as_expected, b->result.as_expected);
}

/* Outcomes, their numbers and findings are those of dfs, in every way. */
static void agrees_with_dfs(const char *name, const char *set)
{
	struct explored all;

	EXPLORE(&all, name, .set = { set });
	ck_assert(all.result.complete);
	for (int i = 0; i < WAYS; i++) {
		struct explored e;

		PROVE(&e, name, .set = { set }, .count = true,
		      .no_symmetry = ways[i].no_symmetry,
		      .no_silent = ways[i].no_silent);
		is_finished(&e);
		ck_assert_str_eq(numbers(&e), counts(&all));
		ck_assert_uint_eq(strtoull(e.result.interleavings, NULL, 10),
				  all.result.executions);
		same_findings(name, &e, &all);
		all_replay(name, set, &e);
		done(&e);
	}
	done(&all);
}

START_TEST(shapes_that_break_reductions_agree_with_dfs)
{
	static const char *const shapes[] = {
		"asked_late", "asked_by_parent", "join_order", "first_failed",
		"exit_holding", "exit_over_holder", "grandchildren",
		"two_rounds", "both_observe",
		"waits_in_vain", "published", "published_too_early",
		"killed_between", "clock_readers", "detours", "short_and_long",
		"fails_at_length", "two_deadlocks",
		"timed_result", "timed_alone",
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		char name[100];

		snprintf(name, sizeof(name), "proofs-%s", shapes[i]);
		agrees_with_dfs(name, NULL);
	}
}
END_TEST

START_TEST(known_programs_agree_with_dfs)
{
	agrees_with_dfs("life-owner_dead", NULL);
	agrees_with_dfs("life-alive", NULL);
	agrees_with_dfs("life-timed_acquire", NULL);
	agrees_with_dfs("life-nested", NULL);
	agrees_with_dfs("faults-crash_in_one", NULL);
	agrees_with_dfs("faults-after_kill", NULL);
	agrees_with_dfs("time-two_sleepers", NULL);
	agrees_with_dfs("memory-threads_share", NULL);
	agrees_with_dfs("choices-digits", "n=1");
	agrees_with_dfs("/lock-order", NULL);
	agrees_with_dfs("/balance-unlocked", "n=2");
}
END_TEST

/* What dfs would not see the end of. */
START_TEST(outcomes_do_not_depend_on_the_reductions)
{
	struct explored first;

	PROVE(&first, "/balance-unlocked", .set = { "n=3" });
	for (int i = 1; i < WAYS; i++) {
		struct explored e;

		PROVE(&e, "/balance-unlocked", .set = { "n=3" },
		      .no_symmetry = ways[i].no_symmetry,
		      .no_silent = ways[i].no_silent);
		is_finished(&e);
		ck_assert_str_eq(outcomes(&e), outcomes(&first));
		ck_assert_uint_ge(e.result.space.states,
				  first.result.space.states);
		done(&e);
	}
	done(&first);
}
END_TEST

START_TEST(reductions_are_what_they_are_called)
{
	struct explored e;

	PROVE(&e, "/balance", .set = { "n=3" });
	ck_assert_uint_gt(e.result.space.twins, 0);
	ck_assert_uint_gt(e.result.space.silent, 0);
	ck_assert_uint_gt(e.result.space.silent_objects, 0);
	EXPLORE_AGAIN(&e, .strategy = "prove", .no_symmetry = true);
	ck_assert_uint_eq(e.result.space.twins, 0);
	ck_assert_uint_gt(e.result.space.silent, 0);
	EXPLORE_AGAIN(&e, .strategy = "prove", .no_silent = true);
	ck_assert_uint_gt(e.result.space.twins, 0);
	ck_assert_uint_eq(e.result.space.silent, 0);
	ck_assert_uint_eq(e.result.space.silent_objects, 0);
	ck_assert_uint_gt(e.result.space.visible_objects, 0);
	done(&e);
}
END_TEST

START_TEST(private_cells_cost_nothing)
{
	struct explored e;

	PROVE(&e, "/own-cells", .set = { "p=8", "k=50" });
	is_finished(&e);
	ck_assert_str_eq(outcomes(&e), "sum=400");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_uint_le(e.result.space.states, 8 * 50 + 1);
	ck_assert_uint_eq(e.result.space.visible_objects, 0);
	done(&e);
	PROVE(&e, "proofs-published");
	is_finished(&e);
	ck_assert_uint_eq(e.result.space.silent_objects, 2);
	ck_assert_uint_eq(e.result.space.visible_objects, 0);
	done(&e);
}
END_TEST

/*
 * No answer, and that is said.
 */
START_TEST(memory_is_not_exceeded)
{
	const uint64_t memory = 48 << 20;
	struct explored e;

	PROVE(&e, "/own-cells", .set = { "p=8", "k=50" }, .no_silent = true,
	      .memory = memory);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert(e.result.space.searched);
	ck_assert(!e.result.space.finished);
	ck_assert(e.result.space.out_of_memory);
	ck_assert(!e.result.out_of_time);
	ck_assert(!e.result.complete);
	ck_assert_uint_gt(e.result.space.states, 10000);
	/* It looks now and then only. */
	ck_assert_uint_le(e.result.space.bytes, memory + memory / 4);
	ck_assert_int_eq(e.result.verdict, MPCK_UNKNOWN);
	ck_assert_str_eq(outcomes(&e), "sum=400");
	all_replay("/own-cells", NULL, &e);
	done(&e);
}
END_TEST

/* Also where the table of states, which grows by leaps, is most of it. */
START_TEST(memory_for_a_bigger_table_is_asked_for_before)
{
	for (uint64_t megabytes = 8; megabytes <= 14; megabytes += 2) {
		struct explored e;

		PROVE(&e, "/raw-counter", .set = { "p=5", "k=4" },
		      .memory = megabytes << 20);
		ck_assert(e.result.space.out_of_memory);
		ck_assert_uint_le(e.result.space.bytes,
				  (megabytes << 20) + (megabytes << 18));
		done(&e);
	}
}
END_TEST

START_TEST(time_runs_out_with_what_was_found)
{
	struct explored e;

	PROVE(&e, "/raw-counter-locked", .seconds = 0.05);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert(e.result.out_of_time);
	ck_assert(!e.result.space.out_of_memory);
	ck_assert(!e.result.space.finished);
	ck_assert(!e.result.complete);
	ck_assert_int_eq(e.result.verdict, MPCK_UNKNOWN);
	ck_assert_uint_gt(e.result.space.states, 0);
	ck_assert_double_lt(e.result.space.done, 1);
	ck_assert_str_eq(outcomes(&e), "counter=100");
	all_replay("/raw-counter-locked", NULL, &e);
	done(&e);
	PROVE(&e, "/bank-unlocked", .set = { "k=90" }, .seconds = 0.05);
	ck_assert(e.result.out_of_time);
	ck_assert(!e.result.space.finished);
	ck_assert_uint_ge(e.result.noutcomes, 1);
	for (size_t i = 0; i < e.result.noutcomes; i += 7)
		replays("/bank-unlocked", "k=90", &e.result.outcomes[i]);
	done(&e);
}
END_TEST

START_TEST(auto_proves_what_is_small)
{
	struct explored e;

	EXPLORE(&e, "/balance", .strategy = "auto", .executions = 1000);
	is_finished(&e);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_str_eq(outcomes(&e), "balance=350");
	done(&e);
}
END_TEST

START_TEST(auto_samples_what_is_not)
{
	struct explored e;

	EXPLORE(&e, "/raw-counter-locked", .strategy = "auto",
		.executions = 50, .prove_seconds = 0.02);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_uint_eq(e.result.executions, 50);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	ck_assert(!e.result.complete);
	ck_assert(!e.result.out_of_time);
	ck_assert(e.result.space.searched);
	ck_assert(!e.result.space.finished);
	ck_assert_uint_gt(e.result.space.states, 0);
	ck_assert_uint_gt(e.result.space.bytes, 0);
	ck_assert_str_eq(counts(&e), "counter=100:50");
	all_replay("/raw-counter-locked", NULL, &e);
	done(&e);
	EXPLORE(&e, "/own-cells", .strategy = "auto", .no_silent = true,
		.memory = 16 << 20, .executions = 20, .prove_seconds = 50);
	ck_assert(e.result.space.out_of_memory);
	ck_assert_uint_eq(e.result.executions, 20);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	done(&e);
}
END_TEST

START_TEST(a_stop_ends_the_search)
{
	volatile sig_atomic_t stop = 1;
	struct explored e;

	PROVE(&e, "/raw-counter-locked", .stop = &stop);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert(e.result.interrupted);
	ck_assert(!e.result.complete);
	ck_assert(!e.result.out_of_time);
	ck_assert_uint_le(e.result.space.states, 1);
	ck_assert_int_eq(e.result.verdict, MPCK_UNKNOWN);
	done(&e);
	EXPLORE(&e, "/raw-counter-locked", .strategy = "auto", .stop = &stop,
		.executions = 1000);
	ck_assert(e.result.interrupted);
	ck_assert_uint_eq(e.result.executions, 0);
	done(&e);
}
END_TEST

static volatile sig_atomic_t stop_now;

static void stop_after_a_while(const struct mpck_result *so_far, void *calls)
{
	++*(int *)calls;
	ck_assert(so_far->space.searched);
	ck_assert_uint_gt(so_far->space.states, 0);
	ck_assert_uint_gt(so_far->space.transitions, 0);
	ck_assert_uint_gt(so_far->space.depth, 0);
	ck_assert_uint_le(so_far->space.depth, so_far->space.deepest);
	ck_assert_double_ge(so_far->space.done, 0);
	ck_assert_double_le(so_far->space.done, 1);
	stop_now = 1;
}

START_TEST(progress_is_told_and_a_stop_then_is_heard)
{
	struct explored e;
	int calls = 0;

	stop_now = 0;
	PROVE(&e, "/own-cells", .no_silent = true, .stop = &stop_now,
	      .memory = 1 << 30, .progress = stop_after_a_while,
	      .progress_context = &calls);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_int_eq(calls, 1);
	ck_assert(e.result.interrupted);
	ck_assert_int_eq(e.result.verdict, MPCK_UNKNOWN);
	/* It was stopped after half a second: perhaps before any end. */
	ck_assert(!*outcomes(&e) || !strcmp(outcomes(&e), "sum=400"));
	done(&e);
}
END_TEST

static void look(const struct mpck_result *so_far, void *states)
{
	*(uint64_t *)states = so_far->space.states;
}

/* The passes behind the proof also tell how far they are; what is said in the
 * end is the proof's.  (Nobody is told anything before 0.1 s.) */
START_TEST(figures_do_not_depend_on_who_looks_on)
{
	const char *k = MPCK_ASAN ? "k=20" : "k=32";
	struct explored e, watched;
	uint64_t states = 0;

	PROVE(&e, "/own-cells", .set = { "p=3", k }, .count = true);
	is_finished(&e);
	PROVE(&watched, "/own-cells", .set = { "p=3", k }, .count = true,
	      .progress = look, .progress_context = &states);
	is_finished(&watched);
	ck_assert_int_eq(watched.result.verdict, MPCK_PROVED);
	ck_assert_uint_eq(watched.result.space.states, e.result.space.states);
	ck_assert_uint_eq(watched.result.space.transitions,
			  e.result.space.transitions);
	ck_assert_uint_eq(watched.result.space.silent_objects,
			  e.result.space.silent_objects);
	done(&e);
	done(&watched);
}
END_TEST

/*
 * Cycles.
 */
/* A deadline that follows the real clock would be another state each time. */
START_TEST(waits_in_vain_come_back_to_the_state_they_were_in)
{
	struct explored e;

	PROVE(&e, "proofs-asked_again", .seconds = 10);
	is_finished(&e);
	ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_WAITING);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_str_eq(outcomes(&e), "over=1");
	done(&e);
}
END_TEST

START_TEST(busy_waits_are_proved_if_turns_are_fair)
{
	static const char *const programs[] = { "/peterson", "/dekker" };

	for (int i = 0; i < 2; i++) {
		struct explored e;
		bool said = false;

		PROVE(&e, programs[i], .count = true);
		is_finished(&e);
		ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_WAITING);
		ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
		ck_assert_str_eq(numbers(&e), "counter=4:unbounded");
		ck_assert_str_eq(e.result.interleavings, "unbounded");
		for (size_t a = 0; a < e.result.nassumptions; a++)
			said |= strstr(e.result.assumptions[a],
				       "not put off for ever") != NULL;
		ck_assert(said);
		all_replay(programs[i], NULL, &e);
		done(&e);
	}
}
END_TEST

static void is_livelock(const char *name)
{
	struct explored e;

	PROVE(&e, name);
	is_finished(&e);
	ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_LIVE);
	only_finding(&e, MPCK_LIVELOCK, "can go on for ever");
	ck_assert_str_eq(outcomes(&e), "(no end)");
	all_replay(name, NULL, &e);
	done(&e);
}

START_TEST(a_task_that_never_ends_is_a_livelock)
{
	is_livelock("faults-endless_operations");
	is_livelock("proofs-private_for_ever");
}
END_TEST

START_TEST(without_cycles_none_is_told)
{
	struct explored e;

	PROVE(&e, "/lock-order");
	is_finished(&e);
	ck_assert_int_eq(e.result.space.cycle, MPCK_CYCLE_NONE);
	done(&e);
}
END_TEST

/* Whether every execution ends is not known then. */
START_TEST(cycles_that_nobody_could_look_at_prove_nothing)
{
	struct explored e;
	uint64_t bytes;

	PROVE(&e, "/peterson", .set = { "k=12" });
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	bytes = e.result.space.bytes;
	EXPLORE_AGAIN(&e, .strategy = "prove", .memory = bytes + bytes / 8);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_uint_gt(e.result.space.states, 0);
	ck_assert(!e.result.space.finished);
	ck_assert_int_eq(e.result.verdict, MPCK_UNKNOWN);
	ck_assert(e.result.space.out_of_memory);
	ck_assert(!e.result.out_of_time);
	done(&e);
}
END_TEST

START_TEST(philosophers_who_all_begin_at_the_left_starve)
{
	struct explored e;

	PROVE(&e, "/philosophers-deadlock");
	is_finished(&e);
	ck_assert_str_eq(numbers(&e), "(deadlock):6, meals=3:228");
	only_finding(&e, MPCK_DEADLOCK, "Process-1 \u2192 lock#2");
	ck_assert(e.result.as_expected);
	all_replay("/philosophers-deadlock", NULL, &e);
	done(&e);
}
END_TEST

/*
 * What is said about it.
 */
START_TEST(audited_states_are_there)
{
	static const char *const programs[] = {
		"/balance-unlocked", "/philosophers-deadlock",
		"proofs-first_failed", "proofs-exit_holding",
		"proofs-clock_readers", "life-nested", "/peterson",
		"/queue-fifo", "proofs-timed_result", "proofs-timed_alone",
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const char *set = i ? NULL : "n=2";
		struct explored e;

		PROVE(&e, programs[i], .set = { set }, .audit = true);
		ck_assert_msg(e.err == 0, "%s: %s", programs[i], e.sentence);
		ck_assert(e.result.space.finished);
		ck_assert_uint_gt(e.result.space.audited,
				  e.result.space.states / 50);
		done(&e);
	}
}
END_TEST

START_TEST(a_proof_says_that_it_trusts_hashes)
{
	struct explored e;
	int said = 0;

	PROVE(&e, "/balance");
	for (size_t i = 0; i < e.result.nassumptions; i++)
		said += strstr(e.result.assumptions[i], "128-bit hash") != NULL;
	ck_assert_int_eq(said, 1);
	done(&e);
	EXPLORE(&e, "/balance", .set = { "n=1" });
	ck_assert_uint_gt(e.result.nassumptions, 0);
	for (size_t i = 0; i < e.result.nassumptions; i++)
		ck_assert_ptr_null(strstr(e.result.assumptions[i],
					  "128-bit hash"));
	done(&e);
}
END_TEST

static int by_name(const void *a, const void *b)
{
	return by_text(a, b);
}

START_TEST(a_search_is_the_same_twice)
{
	static const char *const programs[] = {
		"/balance-unlocked", "/philosophers-deadlock", "/peterson",
		"proofs-first_failed", "proofs-two_deadlocks",
		"proofs-clock_readers",
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const char *set = i ? NULL : "n=2";
		struct explored a, b;

		PROVE(&a, programs[i], .set = { set });
		PROVE(&b, programs[i], .set = { set });
		ck_assert_str_eq(numbers(&a), numbers(&b));
		ck_assert_uint_eq(a.result.space.states, b.result.space.states);
		ck_assert_uint_eq(a.result.space.transitions,
				  b.result.space.transitions);
		ck_assert_uint_eq(a.result.space.restarts,
				  b.result.space.restarts);
		ck_assert_uint_eq(a.result.nfindings, b.result.nfindings);
		qsort(a.result.outcomes, a.result.noutcomes,
		      sizeof(*a.result.outcomes), by_name);
		for (size_t o = 0; o < a.result.noutcomes; o++)
			ck_assert_str_eq(a.result.outcomes[o].token,
					 b.result.outcomes[o].token);
		for (size_t f = 0; f < a.result.nfindings; f++)
			ck_assert_str_eq(a.result.findings[f].token,
					 b.result.findings[f].token);
		done(&a);
		done(&b);
	}
}
END_TEST

/* More of them than a search keeps schedules for. */
START_TEST(of_many_outcomes_the_first_have_a_schedule_that_shows_them)
{
	struct explored e;
	size_t tokens = 0;

	PROVE(&e, "proofs-many_values", .set = { "n=6" });
	is_finished(&e);
	ck_assert_uint_eq(e.result.noutcomes, 924);	/* C(12, 6) */
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		const struct mpck_outcome *o = &e.result.outcomes[i];

		tokens += *o->token != '\0';
		if (*o->token && i % 7 == 0)
			replays("proofs-many_values", "n=6", o);
	}
	ck_assert_uint_ge(tokens, 256);
	done(&e);
	PROVE(&e, "/array-unlocked", .set = { "n=6" });
	is_finished(&e);
	ck_assert_uint_eq(e.result.noutcomes, 729);	/* 3^6 */
	only_finding(&e, MPCK_UNEXPECTED_VALUE, "other wrong values");
	finding_replays("/array-unlocked", "n=6", &e.result.findings[0]);
	done(&e);
}
END_TEST

/*
 * Shortest schedules.  Of each final value the schedule has as few visible
 * operations as any execution with that value; of a failure as few up to it.
 */
struct least {
	char text[60];
	uint64_t operations;
};

struct shortest {
	struct least least[50];
	size_t count;
	uint64_t failure;	/* operations up to a child's failure */
};

static void outcome_now(enum mpck_end end, char text[60])
{
	size_t size;
	const void *bytes = mpck_machine_outcome(&size);
	FILE *out = fmemopen(text, 60, "w");

	ck_assert_ptr_nonnull(out);
	if (end == MPCK_END_DEADLOCK)
		fputs("(deadlock)", out);
	else if (!size)
		fputs("(nothing observed)", out);
	else
		mpck_outcome_print(out, bytes, size);
	fclose(out);
}

/* Operations before a task ended otherwise than well; UINT64_MAX: none did. */
static uint64_t operations_to_failure(void)
{
	uint64_t operations = 0;
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);

	for (size_t i = 0; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_END && r[i].result)
			return operations;
		operations += r[i].kind == MPCK_EVENT_OP;
	}
	return UINT64_MAX;
}

static void note(struct shortest *s, enum mpck_end end)
{
	uint64_t steps = mpck_machine_steps();
	uint64_t failure = operations_to_failure();
	char text[60] = "";
	size_t i = 0;

	outcome_now(end, text);
	while (i < s->count && strcmp(s->least[i].text, text) != 0)
		i++;
	ck_assert_uint_lt(i, 50);
	if (i == s->count) {
		memcpy(s->least[s->count].text, text, sizeof(text));
		s->least[s->count++].operations = steps;
	}
	if (steps < s->least[i].operations)
		s->least[i].operations = steps;
	if (failure < s->failure)
		s->failure = failure;
}

/* Every execution that the strategy makes, at the machine itself. */
static void run_all(const char *name, const char *set, const char *strategy,
		    const char *token, struct shortest *s)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find(strategy);
	const struct mpck_options options = { .strategy = strategy,
					      .token = token };
	struct mpck_module *module = open_module(name);
	void *state = calloc(1, ops->state_size);
	struct mpck_machine_options o = { .pick = ops->pick,
					  .pick_context = state,
					  .max_steps = 100000, .record = true };
	char sentence[MPCK_SENTENCE] = "";

	*s = (struct shortest){ .failure = UINT64_MAX };
	if (set)
		ck_assert(!mpck_module_set(module, set, sentence));
	if (ops->init)
		ck_assert(!ops->init(state, &options, module, sentence));
	ck_assert_msg(!mpck_machine_open(module, &o, sentence), "%s", sentence);
	mpck_machine_exact(true);
	for (uint64_t i = 0; ops->begin(state, i); i++) {
		note(s, mpck_machine_execute());
		if (ops->end)
			ops->end(state);
	}
	mpck_machine_close();
	if (ops->fini)
		ops->fini(state);
	free(state);
	mpck_module_close(module);
}

static uint64_t least_operations(const struct shortest *s, const char *text)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!strcmp(s->least[i].text, text))
			return s->least[i].operations;
	}
	ck_abort_msg("dfs does not know %s", text);
	return 0;
}

static void schedules_are_shortest(const char *name, const char *set)
{
	struct shortest all, one;
	struct explored e;

	run_all(name, set, "dfs", NULL, &all);
	PROVE(&e, name, .set = { set });
	is_finished(&e);
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		const struct mpck_outcome *o = &e.result.outcomes[i];

		/* Where the token's exits are visible, dfs counts them too, but
		 * this replay does not know it. */
		run_all(name, set, "replay", o->token, &one);
		ck_assert_str_eq(one.least[0].text, o->text);
		ck_assert_msg(one.least[0].operations <=
			      least_operations(&all, o->text),
			      "%s: %s after %" PRIu64 " operations, not %"
			      PRIu64, name, o->text, one.least[0].operations,
			      least_operations(&all, o->text));
	}
	done(&e);
}

static void failure_is_soon(const char *name)
{
	struct shortest all, one;
	const struct mpck_found *f;
	struct explored e;

	run_all(name, NULL, "dfs", NULL, &all);
	PROVE(&e, name);
	is_finished(&e);
	f = found(&e, MPCK_CHILD_FAILURE);
	ck_assert_ptr_nonnull(f);
	run_all(name, NULL, "replay", f->token, &one);
	ck_assert_uint_lt(all.failure, UINT64_MAX);
	ck_assert_uint_eq(one.failure, all.failure);
	done(&e);
}

START_TEST(schedules_have_the_fewest_operations)
{
	schedules_are_shortest("proofs-short_and_long", NULL);
	schedules_are_shortest("proofs-detours", "n=0");
	schedules_are_shortest("proofs-detours", "n=1");
	schedules_are_shortest("proofs-exit_holding", NULL);
	schedules_are_shortest("/lock-order", NULL);
	schedules_are_shortest("/philosophers-deadlock", NULL);
	schedules_are_shortest("/bank", "k=2");
}
END_TEST

START_TEST(schedules_show_a_failure_as_soon_as_possible)
{
	failure_is_soon("proofs-fails_at_length");
	failure_is_soon("proofs-first_failed");
	failure_is_soon("faults-exit_code");
}
END_TEST

UNIT_MAIN(
	UNIT(unlocked_increments_are_counted)
	UNIT(locked_increments_are_counted)
	UNIT(the_unlocked_balance_is_counted)
	UNIT(the_lesson_in_full_is_counted)
	UNIT(unlocked_counters_end_anywhere_from_2)
	UNIT(locked_lessons_are_proved)
	UNIT(ten_locked_counters_have_their_states)
	UNIT(unlocked_counters_have_their_states)
	UNIT(the_unlocked_bank_has_its_states)
	UNIT(shapes_that_break_reductions_agree_with_dfs)
	UNIT(known_programs_agree_with_dfs)
	UNIT(outcomes_do_not_depend_on_the_reductions)
	UNIT(reductions_are_what_they_are_called)
	UNIT(private_cells_cost_nothing)
	UNIT(memory_is_not_exceeded)
	UNIT(memory_for_a_bigger_table_is_asked_for_before)
	UNIT(time_runs_out_with_what_was_found)
	UNIT(auto_proves_what_is_small)
	UNIT(auto_samples_what_is_not)
	UNIT(a_stop_ends_the_search)
	UNIT(progress_is_told_and_a_stop_then_is_heard)
	UNIT(figures_do_not_depend_on_who_looks_on)
	UNIT(waits_in_vain_come_back_to_the_state_they_were_in)
	UNIT(busy_waits_are_proved_if_turns_are_fair)
	UNIT(a_task_that_never_ends_is_a_livelock)
	UNIT(without_cycles_none_is_told)
	UNIT(cycles_that_nobody_could_look_at_prove_nothing)
	UNIT(philosophers_who_all_begin_at_the_left_starve)
	UNIT(audited_states_are_there)
	UNIT(a_proof_says_that_it_trusts_hashes)
	UNIT(a_search_is_the_same_twice)
	UNIT(of_many_outcomes_the_first_have_a_schedule_that_shows_them)
	UNIT(schedules_have_the_fewest_operations)
	UNIT(schedules_show_a_failure_as_soon_as_possible)
)
