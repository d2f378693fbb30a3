/* SPDX-License-Identifier: MIT */
/*
 * once_flag.c - once.c, with a flag that is tested and set instead of a Once.
 *
 * Teaches: "if nobody has made it, make it" is two steps.
 *
 * What goes wrong: any number of processes find the flag clear before the first
 * has set it, and each makes the thing.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_USERS = 20 };

struct job {
	struct mpp_raw_value *is_made;
	struct mpp_value *made;		/* how often */
};

static int user(void *arg)
{
	const struct job *job = arg;

	if (!mpp_raw_value_get(job->is_made)) {
		must(mpp_value_add(job->made, 1));
		must(mpp_raw_value_set(job->is_made, 1));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_USERS];
	int64_t n = mpck_param("users");
	struct job job;

	must(mpp_raw_value_new(&job.is_made, 'i', 0));
	must(mpp_value_new(&job.made, 'i', 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(user, &job, sizeof(job));
	start_all(p, n);
	join_all(p, n);

	mpp_observe_int("made", mpp_value_get(job.made));
	mpp_value_free(job.made);
	mpp_raw_value_free(job.is_made);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "made", 1);
	mpck_possible(e, "made", 1, mpck_param("users"), 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "once-flag",
	.summary = "several test a flag and make the thing if it is clear",
	.params = {
		{ "users", 3, 2, MAX_USERS, "processes that need it" },
	},
	.main = run,
	.expect = expect,
);
