/* SPDX-License-Identifier: MIT */
/*
 * test_lost_update.c - which access between two others made it wrong: named
 * with tasks, values and lines; and nothing where no harm was done.
 */
#include "detectors/detector.h"
#include "explored.h"

/* The message has all of these, in this order. */
static void has_in_order(const char *message, const char *const *texts)
{
	const char *at = message;

	for (size_t i = 0; texts[i]; i++) {
		const char *next = strstr(at, texts[i]);

		ck_assert_msg(next != NULL, "'%s' is not there, or not in this "
			      "place, in '%s'", texts[i], message);
		at = next + 1;
	}
}
#define HAS(message, ...) \
	has_in_order(message, (const char *const[]){ __VA_ARGS__, NULL })

/* "disturbed.c:12" of a mark; kept. */
static const char *mark(const char *name)
{
	static char texts[3][220];
	static int next;
	char *text = texts[next++ % 3];

	snprintf(text, sizeof(texts[0]), "%s in ",
		 line_of("disturbed.c", name));
	return text;
}

static size_t count_of(const struct explored *e, enum mpck_finding_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < e->result.nfindings; i++)
		n += e->result.findings[i].kind == kind;
	return n;
}

static const char *message(const struct explored *e,
			   enum mpck_finding_kind kind)
{
	const struct mpck_found *f = found(e, kind);

	ck_assert_msg(!e->err, "%s", e->sentence);
	ck_assert_ptr_nonnull(f);
	return f->message;
}

static void no_triple(const struct explored *e)
{
	ck_assert_msg(!e->err, "%s", e->sentence);
	ck_assert_uint_eq(count_of(e, MPCK_LOST_UPDATE), 0);
	ck_assert_uint_eq(count_of(e, MPCK_UNSERIALISABLE_TRIPLE), 0);
}

static void names_lost(const char *module, const char *read, const char *write)
{
	static const char *const strategies[] = { "dfs", "prove", "auto",
						  "random" };
	struct explored e;

	for (int i = 0; i < 4; i++) {
		EXPLORE(&e, module, .strategy = strategies[i],
			.executions = 50, .seed = 1, .detect = true);
		HAS(message(&e, MPCK_LOST_UPDATE), "raw value#1: ",
		    " read 0 (", mark(read), " wrote 1 (", mark(write),
		    ", then ", " wrote 1 (", mark(write),
		    " wrote is lost; so it ends with cell=1, and with nothing "
		    "in between with cell=2");
		ck_assert_uint_eq(count_of(&e, MPCK_UNSERIALISABLE_TRIPLE), 0);
		done(&e);
	}
}

START_TEST(a_lost_update_is_named_with_its_lines)
{
	names_lost("disturbed-lost", "lost read", "lost write");
}
END_TEST

START_TEST(also_when_each_access_is_locked)
{
	names_lost("disturbed-lost_though_locked", "split read", "split write");
}
END_TEST

START_TEST(two_reads_do_not_agree)
{
	struct explored e;

	EXPLORE(&e, "disturbed-reads", .detect = true);
	HAS(message(&e, MPCK_UNSERIALISABLE_TRIPLE), "Process-1 read 0 (",
	    mark("first"), "Process-2 wrote 7 (", mark("seven"),
	    "then Process-1 read 7 (", mark("again"),
	    "the two reads do not agree; so it ends with a=7, and with nothing "
	    "in between with a=0");
	ck_assert_uint_eq(count_of(&e, MPCK_LOST_UPDATE), 0);
	done(&e);
}
END_TEST

START_TEST(what_was_written_is_not_what_is_read)
{
	struct explored e;

	EXPLORE(&e, "disturbed-overwritten", .detect = true);
	HAS(message(&e, MPCK_UNSERIALISABLE_TRIPLE), "Process-1 wrote 1 (",
	    mark("own write"), "Process-2 wrote 2 (", mark("own write"),
	    "then Process-1 read 2 (", mark("own read"),
	    "that is not what it had written; so it ends with a=2");
	done(&e);
}
END_TEST

START_TEST(a_change_is_seen_half_done)
{
	struct explored e;

	EXPLORE(&e, "disturbed-half_done", .detect = true);
	HAS(message(&e, MPCK_UNSERIALISABLE_TRIPLE), "Process-1 wrote 1 (",
	    mark("half"), "Process-2 read 1 (", mark("look"),
	    "then Process-1 wrote 2 (", mark("whole"),
	    "Process-2 saw a change half done; so it ends with b=1");
	done(&e);
}
END_TEST

START_TEST(what_is_serial_is_no_triple)
{
	static const char *const modules[] = {
		"disturbed-three_writes", "disturbed-harmless",
		"disturbed-started_between",
	};
	struct explored e;

	for (int i = 0; i < 3; i++) {
		EXPLORE(&e, modules[i], .detect = true);
		no_triple(&e);
		ck_assert_ptr_null(found(&e, MPCK_NOT_SERIALISABLE));
		done(&e);
	}
}
END_TEST

/* The child that main started works between main's accesses in every order. */
START_TEST(what_is_before_a_start_belongs_to_nothing_behind_it)
{
	struct explored e;

	EXPLORE(&e, "/half-moved", .detect = true);
	no_triple(&e);
	ck_assert_ptr_nonnull(found(&e, MPCK_NOT_SERIALISABLE));
	done(&e);
}
END_TEST

