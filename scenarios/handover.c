/* SPDX-License-Identifier: MIT */
/*
 * handover.c - an item lies in a slot; whoever comes first takes it.
 *
 * Teaches: to take is to look and to leave nothing, in one step:
 *          mpp_value_exchange().  Exactly one process gets the item, whatever
 *          the order; handover_split.c does it in two steps.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60, NOTHING = 0, ITEM = 7 };

struct job {
	struct mpp_value *slot;
	struct mpp_value *taken;	/* sum of the items that were taken */
};

static int taker(void *arg)
{
	const struct job *job = arg;
	int64_t item;

	must(mpp_value_exchange(job->slot, NOTHING, &item));
	if (item != NOTHING)
		must(mpp_value_add(job->taken, item));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job;
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.slot, 'i', ITEM));
	must(mpp_value_new(&job.taken, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(taker, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("slot", mpp_value_get(job.slot));
	mpp_observe_int("taken", mpp_value_get(job.taken));
	mpp_value_free(job.taken);
	mpp_value_free(job.slot);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "slot=0 taken=7");
}

MPCK_SCENARIO(
	.name = "handover",
	.summary = "p processes want one item: exchanged, one gets it",
	.params = {
		{ "p", 3, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
