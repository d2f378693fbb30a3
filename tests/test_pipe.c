/* SPDX-License-Identifier: MIT */
/*
 * test_pipe.c - connections: sizes, ends that are gone, messages that are cut.
 */
#include <sched.h>
#include <stdlib.h>

#include "members.c"
#include "ring.c"
#include "pipe.c"

#include <pthread.h>

#include "children.h"
#include "hook_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

/* Handed to children as one object. */
struct both {
	struct mpp_connection *end[2];
	struct mpp_ring *to_0; /* as libmpp sees it */
};

static struct both pipe_of(size_t capacity, bool duplex)
{
	struct both b;

	ck_assert_int_eq(mpp_pipe_new(b.end, duplex, capacity), 0);
	b.to_0 = ring_in(b.end[0]);
	return b;
}

static void free_pipe(struct both *b)
{
	mpp_pipe_free(b->end);
}

static int send_text(struct mpp_connection *end, const char *text)
{
	return mpp_connection_send_bytes(end, text, strlen(text), MPP_FOREVER);
}

/* The text received, or the error's sentence. */
static const char *receive_text(struct mpp_connection *end, int64_t timeout_ns)
{
	static char text[1000];
	size_t size = 999;
	int err = mpp_connection_recv_bytes(end, text, sizeof(text) - 1, &size,
					    timeout_ns);

	if (err < 0)
		return mpp_strerror(err);
	text[size] = '\0';
	return text;
}

#define GETS(end, expected) \
	ck_assert_str_eq(receive_text(end, MPP_FOREVER), expected)
#define FAILS(end, err) GETS(end, mpp_strerror(err))
#define NOTHING(end) \
	ck_assert_str_eq(receive_text(end, 0), mpp_strerror(MPP_EAGAIN))

START_TEST(refuses_nothing_to_hold)
{
	struct mpp_connection *ends[2] = { NULL, NULL };

	ck_assert_int_eq(mpp_pipe_new(ends, true, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_pipe_new(NULL, true, 64), MPP_EINVAL);
	ck_assert_int_eq(mpp_pipe_new(ends, true, SIZE_MAX / 2), MPP_ENOMEM);
	ck_assert_ptr_null(ends[0]);
	mpp_pipe_free(ends);
	mpp_pipe_free(NULL);
}
END_TEST

START_TEST(both_directions_of_a_duplex_pipe_are_apart)
{
	struct both b = pipe_of(64, true);

	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(send_text(b.end[0], "to one"), 0);
		ck_assert_int_eq(send_text(b.end[1], "to zero"), 0);
		ck_assert_int_eq(send_text(b.end[1], ""), 0);
		GETS(b.end[0], "to zero");
		GETS(b.end[1], "to one");
		NOTHING(b.end[1]);
		GETS(b.end[0], "");
		NOTHING(b.end[0]);
	}
	free_pipe(&b);
}
END_TEST

START_TEST(a_simplex_pipe_has_one_direction)
{
	struct both b = pipe_of(64, false);

	ck_assert_int_eq(send_text(b.end[0], "x"), MPP_ESTATE);
	FAILS(b.end[1], MPP_ESTATE);
	ck_assert_int_eq(mpp_connection_poll(b.end[1], 0), MPP_ESTATE);
	ck_assert_int_eq(send_text(b.end[1], "x"), 0);
	GETS(b.end[0], "x");
	free_pipe(&b);
}
END_TEST

