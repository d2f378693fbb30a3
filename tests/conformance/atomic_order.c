/* SPDX-License-Identifier: MIT */
/*
 * atomic_order.c - two processes raise a flag each, then look at the other's:
 * at least one sees the other's, on any processor.
 */
#include <mpck/scenario.h>
#include <mpp/atomic.h>
#include "common/processes.h"

struct job {
	struct mpp_atomic *mine, *other, *seen;
};

static int raise_and_look(void *arg)
{
	const struct job *job = arg;

	mpp_atomic_store(job->mine, 1);
	mpp_atomic_store(job->seen, mpp_atomic_load(job->other));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job left, right;

	must(mpp_atomic_new(&left.mine, 0));
	must(mpp_atomic_new(&left.other, 0));
	must(mpp_atomic_new(&left.seen, -1));
	must(mpp_atomic_new(&right.seen, -1));
	right.mine = left.other;
	right.other = left.mine;
	p[0] = process(raise_and_look, &left, sizeof(left));
	p[1] = process(raise_and_look, &right, sizeof(right));
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("left", mpp_atomic_load(left.seen));
	mpp_observe_int("right", mpp_atomic_load(right.seen));
	mpp_atomic_free(right.seen);
	mpp_atomic_free(left.seen);
	mpp_atomic_free(left.other);
	mpp_atomic_free(left.mine);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "left=0 right=1");
	mpck_right_text(e, "left=1 right=0");
	mpck_right_text(e, "left=1 right=1");
}

MPCK_SCENARIO(
	.name = "atomic-order",
	.summary = "a store comes before the next load",
	.main = run,
	.expect = expect,
);
