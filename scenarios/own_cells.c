/* SPDX-License-Identifier: MIT */
/*
 * own_cells.c - p processes, each with a RawValue of its own.
 *
 * Lesson:  none; the smallest program where nothing is really shared.
 * Teaches: memory that all could touch but one does needs no lock.  There are
 *          more interleavings than atoms in the sun, and all are the same.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_raw_value *own;
	int64_t rounds;
};

static int count(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++)
		must(mpp_raw_value_set(job->own,
				       mpp_raw_value_get(job->own) + 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct mpp_raw_value *cells[MAX_PROCESSES];
	int64_t p = mpck_param("p");
	int64_t sum = 0;

	for (int64_t i = 0; i < p; i++) {
		struct job job = { .rounds = mpck_param("k") };

		must(mpp_raw_value_new(&cells[i], 'i', 0));
		job.own = cells[i];
		processes[i] = process(count, &job, sizeof(job));
	}
	start_all(processes, p);
	join_all(processes, p);

	for (int64_t i = 0; i < p; i++) {
		sum += mpp_raw_value_get(cells[i]);
		mpp_raw_value_free(cells[i]);
	}
	mpp_observe_int("sum", sum);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "sum", mpck_param("p") * mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "own-cells",
	.summary = "p processes add 1 k times each to a RawValue of their own",
	.source = NULL,
	.params = {
		{ "p", 8, 1, MAX_PROCESSES, "processes" },
		{ "k", 50, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
