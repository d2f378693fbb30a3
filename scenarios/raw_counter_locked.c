/* SPDX-License-Identifier: MIT */
/*
 * raw_counter_locked.c - raw_counter.c with a lock: always 100.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "Locks".
 * Teaches: what stands between acquire and release is the critical section;
 *          only one process at a time is in it.  A RawValue has no lock of its
 *          own, so the lock is made outside and passed in.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *lock;
	int64_t rounds;
};

static int F(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		must(mpp_raw_value_set(job->r,
				       mpp_raw_value_get(job->r) + 1));
		must(mpp_lock_release(job->lock));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_raw_value_new(&job.r, 'i', 0));
	mpck_name(job.r, "counter");
	must(mpp_lock_new(&job.lock, 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(F, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "counter", mpck_param("p") * mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "raw-counter-locked",
	.summary = "p processes add 1 k times each to a RawValue, under a lock",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 10, 1, MAX_PROCESSES, "processes" },
		{ "k", 10, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
