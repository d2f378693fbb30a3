/* SPDX-License-Identifier: MIT */
/* semaphore.c - a child says three times that something is there. */
#include <mpp/process.h>
#include <mpp/semaphore.h>
#include <stdio.h>

enum { TIMES = 3 };

static int give(void *arg)
{
	struct mpp_semaphore **there = arg;

	for (int i = 0; i < TIMES; i++)
		if (mpp_semaphore_release(*there, 1) < 0)
			return 1;
	return 0;
}

int main(void)
{
	struct mpp_semaphore *there;
	struct mpp_process *child;
	int err;

	if (mpp_semaphore_new(&there, 0) < 0 ||
	    mpp_process_new(&child, give, &there, sizeof(there)) < 0 ||
	    mpp_process_start(child) < 0)
		return 1;
	for (int i = 1; i <= TIMES; i++) {
		err = mpp_semaphore_acquire(there, MPP_FOREVER);
		if (err < 0)
			return 1;
		printf("got %d of %d\n", i, TIMES);
	}
	err = mpp_semaphore_acquire(there, 1000000);
	printf("one more: %s\n", mpp_strerror(err));
	mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	mpp_semaphore_free(there);
	return err == MPP_ETIMEDOUT ? 0 : 1;
}
