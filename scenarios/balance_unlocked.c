/* SPDX-License-Identifier: MIT */
/*
 * balance_unlocked.c - the ten processes of balance.c without the lock.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt, "Shared Value", the lock left out.
 * Teaches: each single read and each single write of a Value is safe, the two
 *          together are not.  Who writes a sum that it computed from an old
 *          copy wipes out everything written in between: a lost update.
 *
 * What goes wrong: every operation that counts read what the one before it in
 * the count wrote; the others are lost.  Any choice of a deposits and b
 * withdrawals can be the ones that count, but at least one does: the last
 * write stays.  So the balance ends at 100 + 100a - 50b.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PAIRS = 30 };

struct job {
	struct mpp_value *balance;
	int64_t amount;
};

static int increase_balance(void *arg)
{
	const struct job *job = arg;

	int64_t local_copy = mpp_value_get(job->balance);
	local_copy += job->amount;
	mpp_sleep(MPP_SECONDS(0.002));	/* heavy computation */
	must(mpp_value_set(job->balance, local_copy));
	return 0;
}

static int decrease_balance(void *arg)
{
	const struct job *job = arg;

	int64_t local_copy = mpp_value_get(job->balance);
	local_copy -= job->amount;
	mpp_sleep(MPP_SECONDS(0.002));	/* heavy computation */
	must(mpp_value_set(job->balance, local_copy));
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
	down.balance = up.balance;

	for (int64_t i = 0; i < n; i++) {
		p[2 * i] = process(increase_balance, &up, sizeof(up));
		p[2 * i + 1] = process(decrease_balance, &down, sizeof(down));
	}
	start_all(p, 2 * n);
	join_all(p, 2 * n);

	mpp_observe_int("balance", mpp_value_get(up.balance));
	mpp_value_free(up.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "balance", 100 + 50 * n);
	/* a = 0: 1..n withdrawals; a deposits raise that whole row by 100a. */
	mpck_possible(e, "balance", 100 - 50 * n, 50, 50);
	for (int64_t a = 1; a <= n; a++)
		mpck_possible(e, "balance", 100 + 100 * a - 50 * n,
			      100 + 100 * a, 50);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "balance-unlocked",
	.summary = "n deposits of 100 and n withdrawals of 50, without a lock",
	.source = "000_af0a2609ecd3d1cb.txt",
	.params = {
		{ "n", 5, 1, MAX_PAIRS, "processes that add, and that subtract" },
	},
	.main = run,
	.expect = expect,
);
