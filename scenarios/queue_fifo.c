/* SPDX-License-Identifier: MIT */
/*
 * queue_fifo.c - a child puts squares into a Queue, the parent takes them out.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Share Data Between Processes Using
 *          Queue".
 * Teaches: first in, first out: 4 9 64.  "While not empty" is safe only
 *          because the child, the one producer, has been joined before.
 */
#include <mpck/scenario.h>
#include <mpp/queue.h>
#include "common/processes.h"

enum { COUNT = 3, CAPACITY = 16 };

struct job {
	int64_t numbers[COUNT];
	struct mpp_queue *q;
};

static int calc_square(void *arg)
{
	const struct job *job = arg;

	for (int i = 0; i < COUNT; i++) {
		int64_t square = job->numbers[i] * job->numbers[i];

		must(mpp_queue_put(job->q, &square, MPP_FOREVER));
	}
	return 0;
}

static int run(void)
{
	struct job job = { .numbers = { 2, 3, 8 } };
	struct mpp_process *p[1];
	int64_t items[CAPACITY];
	size_t count = 0;

	must(mpp_queue_new(&job.q, CAPACITY, sizeof(int64_t)));
	p[0] = process(calc_square, &job, sizeof(job));
	start_all(p, 1);
	join_all(p, 1);

	while (count < CAPACITY && mpp_queue_length(job.q) > 0)
		must(mpp_queue_get(job.q, &items[count++], MPP_FOREVER));
	mpp_observe("array", items, count, 'q');
	mpp_queue_free(job.q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "array=[4,9,64]");
}

MPCK_SCENARIO(
	.name = "queue-fifo",
	.summary = "a child puts squares into a queue, the parent drains it",
	.source = "004_7b3dfe566148139e.txt",
	.main = run,
	.expect = expect,
);
