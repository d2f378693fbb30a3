/* SPDX-License-Identifier: MIT */
/* pool.c - the programs of pool.def; items and results are 64-bit integers. */
#include <mpp/pool.h>
#include <mpp/value.h>

#include "program.h"

enum { FEW = 5, MANY = 10000 };

static struct mpp_pool *pool;
static struct mpp_value *ran;
static int64_t items[MANY], results[MANY];
static int global = 1;

static void make_with(unsigned workers, int (*initializer)(void *))
{
	for (int i = 0; i < MANY; i++)
		items[i] = i;
	must(mpp_value_new(&ran, 'i', 0));
	must(mpp_pool_new(&pool, workers, initializer, NULL));
}

static void make(void)
{
	make_with(2, NULL);
}

static int map(mpp_pool_fn *fn, size_t count, size_t chunk)
{
	return mpp_pool_map(pool, fn, items, sizeof(*items), count, results,
			    sizeof(*results), chunk);
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

static void say_results(size_t count)
{
	for (size_t i = 0; i < count; i++)
		say("%" PRId64, results[i]);
}

static void squares(size_t chunk)
{
	must(map(square, FEW, chunk));
	say_results(FEW);
}

static void map_keeps_the_order(void)
{
	make();
	squares(0);
}

static void map_of_nothing(void)
{
	make();
	must(map(square, 0, 0));
	say("nothing");
}

static void map_in_chunks_of_one(void)
{
	make();
	squares(1);
}

static void map_in_one_chunk(void)
{
	make();
	squares(FEW);
}

static void map_of_ten_thousand(void)
{
	int64_t sum = 0;

	make();
	must(map(square, MANY, 0));
	for (int i = 0; i < MANY; i++)
		sum += results[i];
	say("%" PRId64, sum);
}

static void apply_of_one(void)
{
	int64_t x = 9, y;

	make();
	must(mpp_pool_apply(pool, square, &x, sizeof(x), &y, sizeof(y)));
	say("%" PRId64, y);
}

static void pool_has_its_workers(void)
{
	make_with(3, NULL);
	say("%u", mpp_pool_workers(pool));
}

static void pool_of_no_workers(void)
{
	make_with(0, NULL);
	say("%s", mpp_pool_workers(pool) == mpp_cpu_count() ? "as many as CPUs"
							    : "another number");
}

static void two_maps_in_turn(void)
{
	make();
	squares(0);
	squares(0);
}

static int set_global(void *unused)
{
	(void)unused;
	global = 7;
	return 0;
}

static int tell_global(const void *item, void *result)
{
	int64_t x = global;

	(void)item;
	memcpy(result, &x, sizeof(x));
	return 0;
}

static void initializer_ran_in_each_worker(void)
{
	make_with(2, set_global);
	must(map(tell_global, 4, 1));
	say_results(4);
}

static int fail(void *unused)
{
	(void)unused;
	return 1;
}

static void initializer_that_fails(void)
{
	make_with(2, fail);
	say_error(map(square, FEW, 0));
}

/* 2 and 4 fail, with themselves as the error. */
static int fail_even(const void *item, void *result)
{
	int64_t x = item_at(item);

	(void)result;
	mpp_value_add(ran, 1);
	return x == 2 || x == 4 ? (int)x : 0;
}

/* One worker, so that it is clear who is first. */
static void first_error_of_map(void)
{
	make_with(1, NULL);
	say("error of %d", map(fail_even, FEW, 1));
}

static void others_run_although_one_failed(void)
{
	make_with(1, NULL);
	(void)map(fail_even, FEW, 1);
	say("%" PRId64, mpp_value_get(ran));
}

static void others_of_the_same_chunk_run(void)
{
	make_with(1, NULL);
	(void)map(fail_even, FEW, FEW);
	say("%" PRId64, mpp_value_get(ran));
}

static void pool_works_after_an_error(void)
{
	make();
	(void)map(fail_even, FEW, 1);
	squares(0);
}

static int change_global(const void *item, void *result)
{
	(void)item;
	(void)result;
	global = 2;
	return 0;
}

static void worker_changes_its_own_global(void)
{
	make();
	must(map(change_global, FEW, 1));
	say("%d", global);
}

static int exit_in_task(const void *item, void *result)
{
	if (item_at(item) == 1)
		mpp_exit(3);
	return square(item, result);
}

static void task_that_exits(void)
{
	make();
	say_error(map(exit_in_task, FEW, 1));
}

static int die_in_task(const void *item, void *result)
{
	if (item_at(item) == 1)
		raise(SIGKILL);
	return square(item, result);
}

static void task_that_is_killed(void)
{
	make();
	say_error(map(die_in_task, FEW, 1));
}

static void pool_works_after_a_workers_death(void)
{
	make();
	(void)map(die_in_task, FEW, 1);
	squares(1);
}

static void map_after_close(void)
{
	make();
	must(mpp_pool_close(pool));
	say_refused(map(square, FEW, 0));
}

static void map_after_terminate(void)
{
	make();
	must(mpp_pool_terminate(pool));
	say_refused(map(square, FEW, 0));
}

static void join_of_an_open_pool(void)
{
	make();
	say_refused(mpp_pool_join(pool));
}

static void close_and_join(void)
{
	make();
	say_refused(mpp_pool_close(pool));
	say_refused(mpp_pool_join(pool));
}

static void close_and_join_twice(void)
{
	make();
	must(mpp_pool_close(pool));
	must(mpp_pool_join(pool));
	say_refused(mpp_pool_close(pool));
	say_refused(mpp_pool_join(pool));
}

static void terminate_and_join(void)
{
	make();
	say_refused(mpp_pool_terminate(pool));
	say_refused(mpp_pool_join(pool));
}

const struct program python_pool[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "pool.def"
	{ 0 },
};
