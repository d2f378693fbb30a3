/* SPDX-License-Identifier: MIT */
/* rlock_levels.c - RLock: held until released as often as acquired. */
#include <mpck/scenario.h>
#include <mpp/rlock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_rlock *lock;
	struct mpp_raw_value *v;
};

static int twice(void *arg)
{
	const struct job *job = arg;

	must(mpp_rlock_acquire(job->lock, MPP_FOREVER));
	must(mpp_rlock_acquire(job->lock, MPP_FOREVER));
	must(mpp_raw_value_set(job->v, 1));
	must(mpp_rlock_release(job->lock));
	must(mpp_raw_value_set(job->v, 2));	/* still held */
	must(mpp_rlock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job;

	must(mpp_rlock_new(&job.lock));
	must(mpp_raw_value_new(&job.v, 'i', 0));
	p[0] = process(twice, &job, sizeof(job));
	start_all(p, 1);
	must(mpp_rlock_acquire(job.lock, MPP_FOREVER));
	mpp_observe_int("seen", mpp_raw_value_get(job.v));	/* never 1 */
	must(mpp_rlock_release(job.lock));
	join_all(p, 1);
	mpp_raw_value_free(job.v);
	mpp_rlock_free(job.lock);
	return 0;
}

MPCK_SCENARIO(
	.name = "rlock-levels",
	.summary = "nobody gets in between two levels of a recursive lock",
	.main = run,
);
