/* SPDX-License-Identifier: MIT */
/*
 * queue_end.c - Queue: get ends when every registered producer has.
 *
 * The two register for themselves, so the consumer may see the end of the
 * first before the second has begun: it gets one message or two.
 */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include "common/processes.h"

struct job {
	struct mpp_queue *q;
};

static int produce(void *arg)
{
	const struct job *job = arg;
	int64_t message = 7;

	must(mpp_queue_producer(job->q));
	must(mpp_queue_put(job->q, &message, MPP_FOREVER));
	must(mpp_queue_producer_done(job->q));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	int64_t message;
	struct job job;
	int got = 0;
	int result;

	must(mpp_queue_new(&job.q, 4, sizeof(int64_t)));
	for (int i = 0; i < 2; i++)
		p[i] = process(produce, &job, sizeof(job));
	start_all(p, 2);
	while ((result = mpp_queue_get(job.q, &message, MPP_FOREVER)) == 0)
		got++;
	mpp_observe_int("end", result);
	mpp_observe_int("got", got);
	join_all(p, 2);
	mpp_queue_free(job.q);
	return 0;
}

MPCK_SCENARIO(
	.name = "queue-end",
	.summary = "a consumer reads until no producer is left",
	.main = run,
);