/* To read a flag again is to wait for it. */
START_TEST(atomics_may_be_seen_to_change)
{
	struct explored e;

	EXPLORE(&e, "/mpmc-ring-index-first", .strategy = "random",
		.executions = 200, .seed = 3, .detect = true);
	no_triple(&e);
	ck_assert_ptr_nonnull(found(&e, MPCK_NOT_SERIALISABLE));
	done(&e);
}
END_TEST

START_TEST(each_object_has_one_finding)
{
	struct explored e;

	EXPLORE(&e, "disturbed-two_objects", .detect = true);
	ck_assert_uint_eq(count_of(&e, MPCK_LOST_UPDATE), 2);
	ck_assert_uint_eq(count_of(&e, MPCK_UNSERIALISABLE_TRIPLE), 0);
	done(&e);
}
END_TEST

/* W05, W06 and W07 of the lessons; and with a Value, and no lock at all. */
START_TEST(wrong_lessons_lose_updates)
{
	static const struct { const char *name, *file; } lessons[] = {
		{ "/lock-split", "lock_split.c:" },
		{ "/lock-forgotten", "lock_forgotten.c:" },
		{ "/lock-each-own", "lock_each_own.c:" },
		{ "/value-increment", "value_increment.c:" },
		{ "/balance-unlocked", "balance_unlocked.c:" },
		{ "/getlock-counter-unlocked", "getlock_counter_unlocked.c:" },
	};
	struct explored e;

	for (size_t i = 0; i < 6; i++) {
		EXPLORE(&e, lessons[i].name, .strategy = "random",
			.executions = 100, .seed = 1, .detect = true);
		HAS(message(&e, MPCK_LOST_UPDATE), " read ", lessons[i].file,
		    " wrote ", lessons[i].file, " wrote ", lessons[i].file,
		    "is lost");
		ck_assert_msg(e.result.as_expected, "%s", e.result.reason);
		done(&e);
	}
}
END_TEST

START_TEST(right_lessons_do_not)
{
	static const char *const lessons[] = {
		"/balance", "/array", "/raw-counter-locked", "/bank",
		"/getlock-counter", "/compare-increment", "/peterson",
		"/dekker", "/bakery", "/account", "/handover",
	};
	struct explored e;

	for (size_t i = 0; i < sizeof(lessons) / sizeof(*lessons); i++) {
		EXPLORE(&e, lessons[i], .strategy = "random",
			.executions = 100, .seed = 1, .detect = true);
		no_triple(&e);
		ck_assert_uint_eq(e.result.nfindings, 0);
		done(&e);
	}
}
END_TEST

START_TEST(its_token_replays_it)
{
	struct explored e;
	char *token, *outcome, *told;

	EXPLORE(&e, "/balance-unlocked", .set = { "n=2" }, .strategy = "random",
		.executions = 100, .seed = 3, .detect = true);
	told = strdup(message(&e, MPCK_LOST_UPDATE));
	token = strdup(found(&e, MPCK_LOST_UPDATE)->token);
	outcome = strdup(found(&e, MPCK_LOST_UPDATE)->outcome);
	EXPLORE_AGAIN(&e, .strategy = "replay", .executions = 1,
		      .token = token, .detect = true);
	ck_assert_str_eq(outcomes(&e), outcome);
	ck_assert_str_eq(message(&e, MPCK_LOST_UPDATE), told);
	free(told);
	free(token);
	free(outcome);
	done(&e);
}
END_TEST

START_TEST(it_is_not_said_when_nobody_looks)
{
	struct explored e;

	EXPLORE(&e, "disturbed-lost");
	no_triple(&e);
	EXPLORE_AGAIN(&e, .detect = true,
		      .undetected = 1u << MPCK_DETECTOR_lost_update);
	no_triple(&e);
	done(&e);
}
END_TEST

/* What nobody looked for is not missed. */
START_TEST(an_expectation_of_it_needs_somebody_who_looks)
{
	struct explored e;

	EXPLORE(&e, "/value-increment");
	ck_assert_msg(e.result.as_expected, "%s", e.result.reason);
	ck_assert(e.result.unsought & MPCK_BIT(MPCK_LOST_UPDATE));
	ck_assert(e.result.unsought & MPCK_BIT(MPCK_NOT_SERIALISABLE));
	EXPLORE_AGAIN(&e, .detect = true);
	ck_assert_msg(e.result.as_expected, "%s", e.result.reason);
	ck_assert(!(e.result.unsought & MPCK_BIT(MPCK_LOST_UPDATE)));
	ck_assert_ptr_nonnull(found(&e, MPCK_LOST_UPDATE));
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(a_lost_update_is_named_with_its_lines)
	UNIT(also_when_each_access_is_locked)
	UNIT(two_reads_do_not_agree)
	UNIT(what_was_written_is_not_what_is_read)
	UNIT(a_change_is_seen_half_done)
	UNIT(what_is_serial_is_no_triple)
	UNIT(what_is_before_a_start_belongs_to_nothing_behind_it)
	UNIT(atomics_may_be_seen_to_change)
	UNIT(each_object_has_one_finding)
	UNIT(wrong_lessons_lose_updates)
	UNIT(right_lessons_do_not)
	UNIT(its_token_replays_it)
	UNIT(it_is_not_said_when_nobody_looks)
	UNIT(an_expectation_of_it_needs_somebody_who_looks)
)
