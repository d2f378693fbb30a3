/* SPDX-License-Identifier: MIT */
/*
 * test_queue.c - the bounded queue, native: order, limits, ends, announcements.
 *
 * Children are forked by hand: the queue does not care who made a process.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/hooks.h>
#include <mpp/queue.h>

#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_queue *queue_of(size_t capacity, size_t msg_size)
{
	struct mpp_queue *q = NULL;

	ck_assert_int_eq(mpp_queue_new(&q, capacity, msg_size), 0);
	return q;
}

static int put(struct mpp_queue *q, uint64_t x, int64_t timeout_ns)
{
	return mpp_queue_put(q, &x, timeout_ns);
}

/* The number got, or the error. */
static int64_t get(struct mpp_queue *q, int64_t timeout_ns)
{
	int64_t x = 0;
	int err = mpp_queue_get(q, &x, timeout_ns);

	return err < 0 ? err : x;
}

/* Runs body in a child. */
#define CHILD(pid, ...) \
	do { \
		(pid) = fork(); \
		ck_assert_int_ge((pid), 0); \
		if ((pid) == 0) { \
			__VA_ARGS__; \
			_exit(0); \
		} \
	} while (0)

static void reap(pid_t pid, int expected)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, expected);
}

START_TEST(refuses_nothing_to_hold)
{
	struct mpp_queue *q = NULL;

	ck_assert_int_eq(mpp_queue_new(&q, 0, 8), MPP_EINVAL);
	ck_assert_int_eq(mpp_queue_new(&q, 8, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_queue_new(&q, SIZE_MAX / 2, 8), MPP_ENOMEM);
	ck_assert_int_eq(mpp_queue_new(&q, 8, SIZE_MAX / 2), MPP_ENOMEM);
	ck_assert_ptr_null(q);
	mpp_queue_free(NULL);
}
END_TEST

START_TEST(gives_back_in_order)
{
	struct mpp_queue *q = queue_of(3, 8);

	for (uint64_t i = 1; i <= 3; i++)
		ck_assert_int_eq(put(q, i * i, 0), 0);
	ck_assert_int_eq(get(q, 0), 1);
	ck_assert_int_eq(get(q, 0), 4);
	ck_assert_int_eq(get(q, 0), 9);
	mpp_queue_free(q);
}
END_TEST

START_TEST(length_is_exact_right_after_put)
{
	struct mpp_queue *q = queue_of(5, 8);

	for (size_t i = 0; i < 5; i++) {
		ck_assert_uint_eq(mpp_queue_length(q), i);
		ck_assert_int_eq(put(q, i, 0), 0);
	}
	ck_assert_uint_eq(mpp_queue_length(q), 5);
	ck_assert_int_eq(get(q, 0), 0);
	ck_assert_uint_eq(mpp_queue_length(q), 4);
	mpp_queue_free(q);
}
END_TEST

START_TEST(put_copies)
{
	struct mpp_queue *q = queue_of(2, 6);
	char m[6] = "first";

	ck_assert_int_eq(mpp_queue_put(q, m, 0), 0);
	memset(m, 'x', sizeof(m));
	ck_assert_int_eq(mpp_queue_get(q, m, 0), 0);
	ck_assert_str_eq(m, "first");
	mpp_queue_free(q);
}
END_TEST

START_TEST(full_and_empty_are_told)
{
	struct mpp_queue *q = queue_of(1, 8);

	ck_assert_int_eq(get(q, 0), MPP_EAGAIN);
	ck_assert_int_eq(get(q, -1), MPP_EAGAIN);
	ck_assert_int_eq(get(q, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(put(q, 1, 0), 0);
	ck_assert_int_eq(put(q, 2, 0), MPP_EAGAIN);
	ck_assert_int_eq(put(q, 2, MS), MPP_ETIMEDOUT);
	ck_assert_uint_eq(mpp_queue_length(q), 1);
	ck_assert_int_eq(get(q, 0), 1);
	mpp_queue_free(q);
}
END_TEST

/* Every capacity: the ring's end lies at another message each time. */
START_TEST(wraps_around_at_any_capacity)
{
	for (size_t capacity = 1; capacity <= 17; capacity++) {
		struct mpp_queue *q = queue_of(capacity, 8);
		uint64_t in = 0, out = 0;

		for (int round = 0; round < 40; round++) {
			while (put(q, in, 0) == 0)
				in++;
			ck_assert_uint_eq(in - out, capacity);
			for (size_t i = 0; i <= capacity / 2; i++)
				ck_assert_int_eq(get(q, 0), (int64_t)out++);
		}
		mpp_queue_free(q);
	}
}
END_TEST

START_TEST(carries_messages_of_any_size)
{
	static const size_t sizes[] = { 1,  2,	3,   7,	  8,	9,
					63, 64, 255, 256, 1000, 4096 };
	unsigned char in[4096], out[4096 + 1];

	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		size_t n = sizes[s];
		struct mpp_queue *q = queue_of(3, n);

		for (unsigned i = 0; i < 10; i++) {
			for (size_t b = 0; b < n; b++)
				in[b] = (unsigned char)(i * 31 + b);
			memset(out, 0xee, sizeof(out));
			ck_assert_int_eq(mpp_queue_put(q, in, 0), 0);
			ck_assert_int_eq(mpp_queue_get(q, out, 0), 0);
			ck_assert_mem_eq(in, out, n);
			ck_assert_int_eq(out[n], 0xee);
		}
		mpp_queue_free(q);
	}
}
END_TEST

START_TEST(a_child_fills_what_the_parent_drains)
{
	struct mpp_queue *q = queue_of(4, 8);
	pid_t pid;

	CHILD(pid, for (uint64_t i = 0; i < 20000;
			i++) if (put(q, i, MPP_FOREVER)) _exit(1));
	for (int64_t i = 0; i < 20000; i++)
		ck_assert_int_eq(get(q, MPP_FOREVER), i);
	reap(pid, 0);
	mpp_queue_free(q);
}
END_TEST

/* Each answer waits for the other: both sides sleep and are woken. */
START_TEST(two_queues_play_ping_pong)
{
	struct mpp_queue *to = queue_of(1, 8), *back = queue_of(1, 8);
	pid_t pid;

	CHILD(
		pid, for (int i = 0; i < 3000; i++) {
			int64_t x = get(to, MPP_FOREVER);
			if (x < 0 || put(back, (uint64_t)x + 1, MPP_FOREVER))
				_exit(1);
		});
	for (int64_t i = 0; i < 3000; i++) {
		ck_assert_int_eq(put(to, (uint64_t)i, MPP_FOREVER), 0);
		ck_assert_int_eq(get(back, MPP_FOREVER), i + 1);
	}
	reap(pid, 0);
	mpp_queue_free(to);
	mpp_queue_free(back);
}
END_TEST

enum { MANY = 10000 };

/* Producer p puts p * MANY + 0 .. MANY - 1. */
static void produce(struct mpp_queue *q, uint64_t p)
{
	for (uint64_t i = 0; i < MANY; i++)
		if (put(q, p * MANY + i, MPP_FOREVER))
			_exit(1);
}

/* Everything until the end goes on to `seen`, each producer's in order. */
static void consume(struct mpp_queue *q, struct mpp_queue *seen)
{
	int64_t last[2] = { -1, -1 };
	int64_t x;

	while ((x = get(q, MPP_FOREVER)) >= 0) {
		if (x <= last[x / MANY])
			_exit(2);
		last[x / MANY] = x;
		if (put(seen, (uint64_t)x, 0))
			_exit(3);
	}
	_exit(x == MPP_EPIPE ? 0 : 4);
}

START_TEST(two_and_two_lose_and_double_nothing)
{
	struct mpp_queue *q = queue_of(7, 8), *seen = queue_of(2 * MANY, 8);
	static unsigned char count[2 * MANY];
	pid_t producers[2], consumers[2];

	for (uint64_t p = 0; p < 2; p++)
		CHILD(producers[p], produce(q, p));
	for (int c = 0; c < 2; c++)
		CHILD(consumers[c], consume(q, seen));
	for (int p = 0; p < 2; p++)
		reap(producers[p], 0);
	ck_assert_int_eq(mpp_queue_close(q), 0);
	for (int c = 0; c < 2; c++)
		reap(consumers[c], 0);
	for (int64_t x; (x = get(seen, 0)) >= 0;)
		count[x]++;
	for (size_t i = 0; i < 2 * MANY; i++)
		ck_assert_uint_eq(count[i], 1);
	mpp_queue_free(q);
	mpp_queue_free(seen);
}
END_TEST

START_TEST(close_drains_and_then_ends)
{
	struct mpp_queue *q = queue_of(4, 8);

	ck_assert_int_eq(put(q, 1, 0), 0);
	ck_assert_int_eq(put(q, 2, 0), 0);
	ck_assert_int_eq(mpp_queue_close(q), 0);
	ck_assert_int_eq(mpp_queue_close(q), 0);
	ck_assert_int_eq(put(q, 3, MPP_FOREVER), MPP_ECLOSED);
	ck_assert_uint_eq(mpp_queue_length(q), 2);
	ck_assert_int_eq(get(q, MPP_FOREVER), 1);
	ck_assert_int_eq(get(q, MPP_FOREVER), 2);
	ck_assert_int_eq(get(q, MPP_FOREVER), MPP_EPIPE);
	ck_assert_int_eq(get(q, 0), MPP_EPIPE);
	mpp_queue_free(q);
}
END_TEST

START_TEST(close_wakes_those_who_wait)
{
	struct mpp_queue *full = queue_of(1, 8), *empty = queue_of(1, 8);
	pid_t putter, getter;

	ck_assert_int_eq(put(full, 1, 0), 0);
	CHILD(putter, _exit(put(full, 2, MPP_FOREVER) == MPP_ECLOSED ? 0 : 1));
	CHILD(getter, _exit(get(empty, MPP_FOREVER) == MPP_EPIPE ? 0 : 1));
	ck_assert_int_eq(mpp_queue_close(full), 0);
	ck_assert_int_eq(mpp_queue_close(empty), 0);
	reap(putter, 0);
	reap(getter, 0);
	mpp_queue_free(full);
	mpp_queue_free(empty);
}
END_TEST

START_TEST(the_last_producer_ends_the_queue)
{
	struct mpp_queue *q = queue_of(4, 8);

	ck_assert_int_eq(mpp_queue_producer_done(q), MPP_ESTATE);
	ck_assert_int_eq(get(q, 0), MPP_EAGAIN); /* nobody registered yet */
	ck_assert_int_eq(mpp_queue_producer(q), 0);
	ck_assert_int_eq(mpp_queue_producer(q), 0);
	ck_assert_int_eq(put(q, 5, 0), 0);
	ck_assert_int_eq(mpp_queue_producer_done(q), 0);
	ck_assert_int_eq(mpp_queue_producer_done(q), MPP_ESTATE);
	ck_assert_int_eq(get(q, MPP_FOREVER), 5);
	ck_assert_int_eq(get(q, MPP_FOREVER), MPP_EPIPE);
	ck_assert_int_eq(mpp_queue_producer(q), 0); /* another one */
	ck_assert_int_eq(get(q, 0), MPP_EAGAIN);
	mpp_queue_free(q);
}
END_TEST

/* A producer that registers, puts 7, says so and ends as `how` says. */
static void ends_by(const char *how)
{
	struct mpp_queue *q = queue_of(4, 8), *ready = queue_of(1, 8);
	pid_t pid;

	CHILD(pid, {
		if (mpp_queue_producer(q) || put(q, 7, 0) || put(ready, 1, 0))
			_exit(1);
		if (strcmp(how, "done") == 0)
			_exit(mpp_queue_producer_done(q) ? 1 : 0);
		if (strcmp(how, "kill") == 0)
			pause();
	});
	ck_assert_int_eq(get(ready, MPP_FOREVER), 1);
	if (strcmp(how, "kill") == 0)
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(get(q, MPP_FOREVER), 7);
	ck_assert_int_eq(get(q, MPP_FOREVER), MPP_EPIPE); /* waits for it */
	reap(pid, strcmp(how, "kill") == 0 ? SIGKILL : 0);
	mpp_queue_free(q);
	mpp_queue_free(ready);
}

START_TEST(a_producer_that_is_done_is_gone)
{
	ends_by("done");
}
END_TEST

START_TEST(a_producer_that_exits_is_gone)
{
	ends_by("exit");
}
END_TEST

START_TEST(a_producer_that_is_killed_is_gone)
{
	ends_by("kill");
}
END_TEST

START_TEST(one_living_producer_is_enough)
{
	struct mpp_queue *q = queue_of(4, 8);
	pid_t pid;

	ck_assert_int_eq(mpp_queue_producer(q), 0);
	CHILD(pid, _exit(mpp_queue_producer(q) ? 1 : 0));
	reap(pid, 0);
	ck_assert_int_eq(get(q, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_queue_producer_done(q), 0);
	ck_assert_int_eq(get(q, 0), MPP_EPIPE);
	mpp_queue_free(q);
}
END_TEST

/* Registrations of the dead are used again. */
START_TEST(a_thousand_producers_come_and_go)
{
	struct mpp_queue *q = queue_of(4, 8);

	for (int i = 0; i < 1000; i++) {
		pid_t pid;

		CHILD(pid, _exit(mpp_queue_producer(q) ? 1 : 0));
		reap(pid, 0);
	}
	ck_assert_int_eq(get(q, 0), MPP_EPIPE);
	mpp_queue_free(q);
}
END_TEST

/* Killed wherever it happens to be; the exact places: test_kill_queue.c. */
START_TEST(killed_users_do_not_wedge_the_others)
{
	struct mpp_queue *q = queue_of(3, 8);

	for (int round = 0; round < 100; round++) {
		pid_t putter, getter;

		CHILD(putter, for (;;) put(q, 1, MPP_FOREVER));
		CHILD(getter, for (;;) get(q, MPP_FOREVER));
		for (int i = 0; i < 10; i++)
			ck_assert_int_eq(get(q, MPP_FOREVER), 1);
		kill(getter, SIGKILL);
		for (int i = 0; i < 10; i++)
			ck_assert_int_eq(get(q, MPP_FOREVER), 1);
		kill(putter, SIGKILL);
		reap(putter, SIGKILL);
		reap(getter, SIGKILL);
		while (get(q, 0) == 1)
			;
		ck_assert_uint_eq(mpp_queue_length(q), 0);
		ck_assert_int_eq(put(q, 2, 0), 0);
		ck_assert_int_eq(get(q, 0), 2);
	}
	mpp_queue_free(q);
}
END_TEST

/* A scheduler that lets everything pass and writes down what it saw. */
static struct mpp_op announced[16];
static int results[16];
static uint64_t values[16];
static unsigned nannounced, nresults;

static int note_before(const struct mpp_op *op)
{
	ck_assert_uint_lt(nannounced, 16);
	announced[nannounced++] = *op;
	if (op->ready && !op->ready(op, 1))
		return op->timeout_ns == 0 ? MPP_EAGAIN : MPP_ETIMEDOUT;
	return 0;
}

static void note_after(const struct mpp_op *op, int result, uint64_t value)
{
	ck_assert_int_eq(op->kind, announced[nannounced - 1].kind);
	results[nresults] = result;
	values[nresults++] = value;
}

static uint32_t note_self(void)
{
	return 1;
}

static const struct mpp_hooks note = {
	.abi = sizeof(struct mpp_hooks),
	.before = note_before,
	.after = note_after,
	.self = note_self,
};

START_TEST(put_and_get_are_announced_as_one_each)
{
	struct mpp_queue *q;
	uint64_t x = 9;

	mpp_hooks_installed = &note;
	q = queue_of(1, 8);
	ck_assert_int_eq(put(q, 9, MPP_FOREVER), 0);
	ck_assert_int_eq(put(q, 9, 0), MPP_EAGAIN);
	ck_assert_int_eq(put(q, 9, MS), MPP_ETIMEDOUT);
	ck_assert_uint_eq(mpp_queue_length(q), 1);
	ck_assert_int_eq(mpp_queue_get(q, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_queue_get(q, &x, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_queue_close(q), 0);
	ck_assert_int_eq(mpp_queue_get(q, &x, MPP_FOREVER), MPP_EPIPE);
	ck_assert_int_eq(put(q, 9, MPP_FOREVER), MPP_ECLOSED);

	static const int kinds[] = { MPP_OP_SEND,    MPP_OP_SEND,
				     MPP_OP_SEND,    MPP_OP_READ,
				     MPP_OP_RECEIVE, MPP_OP_RECEIVE,
				     MPP_OP_WRITE,   MPP_OP_RECEIVE,
				     MPP_OP_SEND };
	ck_assert_uint_eq(nannounced, 9);
	for (unsigned i = 0; i < 9; i++) {
		ck_assert_int_eq(announced[i].kind, kinds[i]);
		ck_assert_ptr_eq(announced[i].object, q);
		ck_assert_ptr_nonnull(announced[i].pc);
	}
	ck_assert_int_eq(announced[2].timeout_ns, MS);
	/* Refused operations have no result: six are left. */
	ck_assert_uint_eq(nresults, 6);
	ck_assert_uint_eq(values[0], 9);
	ck_assert_uint_eq(values[1], 1);
	ck_assert_uint_eq(values[2], 9);
	ck_assert_int_eq(results[4], MPP_EPIPE);
	ck_assert_int_eq(results[5], MPP_ECLOSED);
	mpp_queue_free(q);
}
END_TEST

START_TEST(a_registration_is_an_owned_lock_and_a_write)
{
	struct mpp_queue *q;

	mpp_hooks_installed = &note;
	q = queue_of(1, 8);
	ck_assert_int_eq(mpp_queue_producer(q), 0);
	ck_assert_int_eq(mpp_queue_producer_done(q), 0);
	ck_assert_uint_eq(nannounced, 4);
	ck_assert_int_eq(announced[0].kind, MPP_OP_ACQUIRE);
	ck_assert_int_eq(announced[0].flags, MPP_OWNED);
	ck_assert_ptr_nonnull(announced[0].death);
	ck_assert_int_eq(announced[1].kind, MPP_OP_WRITE);
	ck_assert_ptr_eq(announced[1].object, q);
	ck_assert_int_eq(announced[2].kind, MPP_OP_WRITE);
	ck_assert_int_eq(announced[3].kind, MPP_OP_RELEASE);
	ck_assert_ptr_eq(announced[3].object, announced[0].object);
	mpp_queue_free(q);
}
END_TEST

/* The scheduler in the kernel's place: it marks what the dead task held. */
START_TEST(a_scheduler_can_mark_a_producer_dead)
{
	struct mpp_queue *q;

	mpp_hooks_installed = &note;
	q = queue_of(1, 8);
	ck_assert_int_eq(mpp_queue_producer(q), 0);
	ck_assert_int_eq(get(q, 0), MPP_EAGAIN);
	*announced[0].death = 0x40000000; /* FUTEX_OWNER_DIED */
	ck_assert_int_eq(get(q, 0), MPP_EPIPE);
	mpp_queue_free(q);
}
END_TEST

UNIT_MAIN(
	UNIT(refuses_nothing_to_hold) UNIT(gives_back_in_order) UNIT(
		length_is_exact_right_after_put) UNIT(put_copies) UNIT(full_and_empty_are_told)
		UNIT(wraps_around_at_any_capacity) UNIT(carries_messages_of_any_size) UNIT(
			a_child_fills_what_the_parent_drains) UNIT(two_queues_play_ping_pong)
			UNIT(two_and_two_lose_and_double_nothing) UNIT(
				close_drains_and_then_ends) UNIT(close_wakes_those_who_wait)
				UNIT(the_last_producer_ends_the_queue) UNIT(
					a_producer_that_is_done_is_gone) UNIT(a_producer_that_exits_is_gone)
					UNIT(a_producer_that_is_killed_is_gone) UNIT(
						one_living_producer_is_enough)
						UNIT(a_thousand_producers_come_and_go) UNIT(
							killed_users_do_not_wedge_the_others)
							UNIT(put_and_get_are_announced_as_one_each)
								UNIT(a_registration_is_an_owned_lock_and_a_write)
									UNIT(a_scheduler_can_mark_a_producer_dead))
