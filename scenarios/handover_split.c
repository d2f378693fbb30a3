/* SPDX-License-Identifier: MIT */
/*
 * handover_split.c - an item lies in a slot; processes look, then take it.
 *
 * Teaches: the look and the taking are each under the Value's lock, so there
 *          is no data race.  But between the two others can look as well, and
 *          the item is taken several times.  Cure: handover.c.
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
	int64_t item = mpp_value_get(job->slot);

	if (item != NOTHING) {
		must(mpp_value_set(job->slot, NOTHING));
		must(mpp_value_add(job->taken, item));
	}
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

	mpp_observe_int("taken", mpp_value_get(job.taken));
	mpp_value_free(job.taken);
	mpp_value_free(job.slot);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "taken", ITEM);
	/* Any number of them may look before the first one clears the slot;
	 * who looks later finds nothing. */
	mpck_possible(e, "taken", ITEM, mpck_param("p") * ITEM, ITEM);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "handover-split",
	.summary = "p processes want one item: they look, then take it",
	.params = {
		{ "p", 3, 2, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
