/* SPDX-License-Identifier: MIT */
/* history_event.c - calls of Event and Once by two or three tasks. */
#include <mpp/event.h>
#include <mpp/once.h>

#include "history.h"

static struct mpp_event *event;
static struct mpp_once *once;
static struct mpp_raw_value *thing;

UNUSED static void make_objects(void)
{
	must(mpp_event_new(&event));
	must(mpp_once_new(&once));
	thing = new_cell(0);
}

/*
 * A call that is not one point in time is two calls of the history, both
 * somewhere between its begin and its end: `what` - 1, then `what`.
 */
UNUSED static void end_halves(struct call c, int64_t result)
{
	static const char *const names[] = { "c0", "c1", "c2", "c3", "c4",
					     "c5", "c6", "c7", "c8", "c9" };
	int64_t first[] = { c.what - 1, c.argument, 0, c.before };
	int64_t last[] = { c.what, c.argument, result,
			   c.before | (int64_t)1 << c.number };

	mpp_atomic_fetch_add(returned, (int64_t)3 << c.number);
	mpp_observe(names[c.number], first, 4, 'q');
	mpp_observe(names[c.number + 1], last, 4, 'q');
}

/* HALVES(number of the first, WHAT, argument, expression of the result) */
#define HALVES(number, what, argument, ...) \
	do { \
		struct call call_ = begin_call(number, what, argument); \
\
		end_halves(call_, (__VA_ARGS__)); \
	} while (0)

/*
 * Event.
 */
TASK(waits_0)
{
	HALVES(0, WAIT, 0, mpp_event_wait(event, MPP_FOREVER));
	return 0;
}

TASK(waits_1)
{
	HALVES(2, WAIT, 1, mpp_event_wait(event, MPP_FOREVER));
	return 0;
}

TASK(sets)
{
	CALL(4, FLAG_SET, 0, mpp_event_set(event));
	return 0;
}

PROGRAM(event_two_wait)
{
	RUN_HISTORY(waits_0, waits_1, sets);
	return 0;
}

TASK(sets_too)
{
	CALL(6, FLAG_SET, 0, mpp_event_set(event));
	return 0;
}

PROGRAM(event_two_set)
{
	RUN_HISTORY(waits_0, sets, sets_too);
	return 0;
}

TASK(sets_and_clears)
{
	CALL(4, FLAG_SET, 0, mpp_event_set(event));
	CALL(5, FLAG_CLEAR, 0, mpp_event_clear(event));
	return 0;
}

TASK(looks)
{
	CALL(0, FLAG_LOOK, 0, mpp_event_is_set(event));
	CALL(1, TRY_WAIT, 0, mpp_event_wait(event, 0));
	CALL(2, FLAG_LOOK, 0, mpp_event_is_set(event));
	return 0;
}

PROGRAM(event_looks)
{
	RUN_HISTORY(sets_and_clears, sets_too, looks);
	return 0;
}

TASK(waits_with_limit)
{
	HALVES(0, WAIT, 0, mpp_event_wait(event, 1000));
	CALL(2, FLAG_LOOK, 0, mpp_event_is_set(event));
	return 0;
}

PROGRAM(event_limit)
{
	RUN_HISTORY(waits_with_limit, sets_and_clears);
	return 0;
}

TASK(waits_with_limit_too)
{
	HALVES(6, WAIT, 1, mpp_event_wait(event, 1000));
	return 0;
}

PROGRAM(event_two_limits)
{
	RUN_HISTORY(waits_with_limit, waits_with_limit_too, sets_and_clears);
	return 0;
}

TASK(sets_once_more)
{
	CALL(5, FLAG_SET, 0, mpp_event_set(event));
	return 0;
}

/* A waiter clears behind itself, and may find a second set. */
TASK(waits_twice)
{
	HALVES(0, WAIT, 0, mpp_event_wait(event, MPP_FOREVER));
	CALL(2, FLAG_CLEAR, 0, mpp_event_clear(event));
	HALVES(6, WAIT, 0, mpp_event_wait(event, 1000));
	return 0;
}

