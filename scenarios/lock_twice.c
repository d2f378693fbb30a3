/* SPDX-License-Identifier: MIT */
/*
 * lock_twice.c - a process acquires the lock that it already holds.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "match acquisitions and releases"; the
 *          usual way there is a function with the lock calling another one.
 * Teaches: a Lock does not know its holder and lets it wait for itself; an
 *          RLock does know, and counts.  Try both: --set recursive=1.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/rlock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *lock;		/* recursive=0 */
	struct mpp_rlock *rlock;	/* recursive=1 */
};

static int with_lock(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_lock_acquire(job->lock, MPP_FOREVER));	/* stays here */
	must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	must(mpp_lock_release(job->lock));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int with_rlock(void *arg)
{
	const struct job *job = arg;

	must(mpp_rlock_acquire(job->rlock, MPP_FOREVER));
	must(mpp_rlock_acquire(job->rlock, MPP_FOREVER));
	must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	must(mpp_rlock_release(job->rlock));
	must(mpp_rlock_release(job->rlock));
	return 0;
}

static int run(void)
{
	bool recursive = mpck_param("recursive") != 0;
	struct mpp_process *p[2];
	struct job job;

	must(mpp_raw_value_new(&job.r, 'i', 0));
	/* Unowned, as in Python: an owned lock would say MPP_EDEADLK. */
	must(mpp_lock_new(&job.lock, MPP_LOCK_UNOWNED));
	must(mpp_rlock_new(&job.rlock));
	for (int i = 0; i < 2; i++)
		p[i] = process(recursive ? with_rlock : with_lock, &job,
			       sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_rlock_free(job.rlock);
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	if (mpck_param("recursive")) {
		mpck_right(e, "counter", 2);
		return;
	}
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "lock-twice",
	.summary = "two processes acquire a lock twice: a Lock hangs, an RLock not",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "recursive", 0, 0, 1, "1: an RLock instead of a Lock" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
