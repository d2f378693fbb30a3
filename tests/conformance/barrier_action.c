/* SPDX-License-Identifier: MIT */
/* barrier_action.c - Barrier: the last one acts, before anybody goes on. */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_barrier *barrier;
	struct mpp_value *value;
	struct mpp_raw_value *seen[2];
	int me;
};

/* Fails when it comes too late. */
static int act(void *value)
{
	if (mpp_value_get(value) > 2)
		return 1;
	must(mpp_value_add(value, 10));
	return 0;
}

static int party(void *arg)
{
	const struct job *job = arg;
	int result = mpp_barrier_wait(job->barrier, MPP_FOREVER);

	if (result >= 0)
		result = (int)mpp_value_get(job->value);
	must(mpp_raw_value_set(job->seen[job->me], result));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { 0 };

	must(mpp_value_new(&job.value, 'i', 2));
	must(mpp_barrier_new(&job.barrier, 2, act, job.value, MPP_FOREVER));
	must(mpp_raw_value_new(&job.seen[0], 'i', 0));
	must(mpp_raw_value_new(&job.seen[1], 'i', 0));
	for (job.me = 0; job.me < 2; job.me++)
		p[job.me] = process(party, &job, sizeof(job));
	start_all(p, 2);
	must(mpp_value_add(job.value, 1));
	join_all(p, 2);
	mpp_observe_int("first", mpp_raw_value_get(job.seen[0]));
	mpp_observe_int("second", mpp_raw_value_get(job.seen[1]));
	mpp_observe_int("whole", !mpp_barrier_is_broken(job.barrier));
	mpp_raw_value_free(job.seen[1]);
	mpp_raw_value_free(job.seen[0]);
	mpp_barrier_free(job.barrier);
	mpp_value_free(job.value);
	return 0;
}

MPCK_SCENARIO(
	.name = "barrier-action",
	.summary = "an action that may fail",
	.main = run,
);
