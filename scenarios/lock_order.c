/* SPDX-License-Identifier: MIT */
/*
 * lock_order.c - two processes take two locks in opposite order.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt: "May suffer from deadlock".
 * Teaches: when each has its first lock and waits for the other's, both wait
 *          for ever.  Otherwise the counter is 2.  It takes one switch at the
 *          wrong moment, so a test that ran well has proved nothing.  The cure:
 *          everybody takes the locks in the same order.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *first, *second;
};

static int add_one(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->first, MPP_FOREVER));
	must(mpp_lock_acquire(job->second, MPP_FOREVER));
	must(mpp_raw_value_set(job->r, mpp_raw_value_get(job->r) + 1));
	must(mpp_lock_release(job->second));
	must(mpp_lock_release(job->first));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job one, other;

	must(mpp_raw_value_new(&one.r, 'i', 0));
	must(mpp_lock_new(&one.first, 0));
	must(mpp_lock_new(&one.second, 0));
	other.r = one.r;
	other.first = one.second;
	other.second = one.first;

	p[0] = process(add_one, &one, sizeof(one));
	p[1] = process(add_one, &other, sizeof(other));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("counter", mpp_raw_value_get(one.r));
	mpp_lock_free(one.second);
	mpp_lock_free(one.first);
	mpp_raw_value_free(one.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "counter", 2);
	mpck_possible(e, "counter", 2, 2, 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
	mpck_must_find(e, MPCK_LOCK_ORDER);
}

MPCK_SCENARIO(
	.name = "lock-order",
	.summary = "two processes take two locks in opposite order",
	.source = "000_af0a2609ecd3d1cb.txt",
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.main = run,
	.expect = expect,
);
