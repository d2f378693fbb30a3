/* SPDX-License-Identifier: MIT */
/*
 * lock_each_own.c - every process has a lock of its own.
 *
 * Lesson:  001_12577a3fdf5be466.txt: "we generally create the lock outside of
 *          the function and pass it in as an argument".
 * Teaches: two locks keep nobody apart.  Made once for each process, the lock
 *          is always free, and the counter behaves as in raw_counter.c.
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
	struct mpp_lock *locks[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_raw_value_new(&job.r, 'i', 0));
	for (int64_t i = 0; i < p; i++) {
		must(mpp_lock_new(&locks[i], 0));
		job.lock = locks[i];	/* should be one for all */
		processes[i] = process(F, &job, sizeof(job));
	}
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	for (int64_t i = 0; i < p; i++)
		mpp_lock_free(locks[i]);
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
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_MISUSE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "lock-each-own",
	.summary = "p processes add 1 k times, each under a lock of its own",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 3, 2, MAX_PROCESSES, "processes" },
		{ "k", 1, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
