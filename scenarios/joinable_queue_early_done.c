/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue_early_done.c - workers say "done" and then do it.
 *
 * Teaches: join waits for what is said, not for what is done: each worker may
 *          still have one task before it when join returns.
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
		must(mpp_joinable_queue_task_done(job->q));
		must(mpp_value_add(job->sum, x));
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

/* Any `workers` of the tasks 1..n may be missing: one of each worker, and it
 * may be anybody's last.  So any sum from that of the smallest on. */
static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	int64_t there = n - mpck_param("workers");

	if (there < 0)
		there = 0;
	mpck_right(e, "sum", n * (n + 1) / 2);
	mpck_possible(e, "sum", there * (there + 1) / 2, n * (n + 1) / 2, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "joinable-queue-early-done",
	.summary = "task_done before the task is done: join is too early",
	.params = {
		{ "n", 3, 1, MAX_TASKS, "tasks" },
		{ "workers", 2, 1, MAX_WORKERS, "processes" },
	},
	.main = run,
	.expect = expect,
);
