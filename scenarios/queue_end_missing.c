/* SPDX-License-Identifier: MIT */
/*
 * queue_end_missing.c - queue_end.c without a registered producer.
 *
 * Teaches: a consumer waits for what might still come.  The producer has put
 *          all and nobody says that it was all: the consumers wait for ever.
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
	for (int i = 0; i < CONSUMERS; i++)
		p[i] = process(consume, &job, sizeof(job));
	start_all(p, CONSUMERS);
	for (int64_t i = 1; i <= mpck_param("n"); i++)
		must(mpp_queue_put(job.q, &i, MPP_FOREVER));
	join_all(p, CONSUMERS);
	mpp_observe_int("sum", mpp_value_get(job.sum));
	mpp_value_free(job.sum);
	mpp_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_possible_text(e, "(deadlock)");

	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "queue-end-missing",
	.summary = "as queue-end, but nobody registered: consumers wait for ever",
	.params = {
		{ "n", 3, 0, MAX_MESSAGES, "messages" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
