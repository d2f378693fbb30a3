/* SPDX-License-Identifier: MIT */
/*
 * lazy.c - two processes add to a counter, a third waits for the sum.
 *
 * Family:  lazy01, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: who needs a value that others make waits until they say that it is
 *          made.  Here the last to add opens a gate.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/gate.h"
#include "common/processes.h"

enum { MAX_ADDERS = 60 };

struct job {
	struct mpp_value *counter;
	struct mpp_value *missing;	/* adders that have not added */
	struct mpp_lock *lock;		/* of both */
	struct mpp_queue *gate;		/* open when nobody is missing */
	int64_t amount;
};

static int adder(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_value_set(job->counter,
			   mpp_value_get(job->counter) + job->amount));
	int64_t missing = mpp_value_get(job->missing) - 1;
	must(mpp_value_set(job->missing, missing));
	if (missing == 0)
		gate_open(job->gate);
	must(mpp_lock_release(job->lock));
	return 0;
}

static int waiter(void *arg)
{
	const struct job *job = arg;

	gate_pass(job->gate);
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
	must(mpp_value_new(&job.missing, 'i', n));
	must(mpp_lock_new(&job.lock, 0));
	job.gate = gate_new();
	p[0] = process(waiter, &job, sizeof(job));
	for (int64_t i = 1; i <= n; i++) {
		job.amount = i;
		p[i] = process(adder, &job, sizeof(job));
	}
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_queue_free(job.gate);
	mpp_lock_free(job.lock);
	mpp_value_free(job.missing);
	mpp_value_free(job.counter);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right(e, "seen", n * (n + 1) / 2);
}

MPCK_SCENARIO(
	.name = "lazy",
	.summary = "one waits for the sum of 1..n, which n others add up",
	.params = {
		{ "n", 2, 1, MAX_ADDERS, "who add; number i adds i" },
	},
	.main = run,
	.expect = expect,
);
