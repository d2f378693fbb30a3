/* SPDX-License-Identifier: MIT */
/*
 * test_kill_queue.c - users of the queue killed at every step.
 *
 * A put and a get happen wholly or not at all, whoever dies; both sides can be
 * used afterwards, and who slept is woken or looks again.
 */
#include <mpp/queue.h>

#include "killing.h"

enum { CAPACITY = 2 };

static int put_number(struct mpp_queue *q, uint64_t x)
{
	return mpp_queue_put(q, &x, IN_TIME);
}

static int64_t get_number(struct mpp_queue *q)
{
	int64_t x = 0;
	int err = mpp_queue_get(q, &x, IN_TIME);

	return err < 0 ? err : x;
}

static void *make_empty(void)
{
	struct mpp_queue *q = NULL;

	ck_assert_int_eq(mpp_queue_new(&q, CAPACITY, 8), 0);
	return q;
}

static void *make_41(void)
{
	void *q = make_empty();

	ck_assert_int_eq(put_number(q, 41), 0);
	return q;
}

static void *make_full(void)
{
	void *q = make_41();

	ck_assert_int_eq(put_number(q, 42), 0);
	return q;
}

static void free_queue(void *q)
{
	mpp_queue_free(q);
}

static int puts_42(void *q)
{
	return put_number(q, 42);
}

static int gets_41(void *q)
{
	return get_number(q) == 41 ? 0 : 1;
}

/* Everybody else can use both sides of the empty queue. */
static void works(struct mpp_queue *q)
{
	ck_assert_uint_eq(mpp_queue_length(q), 0);
	for (int64_t i = 0; i < 5; i++) {
		ck_assert_int_eq(put_number(q, (uint64_t)i), 0);
		ck_assert_int_eq(get_number(q), i);
	}
}

static void has_41_and_perhaps_42(void *q, bool killed)
{
	size_t length = mpp_queue_length(q);

	ck_assert_int_eq(get_number(q), 41);
	if (length == 2)
		ck_assert_int_eq(get_number(q), 42);
	else
		ck_assert(killed);
	works(q);
}

static void has_perhaps_41(void *q, bool killed)
{
	if (mpp_queue_length(q) == 1) {
		ck_assert(killed);
		ck_assert_int_eq(get_number(q), 41);
	}
	works(q);
}

/* The queue is full until the victim sleeps. */
static void makes_room(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(get_number(q), 41);
}

static void has_42_and_perhaps_43(void *q, bool killed)
{
	size_t length = mpp_queue_length(q);

	ck_assert_int_eq(get_number(q), 42);
	if (length == 2)
		ck_assert_int_eq(get_number(q), 43);
	else
		ck_assert(killed);
	works(q);
}

static int puts_43(void *q)
{
	return put_number(q, 43);
}

/* It is empty until then. */
static void brings_41(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(put_number(q, 41), 0);
}

/* A peer sleeps before the victim begins. */
static pid_t sleeper;

static void *make_consumer_wait(void)
{
	void *q = make_empty();

	PEER(sleeper, get_number(q) == 42 ? 0 : 1);
	wait_until_asleep(sleeper);
	return q;
}

static void consumer_has_42(void *q, bool killed)
{
	if (mpp_queue_length(q) == 0 && !has_died(sleeper) && killed)
		(void)put_number(q, 42);	/* perhaps nothing was put */
	reap_peer(sleeper);
	while (mpp_queue_length(q) > 0)
		ck_assert_int_eq(get_number(q), 42);
	works(q);
}

static void *make_producer_wait(void)
{
	void *q = make_full();

	PEER(sleeper, put_number(q, 43));
	wait_until_asleep(sleeper);
	return q;
}

static void producer_goes_on(void *q, bool killed)
{
	int64_t first;

	(void)killed;
	if (mpp_queue_length(q) == CAPACITY && !has_died(sleeper)) {
		first = get_number(q);	/* perhaps nothing was got */
		ck_assert(first == 41 || first == 42);
	}
	reap_peer(sleeper);
	while (mpp_queue_length(q) > 0)
		ck_assert_int_ge(get_number(q), 41);
	works(q);
}

static int closes(void *q)
{
	return mpp_queue_close(q);
}

