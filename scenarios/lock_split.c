/* SPDX-License-Identifier: MIT */
/*
 * lock_split.c - a lock around the read, and again around the write.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "Locks", the critical section cut in two.
 * Teaches: every access is under the lock, so there is no data race and a race
 *          detector is content.  The counter is as wrong as without a lock:
 *          between the two sections somebody else can add, and is overwritten.
 *          What has to stay together belongs in one critical section.
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
		int64_t copy = mpp_raw_value_get(job->r);
		must(mpp_lock_release(job->lock));

		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		must(mpp_raw_value_set(job->r, copy + 1));
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
	int64_t p = mpck_param("p");
	int64_t k = mpck_param("k");

	mpck_right(e, "counter", p * k);
	/* As without any lock: see raw_counter.c. */
	mpck_possible(e, "counter", k == 1 ? 1 : 2, p * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "lock-split",
	.summary = "read under the lock, write under the lock, not together",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
