/* SPDX-License-Identifier: MIT */
/*
 * simple_queue_polled.c - a consumer that goes when it finds the queue empty.
 *
 * Teaches: empty() is exact here, but it says what is, not what will be: the
 *          producer may not have begun.  In Python 286 of 300 such loops ended
 *          early.
 */
#include <mpck/scenario.h>
#include <mpp/simple_queue.h>
#include "common/processes.h"

enum { MAX_MESSAGES = 20 };

struct job {
	struct mpp_simple_queue *q;
	int64_t n;
};

static int produce(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->n; i++)
		must(mpp_simple_queue_put(job->q, &i, sizeof(i), MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct job job = { .n = mpck_param("n") };
	struct mpp_process *p[1];
	int64_t x, got = 0;

	must(mpp_simple_queue_new(&job.q, 64 * MAX_MESSAGES));
	p[0] = process(produce, &job, sizeof(job));
	start_all(p, 1);
	while (!mpp_simple_queue_empty(job.q)) {
		must(mpp_simple_queue_get(job.q, &x, sizeof(x), NULL,
					  MPP_FOREVER));
		got++;
	}
	mpp_observe_int("got", got);
	join_all(p, 1);
	mpp_simple_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "got", n);
	mpck_possible(e, "got", 0, n, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_QUEUE);	/* messages left behind */
	mpck_may_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "simple-queue-polled",
	.summary = "take while the queue is not empty: too early an end",
	.params = {
		{ "n", 3, 1, MAX_MESSAGES, "messages" },
	},
	.main = run,
	.expect = expect,
);
