/* SPDX-License-Identifier: MIT */
/*
 * rwlock_circle.c - a reader waits for another reader, and a writer comes.
 *
 * Teaches: readers share, but a writer that waits keeps new ones out.  Here the
 *          first reader holds its share until the second has one: if the writer
 *          comes between them, it waits for the first reader, the second for the
 *          writer and the first for the second.
 */
#include <mpck/scenario.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
#include "common/processes.h"

struct job {
	struct mpp_rwlock *lock;
	struct mpp_semaphore *came;	/* the second reader */
};

static int first_reader(void *arg)
{
	const struct job *job = arg;

	must(mpp_rwlock_acquire_read(job->lock, MPP_FOREVER));
	must(mpp_semaphore_acquire(job->came, MPP_FOREVER));
	must(mpp_rwlock_release(job->lock));
	return 0;
}

static int second_reader(void *arg)
{
	const struct job *job = arg;

	must(mpp_rwlock_acquire_read(job->lock, MPP_FOREVER));
	must(mpp_semaphore_release(job->came, 1));
	must(mpp_rwlock_release(job->lock));
	return 0;
}

static int writer(void *arg)
{
	const struct job *job = arg;

	must(mpp_rwlock_acquire_write(job->lock, MPP_FOREVER));
	must(mpp_rwlock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[3];
	struct job job;

	must(mpp_rwlock_new(&job.lock, 2));
	must(mpp_semaphore_new(&job.came, 0));
	p[0] = process(first_reader, &job, sizeof(job));
	p[1] = process(second_reader, &job, sizeof(job));
	p[2] = process(writer, &job, sizeof(job));
	start_all(p, 3);
	join_all(p, 3);

	mpp_observe_int("through", 3);
	mpp_semaphore_free(job.came);
	mpp_rwlock_free(job.lock);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "through", 3);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "rwlock-circle",
	.summary = "one reader waits for another, and a writer comes between them",
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.main = run,
	.expect = expect,
);
