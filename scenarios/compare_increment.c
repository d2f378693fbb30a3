/* SPDX-License-Identifier: MIT */
/*
 * compare_increment.c - adding by compare-exchange, until nobody came between.
 *
 * Teaches: any change of a Value can be made without holding its lock: read,
 *          compute, and store only if it is still what was read.  If not, the
 *          call says what it is instead, and one tries again with that.  No
 *          update is lost; compare_increment_once.c forgets to try again.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_value *v;
	int64_t rounds;
};

static int task(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		int64_t seen = mpp_value_get(job->v);
		int done;

		do
			done = mpp_value_compare_exchange(job->v, &seen,
							  seen + 1);
		while (done == 0);
		must(done);
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.v, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(task, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_value_get(job.v));
	mpp_value_free(job.v);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "counter", mpck_param("p") * mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "compare-increment",
	.summary = "p processes add 1 by compare-exchange, and try again",
	.params = {
		{ "p", 2, 1, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
