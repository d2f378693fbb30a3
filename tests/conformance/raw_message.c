/* SPDX-License-Identifier: MIT */
/*
 * raw_message.c - RawValue: data, then a flag; flag read first, then data.
 *
 * Not the opposite (both write, then both read): plain accesses of real x86
 * processors give more there than the machine's sequential consistency.  This
 * shape is the same on both; other processors may differ.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_raw_value *data, *flag;
};

static int publish(void *arg)
{
	const struct job *job = arg;

	must(mpp_raw_value_set(job->data, 1));
	must(mpp_raw_value_set(job->flag, 1));
	must(mpp_raw_value_set(job->data, 2));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job;

	must(mpp_raw_value_new(&job.data, 'i', 0));
	must(mpp_raw_value_new(&job.flag, 'i', 0));
	p[0] = process(publish, &job, sizeof(job));
	start_all(p, 1);
	mpp_observe_int("flag", mpp_raw_value_get(job.flag));
	mpp_observe_int("data", mpp_raw_value_get(job.data));
	join_all(p, 1);
	mpp_raw_value_free(job.flag);
	mpp_raw_value_free(job.data);
	return 0;
}

/* A plain flag orders nothing. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "raw-message",
	.summary = "data published by a plain flag",
	.main = run,
	.expect = expect,
);
