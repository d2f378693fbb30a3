/* SPDX-License-Identifier: MIT */
/*
 * test_kill_pipe.c - users of a pipe's ends killed at every step.
 *
 * What fits the ring is there wholly or not at all; of a larger message the
 * receiver is told that it was cut, and the next one is whole; the rest of what
 * a dead receiver had begun is passed over.
 */
#include <stdlib.h>

#include <mpp/pipe.h>
#include <mpp/simple_queue.h>

#include "killing.h"

enum { CAPACITY = 64, BIG = 200 };

struct ends {
	struct mpp_connection *end[2]; /* [1] sends, [0] receives */
};

static char big[BIG];

static void fill_big(void)
{
	for (int i = 0; i < BIG; i++)
		big[i] = (char)(3 + i * 31);
}

static int send_text(struct ends *e, const char *text)
{
	return mpp_connection_send_bytes(e->end[1], text, strlen(text),
					 IN_TIME);
}

static int send_big(struct ends *e)
{
	return mpp_connection_send_bytes(e->end[1], big, BIG, IN_TIME);
}

enum { TEXT = 1, WHOLE_BIG, TORN };

/* An error, or what it is; *text: of up to 15 letters. */
static int receive(struct ends *e, char text[16])
{
	char got[BIG];
	size_t size = 0;
	int err = mpp_connection_recv_bytes(e->end[0], got, BIG, &size,
					    IN_TIME);

	if (err < 0)
		return err;
	if (size == BIG)
		return memcmp(got, big, BIG) ? TORN : WHOLE_BIG;
	if (size > 15)
		return TORN;
	memcpy(text, got, size);
	text[size] = '\0';
	return TEXT;
}

static int receive_text(struct ends *e, const char *text)
{
	char got[16] = "";
	int err = receive(e, got);

	return err < 0 ? err : err != TEXT || strcmp(got, text) != 0;
}

static bool is_empty(struct ends *e)
{
	return mpp_connection_poll(e->end[0], 0) == MPP_EAGAIN;
}

/* Where in the ring the first message begins; the byte there is used. */
static unsigned turn;

static void *make_pipe(void)
{
	struct ends *e = malloc(sizeof(*e));

	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(mpp_pipe_new(e->end, false, CAPACITY), 0);
	ck_assert_int_eq(mpp_connection_use(e->end[0]), 0);
	ck_assert_int_eq(mpp_connection_use(e->end[1]), 0);
	for (unsigned i = 0; i < turn % 8; i++) {
		ck_assert_int_eq(send_text(e, ""), 0);
		ck_assert_int_eq(receive_text(e, ""), 0);
	}
	return e;
}

static void *make_first(void)
{
	void *e = make_pipe();

	ck_assert_int_eq(send_text(e, "first"), 0);
	return e;
}

static void free_pipe(void *ends)
{
	struct ends *e = ends;

	mpp_pipe_free(e->end);
	free(e);
}

/* For everybody else, in both sizes. */
static pid_t other;

static void works(struct ends *e)
{
	char text[16];

	ck_assert(is_empty(e));
	PEER(other, send_big(e) || send_text(e, "next"));
	ck_assert_int_eq(receive(e, text), WHOLE_BIG);
	ck_assert_int_eq(receive_text(e, "next"), 0);
	reap_peer(other);
	ck_assert(is_empty(e));
}

static int sends_second(void *e)
{
	return send_text(e, "second");
}

static int receives_first(void *e)
{
	return receive_text(e, "first");
}

static void first_and_perhaps_second(void *e, bool killed)
{
	ck_assert_int_eq(receive_text(e, "first"), 0);
	if (is_empty(e))
		ck_assert(killed);
	else
		ck_assert_int_eq(receive_text(e, "second"), 0);
	works(e);
}

static void perhaps_first(void *e, bool killed)
{
	if (!is_empty(e)) {
		ck_assert(killed);
		ck_assert_int_eq(receive_text(e, "first"), 0);
	}
	works(e);
}

/*
 * Larger than the ring.  The test receives what the victim sends.
 */
static int sends_big(void *e)
{
	return send_big(e);
}

static int big_result;

/* Gets whatever comes: a message, a cut one, or what the test itself sends when
 * the victim is dead and nothing came. */
static void receives_big(void *ends, pid_t victim)
{
	struct ends *e = ends;
	char text[16];

	while (is_empty(e) && !has_died(victim))
		sched_yield();
	big_result = is_empty(e) ? 0 : receive(e, text);
}

static void big_or_cut(void *e, bool killed)
{
	if (killed)
		ck_assert(big_result == WHOLE_BIG || big_result == 0 ||
			  big_result == MPP_ECUT);
	else
		ck_assert_int_eq(big_result, WHOLE_BIG);
	works(e);
}

/* Nobody has received before the next sender comes: the pieces of the victim
 * lie before a message of another. */
static int sends_what_fits(void *ends)
{
	struct ends *e = ends;

	return mpp_connection_send_bytes(e->end[1], big, BIG, 0) != MPP_ECUT;
}

