/* SPDX-License-Identifier: MIT */
/*
 * simple_queue.c - words of different lengths from a child to its parent.
 *
 * Teaches: a message of any size, and an end: the parent takes until the
 *          registered producer has ended.
 */
#include <mpck/scenario.h>
#include <mpp/simple_queue.h>
#include <string.h>
#include "common/processes.h"

struct job {
	struct mpp_simple_queue *q;
};

static int speak(void *arg)
{
	static const char *const words[] = { "all", "is", "well here" };
	const struct job *job = arg;

	must(mpp_simple_queue_producer(job->q));
	for (int i = 0; i < 3; i++)
		must(mpp_simple_queue_put(job->q, words[i], strlen(words[i]),
					  MPP_FOREVER));
	return 0;
}

/* The sizes of what came. */
static int run(void)
{
	struct mpp_process *p[1];
	struct job job;
	int64_t sizes[4], n = 0;
	char word[20];
	size_t size;

	must(mpp_simple_queue_new(&job.q, 64));
	must(mpp_simple_queue_producer(job.q));
	p[0] = process(speak, &job, sizeof(job));
	start_all(p, 1);
	while (n < 3) {
		must(mpp_simple_queue_get(job.q, word, sizeof(word), &size,
					  MPP_FOREVER));
		sizes[n++] = (int64_t)size;
	}
	must(mpp_simple_queue_producer_done(job.q));
	sizes[n++] = mpp_simple_queue_get(job.q, word, sizeof(word), &size,
					  MPP_FOREVER);
	mpp_observe("array", sizes, (size_t)n, 'q');
	join_all(p, 1);
	mpp_simple_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "array=[3,2,9,-11]");	/* MPP_EPIPE */
}

MPCK_SCENARIO(
	.name = "simple-queue",
	.summary = "messages of different sizes, and then the end",
	.main = run,
	.expect = expect,
);
