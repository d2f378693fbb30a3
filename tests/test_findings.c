/* SPDX-License-Identifier: MIT */
/* test_findings.c - findings as the text report tells them, from results that
 * are made by hand. */
#include <stdio.h>
#include <string.h>

#include "explore/explore.h"
#include "reporters/shorten.h"
#include "reporters/findings.h"
#include "traces.h"

struct told {
	struct mpck_module *module;
	struct mpck_result result;
	struct mpck_options options;
	struct mpck_report report;
	char *text;
};

static void begin(struct told *t)
{
	char sentence[MPCK_SENTENCE];

	*t = (struct told){ 0 };
	ck_assert_int_eq(mpck_module_open(&t->module,
					  TEST_SCENARIOS "/balance-unlocked.so",
					  sentence), 0);
	t->result.findings = mpck_checked(calloc(40, sizeof(struct
							    mpck_found)));
	t->result.outcomes = mpck_checked(calloc(2, sizeof(struct
							   mpck_outcome)));
	t->result.executions = 9;
	t->result.noutcomes = 1;
	t->result.outcomes[0] = (struct mpck_outcome){
		.text = strdup("balance=200"), .final = true };
	t->report = (struct mpck_report){
		.program = "mpcheck", .target = "balance-unlocked",
		.module = t->module, .options = &t->options,
		.result = &t->result };
}

static struct mpck_found *found(struct told *t, enum mpck_finding_kind kind,
				const char *message, const char *token)
{
	struct mpck_found *f = &t->result.findings[t->result.nfindings++];

	*f = (struct mpck_found){ .kind = kind, .message = strdup(message),
				  .token = strdup(token), .executions = 3 };
	return f;
}

/* With the trace of a lost update; the cause as far as it is known. */
static void explain(struct mpck_found *f, const char *sentence, bool verified)
{
	struct mpck_trace *t = lost_update(3);

	f->why = mpck_checked(calloc(1, sizeof(*f->why)));
	f->why->trace = *t;
	f->why->operations_found = 21;
	f->why->preemptions_found = 9;
	f->why->executions = 34;
	free(t);
	if (!sentence)
		return;
	f->why->cause.sentence = strdup(sentence);
	f->why->cause.verified = verified;
	f->why->cause.flipped_outcome = strdup("balance=150");
	f->why->cause.flipped_token = strdup("m1-flipped");
	for (size_t i = 0; i < f->why->trace.nsteps; i++) {
		if (f->why->trace.steps[i].decisive)
			f->why->cause.steps[f->why->cause.nsteps++] = i;
	}
}

static const char *tell(struct told *t)
{
	const struct mpck_style style = { .unicode = true, .width = 80 };
	size_t size;
	FILE *out;

	free(t->text);
	out = open_memstream(&t->text, &size);
	ck_assert(out != NULL);
	mpck_print_findings(out, &t->report, &style);
	fclose(out);
	return t->text;
}

static void end(struct told *t)
{
	mpck_result_fini(&t->result);
	mpck_module_close(t->module);
	free(t->text);
}

static void is_told(struct told *t, const char *expected)
{
	const char *text = tell(t);

	/* Not in Check's message, which has to be short. */
	if (strcmp(text, expected) == 0)
		return;
	fprintf(stderr, "told:\n%s\nexpected:\n%s\n", text, expected);
	ck_abort_msg("told otherwise, see stderr");
}

static void one_bug(struct told *t)
{
	explain(found(t, MPCK_UNEXPECTED_VALUE,
		      "balance=200 where balance=150 is wanted", "m1-short"),
		"fails exactly when two things happen", true);
	explain(found(t, MPCK_DATA_RACE,
		      "Process-1 and Process-2 access value#1\nsecond line",
		      "m1-other"), "fails exactly when they meet", true);
	explain(found(t, MPCK_LOST_UPDATE,
		      "Process-1 overwrites what Process-2 wrote to value#1",
		      "m1-short"),
		"fails exactly when Process-2 writes value#1 (balance.c:44) "
		"between Process-1's read and its write (balance.c:33)", true);
}

