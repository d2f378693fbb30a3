/* SPDX-License-Identifier: MIT */
/* bounded_semaphore.c - a child ends with the only permit; it comes back. */
#include <mpp/bounded_semaphore.h>
#include <mpp/process.h>
#include <stdio.h>

static int take_and_end(void *arg)
{
	struct mpp_bounded_semaphore **only = arg;

	return mpp_bounded_semaphore_acquire(*only, MPP_FOREVER) < 0;
}

int main(void)
{
	struct mpp_bounded_semaphore *only;
	struct mpp_process *child;
	int err;

	if (mpp_bounded_semaphore_new(&only, 1) < 0 ||
	    mpp_process_new(&child, take_and_end, &only, sizeof(only)) < 0 ||
	    mpp_process_start(child) < 0)
		return 1;
	mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	err = mpp_bounded_semaphore_acquire(only, MPP_FOREVER);
	printf("acquire: %s\n", mpp_strerror(err));
	printf("release: %s\n",
	       mpp_strerror(mpp_bounded_semaphore_release(only)));
	printf("once more: %s\n",
	       mpp_strerror(mpp_bounded_semaphore_release(only)));
	mpp_bounded_semaphore_free(only);
	return err == MPP_EOWNERDEAD ? 0 : 1;
}
