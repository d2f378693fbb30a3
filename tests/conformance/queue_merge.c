/* SPDX-License-Identifier: MIT */
/* queue_merge.c - Queue: two producers' messages merge, each in its order. */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include "common/processes.h"

struct job {
	struct mpp_queue *q;
	int64_t first;
};

static int put_two(void *arg)
{
	const struct job *job = arg;

	for (int64_t message = job->first; message < job->first + 2; message++)
		must(mpp_queue_put(job->q, &message, MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct job ten = { .first = 10 }, twenty = { .first = 20 };
	struct mpp_process *p[2];
	int64_t items[4];

	/* Room for one: a producer must wait for the consumer. */
	must(mpp_queue_new(&ten.q, 1, sizeof(int64_t)));
	twenty.q = ten.q;
	p[0] = process(put_two, &ten, sizeof(ten));
	p[1] = process(put_two, &twenty, sizeof(twenty));
	start_all(p, 2);
	for (int i = 0; i < 4; i++)
		must(mpp_queue_get(ten.q, &items[i], MPP_FOREVER));
	mpp_observe("array", items, 4, 'q');
	join_all(p, 2);
	mpp_queue_free(ten.q);
	return 0;
}

MPCK_SCENARIO(
	.name = "queue-merge",
	.summary = "two producers and one consumer on a queue of one slot",
	.main = run,
);
