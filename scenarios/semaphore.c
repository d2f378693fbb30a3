/* SPDX-License-Identifier: MIT */
/*
 * semaphore.c - a bounded buffer with two semaphores.
 *
 * Family:  bounded buffer (Dijkstra, Cooperating Sequential Processes, 1965).
 * Teaches: one semaphore counts free places, the other filled ones.  Each side
 *          takes from one and gives to the other, so neither overtakes, and
 *          who gives need not be who took.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/semaphore.h>
#include "common/processes.h"
#include "common/text.h"

enum { MAX_ITEMS = 50, MAX_PLACES = 50 };

struct job {
	struct mpp_semaphore *free, *filled;
	struct mpp_raw_array *places;
	int64_t nplaces, items;
};

static int produce(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->items; i++) {
		must(mpp_semaphore_acquire(job->free, MPP_FOREVER));
		must(mpp_raw_array_set(job->places, i % job->nplaces, i + 1));
		must(mpp_semaphore_release(job->filled, 1));
	}
	return 0;
}

static int run(void)
{
	struct job job = { .nplaces = mpck_param("places"),
			   .items = mpck_param("items") };
	int64_t got[MAX_ITEMS];
	struct mpp_process *p[1];

	must(mpp_semaphore_new(&job.free, job.nplaces));
	must(mpp_semaphore_new(&job.filled, 0));
	must(mpp_raw_array_new(&job.places, 'i', (size_t)job.nplaces));
	p[0] = process(produce, &job, sizeof(job));
	start_all(p, 1);
	for (int64_t i = 0; i < job.items; i++) {
		must(mpp_semaphore_acquire(job.filled, MPP_FOREVER));
		must(mpp_raw_array_get(job.places, i % job.nplaces, &got[i]));
		must(mpp_semaphore_release(job.free, 1));
	}
	join_all(p, 1);

	mpp_observe("array", got, (size_t)job.items, 'q');
	mpp_raw_array_free(job.places);
	mpp_semaphore_free(job.filled);
	mpp_semaphore_free(job.free);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t want[MAX_ITEMS], items = mpck_param("items");
	char text[ARRAY_TEXT];

	for (int64_t i = 0; i < items; i++)
		want[i] = i + 1;
	array_text(text, want, items);
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "semaphore",
	.summary = "a bounded buffer: one semaphore counts free places, one filled",
	.params = {
		{ "places", 2, 1, MAX_PLACES, "in the buffer" },
		{ "items", 4, 1, MAX_ITEMS, "put and got" },
	},
	.main = run,
	.expect = expect,
);
