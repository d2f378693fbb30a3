/* SPDX-License-Identifier: MIT */
/*
 * szymanski_plain.c - szymanski.c on plain variables instead of atomics.
 *
 * Source:  B. K. Szymanski, A simple solution to Lamport's concurrent
 *          programming problem with linear wait, ICS 1988.
 * Teaches: under sequential consistency, which is all that mpcheck explores,
 *          this is as right as szymanski.c.  It is a data race all the same:
 *          compilers may move plain accesses, and processors let a load pass
 *          an earlier store to another place, x86 included.  Then two find
 *          each other in front of the door, go behind it and wait for ever,
 *          one for the other.  --native --set k=1000 shows it in some runs of
 *          a thousand.
 */
#include "common/cells.h"
#include "common/processes.h"
#include "common/section.h"

enum { MAX_PROCESSES = 16 };

/* Where a process stands. */
enum {
	OUTSIDE,
	WANTS,		/* in front of the door */
	WAITS,		/* behind it, for those in front of it */
	PASSES,		/* goes through it */
	SHUT_IN,	/* behind it, and it is shut */
};

struct job {
	struct mpp_raw_value *place[MAX_PROCESSES];
	struct mpp_raw_value *counter;
	int64_t me, n, rounds;
};

static int64_t place(const struct job *job, int64_t j)
{
	return mpp_raw_value_get(job->place[j]);
}

static void go(const struct job *job, int64_t where)
{
	must(mpp_raw_value_set(job->place[job->me], where));
}

static bool somebody_else(const struct job *job, int64_t where)
{
	for (int64_t j = 0; j < job->n; j++)
		if (j != job->me && place(job, j) == where)
			return true;
	return false;
}

static void enter(const struct job *job)
{
	go(job, WANTS);
	for (int64_t j = 0; j < job->n; j++)
		while (j != job->me && place(job, j) > WAITS)
			;	/* the door is shut, or about to be */
	go(job, PASSES);
	if (somebody_else(job, WANTS)) {
		go(job, WAITS);
		while (!somebody_else(job, SHUT_IN))
			;
	}
	go(job, SHUT_IN);
	for (int64_t j = 0; j < job->me; j++)
		while (place(job, j) > WANTS)
			;	/* lower ranks go first */
}

static void leave(const struct job *job)
{
	for (int64_t j = job->me + 1; j < job->n; j++) {
		int64_t at;

		do {	/* until all behind the door know that it is shut */
			at = place(job, j);
		} while (at == WAITS || at == PASSES);
	}
	go(job, OUTSIDE);
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
		job.place[i] = raw_value(0);
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	mpp_observe_int("counter", mpp_raw_value_get(job.counter));
	mpp_raw_value_free(job.counter);
	free_raw_values(job.place, job.n);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	expect_exclusion(e, mpck_param("n"), mpck_param("k"));
	/* Right under sequential consistency, but a data race. */
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "szymanski-plain",
	.summary = "szymanski on plain variables: right under sequential "
		   "consistency only",
	.source = "Szymanski 1988",
	.needs = MPCK_NATIVE_HANGS,	/* rarely */
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
