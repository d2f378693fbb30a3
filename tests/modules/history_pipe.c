/* SPDX-License-Identifier: MIT */
/* history_pipe.c - small and large messages, and ends that are left. */
#include <mpp/pipe.h>

#include "history.h"

UNUSED static struct mpp_connection *ends[2];

/* SMALL and the header: 48 of 64 bytes.  LARGE is larger than the ring. */
enum { SMALL = 5, LARGE = 10, TORN = -1000 };

UNUSED static void make_objects(void)
{
	must(mpp_pipe_new(ends, false, 64));
}

UNUSED static int64_t put(int64_t x, int words, int64_t timeout_ns)
{
	int64_t m[LARGE];

	for (int i = 0; i < words; i++)
		m[i] = x;
	return mpp_connection_send_bytes(ends[1], m, (size_t)words * 8,
					 timeout_ns);
}

UNUSED static int64_t get(int64_t timeout_ns)
{
	int64_t m[LARGE];
	size_t size = 0;
	int err = mpp_connection_recv_bytes(ends[0], m, sizeof(m), &size,
					    timeout_ns);

	if (err < 0)
		return err;
	for (size_t i = 1; i < size / 8; i++)
		if (m[i] != m[0])
			return TORN;
	return size == SMALL * 8 || size == sizeof(m) ? m[0] : TORN;
}

TASK(sends_two)
{
	CALL(0, PUT, 1, put(1, SMALL, MPP_FOREVER));
	CALL(1, PUT, 2, put(2, SMALL, MPP_FOREVER));
	return 0;
}

TASK(receives_two)
{
	CALL(4, GET, 0, get(MPP_FOREVER));
	CALL(5, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(small)
{
	RUN_HISTORY(sends_two, receives_two);
	return 0;
}

TASK(sends_large)
{
	CALL(0, PUT, 1, put(1, LARGE, MPP_FOREVER));
	return 0;
}

TASK(receives_one)
{
	CALL(4, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(large)
{
	RUN_HISTORY(sends_large, receives_one);
	return 0;
}

/* The sender counts before it sends, and its leaving is the end. */
TASK(sends_to_the_end)
{
	CALL(0, PUT, 1, put(1, SMALL, MPP_FOREVER));
	CALL(1, LEAVE, 1, mpp_connection_close(ends[1]));
	return 0;
}

PROGRAM(to_the_end)
{
	RUN_HISTORY(sends_to_the_end, receives_two);
	return 0;
}

/* The receiver leaves; who waits for room is told. */
TASK(receives_and_leaves)
{
	CALL(4, GET, 0, get(MPP_FOREVER));
	CALL(5, LEAVE, 0, mpp_connection_close(ends[0]));
	return 0;
}

TASK(sends_three)
{
	CALL(0, PUT, 1, put(1, SMALL, MPP_FOREVER));
	CALL(1, PUT, 2, put(2, SMALL, MPP_FOREVER));
	CALL(2, PUT, 3, put(3, SMALL, MPP_FOREVER));
	return 0;
}

PROGRAM(broken)
{
	RUN_HISTORY(sends_three, receives_and_leaves);
	return 0;
}

MODULE_END;
