/* SPDX-License-Identifier: MIT */
/* barrier_crowd.c - Barrier: twice as many come as there are parties. */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_barrier *barrier;
	struct mpp_value *sum;
};

/* Whoever comes now has no place. */
static int act(void *sum)
{
	must(mpp_value_add(sum, 10));
	return 0;
}

static int party(void *arg)
{
	const struct job *job = arg;
	int index = mpp_barrier_wait(job->barrier, MPP_FOREVER);

	must(index);
	must(mpp_value_add(job->sum, index));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[4];
	struct job job = { 0 };

	must(mpp_value_new(&job.sum, 'i', 0));
	must(mpp_barrier_new(&job.barrier, 2, act, job.sum, MPP_FOREVER));
	for (int i = 0; i < 4; i++)
		p[i] = process(party, &job, sizeof(job));
	start_all(p, 4);
	mpp_observe_int("first", mpp_value_get(job.sum));
	join_all(p, 4);
	mpp_observe_int("last", mpp_value_get(job.sum));
	mpp_observe_int("waiting", mpp_barrier_n_waiting(job.barrier));
	mpp_barrier_free(job.barrier);
	mpp_value_free(job.sum);
	return 0;
}

MPCK_SCENARIO(
	.name = "barrier-crowd",
	.summary = "twice as many come as there are parties",
	.main = run,
);
