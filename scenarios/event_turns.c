/* SPDX-License-Identifier: MIT */
/*
 * event_turns.c - numbers handed over one by one, with two Events.
 *
 * Teaches: who waits for an Event clears it, after its wait and before it lets
 *          the other go on.  Then a set is never undone before it was seen.
 */
#include <mpck/scenario.h>
#include <mpp/event.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_event *full, *empty;
	struct mpp_raw_value *number;
	int64_t rounds;
};

static int giver(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 1; i <= job->rounds; i++) {
		must(mpp_event_wait(job->empty, MPP_FOREVER));
		must(mpp_event_clear(job->empty));
		must(mpp_raw_value_set(job->number, i));
		must(mpp_event_set(job->full));
	}
	return 0;
}

static int taker(void *arg)
{
	const struct job *job = arg;
	int64_t sum = 0;

	for (int64_t i = 0; i < job->rounds; i++) {
		must(mpp_event_wait(job->full, MPP_FOREVER));
		must(mpp_event_clear(job->full));
		sum += mpp_raw_value_get(job->number);
		must(mpp_event_set(job->empty));
	}
	mpp_observe_int("sum", sum);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job = { .rounds = mpck_param("rounds") };

	must(mpp_event_new(&job.full));
	must(mpp_event_new(&job.empty));
	must(mpp_event_set(job.empty));
	must(mpp_raw_value_new(&job.number, 'i', 0));
	p[0] = process(giver, &job, sizeof(job));
	p[1] = process(taker, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_raw_value_free(job.number);
	mpp_event_free(job.empty);
	mpp_event_free(job.full);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("rounds");

	mpck_right(e, "sum", n * (n + 1) / 2);
}

MPCK_SCENARIO(
	.name = "event-turns",
	.summary = "numbers are handed over, each waiter clears its event",
	.params = {
		{ "rounds", 3, 1, 1000, "numbers that are handed over" },
	},
	.main = run,
	.expect = expect,
);