START_TEST(limits_and_sizes_are_told)
{
	struct both b = pipe_of(64, false);
	char small[4];
	size_t size = 0;

	NOTHING(b.end[0]);
	ck_assert_str_eq(receive_text(b.end[0], MS),
			 mpp_strerror(MPP_ETIMEDOUT));
	ck_assert_int_eq(mpp_connection_poll(b.end[0], 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_connection_poll(b.end[0], MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(send_text(b.end[1], "forty bytes: this is how much it is ...."),
			 0);
	ck_assert_int_eq(mpp_connection_send_bytes(b.end[1], "full now, it is",
						   15, 0),
			 MPP_EAGAIN);
	ck_assert_int_eq(mpp_connection_send_bytes(b.end[1], "full now, it is",
						   15, MS),
			 MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_connection_poll(b.end[0], MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_connection_recv_bytes(b.end[0], small, 4, &size,
						   0),
			 MPP_EMSGSIZE);
	ck_assert_uint_eq(size, 40);
	GETS(b.end[0], "forty bytes: this is how much it is ....");
	free_pipe(&b);
}
END_TEST

/* Larger than the ring. */

enum { BIG = 100000 };

static unsigned char big[BIG];

static void fill(unsigned char *bytes, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(seed + i * 31 + i / 251);
}

static const size_t sizes[] = { 0,   1,	  56,  57,  63,	 64,  65,
				100, 128, 129, 777, 1000, 4096, BIG };
enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

static int sends_sizes(void *both)
{
	struct both *b = both;

	for (unsigned i = 0; i < SIZES; i++) {
		fill(big, sizes[i], i);
		if (mpp_connection_send_bytes(b->end[1], big, sizes[i],
					      MPP_FOREVER))
			return 1;
	}
	return 0;
}

static void takes_sizes(struct both *b)
{
	static unsigned char got[BIG], sent[BIG];

	for (unsigned i = 0; i < SIZES; i++) {
		size_t size = 0;

		if (sizes[i] > 0) {
			ck_assert_int_eq(mpp_connection_recv_bytes(
						 b->end[0], got, sizes[i] - 1,
						 &size, MPP_FOREVER),
					 MPP_EMSGSIZE);
			ck_assert_uint_eq(size, sizes[i]);
		}
		ck_assert_int_eq(mpp_connection_recv_bytes(b->end[0], got,
							   sizes[i], &size,
							   MPP_FOREVER),
				 0);
		ck_assert_uint_eq(size, sizes[i]);
		fill(sent, size, i);
		ck_assert(memcmp(got, sent, size) == 0);
	}
}

START_TEST(messages_larger_than_the_ring_go_through)
{
	static const size_t capacities[] = { 1, 72, 1000, 4096 };

	for (unsigned i = 0; i < 4; i++) {
		struct both b = pipe_of(capacities[i], false);
		pid_t pid = child_start(sends_sizes, &b);

		takes_sizes(&b);
		ck_assert_int_eq(child_end(pid), 0);
		FAILS(b.end[0], MPP_EPIPE);
		free_pipe(&b);
	}
}
END_TEST

static void *sends_sizes_thread(void *both)
{
	return sends_sizes(both) ? both : NULL;
}

START_TEST(and_between_threads)
{
	struct both b = pipe_of(100, true);
	pthread_t t;
	void *result;

	ck_assert_int_eq(pthread_create(&t, NULL, sends_sizes_thread, &b), 0);
	takes_sizes(&b);
	pthread_join(t, &result);
	ck_assert_ptr_null(result);
	FAILS(b.end[0], MPP_EPIPE);
	free_pipe(&b);
}
END_TEST

enum { ROUNDS = 30 };

static int sends_letters(void *both)
{
	struct both *b = both;
	unsigned char m[300];

	for (int i = 0; i < ROUNDS; i++) {
		memset(m, getpid() & 0xff, sizeof(m));
		if (mpp_connection_send_bytes(b->end[1], m, sizeof(m),
					      MPP_FOREVER))
			return 1;
	}
	return 0;
}

START_TEST(large_messages_of_two_senders_are_not_mixed)
{
	struct both b = pipe_of(64, false);
	unsigned char m[300];
	pid_t p[2];

	ck_assert_int_eq(mpp_connection_use(b.end[1]), 0); /* no early end */
	for (int i = 0; i < 2; i++)
		p[i] = child_start(sends_letters, &b);
	for (int i = 0; i < 2 * ROUNDS; i++) {
		size_t size;

		ck_assert_int_eq(mpp_connection_recv_bytes(b.end[0], m,
							   sizeof(m), &size,
							   MPP_FOREVER),
				 0);
		ck_assert_uint_eq(size, sizeof(m));
		for (size_t j = 1; j < size; j++)
			ck_assert_uint_eq(m[j], m[0]);
	}
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(child_end(p[i]), 0);
	free_pipe(&b);
}
END_TEST

/* Ends that are gone. */

START_TEST(nobody_is_missed_before_the_first_one_came)
{
	struct both b = pipe_of(64, true);

	NOTHING(b.end[0]);
	ck_assert_int_eq(send_text(b.end[0], "x"), 0); /* nobody receives yet */
	ck_assert_int_eq(mpp_connection_close(b.end[1]), MPP_ESTATE);
	GETS(b.end[1], "x");
	free_pipe(&b);
}
END_TEST

START_TEST(receive_ends_when_every_sender_is_gone)
{
	struct both b = pipe_of(64, true);

	ck_assert_int_eq(mpp_connection_use(b.end[1]), 0);
	ck_assert_int_eq(mpp_connection_use(b.end[1]), 0);
	NOTHING(b.end[0]);
	ck_assert_int_eq(send_text(b.end[1], "last"), 0);
	ck_assert_int_eq(mpp_connection_close(b.end[1]), 0);
	ck_assert_int_eq(mpp_connection_close(b.end[1]), MPP_ESTATE);
	GETS(b.end[0], "last");
	FAILS(b.end[0], MPP_EPIPE);
	ck_assert_int_eq(mpp_connection_poll(b.end[0], MPP_FOREVER), 0);
	ck_assert_int_eq(send_text(b.end[0], "anybody?"), MPP_EPIPE);
	ck_assert_int_eq(send_text(b.end[1], "back"), 0); /* used again */
	GETS(b.end[0], "back");
	NOTHING(b.end[0]);
	free_pipe(&b);
}
END_TEST

static int uses_and_stays(void *both)
{
	struct both *b = both;

	if (mpp_connection_use(b->end[1]) || send_text(b->end[1], "ready"))
		return 1;
	for (;;)
		pause();
}

/* This process has the handle of the killed one's end: that does not count. */
START_TEST(a_death_is_an_end_for_both_directions)
{
	struct both b = pipe_of(64, true);
	pid_t pid = child_start(uses_and_stays, &b);

	GETS(b.end[0], "ready");
	ck_assert_int_eq(send_text(b.end[0], "fill the ring up with this one ...."),
			 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	FAILS(b.end[0], MPP_EPIPE); /* waits for it */
	ck_assert_int_eq(send_text(b.end[0], "and again with this one: it waits"),
			 MPP_EPIPE);
	ck_assert_int_eq(child_end(pid), -1);
	free_pipe(&b);
}
END_TEST

static int uses_and_ends(void *both)
{
	return mpp_connection_use(((struct both *)both)->end[1]);
}

/* W22: who reads and uses the other end as well has no end to wait for. */
START_TEST(a_reader_that_uses_the_write_end_sees_no_end)
{
	struct both b = pipe_of(64, false);

	ck_assert_int_eq(mpp_connection_use(b.end[1]), 0);
	ck_assert_int_eq(child(uses_and_ends, &b), 0);
	ck_assert_str_eq(receive_text(b.end[0], MS),
			 mpp_strerror(MPP_ETIMEDOUT));
	ck_assert_int_eq(mpp_connection_close(b.end[1]), 0);
	FAILS(b.end[0], MPP_EPIPE);
	free_pipe(&b);
}
END_TEST

START_TEST(a_large_send_ends_when_its_receiver_does)
{
	struct both b = pipe_of(64, false);
	pid_t pid;

	ck_assert_int_eq(mpp_connection_use(b.end[0]), 0);
	pid = fork();
	if (pid == 0)
		_exit(mpp_connection_send_bytes(b.end[1], big, BIG,
						MPP_FOREVER) == MPP_EPIPE
			      ? 0
			      : 1);
	ck_assert_int_eq(mpp_connection_poll(b.end[0], MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_connection_close(b.end[0]), 0);
	ck_assert_int_eq(child_end(pid), 0);
	free_pipe(&b);
}
END_TEST

/* Cut. */

START_TEST(a_send_that_gives_up_in_the_middle_cuts_its_message)
{
	struct both b = pipe_of(64, false);

	ck_assert_int_eq(mpp_connection_use(b.end[0]), 0);
	ck_assert_int_eq(mpp_connection_send_bytes(b.end[1], big, 200, MS),
			 MPP_ECUT);
	FAILS(b.end[0], MPP_ECUT);
	NOTHING(b.end[0]);
	ck_assert_int_eq(mpp_connection_send_bytes(b.end[1], big, 200, 0),
			 MPP_ECUT);
	ck_assert_str_eq(receive_text(b.end[0], 0), mpp_strerror(MPP_ECUT));
	ck_assert_int_eq(send_text(b.end[1], "next"), 0);
	GETS(b.end[0], "next");
	free_pipe(&b);
}
END_TEST

START_TEST(a_message_is_one_operation)
{
	struct both b;
	char m[100];
	size_t size;

	hooks_install_door();
	b = pipe_of(64, false);
	ck_assert_int_eq(send_text(b.end[1], "x"), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_ACQUIRE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_SEND], 1);
	ck_assert_int_eq(hooked.before, 3);
	ck_assert_int_eq(mpp_connection_poll(b.end[0], 0), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_AWAIT);
	ck_assert_int_eq(hooked.before, 4);
	ck_assert_int_eq(mpp_connection_recv_bytes(b.end[0], m, 100, &size, 0),
			 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_RECEIVE);
	ck_assert_ptr_eq(hooked.last.object, b.to_0);
	ck_assert_int_eq(hooked.before, 7);
	ck_assert_int_eq(mpp_connection_close(b.end[1]), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RELEASE], 1);
	ck_assert_int_eq(hooked.before, 9);
	ck_assert(hooked.last.ready == NULL);
	mpp_pipe_free(b.end);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(refuses_nothing_to_hold)
	  UNIT(both_directions_of_a_duplex_pipe_are_apart)
	  UNIT(a_simplex_pipe_has_one_direction) UNIT(limits_and_sizes_are_told)
	  UNIT(messages_larger_than_the_ring_go_through)
	  UNIT(and_between_threads)
	  UNIT(large_messages_of_two_senders_are_not_mixed)
	  UNIT(nobody_is_missed_before_the_first_one_came)
	  UNIT(receive_ends_when_every_sender_is_gone)
	  UNIT(a_death_is_an_end_for_both_directions)
	  UNIT(a_reader_that_uses_the_write_end_sees_no_end)
	  UNIT(a_large_send_ends_when_its_receiver_does)
	  UNIT(a_send_that_gives_up_in_the_middle_cuts_its_message)
	  UNIT(a_message_is_one_operation))
