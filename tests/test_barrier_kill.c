/* SPDX-License-Identifier: MIT */
/*
 * test_barrier_kill.c - a party killed at every point inside a call.
 *
 * Idea:    as test_queue_kill.c: the barrier is compiled here once more with a
 *          step before each touch of a shared word.  A child kills itself at
 *          its n-th step, for n = 1, 2, ... until the call is through.  Another
 *          party waits meanwhile and must never be left alone with a death
 *          that the barrier can know of.
 */
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned steps_left; /* 0: no limit */

static void step(void)
{
	if (steps_left && --steps_left == 0)
		raise(SIGKILL);
}

#define MPP_STEP(kind, word) ((void)(word), step())

#include "barrier.c"

#include "unit.h"

static int waits(struct mpp_barrier *b)
{
	return mpp_barrier_wait(b, MPP_FOREVER);
}

static int does_not_wait(struct mpp_barrier *b)
{
	return mpp_barrier_wait(b, 0);
}

/* In a child: an error -N becomes N, an index 100 more. */
static int code(int result)
{
	return result < 0 ? -result : 100 + result;
}

#define PASSED(index) (100 + (index))

static pid_t child(int (*call)(struct mpp_barrier *b), struct mpp_barrier *b,
		   unsigned n)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		steps_left = n;
		_exit(code(call(b)));
	}
	return pid;
}

/* The exit code; 0: killed. */
static int reaped(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		ck_assert_int_eq(WTERMSIG(status), SIGKILL);
		return 0;
	}
	return WEXITSTATUS(status);
}

static struct mpp_barrier *barrier_of(int parties, int (*action)(void *))
{
	struct mpp_barrier *b = NULL;

	ck_assert_int_eq(mpp_barrier_new(&b, parties, action, NULL,
					 MPP_FOREVER),
			 0);
	return b;
}

static void until_waiting(struct mpp_barrier *b, int n)
{
	while (mpp_barrier_n_waiting(b) != n)
		sched_yield();
}

/* After a reset two can pass, also if one is slow to leave. */
static void works_again(struct mpp_barrier *b)
{
	ck_assert_int_eq(mpp_barrier_reset(b), 0);
	ck_assert(!mpp_barrier_is_broken(b));
	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	for (int i = 0; i < 2; i++) {
		pid_t other = child(waits, b, 0);

		until_waiting(b, 1);
		ck_assert_int_eq(waits(b), 1);
		ck_assert_int_eq(reaped(other), PASSED(0));
	}
	ck_assert(!mpp_barrier_is_broken(b));
}

/* Fewer would mean that the steps are not compiled in. */
#define AT_LEAST 12

/* Alone, with a limit that passes: it arrives, gives up and leaves. */
START_TEST(killed_in_a_wait_that_gives_up)
{
	bool killed = true;
	unsigned n = 1, known = 0;

	for (; killed; n++) {
		struct mpp_barrier *b = barrier_of(2, NULL);
		int result = reaped(child(does_not_wait, b, n));

		killed = result == 0;
		/* Dead inside: not waiting. */
		ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
		if (!killed)
			ck_assert_int_eq(result, -MPP_ETIMEDOUT);
		if (!killed || mpp_barrier_is_broken(b)) {
			known++;
			ck_assert_int_eq(waits(b), MPP_EBROKEN);
		}
		works_again(b);
		mpp_barrier_free(b);
	}
	ck_assert_uint_ge(n, AT_LEAST);
	/* All but the steps before it has the guard, and its last. */
	ck_assert_uint_ge(known, n - 3);
}
END_TEST

static int acts_well(void *context)
{
	(void)context;
	return 0;
}

