/* SPDX-License-Identifier: MIT */
/*
 * bakery_no_choosing.c - bakery.c whose customers do not say that they draw.
 *
 * Source:  L. Lamport, A new solution of Dijkstra's concurrent programming
 *          problem, Communications of the ACM 17(8), 1974.
 * Teaches: A and B look at the numbers and both find 1 to be the next.  B
 *          writes its 1, sees no number of A and goes in.  Only now A writes
 *          its 1, and being of lower rank goes in as well.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 16 };

struct job {
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

	mine = next_number(job);
	mpp_atomic_store(job->number[job->me], mine);
	for (int64_t j = 0; j < job->n; j++) {
		if (j == job->me)
			continue;
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

	for (int64_t i = 0; i < job.n; i++)
		job.number[i] = atomic(0);
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	free_atomics(job.number, job.n);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_overlaps(e, mpck_param("n"), mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "bakery-no-choosing",
	.summary = "bakery without the flags that say who is drawing",
	.source = "Lamport 1974, without choosing",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
