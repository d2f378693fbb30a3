/* SPDX-License-Identifier: MIT */
/*
 * barrier_party_gone.c - one of the parties ends before it comes to the barrier.
 *
 * Teaches: the others would wait for ever.  All parties have registered, so the
 *          barrier knows that one is gone: it is broken, and those who wait,
 *          or come later, are told.  With registered=0 they are not.
 *
 * Python's parties cannot register; and one that is killed while it waits is
 * counted as arrived.
 */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PARTIES = 20 };

struct job {
	struct mpp_barrier *barrier;
	struct mpp_value *told;
	int64_t registered;
};

static int party(void *arg)
{
	const struct job *job = arg;

	if (job->registered)
		must(mpp_barrier_register(job->barrier));
	if (mpp_barrier_wait(job->barrier, MPP_FOREVER) == MPP_EBROKEN)
		must(mpp_value_add(job->told, 1));
	return 0;
}

static int gives_up(void *arg)
{
	const struct job *job = arg;

	if (job->registered)
		must(mpp_barrier_register(job->barrier));
	return 0;	/* something was not as it should be */
}

static int run(void)
{
	struct mpp_process *p[MAX_PARTIES];
	struct job job = { .registered = mpck_param("registered") };
	int64_t n = mpck_param("n");

	must(mpp_barrier_new(&job.barrier, (int)n, NULL, NULL, MPP_FOREVER));
	must(mpp_value_new(&job.told, 'i', 0));
	p[0] = process(gives_up, &job, sizeof(job));
	for (int64_t i = 1; i < n; i++)
		p[i] = process(party, &job, sizeof(job));
	start_all(p, n);
	join_all(p, n);

	mpp_observe_int("told", mpp_value_get(job.told));
	mpp_value_free(job.told);
	mpp_barrier_free(job.barrier);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	if (mpck_param("registered")) {
		mpck_right(e, "told", mpck_param("n") - 1);
		return;
	}
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "barrier-party-gone",
	.summary = "a party ends before it comes; the others are told",
	.params = {
		{ "n", 3, 2, MAX_PARTIES, "parties" },
		{ "registered", 1, 0, 1, "1: the parties register" },
	},
	.main = run,
	.expect = expect,
);
