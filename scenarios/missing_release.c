/* SPDX-License-Identifier: MIT */
/*
 * missing_release.c - the lock is acquired ten times and never released.
 *
 * Lesson:  001_12577a3fdf5be466.txt: "This code will never finish running.
 *          Why not???"
 * Teaches: the answer.  The first process to get the lock adds 1, comes round
 *          again and waits for a lock that it holds itself; everybody else
 *          waits for it, and the parent waits for everybody.  Whatever the
 *          order, the counter stays at 1.
 *
 * The lock is Python's kind, without an owner: an owned lock would refuse the
 * second acquire (MPP_EDEADLK) instead of waiting for ever.
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
		/* here lock.release() is missing */
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_raw_value_new(&job.r, 'i', 0));
	must(mpp_lock_new(&job.lock, MPP_LOCK_UNOWNED));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(F, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	/* Never reached. */
	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "missing-release",
	.summary = "p processes acquire a lock k times and never release it",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 10, 1, MAX_PROCESSES, "processes" },
		{ "k", 10, 2, 1000, "rounds of each process" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
