/* SPDX-License-Identifier: MIT */
/*
 * peterson_plain.c - peterson.c on plain variables instead of atomics.
 *
 * Source:  G. L. Peterson, Myths about the mutual exclusion problem,
 *          Information Processing Letters 12(3), 1981.
 * Teaches: under sequential consistency, which is all that mpcheck explores,
 *          this is as right as peterson.c.  It is a data race all the same:
 *          compilers may move plain accesses, and processors let a load pass
 *          an earlier store to another place, x86 included.  Then both find
 *          the other's flag down, and both go in.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

struct job {
	struct mpp_raw_value *flag[2];	/* 1: wants to be inside, or is */
	struct mpp_raw_value *turn;	/* who may go first */
	struct mpp_raw_value *counter;
	int64_t me, rounds;
};

static void enter(const struct job *job)
{
	int64_t other = 1 - job->me;

	must(mpp_raw_value_set(job->flag[job->me], 1));
	must(mpp_raw_value_set(job->turn, other));
	while (mpp_raw_value_get(job->flag[other]) &&
	       mpp_raw_value_get(job->turn) == other)
		;
}

static void leave(const struct job *job)
{
	must(mpp_raw_value_set(job->flag[job->me], 0));
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
		.flag = { raw_value(0), raw_value(0) },
		.turn = raw_value(0),
		.counter = raw_value(0),
		.rounds = mpck_param("k"),
	};

	for (job.me = 0; job.me < 2; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	mpp_raw_value_free(job.turn);
	free_raw_values(job.flag, 2);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_exclusion(e, 2, mpck_param("k"));
	/* Right under sequential consistency, but a data race. */
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "peterson-plain",
	.summary = "peterson on plain variables: right under sequential "
		   "consistency only",
	.source = "Peterson 1981",
	.params = {
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
