/* SPDX-License-Identifier: MIT */
/*
 * barrier_too_many.c - a barrier for one party more than there are.
 *
 * Teaches: somebody counted the parent, which does not wait at the barrier.  All
 *          the others do, for ever, and the parent waits for them.
 */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include "common/processes.h"

enum { MAX_PARTIES = 60 };

static int party(void *arg)
{
	struct mpp_barrier *const *barrier = arg;

	must(mpp_barrier_wait(*barrier, MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_PARTIES];
	struct mpp_barrier *barrier;
	int64_t n = mpck_param("n");

	must(mpp_barrier_new(&barrier, (int)n + 1, NULL, NULL, MPP_FOREVER));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(party, &barrier, sizeof(barrier));
	start_all(p, n);
	join_all(p, n);

	/* Never reached. */
	mpp_observe_int("passed", n);
	mpp_barrier_free(barrier);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "barrier-too-many",
	.summary = "n processes wait at a barrier for n + 1",
	.params = {
		{ "n", 3, 1, MAX_PARTIES, "processes" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