static void is_closed_or_not(void *q, bool killed)
{
	int err = put_number(q, 42);

	if (err == 0) {
		ck_assert(killed);
		ck_assert_int_eq(get_number(q), 41);
		ck_assert_int_eq(get_number(q), 42);
		works(q);
		return;
	}
	ck_assert_int_eq(err, MPP_ECLOSED);
	ck_assert_int_eq(get_number(q), 41);
	ck_assert_int_eq(get_number(q), MPP_EPIPE);
}

/*
 * Registered producers.
 */
static int registers(void *q)
{
	return mpp_queue_producer(q);
}

static int comes_puts_and_goes(void *q)
{
	return mpp_queue_producer(q) || put_number(q, 42) ||
	       mpp_queue_producer_done(q);
}

static void nobody_counts(void *q, bool killed)
{
	(void)killed;
	ck_assert_int_eq(mpp_queue_producer(q), 0);
	ck_assert_int_eq(mpp_queue_producer_done(q), 0);
	ck_assert_int_eq(get_number(q), 41);
	if (mpp_queue_length(q))
		ck_assert_int_eq(get_number(q), 42);
	ck_assert_int_eq(get_number(q), MPP_EPIPE);
}

static void *make_consumer_wait_for_end(void)
{
	void *q = make_empty();

	ck_assert_int_eq(mpp_queue_producer(q), 0);
	PEER(sleeper, get_number(q) == MPP_EPIPE ? 0 : 1);
	wait_until_asleep(sleeper);
	return q;
}

/* The last producer of all is the victim. */
static void leaves(void *q, pid_t victim)
{
	(void)victim;
	ck_assert_int_eq(mpp_queue_producer_done(q), 0);
}

static void consumer_hears_the_end(void *q, bool killed)
{
	(void)q;
	(void)killed;
	reap_peer(sleeper);
}

static int takes_a_dead_seat(void *q)
{
	return mpp_queue_producer(q);
}

enum { SEATS = 64 };

/* Registers, says so, and ends when nobody can write to the pipe any more. */
static int holds_a_seat(void *q, int said, const int *go_on)
{
	char byte = 0;

	close(go_on[1]);
	return mpp_queue_producer(q) || write(said, &byte, 1) != 1 ||
	       read(go_on[0], &byte, 1) != 0;
}

/* All were taken at once, and their holders died. */
static void *make_dead_seats(void)
{
	void *q = make_41();
	int said[2], go_on[2];
	pid_t pid[SEATS];
	char byte;

	ck_assert_int_eq(pipe(said), 0);
	ck_assert_int_eq(pipe(go_on), 0);
	for (int i = 0; i < SEATS; i++)
		PEER(pid[i], holds_a_seat(q, said[1], go_on));
	for (int i = 0; i < SEATS; i++)
		ck_assert_int_eq(read(said[0], &byte, 1), 1);
	close(go_on[1]);
	for (int i = 0; i < SEATS; i++)
		reap_peer(pid[i]);
	close(go_on[0]);
	close(said[0]);
	close(said[1]);
	return q;
}

static int frees_while_registered(void *q)
{
	int err = mpp_queue_producer(q);

	if (err == 0)
		mpp_queue_free(q);	/* the mapping is the test's: it stays */
	return err;
}

START_TEST(a_message_is_put_and_got_wholly_or_not_at_all)
{
	static const struct killing cases[] = {
		{ make_41, puts_42, NULL, has_41_and_perhaps_42, free_queue },
		{ make_41, gets_41, NULL, has_perhaps_41, free_queue },
		{ make_full, puts_43, makes_room, has_42_and_perhaps_43,
		  free_queue },
		{ make_empty, gets_41, brings_41, has_perhaps_41, free_queue },
		{ make_consumer_wait, puts_42, NULL, consumer_has_42,
		  free_queue },
		{ make_producer_wait, gets_41, NULL, producer_goes_on,
		  free_queue },
		{ make_41, closes, NULL, is_closed_or_not, free_queue },
		{ make_41, registers, NULL, nobody_counts, free_queue },
		{ make_41, comes_puts_and_goes, NULL, nobody_counts,
		  free_queue },
		{ make_consumer_wait_for_end, registers, leaves,
		  consumer_hears_the_end, free_queue },
		{ make_dead_seats, takes_a_dead_seat, NULL, nobody_counts,
		  free_queue },
		{ make_41, frees_while_registered, NULL, nobody_counts,
		  free_queue },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("queue.c", "slots.c", "side.h",
			    "members.c", "bell.h");
}
END_TEST

UNIT_MAIN(
	UNIT(a_message_is_put_and_got_wholly_or_not_at_all)
)
