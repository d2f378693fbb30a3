/* SPDX-License-Identifier: MIT */
/*
 * wronglock_cure.c - wronglock.c with one lock for everybody.
 *
 * Family:  wronglock, of the concurrency-testing benchmarks (SCTBench); the
 *          bug pattern "wrong lock or no lock" (Farchi, Nir, Ur: Concurrent
 *          bug patterns and how to test them, 2003).
 * Teaches: one set of data, one lock: what its holder reads twice is the same.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_WRITERS = 60 };

struct job {
	struct mpp_raw_value *data;
	struct mpp_lock *lock;
};

static int writer(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_raw_value_set(job->data, mpp_raw_value_get(job->data) + 1));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int reader(void *arg)
{
	const struct job *job = arg;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	int64_t before = mpp_raw_value_get(job->data);
	mpp_sleep(MPP_SECONDS(0.002));	/* heavy computation */
	int64_t after = mpp_raw_value_get(job->data);
	must(mpp_lock_release(job->lock));
	mpp_observe_int("moved", after - before);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WRITERS + 1];
	int64_t n = mpck_param("n");
	struct job job;

	must(mpp_raw_value_new(&job.data, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	p[0] = process(reader, &job, sizeof(job));
	for (int64_t i = 1; i <= n; i++)
		p[i] = process(writer, &job, sizeof(job));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.data);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "moved", 0);
}

MPCK_SCENARIO(
	.name = "wronglock-cure",
	.summary = "a reader looks twice while n writers wait for its lock",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
