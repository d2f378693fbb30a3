/* SPDX-License-Identifier: MIT */
/* history_barrier.c - calls of Barrier by two or three tasks. */
#include <mpp/barrier.h>

#include "history.h"

/* Of two and three parties; of two whose action counts or fails; of one whose
 * action must be alone. */
UNUSED static struct mpp_barrier *two, *three, *counting, *failing, *single;

static int counts(void *context UNUSED)
{
	return mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1);
}

static int fails(void *context UNUSED)
{
	return 1;
}

static int is_alone(void *context UNUSED)
{
	if (mpp_raw_value_get(cell) != 0)
		return 1;
	must(mpp_raw_value_set(cell, 1));
	must(mpp_raw_value_set(cell, 0));
	return 0;
}

static struct mpp_barrier *new_barrier(int parties, int (*action)(void *))
{
	struct mpp_barrier *b = NULL;

	must(mpp_barrier_new(&b, parties, action, NULL, MPP_FOREVER));
	return b;
}

UNUSED static void make_objects(void)
{
	cell = new_cell(0);
	two = new_barrier(2, NULL);
	three = new_barrier(3, NULL);
	counting = new_barrier(2, counts);
	failing = new_barrier(2, fails);
	single = new_barrier(1, is_alone);
}

/*
 * A wait is two calls of the history, both somewhere between its begin and its
 * end: it arrives, and then it is let go.
 */
UNUSED static int64_t wait_at(int number, struct mpp_barrier *b,
			      int64_t timeout_ns)
{
	static const char *const names[] = { "c0", "c1", "c2", "c3", "c4",
					     "c5", "c6", "c7", "c8", "c9" };
	bool limited = timeout_ns != MPP_FOREVER;
	struct call c = begin_call(number, 0, number);
	int64_t result = mpp_barrier_wait(b, timeout_ns);
	int64_t first[] = { limited ? ARRIVE_FOR : ARRIVE, number, result,
			    c.before };
	int64_t last[] = { limited ? PASS_FOR : PASS, number, result,
			   c.before | (int64_t)1 << number };

	mpp_atomic_fetch_add(returned, (int64_t)3 << number);
	mpp_observe(names[number], first, 4, 'q');
	mpp_observe(names[number + 1], last, 4, 'q');
	return result;
}

#define WAIT(number, b) ((void)wait_at(number, b, MPP_FOREVER))
#define WAIT_FOR(number, b, limit) ((void)wait_at(number, b, limit))

TASK(a_once)
{
	WAIT(0, two);
	return 0;
}

TASK(b_once)
{
	WAIT(2, two);
	return 0;
}

TASK(a_twice)
{
	WAIT(0, two);
	WAIT(2, two);
	return 0;
}

TASK(b_twice)
{
	WAIT(4, two);
	WAIT(6, two);
	return 0;
}

PROGRAM(barrier_two_cycles)
{
	RUN_HISTORY(a_twice, b_twice);
	return 0;
}

TASK(looks)
{
	CALL(4, COUNT_WAITING, 0, mpp_barrier_n_waiting(two));
	CALL(5, LOOK_BROKEN, 0, mpp_barrier_is_broken(two));
	CALL(6, COUNT_WAITING, 0, mpp_barrier_n_waiting(two));
	return 0;
}

PROGRAM(barrier_looks)
{
	RUN_HISTORY(a_once, b_once, looks);
	return 0;
}

TASK(one_of_three)
{
	WAIT(0, three);
	return 0;
}

TASK(two_of_three)
{
	WAIT(2, three);
	return 0;
}

TASK(three_of_three)
{
	WAIT(4, three);
	return 0;
}

PROGRAM(barrier_three)
{
	RUN_HISTORY(one_of_three, two_of_three, three_of_three);
	return 0;
}

/*
 * Limits.
 */
TASK(a_for)
{
	WAIT_FOR(0, two, 1000);
	return 0;
}

TASK(b_for)
{
	WAIT_FOR(2, two, 1000);
	return 0;
}

TASK(a_tries)
{
	WAIT_FOR(0, two, 0);
	return 0;
}

PROGRAM(barrier_limit)
{
	RUN_HISTORY(a_for, b_once);
	return 0;
}

PROGRAM(barrier_two_limits)
{
	RUN_HISTORY(a_for, b_for);
	return 0;
}

PROGRAM(barrier_try)
{
	RUN_HISTORY(a_tries, b_once);
	return 0;
}

TASK(three_for)
{
	WAIT_FOR(4, three, 1000);
	return 0;
}

/* Two are told of the third one's limit. */
PROGRAM(barrier_limit_of_three)
{
	RUN_HISTORY(one_of_three, two_of_three, three_for);
	return 0;
}

