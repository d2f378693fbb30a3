/* SPDX-License-Identifier: MIT */
/*
 * account_split.c - account.c, where look and take are two critical sections.
 *
 * Family:  account, of the concurrency-testing benchmarks (SCTBench); there a
 *          deposit, a withdrawal and a check, here as many as one likes.
 * Teaches: what was true under the lock need not be true the next time the
 *          lock is held.  Everything is locked, no update is lost, and the
 *          account is overdrawn: all looked while there was still enough.
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
	bool enough = mpp_value_get(account->balance) >= 1;
	must(mpp_lock_release(account->lock));
	if (!enough)
		return 0;

	must(mpp_lock_acquire(account->lock, MPP_FOREVER));
	must(mpp_value_set(account->balance,
			   mpp_value_get(account->balance) - 1));
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
	int64_t most = start + mpck_param("deposits");
	int64_t least = start > withdrawals ? start - withdrawals : 0;

	for (int64_t i = least; i <= most; i++)
		mpck_right(e, "checked", i);
	if (start >= withdrawals)
		return;		/* enough for everybody */
	/* Below 0: all looked at once, and then took. */
	mpck_possible(e, "checked", start - withdrawals, -1, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "account-split",
	.summary = "deposits and withdrawals; look and take are two sections",
	.params = {
		{ "start", 1, 1, 100, "the balance at first" },
		{ "deposits", 1, 0, MAX_EACH, "processes that put 1" },
		{ "withdrawals", 3, 2, MAX_EACH, "processes that take 1" },
	},
	.main = run,
	.expect = expect,
);
