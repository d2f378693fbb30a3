/* SPDX-License-Identifier: MIT */
/*
 * raw_counter.c - ten processes add 1 ten times each to one RawValue.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "Locks".
 * Teaches: the counter should end at 100, "but it almost never is": several
 *          processes read 55, each writes 56.
 *
 * What goes wrong: with k >= 2 any final value from 2 to p * k can come out.
 * Never 1: the last writer had already written something before its last
 * read.  And 2 does happen: A reads 0, B does all its rounds but the last and
 * everybody else finishes; A writes 1; B reads that 1; A finishes; B writes 2.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_raw_value *r;
	int64_t rounds;
};

static int F(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++)
		must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_raw_value_new(&job.r, 'i', 0));
	mpck_name(job.r, "counter");
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(F, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");
	int64_t k = mpck_param("k");

	mpck_right(e, "counter", p * k);
	if (p == 1)
		return;		/* alone, nobody can interfere */
	mpck_possible(e, "counter", k == 1 ? 1 : 2, p * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "raw-counter",
	.summary = "p processes add 1 k times each to a RawValue, without a lock",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 10, 1, MAX_PROCESSES, "processes" },
		{ "k", 10, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
