/* SPDX-License-Identifier: MIT */
/*
 * queues.c - benchmark: items through a queue, next to a pipe, a POSIX message
 * queue and Python's.
 *
 * One process puts and one gets, or two and two; the figure is millions of
 * items a second that arrived.  The pipe moves one item a call, as a pipe-based
 * queue has to.  The message queue has room for 10, what anybody may ask for.
 */
#include <stdbool.h>
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
	mqd_t mq;
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

static int through_mq(void *context, unsigned who)
{
	struct context *c = context;
	char item[LARGEST] = { 0 };

	for (uint64_t i = 0; i < c->items; i++)
		if (who % 2 ? mq_send(c->mq, item, c->size, 0) < 0
			    : mq_receive(c->mq, item, c->size, NULL) < 0)
			return -1;
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
	ns = mpck_bench_together(2 * c->sides, through_pipe, c);
	close(c->pipe[0]);
	close(c->pipe[1]);
	return rate(c, ns);
}

static double mq_rate(void *context)
{
	struct context *c = context;
	double ns;

	c->mq = mpck_bench_mq(10, c->size);
	if (c->mq == (mqd_t)-1)
		return -1;
	ns = mpck_bench_together(2 * c->sides, through_mq, c);
	mq_close(c->mq);
	return rate(c, ns);
}

static void python(FILE *out, const char *what, unsigned sides)
{
	char program[512];

	snprintf(program, sizeof(program),
		 "N, SIDES = 10000, %u\n"
		 "def rate():\n"
		 "    queue = m.Queue()\n"
		 "    def through(who):\n"
		 "        if who %% 2:\n"
		 "            for i in range(N): queue.put(i)\n"
		 "        else:\n"
		 "            for _ in range(N): queue.get()\n"
		 "    return N * SIDES / together(2 * SIDES, through) * 1e3\n"
		 "sample(rate)\n",
		 sides);
	mpck_bench_python(out, what, "M items/s", program);
}

#define SIZED(bytes, both, count) \
	{ .size = bytes, .sides = both, .items = count }

static const struct {
	const char *what;
	mpck_bench_fn *fn;
	struct context context;
} rivals[] = {
	{ "mpp_queue 1 to 1, 8 bytes", queue_rate, SIZED(8, 1, 1000000) },
	{ "mpp_queue 1 to 1, 256 bytes", queue_rate, SIZED(256, 1, 1000000) },
	{ "mpp_queue 2 to 2, 8 bytes", queue_rate, SIZED(8, 2, 300000) },
	{ "pipe 1 to 1, 8 bytes", pipe_rate, SIZED(8, 1, 200000) },
	{ "pipe 1 to 1, 256 bytes", pipe_rate, SIZED(256, 1, 200000) },
	{ "pipe 2 to 2, 8 bytes", pipe_rate, SIZED(8, 2, 100000) },
	{ "POSIX mq 1 to 1, 8 bytes", mq_rate, SIZED(8, 1, 50000) },
	{ "POSIX mq 1 to 1, 256 bytes", mq_rate, SIZED(256, 1, 50000) },
	{ "POSIX mq 2 to 2, 8 bytes", mq_rate, SIZED(8, 2, 25000) },
};

static bool mq_works(void)
{
	mqd_t mq = mpck_bench_mq(10, LARGEST);

	if (mq != (mqd_t)-1)
		mq_close(mq);
	return mq != (mqd_t)-1;
}

static int queues_run(FILE *out)
{
	bool mq = mq_works();
	int err = 0;

	for (size_t i = 0; i < sizeof(rivals) / sizeof(*rivals) && !err; i++) {
		struct context c = rivals[i].context;

		if (rivals[i].fn == mq_rate && !mq)
			mpck_bench_missing(out, rivals[i].what,
					   "not available here");
		else
			err = mpck_bench_time(out, rivals[i].what, "M items/s",
					      rivals[i].fn, &c);
	}
	if (!err) {
		python(out, "Python Queue 1 to 1", 1);
		python(out, "Python Queue 2 to 2", 2);
	}
	return err;
}

const struct mpck_bench mpck_bench_queues = {
	.name = "queues",
	.summary = "items between processes, 1024 slots: more is better",
	.run = queues_run,
};
