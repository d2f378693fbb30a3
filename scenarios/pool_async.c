/* SPDX-License-Identifier: MIT */
/*
 * pool_async.c - two jobs of one pool at the same time.
 *
 * Teaches: a result is asked for when it is needed; in whatever order the jobs
 *          end, each has its own.  What is to be called when one is done is
 *          called by the process that polls: `total` needs no lock.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include "common/check.h"

static int64_t total;

static int f(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	*(int64_t *)result = n * n;
	return 0;
}

static void add(struct mpp_result *result, void *context)
{
	int64_t x;

	must(mpp_result_get(result, &x, 0));
	*(int64_t *)context += x;
	mpp_result_free(result);
}

static int run(void)
{
	static const int64_t items[] = { 2, 3, 4, 5 };
	int64_t results[2];
	struct mpp_result *map, *called[2];
	struct mpp_pool *p;

	must(mpp_pool_new(&p, (unsigned)mpck_param("workers"), NULL, NULL));
	for (int i = 0; i < 2; i++) {
		must(mpp_pool_apply_async(p, &called[i], f, &items[i],
					  sizeof(items[0]),
					  sizeof(results[0])));
		mpp_result_on_done(called[i], add, &total);
	}
	must(mpp_pool_map_async(p, &map, f, &items[2], sizeof(items[0]), 2,
				sizeof(results[0]), 1));
	must(mpp_result_get(map, results, MPP_FOREVER));
	mpp_observe("array", results, 2, 'q');
	mpp_result_free(map);
	for (int seen = 0; seen < 2;) {
		int n = mpp_pool_poll(p, MPP_FOREVER);

		must(n);
		seen += n;
	}
	mpp_observe_int("total", total);
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "array=[16,25] total=13");
}

MPCK_SCENARIO(
	.name = "pool-async",
	.summary = "several jobs of one pool at the same time",
	.params = {
		{ "workers", 2, 1, 8, "processes of the pool" },
	},
	.main = run,
	.expect = expect,
);
