/* SPDX-License-Identifier: MIT */
/* history_joinable_queue.c - join beside put, get and task_done. */
#include <mpp/joinable_queue.h>

#include "history.h"

UNUSED static struct mpp_joinable_queue *queue;

UNUSED static void make_objects(void)
{
	must(mpp_joinable_queue_new(&queue, 2, sizeof(int64_t)));
}

UNUSED static int64_t put(int64_t x)
{
	return mpp_joinable_queue_put(queue, &x, MPP_FOREVER);
}

UNUSED static int64_t get(void)
{
	int64_t x = 0;
	int err = mpp_joinable_queue_get(queue, &x, MPP_FOREVER);

	return err < 0 ? err : x;
}

/* The argument of a get and a task_done: who. */
TASK(puts_and_joins)
{
	CALL(0, PUT, 1, put(1));
	CALL(1, JOIN, 0, mpp_joinable_queue_join(queue, MPP_FOREVER));
	return 0;
}

TASK(gets_and_does)
{
	CALL(2, GET, 0, get());
	CALL(3, TASK_DONE, 0, mpp_joinable_queue_task_done(queue));
	return 0;
}

PROGRAM(waits)
{
	RUN_HISTORY(puts_and_joins, gets_and_does);
	return 0;
}

TASK(puts_two_and_does_one)
{
	CALL(0, PUT, 1, put(1));
	CALL(1, PUT, 2, put(2));
	CALL(2, GET, 0, get());
	CALL(3, TASK_DONE, 0, mpp_joinable_queue_task_done(queue));
	return 0;
}

TASK(tries_to_join)
{
	CALL(4, TRY_JOIN, 0, mpp_joinable_queue_join(queue, 0));
	return 0;
}

PROGRAM(looks)
{
	RUN_HISTORY(puts_two_and_does_one, tries_to_join);
	return 0;
}

/* Each has its own tasks to finish. */
TASK(puts_gets_and_does)
{
	CALL(0, PUT, 1, put(1));
	CALL(1, GET, 1, get());
	CALL(4, TASK_DONE, 1, mpp_joinable_queue_task_done(queue));
	return 0;
}

TASK(puts_gets_and_does_too)
{
	CALL(5, PUT, 2, put(2));
	CALL(2, GET, 0, get());
	CALL(3, TASK_DONE, 0, mpp_joinable_queue_task_done(queue));
	return 0;
}

PROGRAM(two_consumers)
{
	RUN_HISTORY(puts_gets_and_does, puts_gets_and_does_too);
	return 0;
}

MODULE_END;
