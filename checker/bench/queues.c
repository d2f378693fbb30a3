/* SPDX-License-Identifier: MIT */
/*
 * queues.c - benchmark: items through a queue, and through a pipe.
 *
 * One process puts and one gets, or two and two; the figure is millions of
 * items a second that arrived.  The pipe moves one item a call, as a pipe-based
 * queue has to.
 */
#include <string.h>
#include <unistd.h>

#include <mpp/queue.h>

#include "bench/bench.h"

enum { CAPACITY = 1024, LARGEST = 256 };

struct context {
	size_t size; /* bytes of an item */
	unsigned sides; /* producers, and as many consumers */
	uint64_t items; /* of each producer */
	struct mpp_queue *queue;
	int pipe[2];
};

/* Even processes get, odd ones put. */
static int through_queue(void *context, unsigned who)
{
	struct context *c = context;
	char item[LARGEST] = { 0 };
	int err = 0;

	for (uint64_t i = 0; i < c->items && !err; i++) {
		if (who % 2) {
			memcpy(item, &i, sizeof(i));
			err = mpp_queue_put(c->queue, item, MPP_FOREVER);
		} else {
			err = mpp_queue_get(c->queue, item, MPP_FOREVER);
		}
	}
	return err;
}

static int through_pipe(void *context, unsigned who)
{
	struct context *c = context;
	char item[LARGEST] = { 0 };

	for (uint64_t i = 0; i < c->items; i++) {
		ssize_t n;

		if (who % 2)
			n = write(c->pipe[1], item, c->size);
		else
			n = read(c->pipe[0], item, c->size);
		if (n != (ssize_t)c->size)
			return -1;
	}
	return 0;
}

/* Millions a second; < 0 stays an error. */
static double rate(const struct context *c, double ns)
{
	return ns < 0 ? ns : (double)c->items * c->sides / ns * 1e3;
}

static double queue_rate(void *context)
{
	struct context *c = context;
	double ns;

	if (mpp_queue_new(&c->queue, CAPACITY, c->size) < 0)
		return -1;
	ns = mpck_bench_together(2 * c->sides, through_queue, c);
	mpp_queue_free(c->queue);
	return rate(c, ns);
}

static double pipe_rate(void *context)
{
	struct context *c = context;
	double ns;

	if (pipe(c->pipe) < 0)
		return -1;
	ns = mpck_bench_together(2, through_pipe, c);
	close(c->pipe[0]);
	close(c->pipe[1]);
	return rate(c, ns);
}

static int queues_run(FILE *out)
{
	static const char unit[] = "M items/s";
	struct context c8 = { .size = 8, .sides = 1, .items = 1000000 };
	struct context c256 = { .size = 256, .sides = 1, .items = 1000000 };
	struct context two = { .size = 8, .sides = 2, .items = 300000 };
	int err = mpck_bench_time(out, "mpp_queue 1 to 1, 8 bytes", unit,
				  queue_rate, &c8);

	if (!err)
		err = mpck_bench_time(out, "mpp_queue 1 to 1, 256 bytes", unit,
				      queue_rate, &c256);
	if (!err)
		err = mpck_bench_time(out, "mpp_queue 2 to 2, 8 bytes", unit,
				      queue_rate, &two);
	c8.items = c256.items = 200000;
	if (!err)
		err = mpck_bench_time(out, "pipe 1 to 1, 8 bytes", unit,
				      pipe_rate, &c8);
	if (!err)
		err = mpck_bench_time(out, "pipe 1 to 1, 256 bytes", unit,
				      pipe_rate, &c256);
	return err;
}

const struct mpck_bench mpck_bench_queues = {
	.name = "queues",
	.summary = "items between processes, 1024 slots: more is better",
	.run = queues_run,
};
