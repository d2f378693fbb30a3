/* SPDX-License-Identifier: MIT */
/*
 * pool_order.c - Pool: results stand in order, work happens in any.
 *
 * `last` says whose write was the last.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include <mpp/value.h>
#include "common/check.h"

static struct mpp_raw_value *last;

static int task(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	must(mpp_raw_value_set(last, n));
	*(int64_t *)result = 10 * n;
	return 0;
}

static int run(void)
{
	static const int64_t items[2] = { 1, 2 };
	int64_t result[2];
	struct mpp_pool *pool;

	must(mpp_raw_value_new(&last, 'i', 0));
	must(mpp_pool_new(&pool, 2, NULL, NULL));
	must(mpp_pool_map(pool, task, items, sizeof(items[0]), 2,
			  result, sizeof(result[0]), 1));
	must(mpp_pool_close(pool));
	must(mpp_pool_join(pool));
	mpp_pool_free(pool);
	mpp_observe("array", result, 2, 'q');
	mpp_observe_int("last", mpp_raw_value_get(last));
	mpp_raw_value_free(last);
	return 0;
}

/* Nothing orders the two writes. */
static void expect(struct mpck_expect *e)
{
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "pool-order",
	.summary = "a pool of two does two tasks",
	.main = run,
	.expect = expect,
);
