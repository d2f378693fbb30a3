/* SPDX-License-Identifier: MIT */
/*
 * test_queue_kill.c - a user of the queue killed at every point inside a call.
 *
 * Idea:    the queue is compiled here once more with a step before each touch
 *          of a shared word (words.h).  A child kills itself at its n-th step,
 *          for n = 1, 2, ... until the call is through; each time the others
 *          must find a whole queue.  The places are all of them, by
 *          construction, except inside the slow paths of the lock (lock.c).
 */
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

#include "members.c"
#include "slots.c"
#include "queue.c"

#include "unit.h"

static int put_number(struct mpp_queue *q, uint64_t x, int64_t timeout_ns)
{
	return mpp_queue_put(q, &x, timeout_ns);
}

static int64_t get_number(struct mpp_queue *q, int64_t timeout_ns)
{
	int64_t x = 0;
	int err = mpp_queue_get(q, &x, timeout_ns);

	return err < 0 ? err : x;
}

static int puts_42(struct mpp_queue *q)
{
	return put_number(q, 42, MPP_FOREVER);
}

static int gets_41(struct mpp_queue *q)
{
	return get_number(q, MPP_FOREVER) == 41 ? 0 : 1;
}

static int registers(struct mpp_queue *q)
{
	return mpp_queue_producer(q);
}

static int comes_and_goes(struct mpp_queue *q)
{
	return mpp_queue_producer(q) || mpp_queue_producer_done(q);
}

/* True: the child was killed at its n-th step; false: it came through. */
static bool cut(int (*call)(struct mpp_queue *q), struct mpp_queue *q,
		unsigned n)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		steps_left = n;
		_exit(call(q));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	ck_assert_int_eq(status, 0);
	return false;
}

/* Fewer would mean that the steps are not compiled in. */
#define AT_LEAST 6

static struct mpp_queue *queue_with_41(void)
{
	struct mpp_queue *q = NULL;

	ck_assert_int_eq(mpp_queue_new(&q, 2, 8), 0);
	ck_assert_int_eq(put_number(q, 41, 0), 0);
	return q;
}

/* Everybody else can still use both sides. */
static void still_works(struct mpp_queue *q)
{
	for (int64_t i = 0; i < 5; i++) {
		ck_assert_int_eq(put_number(q, (uint64_t)i, 0), 0);
		ck_assert_int_eq(get_number(q, 0), i);
	}
	ck_assert_uint_eq(mpp_queue_length(q), 0);
}

START_TEST(a_put_is_whole_or_not_at_all)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		struct mpp_queue *q = queue_with_41();
		size_t length;

		killed = cut(puts_42, q, n);
		length = mpp_queue_length(q);
		ck_assert_int_eq(get_number(q, 0), 41);
		if (length == 2)
			ck_assert_int_eq(get_number(q, 0), 42);
		else
			ck_assert(killed);
		still_works(q);
		mpp_queue_free(q);
	}
	ck_assert_uint_ge(n, AT_LEAST);
}
END_TEST

START_TEST(a_get_is_whole_or_not_at_all)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		struct mpp_queue *q = queue_with_41();

		killed = cut(gets_41, q, n);
		if (mpp_queue_length(q) == 1) {
			ck_assert(killed);
			ck_assert_int_eq(get_number(q, 0), 41);
		}
		still_works(q);
		mpp_queue_free(q);
	}
	ck_assert_uint_ge(n, AT_LEAST);
}
END_TEST

/* A consumer sleeps while the producer is cut, so the wake is cut too. */
START_TEST(a_sleeping_consumer_gets_what_was_put)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		struct mpp_queue *q = NULL;
		int status;
		pid_t pid;

		ck_assert_int_eq(mpp_queue_new(&q, 2, 8), 0);
		pid = fork();
		if (pid == 0)
			_exit(get_number(q, MPP_FOREVER) >= 42 ? 0 : 1);
		while (!(mpp_load(&((struct mpp_slots *)mpp_inside(q))
					   ->readable.bell.word) &
			 1))
			mpp_pause();
		killed = cut(puts_42, q, n);
		if (mpp_queue_length(q) == 0 &&
		    waitpid(pid, &status, WNOHANG) == 0) {
			/* Perhaps nothing was put: this ends the wait. */
			ck_assert_int_eq(put_number(q, 43, 0), 0);
			ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		} else if (mpp_queue_length(q) == 1) {
			ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		}
		ck_assert_int_eq(status, 0);
		mpp_queue_free(q);
	}
}
END_TEST

static void nobody_counts_after(int (*call)(struct mpp_queue *q))
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		struct mpp_queue *q = queue_with_41();

		killed = cut(call, q, n);
		ck_assert_int_eq(mpp_queue_producer(q), 0);
		ck_assert_int_eq(mpp_queue_producer_done(q), 0);
		ck_assert_int_eq(get_number(q, 0), 41);
		ck_assert_int_eq(get_number(q, 0), MPP_EPIPE);
		mpp_queue_free(q);
	}
}

START_TEST(a_producer_killed_while_it_registers_does_not_count)
{
	nobody_counts_after(registers);
	nobody_counts_after(comes_and_goes);
}
END_TEST

UNIT_MAIN(UNIT(a_put_is_whole_or_not_at_all) UNIT(a_get_is_whole_or_not_at_all)
		  UNIT(a_sleeping_consumer_gets_what_was_put) UNIT(
			  a_producer_killed_while_it_registers_does_not_count))
