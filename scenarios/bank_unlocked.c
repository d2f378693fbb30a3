/* SPDX-License-Identifier: MIT */
/*
 * bank_unlocked.c - 100 deposits of 1 against 100 withdrawals of 1, no lock.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multiprocessing Lock", code
 *          (problematic).  As printed there the processes get one argument of
 *          two and die at once, leaving 200: the right value from a program
 *          that did nothing.  mpcheck would say child-failure.
 * Teaches: "Output is different every time": any balance from 200 - k to
 *          200 + k.  For 200 + m let m withdrawals pass while the first
 *          deposit still holds its old copy: all m are lost.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_value *balance;
	int64_t rounds;
};

static int deposit(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		mpp_sleep(MPP_SECONDS(0.0001));
		must(mpp_value_set(job->balance,
				   mpp_value_get(job->balance) + 1));
	}
	return 0;
}

static int withdraw(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		mpp_sleep(MPP_SECONDS(0.0001));
		must(mpp_value_set(job->balance,
				   mpp_value_get(job->balance) - 1));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { .rounds = mpck_param("k") };

	must(mpp_value_new(&job.balance, 'i', 200));
	mpck_name(job.balance, "balance");
	p[0] = process(deposit, &job, sizeof(job));
	p[1] = process(withdraw, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("balance", mpp_value_get(job.balance));
	mpp_value_free(job.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t k = mpck_param("k");

	mpck_right(e, "balance", 200);
	mpck_possible(e, "balance", 200 - k, 200 + k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "bank-unlocked",
	.summary = "k deposits of 1 against k withdrawals of 1, without a lock",
	.source = "004_7b3dfe566148139e.txt",
	.params = {
		{ "k", 100, 1, 10000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
