/* SPDX-License-Identifier: MIT */
/*
 * pools.c - benchmark: a pool's cost for a task, its start, and the lesson
 * (10,000 tasks of 1000 squares each) next to a plain loop and Python's.
 */
#include <string.h>

#include <mpp/pool.h>

#include "bench/bench.h"

enum { TASKS = 10000 };

struct context {
	struct mpp_pool *pool;
	mpp_pool_fn *fn;
	size_t chunk;
	int64_t items[TASKS], results[TASKS];
};

static struct context context;

static int square(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x *= x;
	memcpy(result, &x, sizeof(x));
	return 0;
}

/* The lesson's: the volatile bound keeps it a loop. */
static int sum_of_squares(const void *item, void *result)
{
	volatile int64_t n = 1000;
	int64_t sum = 0;

	(void)item;
	for (int64_t i = 0; i < n; i++)
		sum += i * i;
	memcpy(result, &sum, sizeof(sum));
	return 0;
}

static double map_ns(void *unused)
{
	struct context *c = &context;
	int64_t start = mpck_bench_now();
	int err =
		mpp_pool_map(c->pool, c->fn, c->items, sizeof(*c->items), TASKS,
			     c->results, sizeof(*c->results), c->chunk);

	(void)unused;
	return err ? -1 : (double)(mpck_bench_now() - start);
}

static double task_ns(void *unused)
{
	double ns = map_ns(unused);

	return ns < 0 ? ns : ns / TASKS;
}

static double lesson_ms(void *unused)
{
	double ns = map_ns(unused);

	return ns < 0 ? ns : ns / 1e6;
}

static double serial_ms(void *unused)
{
	struct context *c = &context;
	int64_t start = mpck_bench_now();

	(void)unused;
	for (size_t i = 0; i < TASKS; i++)
		if (c->fn(&c->items[i], &c->results[i]))
			return -1;
	return (double)(mpck_bench_now() - start) / 1e6;
}

static double serial_ns(void *unused)
{
	double ms = serial_ms(unused);

	return ms < 0 ? ms : ms * 1e6 / TASKS;
}

static double start_us(void *unused)
{
	struct mpp_pool *pool;
	int64_t start = mpck_bench_now();

	(void)unused;
	if (mpp_pool_new(&pool, 2, NULL, NULL) < 0)
		return -1;
	start = mpck_bench_now() - start;
	mpp_pool_free(pool);
	return (double)start / 1e3;
}

static double apply_us(void *unused)
{
	enum { APPLIES = 2000 };
	struct context *c = &context;
	int64_t start = mpck_bench_now();

	(void)unused;
	for (size_t i = 0; i < APPLIES; i++)
		if (mpp_pool_apply(c->pool, square, &c->items[i], 8,
				   &c->results[i], 8))
			return -1;
	return (double)(mpck_bench_now() - start) / APPLIES / 1e3;
}

/* As many jobs under way as the table has rows for. */
static double async_ns(void *unused)
{
	enum { JOBS = 64, ROUNDS = 30 };
	struct context *c = &context;
	struct mpp_result *result[JOBS];
	int64_t start = mpck_bench_now();

	(void)unused;
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < JOBS; i++)
			if (mpp_pool_apply_async(c->pool, &result[i], square,
						 &c->items[i], 8, 8))
				return -1;
		for (size_t i = 0; i < JOBS; i++) {
			if (mpp_result_get(result[i], &c->results[i],
					   MPP_FOREVER))
				return -1;
			mpp_result_free(result[i]);
		}
	}
	return (double)(mpck_bench_now() - start) / (JOBS * ROUNDS);
}

static double imap_ns(void *unused)
{
	struct context *c = &context;
	struct mpp_iterator *it;
	int64_t start = mpck_bench_now();

	(void)unused;
	if (mpp_pool_imap(c->pool, &it, square, c->items, 8, TASKS, 8,
			  c->chunk))
		return -1;
	for (size_t i = 0; i < TASKS; i++)
		if (mpp_iterator_next(it, &c->results[i], MPP_FOREVER))
			return -1;
	mpp_iterator_free(it);
	return (double)(mpck_bench_now() - start) / TASKS;
}

static int measure(FILE *out)
{
	struct context *c = &context;
	int err;

	c->fn = square;
	c->chunk = 1;
	err = mpck_bench_time(out, "tiny task, chunk 1", "ns", task_ns, NULL);
	c->chunk = 0;
	if (!err)
		err = mpck_bench_time(out, "tiny task, default chunk", "ns",
				      task_ns, NULL);
	if (!err)
		err = mpck_bench_time(out, "tiny task, plain loop", "ns",
				      serial_ns, NULL);
	if (!err)
		err = mpck_bench_time(out, "apply of one tiny task", "us",
				      apply_us, NULL);
	if (!err)
		mpck_bench_python(
			out, "Python Pool, tiny task, chunk 1", "ns",
			"N = 10000\n"
			"def square(x): return x * x\n"
			"pool = m.Pool(2)\n"
			"def task():\n"
			"    start = now(); pool.map(square, range(N), 1)\n"
			"    return (now() - start) / N\n"
			"sample(task)\n"
			"pool.terminate()\n");
	if (!err)
		err = mpck_bench_time(out, "apply_async, 64 under way", "ns",
				      async_ns, NULL);
	c->chunk = 1;
	if (!err)
		err = mpck_bench_time(out, "imap, chunk 1", "ns", imap_ns,
				      NULL);
	c->chunk = 100;
	if (!err)
		err = mpck_bench_time(out, "imap, chunk 100", "ns", imap_ns,
				      NULL);
	c->chunk = 0;
	c->fn = sum_of_squares;
	if (!err)
		err = mpck_bench_time(out, "lesson: 10,000 x 1000 squares",
				      "ms", lesson_ms, NULL);
	if (!err)
		err = mpck_bench_time(out, "lesson, plain loop", "ms",
				      serial_ms, NULL);
	return err;
}

static int pools_run(FILE *out)
{
	struct context *c = &context;
	int err = mpck_bench_time(out, "start of a pool of 2", "us", start_us,
				  NULL);

	if (err || mpp_pool_new(&c->pool, 2, NULL, NULL) < 0)
		return -1;
	for (int64_t i = 0; i < TASKS; i++)
		c->items[i] = i;
	err = measure(out);
	mpp_pool_free(c->pool);
	return err;
}

const struct mpck_bench mpck_bench_pools = {
	.name = "pools",
	.summary = "a pool of 2 workers: cost of a task",
	.run = pools_run,
};
