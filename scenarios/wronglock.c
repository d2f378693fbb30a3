/* SPDX-License-Identifier: MIT */
/*
 * wronglock.c - one of n writers holds a lock, but not the one of the others.
 *
 * Family:  wronglock, of the concurrency-testing benchmarks (SCTBench); the
 *          bug pattern "wrong lock or no lock" (Farchi, Nir, Ur: Concurrent
 *          bug patterns and how to test them, 2003).
 * Teaches: everybody holds a lock, and still a reader who holds the lock of
 *          the data sees them change under its eyes.  A lock guards what its
 *          users agree on, nothing by itself.
 *
 * What goes wrong: the stray writer writes between the reader's two looks.
 * It writes one more than it read, and since then up to n-1 writers may have
 * added: the data move by 1 - m, 0 <= m <= n-1.
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
	struct job job, stray;

	must(mpp_raw_value_new(&job.data, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	stray.data = job.data;
	must(mpp_lock_new(&stray.lock, 0));

	p[0] = process(reader, &job, sizeof(job));
	p[1] = process(writer, &stray, sizeof(stray));
	for (int64_t i = 2; i <= n; i++)
		p[i] = process(writer, &job, sizeof(job));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_lock_free(stray.lock);
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.data);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "moved", 0);
	mpck_possible(e, "moved", 2 - mpck_param("n"), 1, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_may_find(e, MPCK_MISUSE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_LOST_UPDATE);
	mpck_may_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "wronglock",
	.summary = "one of n writers holds another lock than the rest",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
