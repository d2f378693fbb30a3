/* SPDX-License-Identifier: MIT */
/*
 * bakery_plain.c - bakery.c on plain variables instead of atomics.
 *
 * Source:  L. Lamport, A new solution of Dijkstra's concurrent programming
 *          problem, Communications of the ACM 17(8), 1974.
 * Teaches: under sequential consistency, which is all that mpcheck explores,
 *          this is as right as bakery.c.  It is a data race all the same:
 *          compilers may move plain accesses, and processors let a load pass
 *          an earlier store to another place, x86 included.  Then one does
 *          not see that the other draws, and both go in.  --native --set k=1000
 *          lost additions in 38 of 3,000 runs.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 16 };

struct job {
	struct mpp_raw_value *choosing[MAX_PROCESSES];
	struct mpp_raw_value *number[MAX_PROCESSES];	/* 0: none drawn */
	struct mpp_raw_value *counter;
	int64_t me, n, rounds;
};

/* One more than the highest number that anybody has. */
static int64_t next_number(const struct job *job)
{
	int64_t highest = 0;

	for (int64_t j = 0; j < job->n; j++) {
		int64_t number = mpp_raw_value_get(job->number[j]);

		if (number > highest)
			highest = number;
	}
	return highest + 1;
}

/* Of two with equal numbers the one of lower rank goes first. */
static bool goes_before(int64_t number, int64_t j, int64_t mine, int64_t me)
{
	return number && (number < mine || (number == mine && j < me));
}

static void enter(const struct job *job)
{
	int64_t mine;

	must(mpp_raw_value_set(job->choosing[job->me], 1));
	mine = next_number(job);
	must(mpp_raw_value_set(job->number[job->me], mine));
	must(mpp_raw_value_set(job->choosing[job->me], 0));
	for (int64_t j = 0; j < job->n; j++) {
		if (j == job->me)
			continue;
		while (mpp_raw_value_get(job->choosing[j]))
			;
		while (goes_before(mpp_raw_value_get(job->number[j]), j, mine,
				   job->me))
			;
	}
}

static void leave(const struct job *job)
{
	must(mpp_raw_value_set(job->number[job->me], 0));
}

static int work(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		enter(job);
		add_one(job->counter);
		leave(job);
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_PROCESSES];
	struct job job = {
		.counter = raw_value(0),
		.n = mpck_param("n"),
		.rounds = mpck_param("k"),
	};

	for (int64_t i = 0; i < job.n; i++) {
		job.choosing[i] = raw_value(0);
		job.number[i] = raw_value(0);
	}
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	free_raw_values(job.number, job.n);
	free_raw_values(job.choosing, job.n);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_exclusion(e, mpck_param("n"), mpck_param("k"));
	/* Right under sequential consistency, but a data race. */
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "bakery-plain",
	.summary = "bakery on plain variables: right under sequential "
		   "consistency only",
	.source = "Lamport 1974",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
