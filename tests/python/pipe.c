/* SPDX-License-Identifier: MIT */
/* pipe.c - the programs of pipe.def. */
#include <mpp/pipe.h>

#include "program.h"

static struct mpp_connection *ends[2];
static struct gate started, never;

static void make(bool duplex)
{
	must(mpp_pipe_new(ends, duplex, 1000));
	gate_new(&started);
	gate_new(&never);
}

static int send(struct mpp_connection *end, const char *text)
{
	return mpp_connection_send_bytes(end, text, strlen(text), MPP_FOREVER);
}

/* Says the text, or the error. */
static void receive(struct mpp_connection *end, size_t room)
{
	char text[100];
	size_t size;
	int err = mpp_connection_recv_bytes(end, text, room, &size,
					    MPP_SECONDS(10));

	if (err < 0)
		say_error(err);
	else
		say("%.*s", (int)size, text);
}

static int send_hello(void *unused)
{
	(void)unused;
	return send(ends[1], "hello");
}

static void pipe_brings_bytes_to_a_child(void)
{
	make(true);
	start_child(send_hello);
	receive(ends[0], 100);
}

static int answer(void *unused)
{
	char text[4];

	(void)unused;
	must(mpp_connection_recv_bytes(ends[1], text, sizeof(text), NULL,
				       MPP_FOREVER));
	text[1] = 'o'; /* ping, pong */
	return mpp_connection_send_bytes(ends[1], text, sizeof(text),
					 MPP_FOREVER);
}

static void pipe_goes_both_ways(void)
{
	make(true);
	must(send(ends[0], "ping"));
	say("ping");
	start_child(answer);
	receive(ends[0], 100);
}

static void pipe_keeps_the_order(void)
{
	make(false);
	must(send(ends[1], "a"));
	must(send(ends[1], "bc"));
	must(send(ends[1], "def"));
	for (int i = 0; i < 3; i++)
		receive(ends[0], 100);
}

static void pipe_brings_an_empty_message(void)
{
	size_t size = 1;

	make(true);
	must(send(ends[1], ""));
	must(mpp_connection_recv_bytes(ends[0], NULL, 0, &size, MPP_FOREVER));
	say("%zu", size);
}

static void say_polled(void)
{
	say("%s", mpp_connection_poll(ends[0], 0) == 0 ? "yes" : "no");
}

static void poll_of_an_empty_pipe(void)
{
	make(true);
	say_polled();
}

static void poll_of_a_pipe_with_a_message(void)
{
	make(true);
	must(send(ends[1], "hello"));
	say_polled();
}

static void pipe_of_one_way_used_the_other_way(void)
{
	char c;

	make(false);
	say_refused(send(ends[0], "hello"));
	say_refused(mpp_connection_recv_bytes(ends[1], &c, 1, NULL, 0));
}

static void pipe_message_larger_than_the_buffer(void)
{
	char text[3];

	make(true);
	must(send(ends[1], "hello"));
	say_refused(mpp_connection_recv_bytes(ends[0], text, sizeof(text), NULL,
					      MPP_FOREVER));
	receive(ends[0], 100);
}

static int send_and_stay(void *unused)
{
	(void)unused;
	must(send(ends[1], "hello"));
	gate_pass(&started);
	gate_wait(&never);
	return 0;
}

static void receive_after_the_sender_was_killed(void)
{
	char text[5];
	struct mpp_process *child;

	make(false);
	child = start_child(send_and_stay);
	gate_wait(&started);
	kill_child(child);
	must(mpp_connection_recv_bytes(ends[0], text, sizeof(text), NULL,
				       MPP_FOREVER));
	receive(ends[0], 100);
}

static int receive_and_stay(void *unused)
{
	char text[5];

	(void)unused;
	must(mpp_connection_recv_bytes(ends[0], text, sizeof(text), NULL,
				       MPP_FOREVER));
	gate_pass(&started);
	gate_wait(&never);
	return 0;
}

static void send_after_the_receiver_was_killed(void)
{
	struct mpp_process *child;

	make(false);
	must(send(ends[1], "hello"));
	child = start_child(receive_and_stay);
	gate_wait(&started);
	kill_child(child);
	say_refused(send(ends[1], "hello"));
}

const struct program python_pipe[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "pipe.def"
	{ 0 },
};
