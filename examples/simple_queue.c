/* SPDX-License-Identifier: MIT */
/* simple_queue.c - sentences of any length from a child, until it has ended. */
#include <mpp/process.h>
#include <mpp/simple_queue.h>
#include <stdio.h>
#include <string.h>

static int speak(void *arg)
{
	static const char *const said[] = { "one", "a longer sentence", "" };
	struct mpp_simple_queue *q = *(struct mpp_simple_queue **)arg;

	if (mpp_simple_queue_producer(q) < 0)
		return 1;
	for (int i = 0; i < 3; i++)
		if (mpp_simple_queue_put(q, said[i], strlen(said[i]),
					 MPP_FOREVER) < 0)
			return 1;
	return 0;
}

int main(void)
{
	struct mpp_simple_queue *q;
	struct mpp_process *child;
	char text[100];
	size_t size;

	if (mpp_simple_queue_new(&q, 4096) < 0 ||
	    mpp_process_new(&child, speak, &q, sizeof(q)) < 0 ||
	    mpp_process_start(child) < 0)
		return 1;
	while (mpp_simple_queue_get(q, text, sizeof(text), &size,
				    MPP_SECONDS(10)) == 0)
		printf("%zu: %.*s\n", size, (int)size, text);
	mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	mpp_simple_queue_free(q);
	return 0;
}