START_TEST(one_bug_has_one_headline)
{
	struct told t;

	begin(&t);
	one_bug(&t);
	is_told(&t,
		"lost-update, 3 executions\n"
		"  fails exactly when Process-2 writes value#1 (balance.c:44) between Process-1's\n"
		"  read and its write (balance.c:33)\n"
		"  verified: with the order flipped it ends with balance=150\n"
		"\n"
		"      Process-1                    Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  │ read value#1 100           │                            ◀ balance.c:30\n"
		"»  2  │                            │ read value#1 100             balance.c:41\n"
		"   3  │                            │ write value#1 50           ◀ balance.c:44\n"
		"   4  │ write value#1 200 (was 50)                              ◀ balance.c:33\n"
		"      main: read value#1 200\n"
		"      ends with balance=200\n"
		"  ◀ decides   » takes over\n"
		"\n"
		"  also    data-race, 3 executions\n"
		"          Process-1 and Process-2 access value#1\n"
		"  also    unexpected-value, 3 executions\n"
		"          balance=200 where balance=150 is wanted\n"
		"  token   m1-short\n"
		"  replay  mpcheck replay balance-unlocked m1-short\n"
		"  more    mpcheck explain balance-unlocked\n"
		"\n");
	end(&t);
}
END_TEST

START_TEST(explain_tells_the_rest)
{
	struct told t;

	begin(&t);
	one_bug(&t);
	t.report.whole = true;
	is_told(&t,
		"lost-update, 3 executions\n"
		"  Process-1 overwrites what Process-2 wrote to value#1\n"
		"  fails exactly when Process-2 writes value#1 (balance.c:44) between Process-1's\n"
		"  read and its write (balance.c:33)\n"
		"  verified: with the order flipped it ends with balance=150\n"
		"\n"
		"      main                Process-1           Process-2       balance.c\n"
		"      main starts Process-1 and Process-2\n"
		"   1  ┊                   │ read value#1 100  │                   ◀ :30\n"
		"»  2  ┊                   │                   │ read value#1 100    :41\n"
		"   3  ┊                   │                   │ write value#1 50  ◀ :44\n"
		"   4  ┊                   │ write value#1 200                     ◀ :33\n"
		"   5  │ read value#1 200                                            :60\n"
		"      ends with balance=200\n"
		"  ◀ decides   » takes over   ┊ waits\n"
		"\n"
		"  step 1, Process-1: read value#1 100\n"
		"    in work (balance.c:30)\n"
		"  step 3, Process-2: write value#1 50\n"
		"    in work (balance.c:44)\n"
		"  step 4, Process-1: write value#1 200 (was 50)\n"
		"    in work (balance.c:33)\n"
		"  this schedule has 5 operations and 0 preemptions; when found it had 21\n"
		"  operations and 9 preemptions\n"
		"took 0.000 s to explain: 34 executions\n"
		"  flipped mpcheck replay balance-unlocked m1-flipped\n"
		"  also    data-race, 3 executions\n"
		"          Process-1 and Process-2 access value#1\n"
		"          second line\n"
		"          token m1-other\n"
		"  also    unexpected-value, 3 executions\n"
		"          balance=200 where balance=150 is wanted\n"
		"  token   m1-short\n"
		"  replay  mpcheck replay balance-unlocked m1-short\n"
		"\n");
	end(&t);
}
END_TEST

START_TEST(a_cause_may_be_unknown_or_unverified)
{
	struct told t;

	begin(&t);
	explain(found(&t, MPCK_LOST_UPDATE, "lost", "m1-a"), NULL, false);
	ck_assert_ptr_null(strstr(tell(&t), "verified"));
	ck_assert_ptr_nonnull(strstr(t.text, "ends with balance=200"));
	explain(found(&t, MPCK_CRASH, "crashed", "m1-b"), "fails when", false);
	ck_assert_ptr_nonnull(strstr(tell(&t), "  fails when\n  not verified"));
	end(&t);
}
END_TEST

