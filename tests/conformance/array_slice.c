/* SPDX-License-Identifier: MIT */
/* array_slice.c - Array: a slice is written and read in one piece. */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"

struct job {
	struct mpp_array *a;
};

static int write_slice(void *arg)
{
	const struct job *job = arg;
	const int32_t items[2] = { 1, 2 };

	must(mpp_array_write(job->a, 0, 2, items));
	must(mpp_array_set(job->a, -1, 3));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	int32_t before[2], after[2];
	struct job job;

	must(mpp_array_new(&job.a, 'i', 2));
	p[0] = process(write_slice, &job, sizeof(job));
	start_all(p, 1);
	must(mpp_array_read(job.a, 0, 2, before));
	must(mpp_array_read(job.a, 0, 2, after));
	mpp_observe("before", before, 2, 'i');
	mpp_observe("after", after, 2, 'i');
	join_all(p, 1);
	mpp_array_free(job.a);
	return 0;
}

/* A slice is one piece, two of them are not. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "array-slice",
	.summary = "a slice of an Array is never seen half written",
	.main = run,
	.expect = expect,
);
