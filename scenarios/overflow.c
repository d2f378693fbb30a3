/* SPDX-License-Identifier: MIT */
/*
 * overflow.c - four large sums added into a 32-bit Value, under a lock.
 *
 * Lesson:  003_54688cd3e8b4f06a.txt, synchronizingMultiprocesses.py.
 * Teaches: a lock does not make a number fit.  Each process adds
 *          333332833333500000; a Value 'i' keeps the low 32 bits of it.
 *
 * What goes wrong: nothing in the order.  In each of the 24 orders the running
 * values are 584144992, 1168289984, 1752434976, -1958387328, as the lesson
 * prints them, and none of them is a sum.  The checker reports the wrap.
 */
#include <mpck/scenario.h>
#include <inttypes.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/cpu_task.h"
#include "common/processes.h"

struct job {
	struct mpp_value *shared_value;
	struct mpp_raw_value *updates;	/* how many processes have added */
	struct mpp_lock *lock;
	int64_t n;
};

static int worker(void *arg)
{
	const struct job *job = arg;
	int64_t result = cpu_bound_task(job->n);
	int64_t updates, total;

	mpp_sleep(MPP_SECONDS(0.001));	/* the lesson's random delay */
	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_value_set(job->shared_value,
			   mpp_value_get(job->shared_value) + result));
	total = mpp_value_get(job->shared_value);
	updates = mpp_raw_value_get(job->updates) + 1;
	must(mpp_raw_value_set(job->updates, updates));
	printf("Process %s updated shared value to %" PRId64 "\n",
	       mpp_current_name(), total);
	must(mpp_lock_release(job->lock));

	/* The m-th to add sees the m-th of the running values. */
	return total == as_32_bits(updates * result) ? 0 : 1;
}

static int run(void)
{
	struct mpp_process *processes[MAX_WORKERS];
	struct job job = { .n = mpck_param("n") };
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.shared_value, 'i', 0));
	must(mpp_raw_value_new(&job.updates, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(worker, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("total", mpp_value_get(job.shared_value));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.updates);
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t total = mpck_param("p") * sum_of_squares(mpck_param("n"));

	/* "Right" is what the lesson prints; the finding says it is wrong. */
	mpck_right(e, "total", as_32_bits(total));
	if (total > INT32_MAX)
		mpck_must_find(e, MPCK_OVERFLOW);
}

MPCK_SCENARIO(
	.name = "overflow",
	.summary = "p large sums added into a 32-bit Value, under a lock",
	.source = "003_54688cd3e8b4f06a.txt",
	.params = {
		{ "p", 4, 1, MAX_WORKERS, "processes" },
		{ "n", MAX_SQUARES, 1, MAX_SQUARES, "squares in each sum" },
	},
	.main = run,
	.expect = expect,
);
