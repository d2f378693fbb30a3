/* SPDX-License-Identifier: MIT */
/*
 * balance.c - ten processes, one shared balance, one lock.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt, "Shared Value".
 * Teaches: "read, think, write" is one piece of work; whoever does it holds
 *          the lock from the read to the write.  Then five times +100 and five
 *          times -50 turn 100 into 350, whatever the order.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PAIRS = 30 };

struct job {
	struct mpp_value *balance;
	struct mpp_lock *lock;
	int64_t amount;
};

static int increase_balance(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	int64_t local_copy = mpp_value_get(job->balance);
	local_copy += job->amount;
	mpp_sleep(MPP_SECONDS(0.002));	/* heavy computation */
	must(mpp_value_set(job->balance, local_copy));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int decrease_balance(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	int64_t local_copy = mpp_value_get(job->balance);
	local_copy -= job->amount;
	mpp_sleep(MPP_SECONDS(0.002));	/* heavy computation */
	must(mpp_value_set(job->balance, local_copy));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_PAIRS];
	struct job up = { .amount = 100 };
	struct job down = { .amount = 50 };
	int64_t n = mpck_param("n");

	must(mpp_value_new(&up.balance, 'i', 100));
	mpck_name(up.balance, "balance");
	must(mpp_lock_new(&up.lock, 0));
	down.balance = up.balance;
	down.lock = up.lock;

	for (int64_t i = 0; i < n; i++) {
		p[2 * i] = process(increase_balance, &up, sizeof(up));
		p[2 * i + 1] = process(decrease_balance, &down, sizeof(down));
	}
	start_all(p, 2 * n);
	join_all(p, 2 * n);

	mpp_observe_int("balance", mpp_value_get(up.balance));
	mpp_lock_free(up.lock);
	mpp_value_free(up.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "balance", 100 + 50 * mpck_param("n"));
}

MPCK_SCENARIO(
	.name = "balance",
	.summary = "n deposits of 100 and n withdrawals of 50, under a lock",
	.source = "000_af0a2609ecd3d1cb.txt",
	.params = {
		{ "n", 5, 1, MAX_PAIRS, "processes that add, and that subtract" },
	},
	.main = run,
	.expect = expect,
);
