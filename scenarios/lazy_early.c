/* SPDX-License-Identifier: MIT */
/*
 * lazy_early.c - lazy.c, where the third looks without waiting.
 *
 * Family:  lazy01, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: the lock keeps the looks and the additions apart.  It does not put
 *          them into an order, though the process that is started last
 *          usually comes last.
 *
 * What goes wrong: any of the adders may have added when the third looks, and
 * the sums of the subsets of 1..n are all the numbers from 0 to n(n+1)/2.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_ADDERS = 60 };

struct job {
	struct mpp_value *counter;
	struct mpp_lock *lock;
	int64_t amount;
};

static int adder(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_value_set(job->counter,
			   mpp_value_get(job->counter) + job->amount));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int waiter(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	mpp_observe_int("seen", mpp_value_get(job->counter));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_ADDERS + 1];
	struct job job = { .amount = 0 };
	int64_t n = mpck_param("n");

	must(mpp_value_new(&job.counter, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	for (int64_t i = 1; i <= n; i++) {
		job.amount = i;
		p[i - 1] = process(adder, &job, sizeof(job));
	}
	p[n] = process(waiter, &job, sizeof(job));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_lock_free(job.lock);
	mpp_value_free(job.counter);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "seen", n * (n + 1) / 2);
	mpck_possible(e, "seen", 0, n * (n + 1) / 2, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
}

MPCK_SCENARIO(
	.name = "lazy-early",
	.summary = "one looks at the sum of 1..n without waiting for it",
	.params = {
		{ "n", 2, 1, MAX_ADDERS, "who add; number i adds i" },
	},
	.main = run,
	.expect = expect,
);
