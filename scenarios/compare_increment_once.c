/* SPDX-License-Identifier: MIT */
/*
 * compare_increment_once.c - adding by compare-exchange, without a second try.
 *
 * Teaches: a compare-exchange that finds something else stores nothing.  Nobody
 *          is overwritten, but who does not look at the answer loses its own
 *          update.  Cure: compare_increment.c.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_value *v;
	int64_t rounds;
};

static int task(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		int64_t seen = mpp_value_get(job->v);

		must(mpp_value_compare_exchange(job->v, &seen, seen + 1));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
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
	/*
	 * The counter is the number S of stores.  Each of a process's failures
	 * needs a store by another one between its read and its attempt: with s
	 * stores of its own, k - s <= S - s, so S >= k.  Exactly k: one process
	 * always comes between all others' reads and attempts.
	 */
	mpck_possible(e, "counter", k, p * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "compare-increment-once",
	.summary = "p processes add 1 by compare-exchange, and do not look",
	.params = {
		{ "p", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
