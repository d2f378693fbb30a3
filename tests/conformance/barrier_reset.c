/* SPDX-License-Identifier: MIT */
/* barrier_reset.c - Barrier: broken and reset while somebody waits, or not. */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_barrier *barrier;
	struct mpp_raw_value *seen;
};

static int party(void *arg)
{
	const struct job *job = arg;
	int64_t times = 0;
	int index;

	while ((index = mpp_barrier_wait(job->barrier, MPP_FOREVER)) ==
		       MPP_EBROKEN &&
	       times < 2)
		times++;
	must(mpp_raw_value_set(job->seen, 100 * times + index));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job = { 0 };
	int result;

	must(mpp_barrier_new(&job.barrier, 2, NULL, NULL, MPP_FOREVER));
	must(mpp_raw_value_new(&job.seen, 'i', 0));
	p[0] = process(party, &job, sizeof(job));
	start_all(p, 1);
	must(mpp_barrier_abort(job.barrier));
	must(mpp_barrier_reset(job.barrier));
	result = mpp_barrier_wait(job.barrier, MPP_SECONDS(0.001));
	mpp_observe_int("parent", result);
	join_all(p, 1);
	mpp_observe_int("child", mpp_raw_value_get(job.seen));
	mpp_raw_value_free(job.seen);
	mpp_barrier_free(job.barrier);
	return 0;
}

MPCK_SCENARIO(
	.name = "barrier-reset",
	.summary = "broken and reset while somebody waits, or not",
	.main = run,
);