/* What was executed is said in the words of what it shows. */
START_TEST(evidence_is_of_several_kinds)
{
	struct mpck_cause *c;
	struct mpck_found *f;
	struct told t;

	begin(&t);
	f = found(&t, MPCK_DATA_RACE, "a race", "m1-a");
	explain(f, "nothing orders A and B", true);
	c = &f->why->cause;
	c->evidence = MPCK_BOTH_ORDERS;
	ck_assert_ptr_nonnull(strstr(tell(&t), "  verified: both orders were "
				     "executed, one directly after the "
				     "other\n"));
	c->restates = true;
	ck_assert_ptr_null(strstr(tell(&t), "a race"));
	t.report.whole = true;
	ck_assert_ptr_null(strstr(tell(&t), "a race"));
	t.report.whole = false;
	c->verified = c->restates = false;
	ck_assert_ptr_nonnull(strstr(tell(&t), "  a race\n  nothing orders"));
	ck_assert_ptr_nonnull(strstr(tell(&t), "  not verified: no execution "
				     "was found that makes the two directly "
				     "one after the\n  other\n"));
	c->evidence = MPCK_SAID;
	ck_assert_ptr_null(strstr(tell(&t), "verified"));
	c->evidence = MPCK_ALL_INTERLEAVINGS;
	c->verified = true;
	ck_assert_ptr_null(strstr(tell(&t), "verified"));
	end(&t);
}
END_TEST

/* Only the first that is explained shows its timeline. */
START_TEST(other_bugs_are_told_without_a_timeline)
{
	struct told t;
	const char *second;

	begin(&t);
	one_bug(&t);
	explain(found(&t, MPCK_DEADLOCK, "2 tasks wait for ever", "m1-dead"),
		NULL, false);
	found(&t, MPCK_LEAK, "process not joined", "m1-leak");
	tell(&t);
	/* deadlock, lost-update, leak */
	ck_assert(strncmp(t.text, "deadlock, 3 executions\n", 23) == 0);
	second = strstr(t.text, "\nlost-update, ");
	ck_assert_ptr_nonnull(second);
	ck_assert_ptr_null(strstr(second, "│"));
	ck_assert_ptr_nonnull(strstr(second, "\nleak, 3 executions\n"));
	ck_assert_ptr_null(strstr(second, "\ndata-race, "));
	ck_assert_ptr_nonnull(strstr(second, "  also    data-race, 3 "));
	end(&t);
}
END_TEST

/* Locks in circular order are why it deadlocks; a lost update is not. */
START_TEST(a_deadlock_takes_its_lock_order_along)
{
	const char *order, *lost;
	struct told t;

	begin(&t);
	explain(found(&t, MPCK_LOST_UPDATE, "lost", "m1-dead"), NULL, false);
	found(&t, MPCK_LOCK_ORDER, "2 locks in a circle", "m1-dead");
	found(&t, MPCK_LOCK_ORDER, "2 others in a circle", "m1-else");
	explain(found(&t, MPCK_DEADLOCK, "2 tasks wait", "m1-dead"), NULL,
		false);
	tell(&t);
	ck_assert(strncmp(t.text, "deadlock, ", 10) == 0);
	order = strstr(t.text, "  also    lock-order, 3 executions\n"
			       "          2 locks in a ");
	lost = strstr(t.text, "\nlost-update, ");
	ck_assert(order && lost && order < lost);
	ck_assert_ptr_nonnull(strstr(t.text, "\nlock-order, 3 executions\n"
				     "  2 others"));
	end(&t);
}
END_TEST

/* The value belongs to what has no order, unless it comes in every order. */
START_TEST(a_wrong_value_belongs_to_what_has_no_order)
{
	struct mpck_found *value;
	struct told t;

	begin(&t);
	explain(found(&t, MPCK_NOT_SERIALISABLE, "no order", "m1-a"),
		"fails exactly when", true);
	value = found(&t, MPCK_UNEXPECTED_VALUE, "wrong", "m1-b");
	ck_assert_ptr_nonnull(strstr(tell(&t), "  also    unexpected-value, "));
	t.result.outcomes[0].right = true;	/* without order, yet right */
	ck_assert_ptr_nonnull(strstr(tell(&t), "\nunexpected-value, "));
	t.result.outcomes[0].right = false;
	explain(value, "happens in every schedule", false);
	value->why->cause.nsteps = 0;
	ck_assert_ptr_nonnull(strstr(tell(&t), "\nunexpected-value, "));
	end(&t);
}
END_TEST

/* A forgotten lock leaves a race in each pair of lines. */
START_TEST(many_races_are_one_headline)
{
	struct told t;

	begin(&t);
	for (int i = 0; i < 6; i++) {
		char token[20];

		snprintf(token, sizeof(token), "m1-%d", i);
		found(&t, MPCK_DATA_RACE, "a race", token);
	}
	is_told(&t,
		"data-race, 3 executions\n"
		"  a race\n"
		"  also    data-race, 3 executions\n"
		"          a race\n"
		"  also    data-race, 3 executions\n"
		"          a race\n"
		"  also    data-race, 3 executions\n"
		"          a race\n"
		"  also    2 more data-race findings\n"
		"  token   m1-0\n"
		"  replay  mpcheck replay balance-unlocked m1-0\n"
		"\n");
	t.report.whole = true;
	ck_assert_ptr_nonnull(strstr(tell(&t), "          token m1-5\n"));
	end(&t);
}
END_TEST

