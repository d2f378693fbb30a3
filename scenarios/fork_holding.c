/* SPDX-License-Identifier: MIT */
/*
 * fork_holding.c - a lock held while a child is started.
 *
 * Teaches: the child gets a copy of everything but of the parent's right to the
 *          lock: it waits like anybody else.  A parent that joins it while it
 *          still holds the lock waits for a child that waits for it.  With
 *          release_first=1 it lets go before it joins.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *lock;
};

static int add_one(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	bool release_first = mpck_param("release_first");
	struct mpp_process *p[1];
	struct job job;

	must(mpp_raw_value_new(&job.r, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	must(mpp_lock_acquire(job.lock, MPP_FOREVER));
	p[0] = process(add_one, &job, sizeof(job));
	start_all(p, 1);
	must(mpp_raw_value_set(job.r, mpp_raw_value_get(job.r) + 1));
	if (release_first)
		must(mpp_lock_release(job.lock));
	join_all(p, 1);
	if (!release_first)
		must(mpp_lock_release(job.lock));

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	if (mpck_param("release_first")) {
		mpck_right(e, "counter", 2);
		return;
	}
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "fork-holding",
	.summary = "a parent joins its child while it holds the lock of both",
	.params = {
		{ "release_first", 0, 0, 1, "1: lets go before it joins" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
