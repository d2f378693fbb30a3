/* SPDX-License-Identifier: MIT */
/*
 * lock_never_released.c - missing_release.c with one round: the holder is gone.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "match acquisitions and releases".
 * Teaches: a lock does not notice that its holder has ended.  The first
 *          process adds 1 and exits in good health; all others, and the parent,
 *          wait for a lock that nobody is left to release.  This is no circle
 *          of waiting: the report names the exited holder.
 *
 * The lock is Python's kind, without an owner: with an owned lock the next
 * process would be told (MPP_EOWNERDEAD).
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *lock;
};

static int add_one(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	return 0;	/* and lock.release()? */
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	int64_t p = mpck_param("p");
	struct job job;

	must(mpp_raw_value_new(&job.r, 'i', 0));
	must(mpp_lock_new(&job.lock, MPP_LOCK_UNOWNED));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(add_one, &job, sizeof(job));
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
	mpck_must_find(e, MPCK_MISUSE);
}

MPCK_SCENARIO(
	.name = "lock-never-released",
	.summary = "a process exits with the lock, the others wait for ever",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 3, 2, MAX_PROCESSES, "processes" },
	},
	.needs = MPCK_NATIVE_HANGS | MPCK_NEEDS_PROCESSES,
	.main = run,
	.expect = expect,
);
