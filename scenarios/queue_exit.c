/* SPDX-License-Identifier: MIT */
/*
 * queue_exit.c - a child puts and ends at once, without a word.
 *
 * Teaches: what was put is there.  In Python a thread of the child would still
 *          have it, and after os._exit() it was lost 50 times of 50; here put
 *          has copied it into shared memory when it returns.
 */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include "common/processes.h"

struct job {
	struct mpp_queue *q;
};

static int put_and_go(void *arg)
{
	const struct job *job = arg;
	int64_t x = 7;

	must(mpp_queue_producer(job->q));
	must(mpp_queue_put(job->q, &x, MPP_FOREVER));
	mpp_exit(0);
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job;
	int64_t x, got = 0;

	must(mpp_queue_new(&job.q, 2, sizeof(x)));
	for (int i = 0; i < 2; i++)
		p[i] = process(put_and_go, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);
	while (mpp_queue_get(job.q, &x, MPP_FOREVER) == 0)
		got += x == 7;
	mpp_observe_int("got", got);
	mpp_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "got", 2);
}

MPCK_SCENARIO(
	.name = "queue-exit",
	.summary = "put, then exit at once: no message is lost",
	.main = run,
	.expect = expect,
);
