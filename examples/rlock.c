/* SPDX-License-Identifier: MIT */
/*
 * rlock.c - a function that locks calls another one that locks the same; and a
 * child that is killed two levels deep leaves the lock to its parent.
 */
#include <mpp/process.h>
#include <mpp/rlock.h>
#include <mpp/value.h>
#include <signal.h>
#include <stdio.h>

struct account {
	struct mpp_rlock *lock;
	struct mpp_raw_value *balance, *bookings;
};

static int book(const struct account *a, int64_t sum)
{
	int err = mpp_rlock_acquire(a->lock, MPP_FOREVER);

	if (err)
		return err;
	mpp_raw_value_set(a->balance, mpp_raw_value_get(a->balance) + sum);
	mpp_raw_value_set(a->bookings, mpp_raw_value_get(a->bookings) + 1);
	return mpp_rlock_release(a->lock);
}

/* Two bookings that nobody sees the middle of. */
static int book_with_fee(const struct account *a, int64_t sum)
{
	int err = mpp_rlock_acquire(a->lock, MPP_FOREVER);

	if (err)
		return err;
	book(a, sum);
	book(a, -1);
	return mpp_rlock_release(a->lock);
}

static int child(void *arg)
{
	const struct account *a = arg;

	mpp_rlock_acquire(a->lock, MPP_FOREVER);
	mpp_rlock_acquire(a->lock, MPP_FOREVER);
	return raise(SIGKILL);
}

int main(void)
{
	struct account a;
	struct mpp_process *p;
	int err;

	if (mpp_rlock_new(&a.lock) ||
	    mpp_raw_value_new(&a.balance, 'q', 0) ||
	    mpp_raw_value_new(&a.bookings, 'q', 0) ||
	    mpp_process_new(&p, child, &a, sizeof(a)) ||
	    book_with_fee(&a, 50) || mpp_process_start(p))
		return 1;
	mpp_process_join(p, MPP_FOREVER);
	mpp_process_free(p);

	err = mpp_rlock_acquire(a.lock, 0);
	printf("after the death: %s\n", mpp_strerror(err));
	if (err != MPP_EOWNERDEAD || mpp_rlock_consistent(a.lock) ||
	    book_with_fee(&a, 20) || mpp_rlock_release(a.lock))
		return 1;
	printf("balance: %d after %d bookings\n",
	       (int)mpp_raw_value_get(a.balance),
	       (int)mpp_raw_value_get(a.bookings));
	mpp_rlock_free(a.lock);
	mpp_raw_value_free(a.balance);
	mpp_raw_value_free(a.bookings);
	return 0;
}
