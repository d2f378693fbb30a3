/* SPDX-License-Identifier: MIT */
/*
 * condition_lost.c - condition_predicate.c, where the waiters just wait.
 *
 * Teaches: a notify that nobody waits for is lost.
 *
 * What goes wrong: the notifier may have the lock before a waiter has.  That
 * waiter then waits for something that was said already, for ever, and so does
 * whoever joins it.
 */
#include <mpck/scenario.h>
#include <mpp/condition.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_WAITERS = 20 };

struct job {
	struct mpp_condition *changed;
	struct mpp_raw_value *woken;
};

static int waiter(void *arg)
{
	const struct job *job = arg;

	must(mpp_condition_acquire(job->changed, MPP_FOREVER));
	must(mpp_condition_wait(job->changed, MPP_FOREVER));
	must(mpp_raw_value_set(job->woken, mpp_raw_value_get(job->woken) + 1));
	must(mpp_condition_release(job->changed));
	return 0;
}

static int notifier(void *arg)
{
	const struct job *job = arg;

	must(mpp_condition_acquire(job->changed, MPP_FOREVER));
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
	must(mpp_raw_value_new(&job.woken, 'i', 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(waiter, &job, sizeof(job));
	p[n] = process(notifier, &job, sizeof(job));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_observe_int("woken", mpp_raw_value_get(job.woken));
	mpp_raw_value_free(job.woken);
	mpp_condition_free(job.changed);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("waiters");

	mpck_right(e, "woken", n);
	mpck_possible(e, "woken", n, n, 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "condition-lost",
	.summary = "a notify comes before the wait and is lost",
	.params = {
		{ "waiters", 2, 1, MAX_WAITERS, "processes that wait" },
	},
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.main = run,
	.expect = expect,
);
