/* SPDX-License-Identifier: MIT */
/*
 * semaphore_released_twice.c - a semaphore as a lock, released once too often.
 *
 * Teaches: a semaphore does not know who holds it.  One release too many makes
 *          room for two in the critical section, and nothing says so: the call
 *          succeeds.  bounded_semaphore_released_twice.c is the cure.
 */
#include <mpck/scenario.h>
#include <mpp/semaphore.h>
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 20 };

struct job {
	struct mpp_semaphore *semaphore;
	struct mpp_raw_value *counter;
	int64_t releases;
};

static int work(void *arg)
{
	const struct job *job = arg;

	must(mpp_semaphore_acquire(job->semaphore, MPP_FOREVER));
	add_one(job->counter);
	for (int64_t i = 0; i < job->releases; i++)
		must(mpp_semaphore_release(job->semaphore, 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .releases = 1 };
	int64_t p = mpck_param("p");

	must(mpp_semaphore_new(&job.semaphore, 1));
	must(mpp_raw_value_new(&job.counter, 'i', 0));
	for (int64_t i = 0; i < p; i++) {
		job.releases = i == 0 ? 2 : 1;
		processes[i] = process(work, &job, sizeof(job));
	}
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_observe_int("value", mpp_semaphore_get_value(job.semaphore));
	mpp_raw_value_free(job.counter);
	mpp_semaphore_free(job.semaphore);
	return 0;
}

/*
 * Whoever overlaps is one of two: while one sleeps on its old copy, the others
 * pass one by one, and when it wakes all of them are lost.  The first one has
 * then been alone, or the sleeper was never alone: 2 are left.  (A search of
 * all states for p <= 6 gave each of these values and no other.)
 */
static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");
	char text[64];

	for (int64_t counter = p > 2 ? 2 : p; counter <= p; counter++) {
		snprintf(text, sizeof(text), "counter=%lld value=2",
			 (long long)counter);
		if (counter == p)
			mpck_right_text(e, text);
		else
			mpck_possible_text(e, text);
	}
	if (p > 2)
		mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	if (p > 2)
		mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "semaphore-released-twice",
	.summary = "a semaphore used as a lock; one process releases it twice",
	.params = {
		{ "p", 3, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
