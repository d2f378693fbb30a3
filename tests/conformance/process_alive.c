/* SPDX-License-Identifier: MIT */
/* process_alive.c - Process: what a parent may see before and after a join. */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_value *v;
};

static int set_one(void *arg)
{
	const struct job *job = arg;

	must(mpp_raw_value_set(job->v, 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *p = NULL;
	struct job job;
	int code = -1;

	must(mpp_raw_value_new(&job.v, 'i', 0));
	p = process(set_one, &job, sizeof(job));
	must(mpp_process_start(p));
	/* Not alive: then it has set 1. */
	mpp_observe_int("alive", mpp_process_is_alive(p));
	mpp_observe_int("value", mpp_raw_value_get(job.v));
	mpp_observe_int("try", mpp_process_join(p, 0));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_process_free(p);
	mpp_raw_value_free(job.v);
	return 0;
}

/* Before the join nothing orders the parent behind its child. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "process-alive",
	.summary = "is_alive, a join that does not wait, one that does",
	.main = run,
	.expect = expect,
);
