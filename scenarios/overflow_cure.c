/* SPDX-License-Identifier: MIT */
/*
 * overflow_cure.c - overflow.c with a Value that is wide enough.
 *
 * Lesson:  003_54688cd3e8b4f06a.txt, synchronizingMultiprocesses.py, with the
 *          typecode it needed: 'q', 64 bits.
 * Teaches: the lock cares for the order, the type for the size.  The total is
 *          4 * 333332833333500000 = 1333331333334000000, and nothing wraps.
 */
#include <mpck/scenario.h>
#include <inttypes.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/cpu_task.h"
#include "common/processes.h"

struct job {
	struct mpp_value *shared_value;
	struct mpp_lock *lock;
	int64_t n;
};

static int worker(void *arg)
{
	const struct job *job = arg;
	int64_t result = cpu_bound_task(job->n);

	mpp_sleep(MPP_SECONDS(0.001));	/* the lesson's random delay */
	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	int64_t total = mpp_value_get(job->shared_value) + result;
	must(mpp_value_set(job->shared_value, total));
	printf("Process %s updated shared value to %" PRId64 "\n",
	       mpp_current_name(), total);
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_WORKERS];
	struct job job = { .n = mpck_param("n") };
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.shared_value, 'q', 0));
	must(mpp_lock_new(&job.lock, 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(worker, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("total", mpp_value_get(job.shared_value));
	mpp_lock_free(job.lock);
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "total", mpck_param("p") *
			       sum_of_squares(mpck_param("n")));
}

MPCK_SCENARIO(
	.name = "overflow-cure",
	.summary = "p large sums added into a 64-bit Value, under a lock",
	.source = "003_54688cd3e8b4f06a.txt",
	.params = {
		{ "p", 4, 1, MAX_WORKERS, "processes" },
		{ "n", MAX_SQUARES, 1, MAX_SQUARES, "squares in each sum" },
	},
	.main = run,
	.expect = expect,
);
