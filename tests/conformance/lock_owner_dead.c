/* SPDX-License-Identifier: MIT */
/* lock_owner_dead.c - Lock: the next holder learns that the last one ended. */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include "common/processes.h"

struct job {
	struct mpp_lock *lock;
};

static int keep(void *arg)
{
	const struct job *job = arg;
	int result = mpp_lock_acquire(job->lock, MPP_FOREVER);

	if (result == MPP_EOWNERDEAD)
		return 1;	/* nobody before me keeps it */
	must(result);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job;
	int result;

	must(mpp_lock_new(&job.lock, 0));
	p[0] = process(keep, &job, sizeof(job));
	start_all(p, 1);
	result = mpp_lock_acquire(job.lock, MPP_FOREVER);
	mpp_observe_int("first", result);
	if (result == MPP_EOWNERDEAD)
		must(mpp_lock_consistent(job.lock));
	must(mpp_lock_release(job.lock));
	join_all(p, 1);

	result = mpp_lock_acquire(job.lock, MPP_FOREVER);
	mpp_observe_int("second", result);
	if (result == MPP_EOWNERDEAD)
		must(mpp_lock_consistent(job.lock));
	must(mpp_lock_release(job.lock));
	mpp_lock_free(job.lock);
	return 0;
}

MPCK_SCENARIO(
	.name = "lock-owner-dead",
	.summary = "a process exits with an owned lock",
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
);
