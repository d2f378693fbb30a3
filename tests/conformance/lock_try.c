/* SPDX-License-Identifier: MIT */
/* lock_try.c - Lock: a try succeeds only when nobody holds it. */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_lock *lock;
	struct mpp_raw_value *got;
};

static int try_once(void *arg)
{
	const struct job *job = arg;
	int result = mpp_lock_acquire(job->lock, 0);

	if (result == MPP_EAGAIN)
		return 0;
	must(result);
	must(mpp_raw_value_set(job->got, mpp_raw_value_get(job->got) + 1));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job;

	must(mpp_lock_new(&job.lock, 0));
	must(mpp_raw_value_new(&job.got, 'i', 0));
	for (int i = 0; i < 2; i++)
		p[i] = process(try_once, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("got", mpp_raw_value_get(job.got));
	mpp_raw_value_free(job.got);
	mpp_lock_free(job.lock);
	return 0;
}

MPCK_SCENARIO(
	.name = "lock-try",
	.summary = "two processes try a lock without waiting",
	.main = run,
);
