/* SPDX-License-Identifier: MIT */
/*
 * lock.c - two numbers that belong together, changed under a lock.  One
 * process ends in the middle; the next one is told, and repairs.
 */
#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/value.h>
#include <stdio.h>

enum { ALL = 100 };

struct shared {
	struct mpp_lock *lock;
	struct mpp_raw_value *left, *right; /* ALL together */
};

/* Forgets the second half, and the lock. */
static int careless(void *arg)
{
	const struct shared *s = arg;

	if (mpp_lock_acquire(s->lock, MPP_FOREVER))
		return 1;
	mpp_raw_value_set(s->left, mpp_raw_value_get(s->left) - 30);
	return 0;
}

static void repair(const struct shared *s)
{
	printf("the last holder died: left=%d right=%d\n",
	       (int)mpp_raw_value_get(s->left),
	       (int)mpp_raw_value_get(s->right));
	mpp_raw_value_set(s->right, ALL - mpp_raw_value_get(s->left));
	mpp_lock_consistent(s->lock);
}

int main(void)
{
	struct mpp_process *p;
	struct shared s;
	int err, sum;

	if (mpp_lock_new(&s.lock, 0) ||
	    mpp_raw_value_new(&s.left, 'i', ALL) ||
	    mpp_raw_value_new(&s.right, 'i', 0) ||
	    mpp_process_new(&p, careless, &s, sizeof(s)) ||
	    mpp_process_start(p))
		return 1;
	mpp_process_join(p, MPP_FOREVER);
	mpp_process_free(p);

	err = mpp_lock_acquire(s.lock, MPP_SECONDS(1));
	if (err == MPP_EOWNERDEAD) {
		repair(&s);
	} else if (err) {
		printf("acquire: %s\n", mpp_strerror(err));
		return 1;
	}
	sum = (int)(mpp_raw_value_get(s.left) + mpp_raw_value_get(s.right));
	mpp_lock_release(s.lock);
	printf("left + right: %d\n", sum);
	mpp_lock_free(s.lock);
	mpp_raw_value_free(s.left);
	mpp_raw_value_free(s.right);
	return sum != ALL;
}
