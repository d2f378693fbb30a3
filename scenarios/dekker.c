/* SPDX-License-Identifier: MIT */
/*
 * dekker.c - mutual exclusion of two processes, the first that was found.
 *
 * Source:  E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965,
 *          who gives T. J. Dekker's solution after four attempts that fail.
 * Teaches: raise your flag, then look at the other's.  If both are up, who has
 *          the turn insists, and the other takes its flag down until it has
 *          the turn.  Who leaves gives the turn away.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

struct job {
	struct mpp_atomic *flag[2];	/* 1: wants to be inside, or is */
	struct mpp_atomic *turn;	/* who may insist */
	struct mpp_raw_value *counter;
	int64_t me, rounds;
};

static void enter(const struct job *job)
{
	int64_t other = 1 - job->me;

	mpp_atomic_store(job->flag[job->me], 1);
	while (mpp_atomic_load(job->flag[other])) {
		if (mpp_atomic_load(job->turn) == job->me)
			continue;
		mpp_atomic_store(job->flag[job->me], 0);
		while (mpp_atomic_load(job->turn) != job->me)
			;
		mpp_atomic_store(job->flag[job->me], 1);
	}
}

static void leave(const struct job *job)
{
	mpp_atomic_store(job->turn, 1 - job->me);
	mpp_atomic_store(job->flag[job->me], 0);
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
	struct mpp_process *p[2];
	struct job job = {
		.flag = { atomic(0), atomic(0) },
		.turn = atomic(0),
		.counter = raw_value(0),
		.rounds = mpck_param("k"),
	};

	for (job.me = 0; job.me < 2; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	mpp_atomic_free(job.turn);
	free_atomics(job.flag, 2);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_exclusion(e, 2, mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "dekker",
	.summary = "two processes exclude each other; one of them gives way",
	.source = "Dijkstra 1965 (EWD 123)",
	.params = {
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
