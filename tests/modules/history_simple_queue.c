/* SPDX-License-Identifier: MIT */
/* history_simple_queue.c - messages that lie across the end of the ring. */
#include <mpp/simple_queue.h>

#include "history.h"

UNUSED static struct mpp_simple_queue *queue;

/* With its header 48 of 64 bytes, for 2 it is 24: the second one goes round the
 * end, or its header is the last word. */
enum { WORDS = 5, TORN = -1000 };

UNUSED static size_t size_of(int64_t x)
{
	return (x == 2 ? 2 : WORDS) * sizeof(int64_t);
}

UNUSED static void make_objects(void)
{
	must(mpp_simple_queue_new(&queue, 64));
}

UNUSED static int64_t put(int64_t x, int64_t timeout_ns)
{
	int64_t m[WORDS] = { x, x, x, x, x };

	return mpp_simple_queue_put(queue, m, size_of(x), timeout_ns);
}

UNUSED static int64_t get(int64_t timeout_ns)
{
	int64_t m[WORDS] = { 0 };
	size_t size = 0;
	int err = mpp_simple_queue_get(queue, m, sizeof(m), &size, timeout_ns);

	if (err < 0)
		return err;
	for (size_t i = 1; i < size / sizeof(*m); i++)
		if (m[i] != m[0])
			return TORN;
	return size == size_of(m[0]) ? m[0] : TORN;
}

TASK(puts_two)
{
	CALL(0, PUT, 1, put(1, MPP_FOREVER));
	CALL(1, PUT, 2, put(2, MPP_FOREVER));
	return 0;
}

TASK(puts_one)
{
	CALL(0, PUT, 1, put(1, MPP_FOREVER));
	return 0;
}

TASK(puts_another)
{
	CALL(1, PUT, 2, put(2, MPP_FOREVER));
	return 0;
}

TASK(gets_two)
{
	CALL(2, GET, 0, get(MPP_FOREVER));
	CALL(3, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(one_to_one)
{
	RUN_HISTORY(puts_two, gets_two);
	return 0;
}

PROGRAM(two_to_one)
{
	RUN_HISTORY(puts_one, puts_another, gets_two);
	return 0;
}

TASK(tries_to_get)
{
	CALL(2, TRY_GET, 0, get(0));
	CALL(3, EMPTY, 0, mpp_simple_queue_empty(queue));
	CALL(4, TRY_GET, 0, get(0));
	return 0;
}

PROGRAM(looks)
{
	RUN_HISTORY(puts_one, tries_to_get);
	return 0;
}

TASK(tries_to_put)
{
	CALL(3, TRY_PUT, 3, put(3, 0));
	return 0;
}

TASK(gets_one)
{
	CALL(2, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(tries)
{
	RUN_HISTORY(puts_one, tries_to_put, gets_one);
	return 0;
}

TASK(puts_and_closes)
{
	CALL(0, PUT, 1, put(1, MPP_FOREVER));
	CALL(1, CLOSE, 0, mpp_simple_queue_close(queue));
	return 0;
}

PROGRAM(closed)
{
	RUN_HISTORY(puts_and_closes, gets_two);
	return 0;
}

MODULE_END;
