/* SPDX-License-Identifier: MIT */
/*
 * queue_end.c - two consumers take until no producer is left.
 *
 * Teaches: who registers as producer ends the queue by ending, in any way: by
 *          saying so, by exit, by a crash.  Nobody has to count messages or to
 *          put one sentinel for each consumer.
 */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { CONSUMERS = 2, MAX_MESSAGES = 20 };

struct job {
	struct mpp_queue *q;
	struct mpp_value *sum;
};

static int consume(void *arg)
{
	const struct job *job = arg;
	int64_t x;
	int err;

	while ((err = mpp_queue_get(job->q, &x, MPP_FOREVER)) == 0)
		must(mpp_value_add(job->sum, x));
	return err == MPP_EPIPE ? 0 : 1;
}

static int run(void)
{
	struct mpp_process *p[CONSUMERS];
	struct job job;

	must(mpp_queue_new(&job.q, 2, sizeof(int64_t)));
	must(mpp_value_new(&job.sum, 'q', 0));
	must(mpp_queue_producer(job.q));
	for (int i = 0; i < CONSUMERS; i++)
		p[i] = process(consume, &job, sizeof(job));
	start_all(p, CONSUMERS);
	for (int64_t i = 1; i <= mpck_param("n"); i++)
		must(mpp_queue_put(job.q, &i, MPP_FOREVER));
	must(mpp_queue_producer_done(job.q));
	join_all(p, CONSUMERS);
	mpp_observe_int("sum", mpp_value_get(job.sum));
	mpp_value_free(job.sum);
	mpp_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "sum", n * (n + 1) / 2);
}

MPCK_SCENARIO(
	.name = "queue-end",
	.summary = "consumers end when the registered producer has",
	.params = {
		{ "n", 3, 0, MAX_MESSAGES, "messages" },
	},
	.main = run,
	.expect = expect,
);
