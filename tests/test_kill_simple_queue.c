/* SPDX-License-Identifier: MIT */
/*
 * test_kill_simple_queue.c - users of the simple queue killed at every step.
 *
 * A message of any size, wherever it lies in the ring of bytes, is put and got
 * wholly or not at all.  The stores of the ring are counted in
 * test_kill_pipe.c, which has its larger messages, too.
 */
#include <mpp/simple_queue.h>

#include "killing.h"

enum { CAPACITY = 64 };

#define FIRST "first"
/* With the header 64 bytes: the whole ring. */
#define FULL "fifty-six bytes are as much as an empty ring has room for"

static const char *const texts[] = { FIRST, "eleven here", FULL };
enum { TEXTS = sizeof(texts) / sizeof(*texts) };

static int put_text(struct mpp_simple_queue *q, const char *text)
{
	size_t size = strlen(text);

	if (size > CAPACITY - 8)
		size = CAPACITY - 8;
	return mpp_simple_queue_put(q, text, size, IN_TIME);
}

/* 0; an error; 1: it is another. */
static int get_text(struct mpp_simple_queue *q, const char *text)
{
	char got[CAPACITY];
	size_t size = 0;
	int err = mpp_simple_queue_get(q, got, sizeof(got), &size, IN_TIME);

	if (err < 0)
		return err;
	return size == 0 || strncmp(got, text, size) != 0 ||
	       (size < CAPACITY - 8 && size != strlen(text));
}

/* Where in the ring the next message begins: at each word once, in turns. */
static unsigned turn;

static void *make_empty(void)
{
	struct mpp_simple_queue *q = NULL;

	ck_assert_int_eq(mpp_simple_queue_new(&q, CAPACITY), 0);
	for (unsigned i = 0; i < turn % 8; i++) {
		ck_assert_int_eq(mpp_simple_queue_put(q, NULL, 0, 0), 0);
		ck_assert_int_eq(mpp_simple_queue_get(q, NULL, 0, NULL, 0),
				 0);
	}
	return q;
}

static void *make_first(void)
{
	void *q = make_empty();

	ck_assert_int_eq(put_text(q, FIRST), 0);
	return q;
}

static void *make_full(void)
{
	void *q = make_empty();

	ck_assert_int_eq(put_text(q, FULL), 0);
	return q;
}

static void free_queue(void *q)
{
	mpp_simple_queue_free(q);
}

/* Everybody else can use both sides of the empty queue. */
static void works(struct mpp_simple_queue *q)
{
	ck_assert(mpp_simple_queue_empty(q));
	for (int i = 0; i < 9; i++) {
		ck_assert_int_eq(put_text(q, texts[i % TEXTS]), 0);
		ck_assert_int_eq(get_text(q, texts[i % TEXTS]), 0);
	}
	ck_assert(mpp_simple_queue_empty(q));
}

static int puts_eleven(void *q)
{
	return put_text(q, "eleven here");
}

static int gets_first(void *q)
{
	return get_text(q, FIRST);
}

static int gets_full(void *q)
{
	return get_text(q, FULL);
}

static void first_and_perhaps_eleven(void *q, bool killed)
{
	ck_assert_int_eq(get_text(q, FIRST), 0);
	if (mpp_simple_queue_empty(q))
		ck_assert(killed);
	else
		ck_assert_int_eq(get_text(q, "eleven here"), 0);
	works(q);
}

static void perhaps_eleven(void *q, bool killed)
{
	if (mpp_simple_queue_empty(q))
		ck_assert(killed);
	else
		ck_assert_int_eq(get_text(q, "eleven here"), 0);
	works(q);
}

static void perhaps_first(void *q, bool killed)
{
	if (!mpp_simple_queue_empty(q)) {
		ck_assert(killed);
		ck_assert_int_eq(get_text(q, FIRST), 0);
	}
	works(q);
}

static void perhaps_full(void *q, bool killed)
{
	if (!mpp_simple_queue_empty(q)) {
		ck_assert(killed);
		ck_assert_int_eq(get_text(q, FULL), 0);
	}
	works(q);
}

/* The victim sleeps first. */
static void makes_room(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(get_text(q, FULL), 0);
}

static void brings_first(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(put_text(q, FIRST), 0);
}

static void closes_it(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_simple_queue_close(q), 0);
}

static int hears_the_end(void *q)
{
	return get_text(q, FIRST) != MPP_EPIPE;
}

static int may_not_put(void *q)
{
	return puts_eleven(q) != MPP_ECLOSED;
}

static void has_ended(void *q, bool killed)
{
	(void)killed;
	ck_assert_int_eq(puts_eleven(q), MPP_ECLOSED);
	if (!mpp_simple_queue_empty(q))
		ck_assert_int_eq(get_text(q, FULL), 0);
	ck_assert_int_eq(get_text(q, FIRST), MPP_EPIPE);
}