static void next_is_whole(void *ends, bool killed)
{
	struct ends *e = ends;
	bool sent = mpp_connection_send_bytes(e->end[1], "next", 4, 0) == 0;
	char text[16] = "";
	int err;

	(void)killed;
	if (is_empty(e)) {
		works(e);
		return;
	}
	err = receive(e, text);
	if (err == MPP_ECUT) {
		ck_assert(sent || is_empty(e));
		if (sent)
			ck_assert_int_eq(receive_text(e, "next"), 0);
	} else {
		ck_assert_int_eq(err, TEXT);
		ck_assert_str_eq(text, "next");
	}
	works(e);
}

/* The victim receives; a peer sends a large one and a small one behind it. */
static pid_t sender;

static void *make_sender(void)
{
	void *e = make_pipe();

	PEER(sender, send_big(e) || send_text(e, "behind"));
	return e;
}

/* It is in the middle, and sleeps, when the victim begins. */
static void *make_sender_wait(void)
{
	void *e = make_sender();

	wait_until_asleep(sender);
	return e;
}

static int receives_whole(void *e)
{
	char text[16];

	return receive(e, text) != WHOLE_BIG;
}

static void behind_is_whole(void *ends, bool killed)
{
	struct ends *e = ends;
	char text[16] = "";
	int err = receive(e, text);

	if (err == WHOLE_BIG) { /* the victim had not begun */
		ck_assert(killed);
		err = receive(e, text);
	}
	ck_assert_int_eq(err, TEXT);
	ck_assert_str_eq(text, "behind");
	reap_peer(sender);
	works(e);
}

/* A receiver sleeps in the middle of a message whose sender is the victim. */
static int gets_something_whole(void *ends)
{
	struct ends *e = ends;
	char text[16] = "";
	int err = receive(e, text);

	if (err == MPP_ECUT)
		return receive_text(e, "after");
	if (err == TEXT)
		return strcmp(text, "after");
	return err != WHOLE_BIG || receive_text(e, "after");
}

static pid_t receiver;

static void *make_receiver_wait(void)
{
	void *e = make_pipe();

	PEER(receiver, gets_something_whole(e));
	wait_until_asleep(receiver);
	return e;
}

static void receiver_goes_on(void *e, bool killed)
{
	(void)killed;
	ck_assert_int_eq(send_text(e, "after"), 0);
	reap_peer(receiver);
	works(e);
}

/* Gives up in the middle, while somebody receives. */
static int gives_up(void *ends)
{
	struct ends *e = ends;
	int err = mpp_connection_send_bytes(e->end[1], big, BIG, 0);

	return err != MPP_ECUT && err != 0;
}

/* The victim is left in the middle by a sender that gives up. */
static void gives_up_on(void *ends, pid_t victim)
{
	struct ends *e = ends;
	int err;

	wait_until_asleep(victim);
	err = mpp_connection_send_bytes(e->end[1], big, BIG, 0);
	ck_assert(err == 0 || err == MPP_ECUT);
}

static int receives_or_is_told(void *e)
{
	char text[16];
	int err = receive(e, text);

	return err != WHOLE_BIG && err != MPP_ECUT;
}

static void nothing_is_torn(void *ends, bool killed)
{
	struct ends *e = ends;
	char text[16];
	int err;

	(void)killed;
	if (!is_empty(e)) { /* the ring may be full of it */
		err = receive(e, text);
		ck_assert(err == WHOLE_BIG || err == MPP_ECUT);
	}
	ck_assert_int_eq(send_text(e, "after"), 0);
	ck_assert_int_eq(receive_text(e, "after"), 0);
	works(e);
}

/*
 * Ends.
 */
static void *make_unused(void)
{
	struct ends *e = malloc(sizeof(*e));

	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(mpp_pipe_new(e->end, true, CAPACITY), 0);
	return e;
}

static int uses_sends_and_closes(void *ends)
{
	struct ends *e = ends;

	return mpp_connection_use(e->end[1]) || send_text(e, "first") ||
	       mpp_connection_close(e->end[1]);
}

static void the_end_is_heard(void *ends, bool killed)
{
	struct ends *e = ends;
	int err;

	/* Killed before it counted: somebody else has to end it. */
	(void)killed;
	ck_assert_int_eq(mpp_connection_use(e->end[1]), 0);
	ck_assert_int_eq(mpp_connection_close(e->end[1]), 0);
	ck_assert_int_eq(mpp_connection_poll(e->end[0], IN_TIME), 0);
	err = receive_text(e, "first");
	if (err == 0)
		err = receive_text(e, "first");
	ck_assert_int_eq(err, MPP_EPIPE);
	ck_assert_int_eq(mpp_connection_send_bytes(e->end[0], "x", 1, 0),
			 MPP_EPIPE);
}

/* A receiver waits for an end that the victim makes, of any kind. */
static void *make_receiver_of_end(void)
{
	struct ends *e = make_unused();

	ck_assert_int_eq(mpp_connection_use(e->end[1]), 0);
	PEER(receiver, receive_text(e, "first") != MPP_EPIPE);
	wait_until_asleep(receiver);
	return e;
}

static int uses(void *ends)
{
	return mpp_connection_use(((struct ends *)ends)->end[1]);
}

