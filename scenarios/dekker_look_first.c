/* SPDX-License-Identifier: MIT */
/*
 * dekker_look_first.c - looks at the other's flag, then raises its own.
 *
 * Source:  E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965,
 *          who gives T. J. Dekker's solution after four attempts that fail.
 *          This is the second attempt of the four.
 * Teaches: between the look and the flag the other may look too.  Then both
 *          have seen a free way, and both go in.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

struct job {
	struct mpp_atomic *flag[2];	/* 1: wants to be inside, or is */
	struct mpp_raw_value *counter;
	int64_t me, rounds;
};

static void enter(const struct job *job)
{
	while (mpp_atomic_load(job->flag[1 - job->me]))
		;
	mpp_atomic_store(job->flag[job->me], 1);
}

static void leave(const struct job *job)
{
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
		.counter = raw_value(0),
		.rounds = mpck_param("k"),
	};

	for (job.me = 0; job.me < 2; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	free_atomics(job.flag, 2);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_overlaps(e, 2, mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "dekker-look-first",
	.summary = "two processes see a free way, then raise a flag",
	.source = "Dijkstra 1965 (EWD 123), 2nd attempt",
	.params = {
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
