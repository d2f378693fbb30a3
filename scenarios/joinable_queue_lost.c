/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue_lost.c - a worker ends with a task in its hands.
 *
 * Teaches: join does not wait for the dead.  It says that a task is lost; the
 *          parent does it itself, forgives it, and joins again.  Python's join
 *          would wait for ever.
 */
#include <mpck/scenario.h>
#include <mpp/joinable_queue.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { WORKERS = 2 };

struct job {
	struct mpp_joinable_queue *q;
	struct mpp_value *done;
	int64_t faithful;
};

static int work(void *arg)
{
	const struct job *job = arg;
	int64_t x;

	if (mpp_joinable_queue_get(job->q, &x, MPP_FOREVER) != 0)
		return 1;
	if (!job->faithful)
		return 0;	/* not a word */
	must(mpp_value_add(job->done, 1));
	must(mpp_joinable_queue_task_done(job->q));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[WORKERS];
	int64_t x = 5, lost = 0;
	struct job job;

	must(mpp_joinable_queue_new(&job.q, WORKERS, sizeof(x)));
	must(mpp_value_new(&job.done, 'q', 0));
	for (int i = 0; i < WORKERS; i++) {
		must(mpp_joinable_queue_put(job.q, &x, MPP_FOREVER));
		job.faithful = i;
		p[i] = process(work, &job, sizeof(job));
	}
	start_all(p, WORKERS);
	while (mpp_joinable_queue_join(job.q, MPP_FOREVER) == MPP_ELOST)
		lost += mpp_joinable_queue_forgive(job.q);
	mpp_observe_int("done", mpp_value_get(job.done));
	mpp_observe_int("lost", lost);
	join_all(p, WORKERS);
	mpp_value_free(job.done);
	mpp_joinable_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "done=1 lost=1");
	mpck_must_find(e, MPCK_QUEUE);	/* the task that is lost */
}

MPCK_SCENARIO(
	.name = "joinable-queue-lost",
	.summary = "a worker ends without task_done: join says so",
	.main = run,
	.expect = expect,
);
