/* SPDX-License-Identifier: MIT */
/*
 * barrier.c - three processes compute in two phases; the next run loses one.
 *
 * Each writes its square, waits for the others, and adds all up.  In the second
 * run one dies on the way.  The others have registered, as it has, so they are
 * told instead of waiting for ever.
 */
#include <mpp/array.h>
#include <mpp/barrier.h>
#include <mpp/process.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTIES = 3 };

struct job {
	struct mpp_barrier *barrier;
	struct mpp_array *squares;
	int me, dies;
};

static int announce(void *unused)
{
	(void)unused;
	printf("all squares are there\n");
	fflush(stdout);
	return 0;
}

static int party(void *arg)
{
	const struct job *job = arg;
	int64_t square = (int64_t)(job->me + 2) * (job->me + 2);
	int64_t sum = 0;

	mpp_barrier_register(job->barrier);
	if (job->me == job->dies)
		abort();
	mpp_array_set(job->squares, job->me, square);
	if (mpp_barrier_wait(job->barrier, MPP_FOREVER) < 0)
		return 1;
	for (int i = 0; i < PARTIES; i++) {
		mpp_array_get(job->squares, i, &square);
		sum += square;
	}
	mpp_barrier_leave(job->barrier);
	return sum == 4 + 9 + 16 ? 0 : 2;
}

/* How many have the sum, how many were told. */
static int run_all(struct job job, int *told)
{
	struct mpp_process *p[PARTIES];
	int right = 0;

	*told = 0;
	for (job.me = 0; job.me < PARTIES; job.me++) {
		if (mpp_process_new(&p[job.me], party, &job, sizeof(job)) < 0 ||
		    mpp_process_start(p[job.me]) < 0)
			exit(1);
	}
	for (int i = 0; i < PARTIES; i++) {
		int code = -1;

		mpp_process_join(p[i], MPP_FOREVER);
		mpp_process_exitcode(p[i], &code);
		right += code == 0;
		*told += code == 1;
		mpp_process_free(p[i]);
	}
	printf("%d have the sum, %d were told that it will not come\n", right,
	       *told);
	fflush(stdout);
	return right;
}

int main(void)
{
	struct job job = { .dies = -1 };
	int told, right;

	if (mpp_array_new(&job.squares, 'q', PARTIES) < 0 ||
	    mpp_barrier_new(&job.barrier, PARTIES, announce, NULL,
			    MPP_FOREVER) < 0)
		return 1;
	right = run_all(job, &told);
	job.dies = 1;
	run_all(job, &told);
	printf("broken: %s\n",
	       mpp_barrier_is_broken(job.barrier) ? "yes" : "no");
	mpp_barrier_free(job.barrier);
	mpp_array_free(job.squares);
	return right == PARTIES && told == PARTIES - 1 ? 0 : 1;
}
