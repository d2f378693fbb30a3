/* SPDX-License-Identifier: MIT */
/* joinable_queue.c - the programs of joinable_queue.def. */
#include <mpp/joinable_queue.h>

#include "program.h"

static struct mpp_joinable_queue *queue;
static struct gate got, never;

static void make(int items)
{
	must(mpp_joinable_queue_new(&queue, 4, sizeof(int)));
	gate_new(&got);
	gate_new(&never);
	for (int i = 0; i < items; i++)
		must(mpp_joinable_queue_put(queue, &i, MPP_FOREVER));
}

static void get(void)
{
	int x;

	must(mpp_joinable_queue_get(queue, &x, MPP_FOREVER));
}

static void join(void)
{
	say_error(mpp_joinable_queue_join(queue, MPP_FOREVER));
}

static void join_of_an_empty_queue(void)
{
	make(0);
	join();
}

static void task_done_without_a_task(void)
{
	make(0);
	say_refused(mpp_joinable_queue_task_done(queue));
}

static void task_done_twice_for_one_task(void)
{
	make(1);
	get();
	say_refused(mpp_joinable_queue_task_done(queue));
	say_refused(mpp_joinable_queue_task_done(queue));
}

static void join_after_the_tasks_are_done(void)
{
	make(2);
	for (int i = 0; i < 2; i++) {
		get();
		must(mpp_joinable_queue_task_done(queue));
	}
	join();
}

static int do_two(void *unused)
{
	(void)unused;
	for (int i = 0; i < 2; i++) {
		get();
		must(mpp_joinable_queue_task_done(queue));
	}
	return 0;
}

static void join_waits_for_a_childs_tasks(void)
{
	struct mpp_process *child;

	make(2);
	child = start_child(do_two);
	join();
	say("%d", join_child(child));
}

static int get_and_stay(void *unused)
{
	(void)unused;
	get();
	gate_pass(&got);
	gate_wait(&never);
	return 0;
}

static void join_when_the_consumer_was_killed(void)
{
	struct mpp_process *child;

	make(1);
	child = start_child(get_and_stay);
	gate_wait(&got);
	kill_child(child);
	say_error(mpp_joinable_queue_join(queue, MPP_SECONDS(10)));
}

const struct program python_joinable_queue[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "joinable_queue.def"
	{ 0 },
};
