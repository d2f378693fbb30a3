/* SPDX-License-Identifier: MIT */
/*
 * starved.c - who wants to stop a loop needs the lock that the loop takes
 * again and again.
 *
 * Lesson:  in the spirit of 001; a usual mistake with locks that promise no order.
 * Teaches: a released lock goes to whoever is first, and that may be the one
 *          who released it, every time: nothing says that a task that waits
 *          gets it.  Cure (event=1): what stops the loop needs no lock.
 */
#include <mpck/scenario.h>
#include <mpp/event.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_lock *lock;
	struct mpp_raw_value *stopped;
	struct mpp_event *stop;		/* event=1 */
};

static bool is_stopped(const struct job *job)
{
	return job->stop ? mpp_event_is_set(job->stop)
			 : mpp_raw_value_get(job->stopped) != 0;
}

static int work(void *arg)
{
	const struct job *job = arg;
	bool stopped;

	do {
		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		stopped = is_stopped(job);	/* and something useful */
		must(mpp_lock_release(job->lock));
	} while (!stopped);
	return 0;
}

static int stop(void *arg)
{
	const struct job *job = arg;

	if (job->stop) {
		must(mpp_event_set(job->stop));
		return 0;
	}
	must(mpp_lock_acquire(job->lock, MPP_FOREVER));	/* maybe never */
	must(mpp_raw_value_set(job->stopped, 1));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { .stop = NULL };

	must(mpp_lock_new(&job.lock, 0));
	must(mpp_raw_value_new(&job.stopped, 'i', 0));
	if (mpck_param("event"))
		must(mpp_event_new(&job.stop));
	p[0] = process(work, &job, sizeof(job));
	p[1] = process(stop, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_observe_int("stopped", is_stopped(&job));
	mpp_event_free(job.stop);
	mpp_raw_value_free(job.stopped);
	mpp_lock_free(job.lock);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "stopped", 1);
	if (!mpck_param("event"))
		mpck_must_find(e, MPCK_STARVATION);
}

MPCK_SCENARIO(
	.name = "starved",
	.summary = "who stops a loop waits for the lock that the loop takes again and again",
	.params = {
		{ "event", 0, 0, 1, "1: an Event stops the loop" },
	},
	.main = run,
	.expect = expect,
);
