/* SPDX-License-Identifier: MIT */
/* queue.c - the programs of queue.def; their messages are an int each. */
#include <mpp/queue.h>

#include "program.h"

enum { MANY = 1000 };

static struct mpp_queue *queue, *other;
static struct gate gate;

static void make(size_t capacity)
{
	must(mpp_queue_new(&queue, capacity, sizeof(int)));
	gate_new(&gate);
}

static int put(int x, int64_t limit)
{
	return mpp_queue_put(queue, &x, limit);
}

/* The item, or an error. */
static int get(int64_t limit)
{
	int x, err = mpp_queue_get(queue, &x, limit);

	return err < 0 ? err : x;
}

static void say_got(int x)
{
	if (x >= 0)
		say("%d", x);
	else if (x == MPP_EAGAIN || x == MPP_ETIMEDOUT)
		say("empty");
	else
		say_error(x);
}

static void say_put(int err)
{
	if (err == MPP_EAGAIN || err == MPP_ETIMEDOUT)
		say("full");
	else
		say_error(err);
}

static void queue_is_first_in_first_out(void)
{
	make(3);
	for (int i = 1; i <= 3; i++)
		must(put(i, MPP_FOREVER));
	for (int i = 1; i <= 3; i++)
		say_got(get(MPP_FOREVER));
}

static int put_seven(void *unused)
{
	(void)unused;
	return put(7, MPP_FOREVER);
}

static void queue_brings_an_item_from_a_child(void)
{
	make(1);
	run_child(put_seven);
	say_got(get(MPP_FOREVER));
}

static int get_one(void *unused)
{
	(void)unused;
	return get(MPP_FOREVER);
}

static void queue_brings_an_item_to_a_child(void)
{
	make(1);
	must(put(7, MPP_FOREVER));
	say("%d", run_child(get_one));
}

static void put_into_a_full_queue(void)
{
	make(1);
	must(put(1, 0));
	say_put(put(2, 0));
}

static void put_into_a_queue_that_stays_full(void)
{
	make(1);
	must(put(1, 0));
	say_put(put(2, A_WHILE));
}

static void get_from_an_empty_queue(void)
{
	make(1);
	say_got(get(0));
}

static void get_from_a_queue_that_stays_empty(void)
{
	make(1);
	say_got(get(A_WHILE));
}

static void length_after_puts(void)
{
	make(3);
	must(put(1, 0));
	must(put(2, 0));
	say("%zu", mpp_queue_length(queue));
}

static void length_after_put_and_get(void)
{
	make(3);
	must(put(1, 0));
	must(put(2, 0));
	must(get(MPP_FOREVER));
	say("%zu", mpp_queue_length(queue));
}

static int put_hundred(void *unused)
{
	(void)unused;
	for (int i = 0; i < 100; i++)
		must(put(i, MPP_FOREVER));
	return 0;
}

static int get_sum(int count)
{
	int sum = 0;

	for (int i = 0; i < count; i++) {
		int x = get(MPP_FOREVER);

		must(x);
		sum += x;
	}
	return sum;
}

static void a_queue_of_one_passes_a_hundred(void)
{
	struct mpp_process *child;

	make(1);
	child = start_child(put_hundred);
	say("%d", get_sum(100));
	join_child(child);
}

static int put_even(void *unused)
{
	(void)unused;
	for (int i = 0; i < 100; i += 2)
		must(put(i, MPP_FOREVER));
	return 0;
}

static int put_odd(void *unused)
{
	(void)unused;
	for (int i = 1; i < 100; i += 2)
		must(put(i, MPP_FOREVER));
	return 0;
}

static void each_producer_keeps_its_order(void)
{
	int last[2] = { -2, -1 };
	bool in_order = true;

	make(4);
	start_child(put_even);
	start_child(put_odd);
	for (int i = 0; i < 100; i++) {
		int x = get(MPP_FOREVER);

		must(x);
		in_order = in_order && x == last[x % 2] + 2;
		last[x % 2] = x;
	}
	say("%s", in_order ? "in order" : "out of order");
}

/* Sums what it gets until -1 and puts the sum into the other queue. */
static int consume(void *unused)
{
	int sum = 0, x = 0;

	(void)unused;
	for (;;) {
		must(mpp_queue_get(queue, &x, MPP_FOREVER));
		if (x < 0)
			break;
		sum += x;
	}
	return mpp_queue_put(other, &sum, MPP_FOREVER);
}

static void every_item_arrives_once(void)
{
	struct mpp_process *even;
	int a, b;

	make(8);
	must(mpp_queue_new(&other, 2, sizeof(int)));
	start_child(consume);
	start_child(consume);
	even = start_child(put_even);
	run_child(put_odd);
	join_child(even);
	must(put(-1, MPP_FOREVER));
	must(put(-1, MPP_FOREVER));
	must(mpp_queue_get(other, &a, MPP_FOREVER));
	must(mpp_queue_get(other, &b, MPP_FOREVER));
	say("%d", a + b);
}

static void put_into_a_closed_queue(void)
{
	make(1);
	must(mpp_queue_close(queue));
	say_refused(put(1, 0));
}

static void closing_twice(void)
{
	make(1);
	say_refused(mpp_queue_close(queue));
	say_refused(mpp_queue_close(queue));
}

static void length_of_a_closed_queue(void)
{
	make(2);
	must(put(1, 0));
	must(mpp_queue_close(queue));
	say("%zu", mpp_queue_length(queue));
}

static void get_from_a_closed_queue(void)
{
	make(2);
	must(put(1, 0));
	must(mpp_queue_close(queue));
	say_got(get(0));
	say_got(get(0));
}

static void queue_without_a_bound(void)
{
	say_error(mpp_queue_new(&queue, 0, sizeof(int)));
}

static int be_producer(void *unused)
{
	(void)unused;
	return mpp_queue_producer(queue);
}

static void get_when_every_producer_has_ended(void)
{
	make(1);
	run_child(be_producer);
	say_got(get(A_WHILE));
}

static int put_and_exit(void *unused)
{
	(void)unused;
	must(put(7, MPP_FOREVER));
	_exit(0);
}

static void put_then_exit_at_once(void)
{
	make(1);
	run_child(put_and_exit);
	say_got(get(A_WHILE));
}

static void changed_after_put(void)
{
	int x = 1;

	make(1);
	must(mpp_queue_put(queue, &x, MPP_FOREVER));
	x = 2;
	say_got(get(MPP_FOREVER));
}

static int put_many(void *unused)
{
	static char text[MANY];

	(void)unused;
	for (int i = 0; i < MANY; i++)
		must(mpp_queue_put(queue, text, MPP_FOREVER));
	return 0;
}

static void join_before_draining(void)
{
	must(mpp_queue_new(&queue, MANY, MANY));
	say("%d", run_child(put_many));
}

static int get_for_ever(void *unused)
{
	(void)unused;
	gate_pass(&gate);
	return get(MPP_FOREVER);
}

static void get_after_a_consumer_was_killed_in_get(void)
{
	struct mpp_process *child;

	make(1);
	child = start_child(get_for_ever);
	gate_wait(&gate);
	mpp_sleep(MPP_SECONDS(0.02)); /* more likely inside */
	kill_child(child);
	must(put(7, 0));
	say_got(get(A_WHILE));
}

const struct program python_queue[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "queue.def"
	{ 0 },
};