PROGRAM(event_again)
{
	RUN_HISTORY(waits_twice, sets, sets_once_more);
	return 0;
}

/*
 * A set is not missed, though the flag is clear before anybody can look.  That
 * a wait has begun cannot be seen through libmpp (one that begins after the
 * clear has to wait on): so the test tells how many sleep, at step grain.
 */
extern unsigned mpp_test_sleepers(void) __attribute__((weak));

static void set_when_asleep(unsigned wanted)
{
	bool asleep;

	/* a step at the word where they sleep, so the answer is of its time */
	(void)mpp_event_is_set(event);
	asleep = mpp_test_sleepers && mpp_test_sleepers() >= wanted;
	CALL(4, FLAG_SET, 0, mpp_event_set(event));
	if (asleep)
		must(mpp_event_clear(event));
}

TASK(sets_when_one_sleeps)
{
	set_when_asleep(1);
	return 0;
}

TASK(sets_when_two_sleep)
{
	set_when_asleep(2);
	return 0;
}

PROGRAM(event_not_missed)
{
	RUN_HISTORY(waits_0, sets_when_one_sleeps);
	return 0;
}

PROGRAM(event_not_missed_by_two)
{
	RUN_HISTORY(waits_0, waits_1, sets_when_two_sleep);
	return 0;
}

/*
 * Once.
 */
enum { FAILED = 10, MADE = 42 };

struct run {
	bool fails;
	int again;
};

/* Plain accesses: two at a time would be seen. */
static int makes(void *context, bool again)
{
	struct run *run = context;

	if (mpp_raw_value_get(thing) != 0)
		return 100;
	must(mpp_raw_value_set(thing, MADE - 1));
	run->again = again ? RAN_AGAIN : RAN_FIRST;
	must(mpp_raw_value_set(thing, run->fails ? 0 : MADE));
	return run->fails ? FAILED + run->again : 0;
}

/* Who ran the function says so; who did not finds the thing made. */
static int64_t run_once(bool fails, int64_t timeout_ns)
{
	struct run run = { fails, RAN_NOT };
	int err = mpp_once_run(once, makes, &run, timeout_ns);

	if (err != 0)
		return err;
	return mpp_raw_value_get(thing) == MADE ? run.again : 99;
}

TASK(runs_0)
{
	HALVES(0, RUN, 0, run_once(false, MPP_FOREVER));
	return 0;
}

TASK(runs_1)
{
	HALVES(2, RUN, 1, run_once(false, MPP_FOREVER));
	return 0;
}

TASK(runs_2)
{
	HALVES(4, RUN, 2, run_once(false, MPP_FOREVER));
	return 0;
}

PROGRAM(once_three_run)
{
	RUN_HISTORY(runs_0, runs_1, runs_2);
	return 0;
}

TASK(fails_2)
{
	HALVES(4, RUN, 2, run_once(true, MPP_FOREVER));
	return 0;
}

PROGRAM(once_one_fails)
{
	RUN_HISTORY(runs_0, runs_1, fails_2);
	return 0;
}

TASK(fails_1)
{
	HALVES(2, RUN, 1, run_once(true, MPP_FOREVER));
	return 0;
}

PROGRAM(once_two_fail)
{
	RUN_HISTORY(runs_0, fails_1, fails_2);
	return 0;
}

TASK(tries_1)
{
	HALVES(2, RUN, 1, run_once(false, 0));
	return 0;
}

TASK(runs_with_limit)
{
	HALVES(4, RUN, 2, run_once(false, 1000));
	return 0;
}

PROGRAM(once_try_and_limit)
{
	RUN_HISTORY(runs_0, tries_1, runs_with_limit);
	return 0;
}

TASK(asks)
{
	CALL(2, ONCE_LOOK, 0, mpp_once_is_done(once));
	HALVES(3, RUN, 0, run_once(false, MPP_FOREVER));
	CALL(5, ONCE_LOOK, 0, mpp_once_is_done(once));
	return 0;
}

PROGRAM(once_asked)
{
	RUN_HISTORY(runs_0, asks);
	return 0;
}

MODULE_END;
