/* SPDX-License-Identifier: MIT */
/*
 * test_suppress.c - what a rule or a marker leaves out, what it does not, and
 * that one which leaves out nothing is named.
 */
#include "explore/markers.h"
#include "explore/suppress.h"
#include "explored.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/mpck-suppress-XXXXXX";

/* A file with this in it; its name. */
static const char *file_of(const char *text)
{
	int fd;

	strcpy(path, "/tmp/mpck-suppress-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	return path;
}

static struct mpck_suppressions *rules(const char *text)
{
	struct mpck_suppressions *s = NULL;
	char sentence[MPCK_SENTENCE] = "";
	int err = mpck_suppressions_new(&s, NULL, file_of(text), sentence);

	unlink(path);
	ck_assert_msg(err == 0, "%s", sentence);
	return s;
}

/* Does the text leave out a lost update of value#1 in increase(), at
 * /src/balance.c:21, called by run() in main.c:7? */
static bool leaves_out(const char *text)
{
	struct mpck_place at[] = { { "increase", "/src/balance.c", 21 },
				   { "run", "/src/main.c", 7 } };
	struct mpck_places places = { .at = at, .count = 2, .nobjects = 1,
				      .objects = { "value#1" } };
	struct mpck_suppressions *s = rules(text);
	struct mpck_result r = { 0 };
	bool out = mpck_suppress(s, MPCK_LOST_UPDATE, &places, &r);

	ck_assert_uint_eq(r.nsuppressed, out);
	mpck_suppressions_end(s, ~0u, &r);
	ck_assert_uint_eq(r.nunmatched, !out);
	mpck_result_fini(&r);
	mpck_suppressions_free(s);
	return out;
}

START_TEST(a_rule_fits_by_kind_place_line_and_object)
{
	ck_assert(leaves_out("lost-update: increase"));
	ck_assert(leaves_out("  lost-update :increase  # they know\n"));
	ck_assert(leaves_out("# first\n\nlost-update: balance.c"));
	ck_assert(leaves_out("lost-update: /src/balance.c"));
	ck_assert(leaves_out("lost-update: balance.c:21"));
	ck_assert(leaves_out("lost-update: increase:21 value#1"));
	ck_assert(leaves_out("lost-update: run"));
	ck_assert(leaves_out("*: bal*.c val*#1"));
	ck_assert(leaves_out("*: *"));
	ck_assert(!leaves_out("data-race: increase"));
	ck_assert(!leaves_out("lost-update: decrease"));
	ck_assert(!leaves_out("lost-update: incr"));
	ck_assert(!leaves_out("lost-update: balance.c:22"));
	ck_assert(!leaves_out("lost-update: main.c:21"));
	ck_assert(!leaves_out("lost-update: increase value#2"));
	ck_assert(!leaves_out("lost-update: *:5"));
}
END_TEST

static void refused(const char *text, const char *why)
{
	struct mpck_suppressions *s = NULL;
	char sentence[MPCK_SENTENCE] = "";
	int err = mpck_suppressions_new(&s, NULL, file_of(text), sentence);

	unlink(path);
	ck_assert_int_eq(err, MPCK_EUSAGE);
	ck_assert_msg(strstr(sentence, why) != NULL, "'%s' is not in '%s'",
		      why, sentence);
}

START_TEST(a_broken_file_is_one_sentence_with_its_line)
{
	char sentence[MPCK_SENTENCE] = "";
	struct mpck_suppressions *s;

	refused("# x\ndata-rice: f\n", ":2: 'data-rice' is no kind of finding");
	refused("data-race\n", ":1: 'data-race' is not of the form");
	refused("crash: *\ncrash:  \n", ":2: behind 'crash:' a function");
	refused("unexpected-value: *\n", "the scenario's expectation");
	ck_assert_int_eq(mpck_suppressions_new(&s, NULL, "/nowhere/x", sentence),
			 MPCK_EUSAGE);
	ck_assert_ptr_nonnull(strstr(sentence, "cannot read"));
}
END_TEST

/* The kinds that the line's comment allows: "crash,livelock", "?word". */
static const char *allowed(const char *line)
{
	static char text[200];
	struct mpck_markers m = { 0 };

	text[0] = '\0';
	mpck_markers_read(&m, file_of(line));
	unlink(path);
	for (size_t i = 0; i < m.count; i++)
		snprintf(text, sizeof(text), "%u:%s%s%s", m.at[i].line,
			 m.at[i].kinds & MPCK_BIT(MPCK_CRASH) ? " crash" : "",
			 m.at[i].kinds & MPCK_BIT(MPCK_LIVELOCK) ? " livelock"
								  : "",
			 m.at[i].unknown ? " ?" : "");
	mpck_markers_fini(&m);
	return text;
}

START_TEST(a_marker_is_a_comment_of_one_line)
{
	ck_assert_str_eq(allowed("x = 1; /* mpck: allow crash */"), "1: crash");
	ck_assert_str_eq(allowed("\n// mpck: allow crash, livelock"),
			 "2: crash livelock");
	ck_assert_str_eq(allowed("/* mpck: allow crush */"), "1: ?");
	ck_assert_str_eq(allowed("mpck: allow crash"), "");
	ck_assert_str_eq(allowed("/* crash */"), "");
}
END_TEST

/* Whole runs. */
static void run_with(struct explored *e, const char *name, const char *text)
{
	const char *file = text ? file_of(text) : NULL;
	struct mpck_options o = { .strategy = "dfs", .detect = true,
				  .suppressions = file };

	*e = (struct explored){ .module = open_module(name) };
	e->err = mpck_explore(e->module, &o, &e->result, e->sentence);
	ck_assert_msg(e->err == 0, "%s", e->sentence);
	if (file)
		unlink(file);
}

/* How many findings of the kind were left out by this rule or marker. */
static unsigned suppressed(const struct explored *e,
			   enum mpck_finding_kind kind, const char *by)
{
	for (size_t i = 0; i < e->result.nsuppressed; i++) {
		const struct mpck_suppressed *s = &e->result.suppressed[i];
		size_t at = strlen(s->by) - strlen(by);

		if (s->kind == kind && strlen(s->by) >= strlen(by) &&
		    !strcmp(s->by + at, by))
			return (unsigned)s->findings;
	}
	return 0;
}

START_TEST(a_suppressed_finding_does_not_make_it_fail)
{
	struct explored e;

	run_with(&e, "checks-in_one", "assertion: expect_two\n"
		 "assertion: set_two\n"
		 "data-race: expect_two raw value#1\n");
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert(e.result.as_expected);
	ck_assert_uint_eq(e.result.nsuppressed, 2);
	ck_assert_uint_eq(suppressed(&e, MPCK_ASSERTION, ":1"), 1);
	ck_assert_uint_eq(suppressed(&e, MPCK_DATA_RACE, ":3"), 2);
	ck_assert_uint_eq(e.result.nunmatched, 1);
	ck_assert_ptr_nonnull(strstr(e.result.unmatched[0],
				     ":2 suppresses nothing: assertion: "
				     "set_two"));
	ck_assert_ptr_nonnull(strstr(e.result.assumptions
				     [e.result.nassumptions - 1],
				     "suppressed"));
	done(&e);
}
END_TEST

/* Of a lost update any call that leads to one of the accesses counts; a value
 * that no order gives has no place. */
START_TEST(what_wrong_values_show_is_suppressed_as_well)
{
	struct explored e;

	run_with(&e, "checks-loses", NULL);
	ck_assert_ptr_null(found(&e, MPCK_LOST_UPDATE));
	ck_assert_uint_eq(suppressed(&e, MPCK_LOST_UPDATE,
				     line_of("checks.c", "loses")), 1);
	ck_assert_ptr_nonnull(found(&e, MPCK_NOT_SERIALISABLE));
	ck_assert_uint_eq(e.result.nunmatched, 0);
	done(&e);
	run_with(&e, "checks-loses", "not-serialisable: bump_by_one\n"
		 "lost-update: bump_by_one raw value#1\n"
		 "data-race: bump*\n"
		 "not-serialisable: *\n");
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_uint_eq(suppressed(&e, MPCK_LOST_UPDATE, ":2"), 1);
	ck_assert_uint_eq(suppressed(&e, MPCK_NOT_SERIALISABLE, ":4"), 1);
	ck_assert_uint_eq(e.result.nunmatched, 1);
	ck_assert_ptr_nonnull(strstr(e.result.unmatched[0], ":1 suppresses"));
	done(&e);
}
END_TEST

START_TEST(a_deadlock_is_known_by_what_its_tasks_wait_for)
{
	struct explored e;

	run_with(&e, "/lock-order", "deadlock: * lock#1\n");
	ck_assert_ptr_null(found(&e, MPCK_DEADLOCK));
	ck_assert_uint_eq(e.result.nsuppressed, 1);
	ck_assert(e.result.as_expected);	/* it did appear */
	done(&e);
	run_with(&e, "/lock-order", "deadlock: * queue#1\n");
	ck_assert_ptr_nonnull(found(&e, MPCK_DEADLOCK));
	ck_assert_uint_eq(e.result.nunmatched, 1);
	done(&e);
}
END_TEST

START_TEST(markers_in_the_source_work_without_a_file)
{
	struct explored e;

	run_with(&e, "checks-allowed", NULL);
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_uint_eq(e.result.nsuppressed, 1);
	ck_assert_ptr_nonnull(strstr(e.result.suppressed[0].by, "checks.c:"));
	ck_assert_uint_eq(e.result.nunmatched, 1);
	ck_assert_ptr_nonnull(strstr(e.result.unmatched[0],
				     line_of("checks.c", "unused")));
	ck_assert_ptr_nonnull(strstr(e.result.unmatched[0],
				     "allows what was not found"));
	done(&e);
}
END_TEST

START_TEST(a_marker_of_what_was_mended_is_named)
{
	struct explored e;

	run_with(&e, "checks-fixed", NULL);
	ck_assert_uint_eq(e.result.nsuppressed, 0);
	ck_assert_uint_eq(e.result.nunmatched, 1);
	ck_assert_ptr_nonnull(strstr(e.result.unmatched[0], "checks.c:"));
	done(&e);
}
END_TEST

/* Of an execution alone nothing is said about the rest. */
START_TEST(a_replay_names_nothing_as_unused)
{
	struct explored e, again;
	struct mpck_options o = { .strategy = "replay", .interleavings = 1,
				  .detect = true };

	EXPLORE(&e, "checks-in_one");
	again.module = e.module;
	o.token = e.result.findings[0].token;
	o.suppressions = file_of("assertion: expect_two\ncrash: f\n");
	ck_assert_int_eq(mpck_explore(e.module, &o, &again.result,
				      again.sentence), 0);
	unlink(path);
	ck_assert_uint_eq(again.result.nsuppressed, 1);
	ck_assert_uint_eq(again.result.nunmatched, 0);
	mpck_result_fini(&again.result);
	done(&e);
}
END_TEST

/* Who does not look cannot say that there is nothing. */
START_TEST(rules_of_detectors_that_are_off_are_not_named)
{
	struct explored e;

	EXPLORE(&e, "leaks-joined");
	done(&e);
	run_with(&e, "leaks-joined", "leak: f\ncrash: f\n");
	ck_assert_uint_eq(e.result.nunmatched, 2);
	mpck_result_fini(&e.result);
	ck_assert_int_eq(mpck_explore(e.module, &(struct mpck_options){
			.strategy = "dfs",
			.suppressions = file_of("leak: f\ncrash: f\n") },
			&e.result, e.sentence), 0);
	unlink(path);
	ck_assert_uint_eq(e.result.nunmatched, 1);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(a_rule_fits_by_kind_place_line_and_object)
	UNIT(a_broken_file_is_one_sentence_with_its_line)
	UNIT(a_marker_is_a_comment_of_one_line)
	UNIT(a_suppressed_finding_does_not_make_it_fail)
	UNIT(what_wrong_values_show_is_suppressed_as_well)
	UNIT(a_deadlock_is_known_by_what_its_tasks_wait_for)
	UNIT(markers_in_the_source_work_without_a_file)
	UNIT(a_marker_of_what_was_mended_is_named)
	UNIT(a_replay_names_nothing_as_unused)
	UNIT(rules_of_detectors_that_are_off_are_not_named)
)
