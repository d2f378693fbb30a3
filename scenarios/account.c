/* SPDX-License-Identifier: MIT */
/*
 * account.c - deposits, withdrawals and a check of one account.
 *
 * Family:  account, of the concurrency-testing benchmarks (SCTBench); there a
 *          deposit, a withdrawal and a check, here as many as one likes.
 * Teaches: who withdraws looks whether there is enough, and takes it, in one
 *          critical section.  Then the account is never overdrawn.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct account {
	struct mpp_value *balance;
	struct mpp_lock *lock;
};

static int deposit(void *arg)
{
	const struct account *account = arg;

	must(mpp_lock_acquire(account->lock, MPP_FOREVER));
	must(mpp_value_set(account->balance,
			   mpp_value_get(account->balance) + 1));
	must(mpp_lock_release(account->lock));
	return 0;
}

static int withdraw(void *arg)
{
	const struct account *account = arg;

	must(mpp_lock_acquire(account->lock, MPP_FOREVER));
	int64_t balance = mpp_value_get(account->balance);
	if (balance >= 1)
		must(mpp_value_set(account->balance, balance - 1));
	must(mpp_lock_release(account->lock));
	return 0;
}

static int check(void *arg)
{
	const struct account *account = arg;

	must(mpp_lock_acquire(account->lock, MPP_FOREVER));
	mpp_observe_int("checked", mpp_value_get(account->balance));
	must(mpp_lock_release(account->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_EACH + 1];
	int64_t deposits = mpck_param("deposits");
	int64_t withdrawals = mpck_param("withdrawals");
	int64_t count = 0;
	struct account account;

	must(mpp_value_new(&account.balance, 'i', mpck_param("start")));
	must(mpp_lock_new(&account.lock, 0));
	for (int64_t i = 0; i < deposits; i++)
		p[count++] = process(deposit, &account, sizeof(account));
	for (int64_t i = 0; i < withdrawals; i++)
		p[count++] = process(withdraw, &account, sizeof(account));
	p[count++] = process(check, &account, sizeof(account));
	start_all(p, count);
	join_all(p, count);

	mpp_lock_free(account.lock);
	mpp_value_free(account.balance);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t start = mpck_param("start");
	int64_t withdrawals = mpck_param("withdrawals");
	int64_t least = start > withdrawals ? start - withdrawals : 0;

	/* Whatever of the rest came before the check, but never below 0. */
	for (int64_t i = least; i <= start + mpck_param("deposits"); i++)
		mpck_right(e, "checked", i);
}

MPCK_SCENARIO(
	.name = "account",
	.summary = "deposits and withdrawals; look and take are one section",
	.params = {
		{ "start", 1, 1, 100, "the balance at first" },
		{ "deposits", 1, 0, MAX_EACH, "processes that put 1" },
		{ "withdrawals", 3, 2, MAX_EACH, "processes that take 1" },
	},
	.main = run,
	.expect = expect,
);
