/* SPDX-License-Identifier: MIT */
/*
 * child_crashes.c - the right value, and children that did nothing for it.
 *
 * Teaches: a final value can be right for the wrong reason.  A deposit and a
 *          withdrawal of the same amount leave the balance as it was, and so do
 *          two children that fail on entry: only their exit codes tell.
 *          With works=1 they do what they are for.
 *
 * The lesson it is from passes one argument to a function of two; in Python
 * both children die of that, and 200 is printed.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/value.h>
#include "common/check.h"

struct job {
	struct mpp_value *balance;
	int64_t amount, works;
};

static int change(void *arg)
{
	const struct job *job = arg;

	if (!job->works)
		return 1;	/* fails before it begins */
	must(mpp_value_add(job->balance, job->amount));
	return 0;
}

static int run(void)
{
	struct job job = { .works = mpck_param("works") };
	struct mpp_process *p[2];

	must(mpp_value_new(&job.balance, 'i', 200));
	for (int i = 0; i < 2; i++) {
		job.amount = i ? -1 : 1;
		must(mpp_process_new(&p[i], change, &job, sizeof(job)));
		must(mpp_process_start(p[i]));
	}
	for (int i = 0; i < 2; i++) {
		must(mpp_process_join(p[i], MPP_FOREVER));
		mpp_process_free(p[i]);
	}
	mpp_observe_int("balance", mpp_value_get(job.balance));
	mpp_value_free(job.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "balance", 200);
	if (!mpck_param("works"))
		mpck_must_find(e, MPCK_CHILD_FAILURE);
}

MPCK_SCENARIO(
	.name = "child-crashes",
	.summary = "both children fail on entry, and the final value is right",
	.params = {
		{ "works", 0, 0, 1, "1: they do their work" },
	},
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
	.expect = expect,
);
