/* SPDX-License-Identifier: MIT */
/* pool_async.c - the programs of pool_async.def; items and results are 64-bit
 * integers. */
#include <mpp/pool.h>

#include "program.h"

enum { FEW = 5 };

static struct mpp_pool *pool;
static struct mpp_result *job;
static struct mpp_iterator *iterator;
static struct gate never;
static const int64_t items[FEW] = { 0, 1, 2, 3, 4 };
static int called;

static void make(void)
{
	gate_new(&never);
	must(mpp_pool_new(&pool, 2, NULL, NULL));
}

static int64_t item_at(const void *item)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	return x;
}

static int square(const void *item, void *result)
{
	int64_t x = item_at(item) * item_at(item);

	memcpy(result, &x, sizeof(x));
	return 0;
}

/* 2 and 4 fail, with themselves as the error. */
static int fail_even(const void *item, void *result)
{
	int64_t x = item_at(item);

	(void)square(item, result);
	return x == 2 || x == 4 ? (int)x : 0;
}

static int stay(const void *item, void *result)
{
	(void)item;
	(void)result;
	gate_wait(&never);
	return 0;
}

static void apply(mpp_pool_fn *fn, int64_t x)
{
	make();
	must(mpp_pool_apply_async(pool, &job, fn, &x, sizeof(x), sizeof(x)));
}

static void say_got(size_t count)
{
	int64_t results[FEW];

	must(mpp_result_get(job, results, MPP_FOREVER));
	for (size_t i = 0; i < count; i++)
		say("%" PRId64, results[i]);
}

static void result_of_map_async(void)
{
	make();
	must(mpp_pool_map_async(pool, &job, square, items, sizeof(*items), FEW,
				sizeof(*items), 0));
	say_got(FEW);
}

static void result_of_apply_async_got_twice(void)
{
	apply(square, 9);
	say_got(1);
	say_got(1);
}

static void say_ready(void)
{
	say("%s", mpp_result_is_ready(job) ? "yes" : "no");
}

static void result_that_is_not_ready(void)
{
	int64_t x;

	apply(stay, 0);
	say_ready();
	say_taken(mpp_result_get(job, &x, A_WHILE));
}

static void result_that_is_ready(void)
{
	apply(square, 9);
	must(mpp_result_wait(job, MPP_FOREVER));
	say_ready();
}

static void result_of_a_task_that_fails(void)
{
	int64_t x;

	apply(fail_even, 2);
	say("error of %d", mpp_result_get(job, &x, MPP_FOREVER));
}

static void call_back(struct mpp_result *result, void *unused)
{
	(void)result;
	(void)unused;
	called++;
}

static void callback_runs_once_before_wait_returns(void)
{
	apply(square, 9);
	mpp_result_on_done(job, call_back, NULL);
	must(mpp_result_wait(job, MPP_FOREVER));
	must(mpp_result_wait(job, MPP_FOREVER));
	say("%d", called);
}

/* Says each result; the sum of those that did not fail. */
static int64_t all_results(bool tell)
{
	int64_t x, sum = 0;
	int err;

	while ((err = mpp_iterator_next(iterator, &x, MPP_FOREVER)) >= 0) {
		if (err == 0)
			sum += x;
		if (tell && err == 0)
			say("%" PRId64, x);
		else if (tell)
			say("error of %d", err);
	}
	if (err != MPP_EPIPE)
		say_error(err);
	return sum;
}

static void imap(mpp_pool_fn *fn)
{
	make();
	must(mpp_pool_imap(pool, &iterator, fn, items, sizeof(*items), FEW,
			   sizeof(*items), 0));
	(void)all_results(true);
}

static void imap_keeps_the_order(void)
{
	imap(square);
}

static void imap_unordered_brings_each_once(void)
{
	make();
	must(mpp_pool_imap_unordered(pool, &iterator, square, items,
				     sizeof(*items), FEW, sizeof(*items), 0));
	say("%" PRId64, all_results(false));
}

static void imap_goes_on_after_a_failure(void)
{
	imap(fail_even);
}

static int count_to_100(void *context, void *item)
{
	int64_t *read = context;

	if (*read == 100)
		return 0;
	memcpy(item, read, sizeof(*read));
	++*read;
	return 1;
}

/* Who else could read on is given a while. */
static void imap_reads_ahead(void)
{
	static int64_t read;
	int64_t x;

	make();
	must(mpp_pool_imap_from(pool, &iterator, square, count_to_100, &read,
				sizeof(x), sizeof(x), 0, true));
	must(mpp_iterator_next(iterator, &x, MPP_FOREVER));
	mpp_sleep(A_WHILE);
	say("%s", read == 100 ? "all of 100" : read < 20 ? "a few" : "many");
}

static void result_after_terminate(void)
{
	int64_t x;

	apply(stay, 0);
	must(mpp_pool_terminate(pool));
	say_error(mpp_result_get(job, &x, MPP_SECONDS(10)));
}

const struct program python_pool_async[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "pool_async.def"
	{ 0 },
};
