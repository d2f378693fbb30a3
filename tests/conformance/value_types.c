/* SPDX-License-Identifier: MIT */
/* value_types.c - Values of two types, read while they are written. */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_value *small, *real;
};

static int write_both(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_set(job->small, 200));	/* 'B': fits */
	must(mpp_value_set_double(job->real, 0.1));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job;

	must(mpp_value_new(&job.small, 'B', 7));
	must(mpp_value_new(&job.real, 'd', 0));
	p[0] = process(write_both, &job, sizeof(job));
	start_all(p, 1);
	/* The second written is read first: (0.1, 7) cannot be. */
	mpp_observe_double("real", mpp_value_get_double(job.real));
	mpp_observe_int("small", mpp_value_get(job.small));
	join_all(p, 1);
	mpp_value_free(job.real);
	mpp_value_free(job.small);
	return 0;
}

/* The parent reads in the middle of what the child does. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "value-types",
	.summary = "a byte and a double, written and read at the same time",
	.main = run,
	.expect = expect,
);
