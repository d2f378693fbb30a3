/* SPDX-License-Identifier: MIT */
/* value_add.c - Value: add() is one step, set(get() + 10) is two. */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_value *v;
};

static int add(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_add(job->v, 1));
	must(mpp_value_add(job->v, 1));
	return 0;
}

static int get_set(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_set(job->v, mpp_value_get(job->v) + 10));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job;

	must(mpp_value_new(&job.v, 'i', 0));
	p[0] = process(add, &job, sizeof(job));
	p[1] = process(get_set, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("value", mpp_value_get(job.v));
	mpp_value_free(job.v);
	return 0;
}

/* What add() adds between get() and set() is lost. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_LOST_UPDATE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "value-add",
	.summary = "add() against set(get() + 10)",
	.main = run,
	.expect = expect,
);
