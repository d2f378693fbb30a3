/* SPDX-License-Identifier: MIT */
/*
 * join_forgotten.c - the parent prints the result without waiting for it.
 *
 * Lesson:  002_f217805d3cc9f1b1.txt: "Wait for all processes to complete before
 *          displaying the final result", left out.
 * Teaches: the locks are right, the children are right, and the parent may
 *          still read anything from 0 to p: start() does not wait.
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

	/* The join belongs here ... */
	mpp_observe_int("counter", mpp_value_get(job.shared_value));

	/* ... this one only tidies up. */
	join_all(processes, p);
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");

	mpck_right(e, "counter", p);
	mpck_possible(e, "counter", 0, p, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
}

MPCK_SCENARIO(
	.name = "join-forgotten",
	.summary = "the parent reads the counter before it has joined anybody",
	.source = "002_f217805d3cc9f1b1.txt",
	.params = {
		{ "p", 3, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
