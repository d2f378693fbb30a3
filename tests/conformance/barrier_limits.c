/* SPDX-License-Identifier: MIT */
/* barrier_limits.c - Barrier: a limit passes for one, or for both. */
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

	must(mpp_raw_value_set(job->seen,
			       mpp_barrier_wait(job->barrier,
						MPP_BARRIER_DEFAULT)));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job = { 0 };
	int result;

	must(mpp_barrier_new(&job.barrier, 2, NULL, NULL,
			     MPP_SECONDS(0.0002)));
	must(mpp_raw_value_new(&job.seen, 'i', 0));
	p[0] = process(party, &job, sizeof(job));
	start_all(p, 1);
	result = mpp_barrier_wait(job.barrier, 0);
	mpp_observe_int("waiting", mpp_barrier_n_waiting(job.barrier));
	join_all(p, 1);
	mpp_observe_int("parent", result);
	mpp_observe_int("child", mpp_raw_value_get(job.seen));
	mpp_observe_int("broken", mpp_barrier_is_broken(job.barrier));
	mpp_raw_value_free(job.seen);
	mpp_barrier_free(job.barrier);
	return 0;
}

MPCK_SCENARIO(
	.name = "barrier-limits",
	.summary = "a limit passes for one, or for both",
	.main = run,
);
