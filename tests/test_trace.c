/* SPDX-License-Identifier: MIT */
/*
 * test_trace.c - one execution as steps: values, places, who waits, who could
 * have gone on.
 */
#include "explored.h"
#include "explain/explanation.h"

static struct explored e;

static const struct mpck_trace *trace_of(const char *name, const char *set,
					 const char *token)
{
	EXPLORE(&e, name, .set = { set }, .strategy = "replay",
		.executions = 1, .token = token, .record = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_ptr_nonnull(e.result.trace);
	return e.result.trace;
}

/* The n-th operation, from 1. */
static const struct mpck_step *operation(const struct mpck_trace *t, uint64_t n)
{
	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].number == n)
			return &t->steps[i];
	}
	ck_abort_msg("there is no operation %d", (int)n);
	return NULL;
}

static size_t count(const struct mpck_trace *t, enum mpck_step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nsteps; i++)
		n += t->steps[i].kind == kind;
	return n;
}

/* Process-1 reads 0 and is preempted; Process-2 adds 1; Process-1 writes 1. */
#define LOST "n1-Process-1:write:raw_value#1:1,Process-2,Process-1"

START_TEST(accesses_have_values_and_places)
{
	const struct mpck_trace *t = trace_of("edited-first", NULL, LOST);
	const struct mpck_step *s = operation(t, 4);

	ck_assert_uint_eq(t->nlanes, 3);
	ck_assert_str_eq(t->lanes[s->task].name, "Process-1");
	ck_assert_int_eq(s->op, MPP_OP_WRITE);
	ck_assert_str_eq(s->before, "1");
	ck_assert_str_eq(s->value, "1");
	ck_assert_str_eq(s->brief, "write 1");
	ck_assert_str_eq(t->variables[s->variable].name, "raw value#1");
	ck_assert_str_eq(t->variables[s->variable].initial, "0");
	ck_assert_uint_eq(s->nchanges, 0);	/* 1 over 1 */
	ck_assert_uint_eq(operation(t, 3)->nchanges, 1);
	ck_assert_str_eq(operation(t, 3)->changes[0].text, "1");
	ck_assert_ptr_null(operation(t, 1)->before);
	ck_assert_str_eq(operation(t, 1)->value, "0");
	ck_assert_str_eq(t->outcome, "x=1");
	done(&e);
}
END_TEST

/* Both read 0; Process-1 stores 1, so that Process-2's exchange stores nothing. */
#define LATE "n1-Process-2:update:value#1:1,Process-1,Process-2"

START_TEST(an_update_to_what_was_there_keeps_it)
{
	const struct mpck_trace *t =
		trace_of("/compare-increment-once", "k=1", LATE);
	const struct mpck_step *stored = operation(t, 3),
			       *kept = operation(t, 4);

	ck_assert_str_eq(stored->brief, "update 1");
	ck_assert_str_eq(stored->text, "update value#1: 1");
	ck_assert_int_eq(kept->op, MPP_OP_RMW);
	ck_assert_str_eq(kept->brief, "keep 1");
	ck_assert_str_eq(kept->text, "keep value#1: 1");
	ck_assert_uint_eq(kept->nchanges, 0);
	done(&e);
}
END_TEST

static void is_at(const struct mpck_frame *f, const char *function,
		  const char *mark)
{
	char place[200];

	snprintf(place, sizeof(place), "%s:%u", f->file, f->line);
	ck_assert_str_eq(place, line_of("edited.c", mark));
	ck_assert_str_eq(f->function, function);
	ck_assert_int_eq(*f->path, '/');
}

START_TEST(stacks_are_whole)
{
	const struct mpck_trace *t = trace_of("edited-first", NULL, LOST);
	const struct mpck_step *s = operation(t, 1);

	ck_assert_uint_eq(s->nframes, 1);
	is_at(&s->frames[0], "add_one", "add");
	/* main's last reads stand in a function that run() called. */
	s = operation(t, 5);
	ck_assert_uint_ge(s->nframes, 1);
	ck_assert_str_eq(s->frames[s->nframes - 1].function, "first");
	done(&e);
}
END_TEST

