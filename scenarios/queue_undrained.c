/* SPDX-License-Identifier: MIT */
/*
 * queue_undrained.c - the parent joins the child, then drains its queue.
 *
 * Teaches: a process that still has something to put does not end.  In Python
 *          64 KiB are enough for that, whatever the queue's size, because a
 *          thread of the child writes into a pipe; here it takes a queue with
 *          less room than messages (`capacity`).
 */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include "common/processes.h"

enum { MAX_MESSAGES = 20 };

struct job {
	struct mpp_queue *q;
	int64_t n;
};

static int produce(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 1; i <= job->n; i++)
		must(mpp_queue_put(job->q, &i, MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct job job = { .n = mpck_param("n") };
	struct mpp_process *p[1];
	int64_t sum = 0, x;

	must(mpp_queue_new(&job.q, (size_t)mpck_param("capacity"), sizeof(x)));
	p[0] = process(produce, &job, sizeof(job));
	start_all(p, 1);
	join_all(p, 1);		/* too early */
	for (int64_t i = 0; i < job.n; i++) {
		must(mpp_queue_get(job.q, &x, MPP_FOREVER));
		sum += x;
	}
	mpp_observe_int("sum", sum);
	mpp_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	if (mpck_param("capacity") >= n) {
		mpck_right(e, "sum", n * (n + 1) / 2);
		return;
	}
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "queue-undrained",
	.summary = "join before the queue is drained: the child cannot end",
	.params = {
		{ "n", 3, 1, MAX_MESSAGES, "messages" },
		{ "capacity", 2, 1, MAX_MESSAGES, "messages in the queue" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
