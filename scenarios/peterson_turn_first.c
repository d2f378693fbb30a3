/* SPDX-License-Identifier: MIT */
/*
 * peterson_turn_first.c - peterson.c with its two stores in the wrong order.
 *
 * Source:  G. L. Peterson, Myths about the mutual exclusion problem,
 *          Information Processing Letters 12(3), 1981.
 * Teaches: who gives the turn away before its flag is up may be overtaken in
 *          between.  The other writes `turn` last, finds no flag and goes in;
 *          then the first raises its flag, finds the turn to be its own and
 *          goes in as well.  Where a compiler or a processor changes the order
 *          of the two stores, the right program becomes this one.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

struct job {
	struct mpp_atomic *flag[2];	/* 1: wants to be inside, or is */
	struct mpp_atomic *turn;	/* who may go first */
	struct mpp_raw_value *counter;
	int64_t me, rounds;
};

static void enter(const struct job *job)
{
	int64_t other = 1 - job->me;

	mpp_atomic_store(job->turn, other);
	mpp_atomic_store(job->flag[job->me], 1);
	while (mpp_atomic_load(job->flag[other]) &&
	       mpp_atomic_load(job->turn) == other)
		;
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
	expect_overlaps(e, 2, mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "peterson-turn-first",
	.summary = "peterson, the turn given away before the flag is up",
	.source = "Peterson 1981, two stores exchanged",
	.params = {
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
