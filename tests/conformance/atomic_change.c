/* SPDX-License-Identifier: MIT */
/* atomic_change.c - each way to change an atomic is one step. */
#include <mpck/scenario.h>
#include <mpp/atomic.h>
#include "common/processes.h"

struct job {
	struct mpp_atomic *a, *seen;
};

static int add_and_exchange(void *arg)
{
	const struct job *job = arg;

	mpp_atomic_fetch_add(job->a, 1);
	mpp_atomic_store(job->seen, mpp_atomic_exchange(job->a, 20));
	return 0;
}

/* Doubles it, if nobody changes it meanwhile. */
static int compare_exchange(void *arg)
{
	const struct job *job = arg;
	int64_t before = mpp_atomic_load(job->a);

	if (mpp_atomic_compare_exchange(job->a, &before, 2 * before))
		return 0;
	return before != 11 && before != 20;	/* 20 replaces 10 or 11 */
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job;

	must(mpp_atomic_new(&job.a, 10));
	must(mpp_atomic_new(&job.seen, 0));
	p[0] = process(add_and_exchange, &job, sizeof(job));
	p[1] = process(compare_exchange, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("a", mpp_atomic_load(job.a));
	mpp_observe_int("seen", mpp_atomic_load(job.seen));
	mpp_atomic_free(job.seen);
	mpp_atomic_free(job.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "a=20 seen=11");	/* compare_exchange failed, */
	mpck_right_text(e, "a=20 seen=21");	/* came first, */
	mpck_right_text(e, "a=20 seen=22");	/* second, */
	mpck_right_text(e, "a=40 seen=11");	/* last */
}

MPCK_SCENARIO(
	.name = "atomic-change",
	.summary = "fetch_add and exchange against compare_exchange",
	.main = run,
	.expect = expect,
);
