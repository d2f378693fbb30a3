/* SPDX-License-Identifier: MIT */
/* raw_array_slice.c - RawArray: a slice may be seen half written. */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_array *a;
};

static int write_slice(void *arg)
{
	const struct job *job = arg;
	const int32_t items[2] = { 1, 2 };

	must(mpp_raw_array_write(job->a, 0, 2, items));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	int32_t items[2];
	struct job job;

	must(mpp_raw_array_new(&job.a, 'i', 2));
	p[0] = process(write_slice, &job, sizeof(job));
	start_all(p, 1);
	must(mpp_raw_array_read(job.a, 0, 2, items));
	mpp_observe("array", items, 2, 'i');
	join_all(p, 1);
	mpp_raw_array_free(job.a);
	return 0;
}

/* What is half written was read without order. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "raw-array-slice",
	.summary = "a slice of a RawArray may be seen half written",
	.main = run,
	.expect = expect,
);