/* Another one waits; the last is killed. */
static void cut_the_last(int (*action)(void *))
{
	bool killed = true;
	unsigned n = 1, passed = 0, broken = 0;

	for (; killed; n++) {
		struct mpp_barrier *b = barrier_of(2, action);
		pid_t other = child(waits, b, 0);
		int result;

		until_waiting(b, 1);
		result = reaped(child(waits, b, n));
		killed = result == 0;
		if (killed && mpp_barrier_n_waiting(b) == 1 &&
		    !mpp_barrier_is_broken(b)) {
			/* Before it came: another last one will do. */
			ck_assert_int_eq(waits(b), 1);
			ck_assert_int_eq(reaped(other), PASSED(0));
		} else {
			int others = reaped(other);

			if (!killed)
				ck_assert_int_eq(result, PASSED(1));
			if (others == PASSED(0)) {
				passed++;
			} else {
				ck_assert(killed);
				ck_assert_int_eq(others, -MPP_EBROKEN);
				broken++;
			}
		}
		works_again(b);
		mpp_barrier_free(b);
	}
	ck_assert_uint_ge(n, AT_LEAST);
	ck_assert_uint_ge(passed, 2);
	ck_assert_uint_ge(broken, 4);
}

START_TEST(the_last_killed_lets_the_other_pass_or_know)
{
	cut_the_last(NULL);
}
END_TEST

START_TEST(the_last_killed_around_its_action_lets_the_other_pass_or_know)
{
	cut_the_last(acts_well);
}
END_TEST

/*
 * The one that is killed has registered, so that the other may wait for ever:
 * however the two meet, it passes or is told.
 */
static int waits_cut_later(struct mpp_barrier *b, unsigned n)
{
	if (mpp_barrier_register(b))
		return -1;
	steps_left = n;
	return waits(b) < 0 || mpp_barrier_leave(b) ? -1 : 0;
}

START_TEST(a_registered_party_killed_at_any_step_leaves_nobody_alone)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		struct mpp_barrier *b = barrier_of(2, NULL);
		pid_t pid = fork();
		int mine;

		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			_exit(code(waits_cut_later(b, n)));
		/* It waits, or has died on the way: then this does not pass. */
		while (mpp_barrier_n_waiting(b) == 0 &&
		       !mpp_barrier_is_broken(b))
			sched_yield();
		mine = waits(b);
		killed = reaped(pid) == 0;
		if (mine != 1) {
			ck_assert(killed);
			ck_assert_int_eq(mine, MPP_EBROKEN);
		}
		works_again(b);
		mpp_barrier_free(b);
	}
	ck_assert_uint_ge(n, AT_LEAST);
}
END_TEST

/* One waits in vain for the second party while somebody calls `call`. */
static void cut_beside_a_waiter(int (*call)(struct mpp_barrier *b),
				bool may_break, bool breaks)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		struct mpp_barrier *b = barrier_of(2, NULL);
		pid_t other = child(waits, b, 0);
		int others;

		until_waiting(b, 1);
		killed = reaped(child(call, b, n)) == 0;
		if (mpp_barrier_n_waiting(b) == 1 &&
		    !mpp_barrier_is_broken(b)) {
			ck_assert(killed || !breaks);
			ck_assert_int_eq(waits(b), 1);
			ck_assert_int_eq(reaped(other), PASSED(0));
		} else {
			ck_assert(killed || may_break);
			others = reaped(other);
			ck_assert_int_eq(others, -MPP_EBROKEN);
		}
		works_again(b);
		mpp_barrier_free(b);
	}
	ck_assert_uint_ge(n, AT_LEAST);
}

START_TEST(an_abort_is_whole_or_not_at_all)
{
	cut_beside_a_waiter(mpp_barrier_abort, true, true);
}
END_TEST

START_TEST(a_reset_sends_the_waiting_away_or_breaks)
{
	cut_beside_a_waiter(mpp_barrier_reset, true, true);
}
END_TEST

static int comes_and_leaves(struct mpp_barrier *b)
{
	return mpp_barrier_register(b) || mpp_barrier_leave(b) ? -1 : 0;
}

START_TEST(registering_and_leaving_may_be_cut_anywhere)
{
	cut_beside_a_waiter(comes_and_leaves, false, false);
}
END_TEST

UNIT_MAIN(
	UNIT(killed_in_a_wait_that_gives_up)
	UNIT(the_last_killed_lets_the_other_pass_or_know)
	UNIT(the_last_killed_around_its_action_lets_the_other_pass_or_know)
	UNIT(a_registered_party_killed_at_any_step_leaves_nobody_alone)
	UNIT(an_abort_is_whole_or_not_at_all)
	UNIT(a_reset_sends_the_waiting_away_or_breaks)
	UNIT(registering_and_leaving_may_be_cut_anywhere))
