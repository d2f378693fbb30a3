/* SPDX-License-Identifier: MIT */
/*
 * value_increment.c - `v.value += 1` on a Value that brings its own lock.
 *
 * Lesson:  002_f217805d3cc9f1b1.txt; its answer to "Is it possible for two
 *          Processes to access the same Value simultaneously?" is half true.
 * Teaches: the Value locks the read and locks the write; no data race.  But
 *          `+=` is both, with a gap between, so updates are lost as in
 *          raw_counter.c.  mpp_value_add() is one step and loses none: try
 *          --set atomic=1.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_value *v;
	int64_t rounds;
	int64_t atomic;
};

static int task(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		if (job->atomic)
			must(mpp_value_add(job->v, 1));
		else
			must(mpp_value_set(job->v, mpp_value_get(job->v) + 1));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = {
		.rounds = mpck_param("k"),
		.atomic = mpck_param("atomic"),
	};
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
	int64_t p = mpck_param("p");
	int64_t k = mpck_param("k");

	mpck_right(e, "counter", p * k);
	if (mpck_param("atomic"))
		return;
	/* As without any lock: see raw_counter.c. */
	mpck_possible(e, "counter", k == 1 ? 1 : 2, p * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "value-increment",
	.summary = "p processes do `value += 1` k times, trusting the Value's lock",
	.source = "002_f217805d3cc9f1b1.txt",
	.params = {
		{ "p", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
		{ "atomic", 0, 0, 1, "1: mpp_value_add() instead of +=" },
	},
	.main = run,
	.expect = expect,
);
