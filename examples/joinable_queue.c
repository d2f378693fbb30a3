/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue.c - two workers, one of which dies at work: join says so, and
 * the work is done all the same.
 */
#include <mpp/joinable_queue.h>
#include <mpp/process.h>
#include <mpp/value.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
	struct mpp_joinable_queue *q;
	struct mpp_value *sum;
};

static int work(void *arg)
{
	const struct job *job = arg;
	long x;

	while (mpp_joinable_queue_get(job->q, &x, MPP_FOREVER) == 0) {
		if (x == 13)
			abort();
		mpp_value_add(job->sum, x);
		mpp_joinable_queue_task_done(job->q);
	}
	return 0;
}

int main(void)
{
	struct mpp_process *worker[2];
	struct job job;
	int err;

	if (mpp_joinable_queue_new(&job.q, 20, sizeof(long)) < 0 ||
	    mpp_value_new(&job.sum, 'q', 0) < 0)
		return 1;
	for (int i = 0; i < 2; i++)
		if (mpp_process_new(&worker[i], work, &job, sizeof(job)) < 0 ||
		    mpp_process_start(worker[i]) < 0)
			return 1;
	for (long x = 10; x < 20; x++)
		mpp_joinable_queue_put(job.q, &x, MPP_FOREVER);
	while ((err = mpp_joinable_queue_join(job.q, MPP_SECONDS(10))) ==
	       MPP_ELOST)
		printf("%d lost\n", (int)mpp_joinable_queue_forgive(job.q));
	printf("%s, sum %d\n", err ? mpp_strerror(err) : "all done",
	       (int)mpp_value_get(job.sum));
	mpp_joinable_queue_close(job.q);
	for (int i = 0; i < 2; i++) {
		mpp_process_join(worker[i], MPP_FOREVER);
		mpp_process_free(worker[i]);
	}
	mpp_value_free(job.sum);
	mpp_joinable_queue_free(job.q);
	return 0;
}
