/* SPDX-License-Identifier: MIT */
/*
 * bakery.c - mutual exclusion of n processes that draw numbers, like customers.
 *
 * Source:  L. Lamport, A new solution of Dijkstra's concurrent programming
 *          problem, Communications of the ACM 17(8), 1974.
 * Teaches: two may draw the same number, then their ranks decide.  So that
 *          nobody is overlooked while it is drawing, `choosing` says who is,
 *          and the others wait for its number.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 16 };

struct job {
	struct mpp_atomic *choosing[MAX_PROCESSES];
	struct mpp_atomic *number[MAX_PROCESSES];	/* 0: none drawn */
	struct mpp_raw_value *counter;
	int64_t me, n, rounds;
};

/* One more than the highest number that anybody has. */
static int64_t next_number(const struct job *job)
{
	int64_t highest = 0;

	for (int64_t j = 0; j < job->n; j++) {
		int64_t number = mpp_atomic_load(job->number[j]);

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

	mpp_atomic_store(job->choosing[job->me], 1);
	mine = next_number(job);
	mpp_atomic_store(job->number[job->me], mine);
	mpp_atomic_store(job->choosing[job->me], 0);
	for (int64_t j = 0; j < job->n; j++) {
		if (j == job->me)
			continue;
		while (mpp_atomic_load(job->choosing[j]))
			;
		while (goes_before(mpp_atomic_load(job->number[j]), j, mine,
				   job->me))
			;
	}
}

static void leave(const struct job *job)
{
	mpp_atomic_store(job->number[job->me], 0);
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
		job.choosing[i] = atomic(0);
		job.number[i] = atomic(0);
	}
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	free_atomics(job.number, job.n);
	free_atomics(job.choosing, job.n);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_exclusion(e, mpck_param("n"), mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "bakery",
	.summary = "n processes draw numbers and go in by them",
	.source = "Lamport 1974",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
