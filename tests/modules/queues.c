/* SPDX-License-Identifier: MIT */
/* queues.c - items that come out of queues, or do not. */
#include "module.h"
#include <mpp/joinable_queue.h>
#include <mpp/pipe.h>
#include <mpp/queue.h>
#include <mpp/simple_queue.h>

UNUSED static struct mpp_queue *queue;
UNUSED static struct mpp_joinable_queue *tasks;

UNUSED static void new_queue(void)
{
	must(mpp_queue_new(&queue, 8, sizeof(int64_t)));
}

UNUSED static void put(int64_t x)
{
	must(mpp_queue_put(queue, &x, MPP_FOREVER));	/* LINE: put */
}

UNUSED static int64_t get(void)
{
	int64_t x = 0;

	must(mpp_queue_get(queue, &x, MPP_FOREVER));
	return x;
}

/* left: two of five stay, whoever is faster. */
UNUSED static int put_five(void *arg)
{
	(void)arg;
	for (int64_t i = 1; i <= 5; i++)
		put(i);
	return 0;
}

PROGRAM(left)
{
	new_queue();
	run_children(1, put_five);
	for (int i = 0; i < 3; i++)
		(void)get();
	mpp_observe_int("x", 3);
	return 0;
}

/* left_freed: the queue is given back with them. */
PROGRAM(left_freed)
{
	(void)left();
	mpp_queue_free(queue);
	return 0;
}

/* drained */
PROGRAM(drained)
{
	int64_t sum = 0;

	new_queue();
	run_children(1, put_five);
	for (int i = 0; i < 5; i++)
		sum += get();
	mpp_queue_free(queue);
	mpp_observe_int("x", sum);
	return 0;
}

/* stop_sign: who takes it puts it back for the others. */
UNUSED static int until_stopped(void *arg)
{
	(void)arg;
	while (get() != -1)
		continue;
	put(-1);
	return 0;
}

PROGRAM(stop_sign)
{
	struct mpp_process *p[2];

	new_queue();
	start_children(p, 2, until_stopped);
	put(1);
	put(-1);
	join_all(p, 2);
	mpp_observe_int("x", 1);
	return 0;
}

/* enough: the consumer closes the queue when it has had enough. */
UNUSED static int put_until_closed(void *arg)
{
	int64_t x = 1;

	(void)arg;
	while (x < 4 && mpp_queue_put(queue, &x, MPP_FOREVER) == 0)
		x++;
	return 0;
}

PROGRAM(enough)
{
	struct mpp_process *p[1];

	new_queue();
	start_children(p, 1, put_until_closed);
	mpp_observe_int("x", get());
	must(mpp_queue_close(queue));
	join_all(p, 1);
	return 0;
}

/* killed: nobody is left to take them. */
PROGRAM(killed)
{
	struct mpp_process *p[1];

	new_queue();
	start_children(p, 1, put_five);
	mpp_observe_int("x", get());
	must(mpp_process_kill(p[0]));
	join_all(p, 1);
	return 0;
}

/* pipe_left */
PROGRAM(pipe_left)
{
	struct mpp_connection *end[2];
	char x[2];
	size_t size;

	must(mpp_pipe_new(end, false, 256));
	must(mpp_connection_send_bytes(end[1], "a", 2, MPP_FOREVER));
	must(mpp_connection_send_bytes(end[1], "b", 2, MPP_FOREVER));
	must(mpp_connection_recv_bytes(end[0], x, sizeof(x), &size,
				       MPP_FOREVER));
	mpp_observe_int("x", x[0]);
	return 0;
}

/* simple_drained: of many sizes, round the ring. */
PROGRAM(simple_drained)
{
	struct mpp_simple_queue *q;
	char text[40] = { 0 };
	size_t size;

	must(mpp_simple_queue_new(&q, 64));
	for (int64_t i = 0; i < 20; i++) {
		text[0] = (char)i;
		must(mpp_simple_queue_put(q, text, (size_t)i, MPP_FOREVER));
		must(mpp_simple_queue_get(q, text, sizeof(text), &size,
					  MPP_FOREVER));
	}
	mpp_simple_queue_free(q);
	mpp_observe_int("x", (int64_t)size);
	return 0;
}

/* unfinished: the worker ends with a task in its hands. */
UNUSED static int take_one(void *arg)
{
	int64_t x;

	(void)arg;
	must(mpp_joinable_queue_get(tasks, &x, MPP_FOREVER)); /* LINE: take */
	return 0;
}

UNUSED static void one_task(void)
{
	int64_t x = 7;

	must(mpp_joinable_queue_new(&tasks, 4, sizeof(x)));
	must(mpp_joinable_queue_put(tasks, &x, MPP_FOREVER));
	run_children(1, take_one);
}

PROGRAM(unfinished)
{
	one_task();
	mpp_observe_int("x", mpp_joinable_queue_join(tasks, MPP_FOREVER));
	return 0;
}

/* uncounted: nobody asks whether tasks are done. */
PROGRAM(uncounted)
{
	one_task();
	mpp_observe_int("x", 1);
	return 0;
}

/* finished */
UNUSED static int do_one(void *arg)
{
	(void)take_one(arg);
	must(mpp_joinable_queue_task_done(tasks));
	return 0;
}

PROGRAM(finished)
{
	int64_t x = 7;

	must(mpp_joinable_queue_new(&tasks, 4, sizeof(x)));
	must(mpp_joinable_queue_put(tasks, &x, MPP_FOREVER));
	must(mpp_joinable_queue_put(tasks, &x, MPP_FOREVER));
	run_children(2, do_one);
	must(mpp_joinable_queue_join(tasks, MPP_FOREVER));
	must(mpp_joinable_queue_close(tasks));
	mpp_observe_int("x", 1);
	return 0;
}

/* restored: what happened before the first choice counts in every execution. */
UNUSED static int put_own(void *arg)
{
	put(5 + *(int *)arg);
	return 0;
}

PROGRAM(restored)
{
	struct mpp_process *p[2];

	new_queue();
	for (int64_t i = 1; i <= 3; i++)
		put(i);
	must(get() == 1 ? 0 : -1);
	start_children(p, 2, put_own);
	for (int i = 0; i < 3; i++)
		(void)get();
	join_all(p, 2);
	mpp_observe_int("x", 1);
	return 0;
}

MODULE_END;