/* A peer sleeps first. */
static pid_t sleeper;

static void *make_consumer_wait(void)
{
	void *q = make_empty();

	PEER(sleeper, get_text(q, "eleven here"));
	wait_until_asleep(sleeper);
	return q;
}

/* Of two messages of two producers one was put at least. */
static void consumer_has_eleven(void *q, bool killed)
{
	if (killed)
		ck_assert_int_eq(puts_eleven(q), 0);
	reap_peer(sleeper);
	if (!mpp_simple_queue_empty(q)) {
		ck_assert(killed);
		ck_assert_int_eq(get_text(q, "eleven here"), 0);
	}
	works(q);
}

static void *make_producer_wait(void)
{
	void *q = make_full();

	PEER(sleeper, puts_eleven(q));
	wait_until_asleep(sleeper);
	return q;
}

/* The first message is the full one while it was not got. */
static void producer_has_put(void *q, bool killed)
{
	int err = get_text(q, FULL);

	ck_assert(err == 0 || err == 1);
	reap_peer(sleeper);
	if (err == 0) {
		ck_assert(killed);
		ck_assert_int_eq(get_text(q, "eleven here"), 0);
	}
	works(q);
}

static int closes(void *q)
{
	return mpp_simple_queue_close(q);
}

static void is_closed_or_not(void *q, bool killed)
{
	int err = puts_eleven(q);

	ck_assert(err == MPP_ECLOSED || (err == 0 && killed));
	ck_assert_int_eq(get_text(q, FIRST), 0);
	ck_assert_int_eq(get_text(q, "eleven here"),
			 err == 0 ? 0 : MPP_EPIPE);
	if (err == 0)
		works(q);
}

static void *make_consumer_wait_for_end(void)
{
	void *q = make_empty();

	PEER(sleeper, hears_the_end(q));
	wait_until_asleep(sleeper);
	return q;
}

static void consumer_hears_of_close(void *q, bool killed)
{
	if (killed)
		ck_assert_int_eq(mpp_simple_queue_close(q), 0);
	reap_peer(sleeper);
}

static int comes_puts_and_goes(void *q)
{
	return mpp_simple_queue_producer(q) || puts_eleven(q) ||
	       mpp_simple_queue_producer_done(q);
}

static void nobody_counts(void *q, bool killed)
{
	(void)killed;
	ck_assert_int_eq(mpp_simple_queue_producer(q), 0);
	ck_assert_int_eq(mpp_simple_queue_producer_done(q), 0);
	ck_assert_int_eq(get_text(q, FIRST), 0);
	if (!mpp_simple_queue_empty(q))
		ck_assert_int_eq(get_text(q, "eleven here"), 0);
	ck_assert_int_eq(get_text(q, FIRST), MPP_EPIPE);
}

static int frees_while_registered(void *q)
{
	int err = mpp_simple_queue_producer(q);

	if (err == 0)
		mpp_simple_queue_free(q); /* the test's mapping stays */
	return err;
}

static const struct killing messages[] = {
	{ make_first, puts_eleven, NULL, first_and_perhaps_eleven,
	  free_queue },
	{ make_first, gets_first, NULL, perhaps_first, free_queue },
	{ make_full, gets_full, NULL, perhaps_full, free_queue },
};

/* At each place of the ring: headers and bytes lie across its end. */
START_TEST(a_message_is_put_and_got_wholly_or_not_at_all)
{
	for (turn = 0; turn < 8; turn++)
		for (int i = 0; i < 3; i++)
			cut_everywhere(&messages[i]);
}
END_TEST

START_TEST(who_sleeps_is_woken_or_looks_again)
{
	static const struct killing cases[] = {
		{ make_full, puts_eleven, makes_room, perhaps_eleven,
		  free_queue },
		{ make_empty, gets_first, brings_first, perhaps_first,
		  free_queue },
		{ make_empty, hears_the_end, closes_it, has_ended,
		  free_queue },
		{ make_full, may_not_put, closes_it, has_ended, free_queue },
		{ make_consumer_wait, puts_eleven, NULL, consumer_has_eleven,
		  free_queue },
		{ make_producer_wait, gets_full, NULL, producer_has_put,
		  free_queue },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
}
END_TEST

START_TEST(the_end_is_there_or_not)
{
	static const struct killing cases[] = {
		{ make_first, closes, NULL, is_closed_or_not, free_queue },
		{ make_consumer_wait_for_end, closes, NULL,
		  consumer_hears_of_close, free_queue },
		{ make_first, comes_puts_and_goes, NULL, nobody_counts,
		  free_queue },
		{ make_first, frees_while_registered, NULL, nobody_counts,
		  free_queue },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
}
END_TEST

UNIT_MAIN(
	UNIT(a_message_is_put_and_got_wholly_or_not_at_all)
	UNIT(who_sleeps_is_woken_or_looks_again)
	UNIT(the_end_is_there_or_not)
)
