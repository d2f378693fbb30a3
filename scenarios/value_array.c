/* SPDX-License-Identifier: MIT */
/*
 * value_array.c - results come back through a shared Array and a shared Value.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Method to solve it --> use shared
 *          memory".
 * Teaches: the cure for global_not_shared.c.  After the join the parent reads
 *          [4, 9, 64] and 5.67.  (A Value 'f' would give 5.67 back as
 *          5.670000076293945; 'd' keeps it.)
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { COUNT = 3 };

struct job {
	int64_t numbers[COUNT];
	struct mpp_array *result;
	struct mpp_value *v;
};

static int calc_square(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_set_double(job->v, 5.67));
	/* No append here: the size was fixed when the Array was made. */
	for (int i = 0; i < COUNT; i++)
		must(mpp_array_set(job->result, i,
				   job->numbers[i] * job->numbers[i]));
	return 0;
}

static int run(void)
{
	struct job job = { .numbers = { 2, 3, 8 } };
	struct mpp_process *p[1];
	int32_t items[COUNT];

	must(mpp_array_new(&job.result, 'i', COUNT));
	must(mpp_value_new(&job.v, 'd', 0));
	p[0] = process(calc_square, &job, sizeof(job));
	start_all(p, 1);
	join_all(p, 1);

	must(mpp_array_read(job.result, 0, COUNT, items));
	mpp_observe("array", items, COUNT, 'i');
	mpp_observe_double("value", mpp_value_get_double(job.v));
	mpp_array_free(job.result);
	mpp_value_free(job.v);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "array=[4,9,64] value=5.67");
}

MPCK_SCENARIO(
	.name = "value-array",
	.summary = "a child gives results back through an Array and a Value",
	.source = "004_7b3dfe566148139e.txt",
	.main = run,
	.expect = expect,
);