START_TEST(preemptions_are_marked)
{
	const struct mpck_trace *t = trace_of("edited-first", NULL, LOST);

	ck_assert_uint_eq(t->preemptions, 1);
	ck_assert(!operation(t, 1)->preempts);
	ck_assert(operation(t, 2)->preempts);	/* Process-2 takes over */
	ck_assert(!operation(t, 4)->preempts);	/* it has ended */
	done(&e);
}
END_TEST

START_TEST(who_waits_is_known_from_when_on)
{
	const struct mpck_trace *t = trace_of("edited-locked", NULL, LOST);
	const struct mpck_step *wait = NULL;

	for (size_t i = 0; i < t->nsteps && !wait; i++) {
		if (t->steps[i].kind == MPCK_STEP_WAIT &&
		    t->steps[i].op == MPP_OP_ACQUIRE)
			wait = &t->steps[i];
	}
	ck_assert_ptr_nonnull(wait);
	ck_assert_str_eq(t->lanes[wait->task].name, "Process-2");
	ck_assert_str_eq(t->lanes[wait->other].name, "Process-1");
	ck_assert_str_eq(wait->text, "waits for lock#1, held by Process-1");
	ck_assert(mpck_set_has(wait->blocked, wait->task));
	ck_assert_str_eq(t->variables[wait->variable].name, "lock#1");
	ck_assert_str_eq(t->variables[wait->variable].initial, "free");
	/* It goes on when the lock is free. */
	ck_assert(!mpck_set_has(operation(t, 5)->blocked, wait->task));
	ck_assert_str_eq(operation(t, 1)->changes[0].text,
			 "held by Process-1");
	done(&e);
}
END_TEST

START_TEST(lives_and_final_values_are_steps)
{
	const struct mpck_trace *t = trace_of("edited-first", NULL, LOST);

	ck_assert_uint_eq(count(t, MPCK_STEP_START), 2);
	ck_assert_uint_eq(count(t, MPCK_STEP_END), 3);
	ck_assert_uint_eq(count(t, MPCK_STEP_OBSERVE), 1);
	ck_assert_uint_eq(count(t, MPCK_STEP_OP), t->operations);
	ck_assert_uint_eq(t->operations, 6);
	done(&e);
}
END_TEST

/* What a task prints or sleeps behind a read does not change what it read. */
START_TEST(a_sleep_does_not_hide_what_was_read)
{
	const struct mpck_trace *t = trace_of("/balance-unlocked", "n=1",
		"n1-Process-1,Process-2");

	ck_assert_str_eq(operation(t, 1)->text, "read balance: 100");
	ck_assert_str_eq(operation(t, 3)->text, "read balance: 200");
	done(&e);
}
END_TEST

START_TEST(objects_have_the_names_that_the_program_gives)
{
	const struct mpck_trace *t = trace_of("names-given", NULL, "n1-main");

	ck_assert_str_eq(operation(t, 1)->text, "write balance: 5");
	ck_assert_str_eq(operation(t, 2)->text, "write balance#2: 5");
	ck_assert_str_eq(operation(t, 3)->text, "write raw value#1: 5");
	ck_assert_str_eq(operation(t, 4)->text, "acquire a name that is mu");
	/* The name goes with its object. */
	ck_assert_str_eq(operation(t, 6)->text, "write raw value#2: 6");
	done(&e);
}
END_TEST

START_TEST(a_crash_has_its_place)
{
	const struct mpck_trace *t;
	const struct mpck_step *died = NULL;

	t = trace_of("faults-null_pointer", NULL, "n1-main");
	for (size_t i = 0; i < t->nsteps && !died; i++) {
		if (t->steps[i].op == MPP_OP_EXIT)
			died = &t->steps[i];
	}
	ck_assert_ptr_nonnull(died);
	ck_assert_uint_ge(died->nframes, 1);
	ck_assert_str_eq(died->frames[0].function, "follow_null");
	ck_assert_uint_gt(died->frames[0].line, 0);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(accesses_have_values_and_places)
	UNIT(an_update_to_what_was_there_keeps_it)
	UNIT(stacks_are_whole)
	UNIT(preemptions_are_marked)
	UNIT(who_waits_is_known_from_when_on)
	UNIT(lives_and_final_values_are_steps)
	UNIT(a_sleep_does_not_hide_what_was_read)
	UNIT(objects_have_the_names_that_the_program_gives)
	UNIT(a_crash_has_its_place)
)
