/* SPDX-License-Identifier: MIT */
/*
 * bounded_semaphore_released_twice.c - semaphore_released_twice.c, refused.
 *
 * Teaches: a bounded semaphore refuses to take back what the caller does not
 *          hold, so there are never two in the critical section.  The checker
 *          reports the misuse even if the program does not look at the error.
 */
#include <mpck/scenario.h>
#include <mpp/bounded_semaphore.h>
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 20 };

struct job {
	struct mpp_bounded_semaphore *semaphore;
	struct mpp_raw_value *counter;
	int64_t careless;
};

static int work(void *arg)
{
	const struct job *job = arg;

	must(mpp_bounded_semaphore_acquire(job->semaphore, MPP_FOREVER));
	add_one(job->counter);
	must(mpp_bounded_semaphore_release(job->semaphore));
	if (job->careless)
		(void)mpp_bounded_semaphore_release(job->semaphore);
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .careless = 0 };
	int64_t p = mpck_param("p");

	must(mpp_bounded_semaphore_new(&job.semaphore, 1));
	must(mpp_raw_value_new(&job.counter, 'i', 0));
	for (int64_t i = 0; i < p; i++) {
		job.careless = i == 0;
		processes[i] = process(work, &job, sizeof(job));
	}
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_observe_int("value",
			mpp_bounded_semaphore_get_value(job.semaphore));
	mpp_raw_value_free(job.counter);
	mpp_bounded_semaphore_free(job.semaphore);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	char text[64];

	snprintf(text, sizeof(text), "counter=%lld value=1",
		 (long long)mpck_param("p"));
	mpck_right_text(e, text);
	mpck_must_find(e, MPCK_MISUSE);
}

MPCK_SCENARIO(
	.name = "bounded-semaphore-released-twice",
	.summary = "one process releases a bounded semaphore twice, and is refused",
	.params = {
		{ "p", 3, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
