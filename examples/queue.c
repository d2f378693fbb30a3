/* SPDX-License-Identifier: MIT */
/* queue.c - a child squares numbers; its parent prints them until the end. */
#include <mpp/process.h>
#include <mpp/queue.h>
#include <stdio.h>

static int square(void *arg)
{
	struct mpp_queue *q = *(struct mpp_queue **)arg;

	if (mpp_queue_producer(q) < 0)	/* ends when this process does */
		return 1;
	for (long n = 2; n <= 4; n++) {
		long squared = n * n;

		if (mpp_queue_put(q, &squared, MPP_FOREVER) < 0)
			return 1;
	}
	return 0;
}

int main(void)
{
	struct mpp_process *child;
	struct mpp_queue *q;
	long x;

	if (mpp_queue_new(&q, 2, sizeof(x)) < 0 ||
	    mpp_process_new(&child, square, &q, sizeof(q)) < 0 ||
	    mpp_process_start(child) < 0)
		return 1;
	while (mpp_queue_get(q, &x, MPP_SECONDS(10)) == 0)
		printf("%ld\n", x);
	mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	mpp_queue_free(q);
	return 0;
}
