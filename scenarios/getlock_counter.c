/* SPDX-License-Identifier: MIT */
/*
 * getlock_counter.c - five processes add 1 to a Value, holding its own lock.
 *
 * Lesson:  002_f217805d3cc9f1b1.txt.
 * Teaches: a Value brings a lock; `with shared_value.get_lock():` around the
 *          whole of `+= 1` makes the final shared value 5.  It is recursive:
 *          get and set take it once more inside.
 */
#include <mpck/scenario.h>
#include <mpp/rlock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_value *shared_value;
};

static int task(void *arg)
{
	const struct job *job = arg;
	struct mpp_rlock *lock = mpp_value_lock(job->shared_value);

	must(mpp_rlock_acquire(lock, MPP_FOREVER));
	must(mpp_value_set(job->shared_value,
			   mpp_value_get(job->shared_value) + 1));
	must(mpp_rlock_release(lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job;
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.shared_value, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(task, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_value_get(job.shared_value));
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "counter", mpck_param("p"));
}

MPCK_SCENARIO(
	.name = "getlock-counter",
	.summary = "p processes add 1 to a Value under its own lock",
	.source = "002_f217805d3cc9f1b1.txt",
	.params = {
		{ "p", 5, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