/*
 * Breaking and mending.
 */
TASK(aborts)
{
	CALL(4, ABORT, 0, mpp_barrier_abort(two));
	CALL(5, COUNT_WAITING, 0, mpp_barrier_n_waiting(two));
	return 0;
}

PROGRAM(barrier_abort)
{
	RUN_HISTORY(a_once, b_once, aborts);
	return 0;
}

/* A reset sends one away at most: two have passed. */
TASK(a_until_passed)
{
	if (wait_at(0, two, MPP_FOREVER) < 0)
		WAIT(2, two);
	return 0;
}

TASK(b_until_passed)
{
	if (wait_at(4, two, MPP_FOREVER) < 0)
		WAIT(6, two);
	return 0;
}

TASK(resets)
{
	CALL(8, RESET, 0, mpp_barrier_reset(two));
	return 0;
}

PROGRAM(barrier_reset)
{
	RUN_HISTORY(a_until_passed, b_until_passed, resets);
	return 0;
}

TASK(aborts_and_resets)
{
	CALL(4, ABORT, 0, mpp_barrier_abort(two));
	CALL(5, RESET, 0, mpp_barrier_reset(two));
	return 0;
}

TASK(a_twice_for)
{
	WAIT_FOR(0, two, 1000);
	WAIT_FOR(2, two, 1000);
	return 0;
}

PROGRAM(barrier_mended)
{
	RUN_HISTORY(a_twice_for, aborts_and_resets);
	return 0;
}

/*
 * Actions: once in a cycle, before anybody passes.
 */
UNUSED static void wait_acting(int number, int64_t cycle)
{
	if (wait_at(number, counting, MPP_FOREVER) >= 0 &&
	    mpp_raw_value_get(cell) != cycle)
		mpp_observe_int("acted", mpp_raw_value_get(cell));
}

TASK(a_acting)
{
	wait_acting(0, 1);
	return 0;
}

TASK(b_acting)
{
	wait_acting(2, 1);
	return 0;
}

PROGRAM(barrier_action)
{
	RUN_HISTORY(a_acting, b_acting);
	return 0;
}

TASK(a_acting_twice)
{
	wait_acting(0, 1);
	wait_acting(2, 2);
	return 0;
}

TASK(b_acting_twice)
{
	wait_acting(4, 1);
	wait_acting(6, 2);
	return 0;
}

PROGRAM(barrier_two_actions)
{
	RUN_HISTORY(a_acting_twice, b_acting_twice);
	return 0;
}

TASK(aborts_acting)
{
	CALL(4, ABORT, 0, mpp_barrier_abort(counting));
	return 0;
}

PROGRAM(barrier_action_and_abort)
{
	RUN_HISTORY(a_acting, b_acting, aborts_acting);
	return 0;
}

TASK(a_failing)
{
	WAIT(0, failing);
	return 0;
}

TASK(b_failing)
{
	WAIT(2, failing);
	return 0;
}

PROGRAM(barrier_action_fails)
{
	RUN_HISTORY(a_failing, b_failing);
	return 0;
}

/* More callers than places. */
TASK(a_alone)
{
	WAIT(0, single);
	WAIT(2, single);
	return 0;
}

TASK(b_alone)
{
	WAIT(4, single);
	return 0;
}

PROGRAM(barrier_of_one)
{
	RUN_HISTORY(a_alone, b_alone);
	return 0;
}

TASK(b_alone_for)
{
	WAIT_FOR(4, single, 1000);
	return 0;
}

PROGRAM(barrier_of_one_limit)
{
	RUN_HISTORY(a_alone, b_alone_for);
	return 0;
}

/*
 * A death, between any two words: x=0 when all is as it should be.  Nobody else
 * is at it meanwhile: who sleeps on a lock looks again after a while, should
 * somebody have died before waking it, and at step grain no while passes.
 */
UNUSED static int exits_told(void *arg UNUSED)
{
	return mpp_barrier_wait(two, MPP_FOREVER) < 0;
}

UNUSED static bool is_mended(void)
{
	return mpp_barrier_reset(two) == 0 && !mpp_barrier_is_broken(two) &&
	       mpp_barrier_n_waiting(two) == 0;
}

/* The dead one is not counted, wherever it was. */
PROGRAM(barrier_killed)
{
	struct mpp_process *p;
	int got;

	make_objects();
	p = process(exits_told, NULL, 0);
	must(mpp_process_start(p));
	must(mpp_process_kill(p));
	must(mpp_process_join(p, MPP_FOREVER));
	got = mpp_barrier_wait(two, 0);
	mpp_observe_int("x", (got != MPP_EBROKEN && got != MPP_ETIMEDOUT) ||
				     !is_mended());
	return 0;
}

MODULE_END;
