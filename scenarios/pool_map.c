/* SPDX-License-Identifier: MIT */
/*
 * pool_map.c - a pool of three processes squares five numbers.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multiprocessing pool", first code.
 * Teaches: whoever does the work, in whatever order: map puts each result
 *          where its item stood: 1 4 9 16 25.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include "common/check.h"

enum { COUNT = 5 };

static int f(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	*(int64_t *)result = n * n;
	return 0;
}

static int run(void)
{
	static const int64_t items[COUNT] = { 1, 2, 3, 4, 5 };
	int64_t result[COUNT];
	struct mpp_pool *p;

	must(mpp_pool_new(&p, (unsigned)mpck_param("workers"), NULL, NULL));
	must(mpp_pool_map(p, f, items, sizeof(items[0]), COUNT,
			  result, sizeof(result[0]), 0));
	mpp_observe("array", result, COUNT, 'q');
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "array=[1,4,9,16,25]");
}

MPCK_SCENARIO(
	.name = "pool-map",
	.summary = "a pool squares the numbers 1 to 5",
	.source = "004_7b3dfe566148139e.txt",
	.params = {
		{ "workers", 3, 1, 16, "processes of the pool" },
	},
	.main = run,
	.expect = expect,
);
