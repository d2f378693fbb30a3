/* SPDX-License-Identifier: MIT */
/*
 * bank.c - bank_unlocked.c with its lock: always 200.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multiprocessing Lock", second code.
 * Teaches: acquire, change, release, in both processes and with one lock.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_value *balance;
	struct mpp_lock *lock;
	int64_t rounds;
};

static int deposit(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		mpp_sleep(MPP_SECONDS(0.0001));
		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		must(mpp_value_set(job->balance,
				   mpp_value_get(job->balance) + 1));
		must(mpp_lock_release(job->lock));
	}
	return 0;
}

static int withdraw(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		mpp_sleep(MPP_SECONDS(0.0001));
		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		must(mpp_value_set(job->balance,
				   mpp_value_get(job->balance) - 1));
		must(mpp_lock_release(job->lock));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { .rounds = mpck_param("k") };

	must(mpp_value_new(&job.balance, 'i', 200));
	mpck_name(job.balance, "balance");
	must(mpp_lock_new(&job.lock, 0));
	p[0] = process(deposit, &job, sizeof(job));
	p[1] = process(withdraw, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("balance", mpp_value_get(job.balance));
	mpp_lock_free(job.lock);
	mpp_value_free(job.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "balance", 200);
}

MPCK_SCENARIO(
	.name = "bank",
	.summary = "k deposits of 1 against k withdrawals of 1, under a lock",
	.source = "004_7b3dfe566148139e.txt",
	.params = {
		{ "k", 100, 1, 10000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