/* Of one bug two lines each are enough; explain has the rest. */
START_TEST(long_messages_take_two_lines)
{
	struct told t;

	begin(&t);
	found(&t, MPCK_DATA_RACE, "a race", "m1-a");
	found(&t, MPCK_DATA_RACE, "Process-1 writes value#1, which Process-2 "
	      "has written: nothing orders the two (balance.c:33 in increase; "
	      "Process-2: balance.c:44 in decrease_balance)\nmore", "m1-b");
	ck_assert_ptr_nonnull(strstr(tell(&t),
		"\n          Process-1 writes value#1, which Process-2 has "
		"written: nothing orders\n"
		"          the two (balance.c:33; Process-2: balance.c:44)\n"
		"  token"));
	end(&t);
}
END_TEST

static void is_short(const char *text, int width, const char *wanted)
{
	const struct mpck_style style = { .unicode = true, .width = width };
	char *made = mpck_shorten(&style, 4, 2, text);

	ck_assert_str_eq(made, wanted);
	free(made);
}

/* Functions, then places, then clauses; never half a name. */
START_TEST(what_matters_least_goes_first)
{
	static const char text[] = "x=1, as here (a.c:1 in f), there (b.c:2 "
				   "in g; P: c.c:3 in h): not good (or so)";

	is_short(text, 80, text);
	is_short(text, 42, "x=1, as here (a.c:1), there (b.c:2; P: c.c:3): "
			   "not good (or so)");
	is_short(text, 38, "x=1, as here (a.c:1), there: not good (or so)");
	is_short(text, 26, "x=1, as here, there: not good (or so)");
	is_short(text, 23, "x=1, as here, there \u2026");
	is_short(text, 16, "x=1, as here \u2026");
	is_short("one two three four five", 15, "one two three \u2026");
	is_short("\u2714\u2714\u2714\u2714\u2714\u2714\u2714\u2714\u2714", 8,
		 "\u2714\u2026");
}
END_TEST

START_TEST(what_is_expected_comes_last_and_not_at_all_when_brief)
{
	struct told t;

	begin(&t);
	found(&t, MPCK_CRASH, "crashed", "m1-b")->expected = true;
	found(&t, MPCK_UNEXPECTED_VALUE, "wrong", "m1-a");
	tell(&t);
	ck_assert(strncmp(t.text, "unexpected-value, ", 18) == 0);
	ck_assert_ptr_nonnull(strstr(t.text,
				     "\ncrash, 3 executions, expected\n"));
	t.report.brief = true;
	ck_assert_ptr_null(strstr(tell(&t), "crash"));
	end(&t);
}
END_TEST

START_TEST(the_eleventh_bug_is_counted)
{
	struct told t;

	begin(&t);
	for (int i = 0; i < 13; i++) {
		char token[20];

		snprintf(token, sizeof(token), "m1-%d", i);
		found(&t, MPCK_CRASH, "crashed", token);
	}
	ck_assert_ptr_nonnull(strstr(tell(&t), "m1-9\n"));
	ck_assert_ptr_null(strstr(t.text, "m1-10\n"));
	ck_assert_ptr_nonnull(strstr(t.text, "and 3 more bugs; --json"));
	end(&t);
}
END_TEST

UNIT_MAIN(
	UNIT(one_bug_has_one_headline)
	UNIT(explain_tells_the_rest)
	UNIT(a_cause_may_be_unknown_or_unverified)
	UNIT(evidence_is_of_several_kinds)
	UNIT(other_bugs_are_told_without_a_timeline)
	UNIT(a_deadlock_takes_its_lock_order_along)
	UNIT(a_wrong_value_belongs_to_what_has_no_order)
	UNIT(many_races_are_one_headline)
	UNIT(long_messages_take_two_lines)
	UNIT(what_matters_least_goes_first)
	UNIT(what_is_expected_comes_last_and_not_at_all_when_brief)
	UNIT(the_eleventh_bug_is_counted)
)
