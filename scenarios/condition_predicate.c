/* SPDX-License-Identifier: MIT */
/*
 * condition_predicate.c - waiters go on when one has said that it is ready.
 *
 * Teaches: a Condition remembers nothing: what is waited for stands in memory
 *          under its lock, and is looked at before the wait and after it.  Then
 *          it does not matter who comes first.
 */
#include <mpck/scenario.h>
#include <mpp/condition.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_WAITERS = 20 };

struct job {
	struct mpp_condition *changed;
	struct mpp_raw_value *ready, *woken;
};

static bool is_ready(void *context)
{
	const struct job *job = context;

	return mpp_raw_value_get(job->ready) != 0;
}

static int waiter(void *arg)
{
	struct job *job = arg;

	must(mpp_condition_acquire(job->changed, MPP_FOREVER));
	must(mpp_condition_wait_for(job->changed, is_ready, job, MPP_FOREVER));
	must(mpp_raw_value_set(job->woken, mpp_raw_value_get(job->woken) + 1));
	must(mpp_condition_release(job->changed));
	return 0;
}

static int notifier(void *arg)
{
	const struct job *job = arg;

	must(mpp_condition_acquire(job->changed, MPP_FOREVER));
	must(mpp_raw_value_set(job->ready, 1));
	must(mpp_condition_notify_all(job->changed));
	must(mpp_condition_release(job->changed));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WAITERS + 1];
	int64_t n = mpck_param("waiters");
	struct job job;

	must(mpp_condition_new(&job.changed));
	must(mpp_raw_value_new(&job.ready, 'i', 0));
	must(mpp_raw_value_new(&job.woken, 'i', 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(waiter, &job, sizeof(job));
	p[n] = process(notifier, &job, sizeof(job));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_observe_int("woken", mpp_raw_value_get(job.woken));
	mpp_raw_value_free(job.woken);
	mpp_raw_value_free(job.ready);
	mpp_condition_free(job.changed);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "woken", mpck_param("waiters"));
}

MPCK_SCENARIO(
	.name = "condition-predicate",
	.summary = "waiters test what they wait for under the condition's lock",
	.params = {
		{ "waiters", 2, 1, MAX_WAITERS, "processes that wait" },
	},
	.main = run,
	.expect = expect,
);
