/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue.c - workers say when a task is done, join waits for all.
 *
 * Teaches: an empty queue is not finished work: the last tasks were got, but
 *          are not done.  join waits for task_done.
 */
#include <mpck/scenario.h>
#include <mpp/joinable_queue.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_TASKS = 20, MAX_WORKERS = 20 };

struct job {
	struct mpp_joinable_queue *q;
	struct mpp_value *sum;
};

static int work(void *arg)
{
	const struct job *job = arg;
	int64_t x;

	while (mpp_joinable_queue_get(job->q, &x, MPP_FOREVER) == 0) {
		must(mpp_value_add(job->sum, x));
		must(mpp_joinable_queue_task_done(job->q));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WORKERS];
	int64_t workers = mpck_param("workers");
	struct job job;

	must(mpp_joinable_queue_new(&job.q, MAX_TASKS, sizeof(int64_t)));
	must(mpp_value_new(&job.sum, 'q', 0));
	for (int64_t i = 0; i < workers; i++)
		p[i] = process(work, &job, sizeof(job));
	start_all(p, workers);
	for (int64_t i = 1; i <= mpck_param("n"); i++)
		must(mpp_joinable_queue_put(job.q, &i, MPP_FOREVER));
	must(mpp_joinable_queue_join(job.q, MPP_FOREVER));
	mpp_observe_int("sum", mpp_value_get(job.sum));
	must(mpp_joinable_queue_close(job.q));
	join_all(p, workers);
	mpp_value_free(job.sum);
	mpp_joinable_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "sum", n * (n + 1) / 2);
}

MPCK_SCENARIO(
	.name = "joinable-queue",
	.summary = "join returns when every task is done",
	.params = {
		{ "n", 3, 0, MAX_TASKS, "tasks" },
		{ "workers", 2, 1, MAX_WORKERS, "processes" },
	},
	.main = run,
	.expect = expect,
);
