/* SPDX-License-Identifier: MIT */
/*
 * once.c - a value made by whoever needs it first.
 *
 * Teaches: with Once exactly one process makes it, and nobody goes on before it
 *          is made.
 */
#include <mpck/scenario.h>
#include <mpp/once.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_USERS = 20, WANTED = 42 };

struct job {
	struct mpp_once *once;
	struct mpp_raw_value *thing, *made;	/* made: how often */
	struct mpp_value *sum;
};

static int make_thing(void *context, bool again)
{
	const struct job *job = context;

	(void)again;
	must(mpp_raw_value_set(job->thing, WANTED));
	must(mpp_raw_value_set(job->made, mpp_raw_value_get(job->made) + 1));
	return 0;
}

static int user(void *arg)
{
	struct job *job = arg;

	must(mpp_once_run(job->once, make_thing, job, MPP_FOREVER));
	must(mpp_value_add(job->sum, mpp_raw_value_get(job->thing)));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_USERS];
	int64_t n = mpck_param("users");
	struct job job;

	must(mpp_once_new(&job.once));
	must(mpp_raw_value_new(&job.thing, 'i', 0));
	must(mpp_raw_value_new(&job.made, 'i', 0));
	must(mpp_value_new(&job.sum, 'i', 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(user, &job, sizeof(job));
	start_all(p, n);
	join_all(p, n);

	mpp_observe_int("made", mpp_raw_value_get(job.made));
	mpp_observe_int("sum", mpp_value_get(job.sum));
	mpp_value_free(job.sum);
	mpp_raw_value_free(job.made);
	mpp_raw_value_free(job.thing);
	mpp_once_free(job.once);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	char text[80];

	snprintf(text, sizeof(text), "made=1 sum=%lld",
		 (long long)(WANTED * mpck_param("users")));
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "once",
	.summary = "several need a thing that is to be made once",
	.params = {
		{ "users", 3, 1, MAX_USERS, "processes that need it" },
	},
	.main = run,
	.expect = expect,
);
