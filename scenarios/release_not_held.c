/* SPDX-License-Identifier: MIT */
/*
 * release_not_held.c - releasing a lock that one does not hold.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "match acquisitions and releases".
 * Teaches: an owned lock refuses a release by somebody else, and one release
 *          too many, with MPP_EPERM, and stays as it was.  The checker reports
 *          the misuse even if the program does not look at the error.
 *
 * `stranger` is what the child's release returned, `again` the parent's second.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_lock *lock;
	struct mpp_raw_value *answer;
};

static int release_only(void *arg)
{
	const struct job *job = arg;
	int answer = mpp_lock_release(job->lock);	/* it is the parent's */

	must(mpp_raw_value_set(job->answer, answer));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job;

	must(mpp_raw_value_new(&job.answer, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	must(mpp_lock_acquire(job.lock, MPP_FOREVER));
	p[0] = process(release_only, &job, sizeof(job));
	start_all(p, 1);
	join_all(p, 1);

	mpp_observe_int("stranger", mpp_raw_value_get(job.answer));
	must(mpp_lock_release(job.lock));
	mpp_observe_int("again", mpp_lock_release(job.lock));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.answer);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	char text[64];

	snprintf(text, sizeof(text), "again=%d stranger=%d",
		 MPP_EPERM, MPP_EPERM);
	mpck_right_text(e, text);
	mpck_must_find(e, MPCK_MISUSE);
}

MPCK_SCENARIO(
	.name = "release-not-held",
	.summary = "a lock is released by a stranger, and once too often",
	.source = "001_12577a3fdf5be466.txt",
	.main = run,
	.expect = expect,
);
