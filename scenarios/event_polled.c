/* SPDX-License-Identifier: MIT */
/*
 * event_polled.c - event_pulse.c, where the flag is polled instead of waited
 * for.
 *
 * Teaches: polling sees the flag as it is at that moment.  A set and a clear
 *          between two looks leave no trace, also when the looking began in
 *          time.
 *
 * After so many looks in vain the process gives up, so that every interleaving
 * has an end.
 */
#include <mpck/scenario.h>
#include <mpp/event.h>
#include "common/processes.h"

struct job {
	struct mpp_event *event;
	int64_t looks;
};

static int poller(void *arg)
{
	const struct job *job = arg;
	bool seen = false;

	for (int64_t i = 0; i < job->looks && !seen; i++)
		seen = mpp_event_is_set(job->event);
	mpp_observe_int("seen", seen);
	return 0;
}

static int setter(void *arg)
{
	const struct job *job = arg;

	must(mpp_event_set(job->event));
	must(mpp_event_clear(job->event));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { .looks = mpck_param("looks") };

	must(mpp_event_new(&job.event));
	p[0] = process(poller, &job, sizeof(job));
	p[1] = process(setter, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_event_free(job.event);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "seen", 1);
	mpck_possible(e, "seen", 0, 1, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
}

MPCK_SCENARIO(
	.name = "event-polled",
	.summary = "a flag polled while it is set and cleared",
	.params = {
		{ "looks", 3, 1, 1000, "in vain, then the poller gives up" },
	},
	.main = run,
	.expect = expect,
);