static void leaves(void *ends, pid_t victim)
{
	(void)victim;
	ck_assert_int_eq(mpp_connection_close(((struct ends *)ends)->end[1]),
			 0);
}

static void end_was_heard(void *e, bool killed)
{
	(void)e;
	(void)killed;
	reap_peer(receiver);
}

/* The victim, in the middle of a large message, loses its receiver. */
static void receiver_leaves(void *ends, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_connection_close(((struct ends *)ends)->end[0]),
			 0);
}

static int sends_in_vain(void *e)
{
	return send_big(e) != MPP_EPIPE;
}

static void receivers_come_again(void *ends, bool killed)
{
	struct ends *e = ends;

	ck_assert_int_eq(mpp_connection_use(e->end[0]), 0);
	next_is_whole(e, killed);
}

/* Holders of all seats have died. */
static int sends_nothing(void *ends)
{
	return mpp_connection_use(((struct ends *)ends)->end[1]);
}

enum { SEATS = 64 };

static int holds_a_seat(void *e, int said, const int *go_on)
{
	char byte = 0;

	close(go_on[1]);
	return sends_nothing(e) || write(said, &byte, 1) != 1 ||
	       read(go_on[0], &byte, 1) != 0;
}

static void *make_dead_seats(void)
{
	struct ends *e = make_unused();
	int said[2], go_on[2];
	pid_t pid[SEATS];
	char byte;

	ck_assert_int_eq(pipe(said), 0);
	ck_assert_int_eq(pipe(go_on), 0);
	for (int i = 0; i < SEATS; i++)
		PEER(pid[i], holds_a_seat(e, said[1], go_on));
	for (int i = 0; i < SEATS; i++)
		ck_assert_int_eq(read(said[0], &byte, 1), 1);
	close(go_on[1]);
	for (int i = 0; i < SEATS; i++)
		reap_peer(pid[i]);
	close(go_on[0]);
	close(said[0]);
	close(said[1]);
	return e;
}

static int frees_while_used(void *ends)
{
	struct ends *e = ends;
	int err = mpp_connection_use(e->end[1]);

	if (err == 0)
		mpp_pipe_free(e->end); /* the test's mapping stays */
	return err;
}

/* Only a SimpleQueue closes the ring itself. */
static void *make_simple_queue(void)
{
	struct mpp_simple_queue *q = NULL;

	ck_assert_int_eq(mpp_simple_queue_new(&q, CAPACITY), 0);
	return q;
}

static int closes(void *q)
{
	return mpp_simple_queue_close(q);
}

static void is_closed_or_not(void *q, bool killed)
{
	int err = mpp_simple_queue_put(q, "x", 1, 0);

	ck_assert(err == MPP_ECLOSED || (err == 0 && killed));
	ck_assert_int_eq(mpp_simple_queue_close(q), 0);
	ck_assert_int_eq(mpp_simple_queue_put(q, "x", 1, 0), MPP_ECLOSED);
}

static void free_simple_queue(void *q)
{
	mpp_simple_queue_free(q);
}

START_TEST(a_message_is_whole_or_cut_and_the_next_one_is_whole)
{
	static const struct killing cases[] = {
		{ make_first, sends_second, NULL, first_and_perhaps_second,
		  free_pipe },
		{ make_first, receives_first, NULL, perhaps_first, free_pipe },
		{ make_pipe, sends_what_fits, NULL, next_is_whole, free_pipe },
		{ make_pipe, sends_big, receives_big, big_or_cut, free_pipe },
		{ make_sender, receives_whole, NULL, behind_is_whole,
		  free_pipe },
		{ make_sender_wait, receives_whole, NULL, behind_is_whole,
		  free_pipe },
		{ make_receiver_wait, sends_big, NULL, receiver_goes_on,
		  free_pipe },
		{ make_receiver_wait, gives_up, NULL, receiver_goes_on,
		  free_pipe },
		{ make_pipe, receives_or_is_told, gives_up_on,
		  nothing_is_torn, free_pipe },
		{ make_unused, uses_sends_and_closes, NULL, the_end_is_heard,
		  free_pipe },
		{ make_receiver_of_end, uses, leaves, end_was_heard,
		  free_pipe },
		{ make_pipe, sends_in_vain, receiver_leaves,
		  receivers_come_again, free_pipe },
		{ make_dead_seats, uses_sends_and_closes, NULL,
		  the_end_is_heard, free_pipe },
		{ make_unused, frees_while_used, NULL, the_end_is_heard,
		  free_pipe },
		{ make_simple_queue, closes, NULL, is_closed_or_not,
		  free_simple_queue },
	};

	fill_big();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		turn++;
		cut_everywhere(&cases[i]);
	}
	/* Across the ring's end. */
	for (turn = 0; turn < 8; turn++) {
		cut_everywhere(&cases[0]);
		cut_everywhere(&cases[1]);
		cut_everywhere(&cases[2]);
	}
	EVERY_STORE_WAS_CUT("ring.c", "ring.h", "members.c");
}
END_TEST

UNIT_MAIN(
	UNIT(a_message_is_whole_or_cut_and_the_next_one_is_whole)
)
