/* SPDX-License-Identifier: MIT */
/* rwlock.c - two readers at once, then a writer that dies and a repair. */
#include <mpp/process.h>
#include <mpp/rwlock.h>
#include <stdio.h>

static int read_something(void *arg)
{
	struct mpp_rwlock **lock = arg;

	if (mpp_rwlock_acquire_read(*lock, MPP_FOREVER) < 0)
		return 1;
	return mpp_rwlock_release(*lock) < 0;
}

static int write_and_die(void *arg)
{
	struct mpp_rwlock **lock = arg;

	return mpp_rwlock_acquire_write(*lock, MPP_FOREVER) < 0;
}

static int run(int (*fn)(void *), struct mpp_rwlock *lock)
{
	struct mpp_process *child;
	int err = mpp_process_new(&child, fn, &lock, sizeof(lock));

	if (err < 0)
		return err;
	err = mpp_process_start(child);
	if (err == 0)
		err = mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	return err;
}

int main(void)
{
	struct mpp_rwlock *lock;
	int err;

	if (mpp_rwlock_new(&lock, 0) < 0 ||
	    mpp_rwlock_acquire_read(lock, MPP_FOREVER) < 0 ||
	    run(read_something, lock) < 0)
		return 1;
	printf("two have read at once\n");
	if (mpp_rwlock_release(lock) < 0 || run(write_and_die, lock) < 0)
		return 1;
	err = mpp_rwlock_acquire_read(lock, MPP_FOREVER);
	printf("after the writer: %s\n", mpp_strerror(err));
	if (err != MPP_EOWNERDEAD || mpp_rwlock_consistent(lock) < 0 ||
	    mpp_rwlock_release(lock) < 0)
		return 1;
	err = mpp_rwlock_acquire_read(lock, 0);
	printf("repaired: %s\n", err < 0 ? mpp_strerror(err) : "yes");
	mpp_rwlock_free(lock);
	return err < 0;
}
