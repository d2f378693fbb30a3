/* SPDX-License-Identifier: MIT */
/*
 * bounded_semaphore.c - a holder exits with its permit.
 *
 * Teaches: a permit belongs to who acquired it, so it comes back when that one
 *          ends without a release, and the next to get it is told.  A Semaphore
 *          would be one permit short for ever: here, a deadlock.
 *
 * `told` counts the acquires that said MPP_EOWNERDEAD.
 */
#include <mpck/scenario.h>
#include <mpp/bounded_semaphore.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 20 };

struct job {
	struct mpp_bounded_semaphore *semaphore;
	struct mpp_value *told, *done;
};

static void acquire(const struct job *job)
{
	int err = mpp_bounded_semaphore_acquire(job->semaphore, MPP_FOREVER);

	if (err == MPP_EOWNERDEAD)
		must(mpp_value_add(job->told, 1));
	else
		must(err);
}

static int forgets(void *arg)
{
	acquire(arg);
	return 0;
}

static int work(void *arg)
{
	const struct job *job = arg;

	acquire(job);
	must(mpp_value_add(job->done, 1));
	must(mpp_bounded_semaphore_release(job->semaphore));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job;
	int64_t p = mpck_param("p");

	must(mpp_bounded_semaphore_new(&job.semaphore, mpck_param("permits")));
	must(mpp_value_new(&job.told, 'i', 0));
	must(mpp_value_new(&job.done, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(i == 0 ? forgets : work, &job,
				       sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("done", mpp_value_get(job.done));
	mpp_observe_int("free", mpp_bounded_semaphore_get_value(job.semaphore));
	mpp_observe_int("told", mpp_value_get(job.told));
	mpp_value_free(job.done);
	mpp_value_free(job.told);
	mpp_bounded_semaphore_free(job.semaphore);
	return 0;
}

/* Nobody is told when all others were earlier, or found another permit. */
static void expect(struct mpck_expect *e)
{
	for (int64_t told = 0; told <= (mpck_param("p") > 1); told++) {
		char text[64];

		snprintf(text, sizeof(text), "done=%lld free=%lld told=%lld",
			 (long long)mpck_param("p") - 1,
			 (long long)mpck_param("permits"), (long long)told);
		mpck_right_text(e, text);
	}
}

MPCK_SCENARIO(
	.name = "bounded-semaphore",
	.summary = "a process ends with its permit, and the others get it",
	.params = {
		{ "p", 3, 1, MAX_PROCESSES, "processes, one of them careless" },
		{ "permits", 1, 1, MAX_PROCESSES, "of the semaphore" },
	},
	.main = run,
	.expect = expect,
);
