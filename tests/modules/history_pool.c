/* SPDX-License-Identifier: MIT */
/* history_pool.c - small pools, for every interleaving at step grain. */
#include <mpp/pool.h>

#include "module.h"

static int square(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	*(int64_t *)result = n * n;
	return 0;
}

static const int64_t items[] = { 1, 2 };

static struct mpp_pool *new_pool(unsigned workers, uint64_t limit)
{
	struct mpp_pool_options options = { .workers = workers,
					    .max_tasks_per_worker = limit };
	struct mpp_pool *p;

	must(mpp_pool_new_with(&p, &options));
	return p;
}

static void map(struct mpp_pool *p, size_t count)
{
	int64_t result[2] = { 0 };

	must(mpp_pool_map(p, square, items, sizeof(*items), count, result,
			  sizeof(*result), 1));
	mpp_observe("array", result, count, 'q');
}

static void end(struct mpp_pool *p)
{
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
}

PROGRAM(pool_maps_one)
{
	struct mpp_pool *p = new_pool(1, 0);

	map(p, 1);
	end(p);
	return 0;
}

PROGRAM(pool_maps_two)
{
	struct mpp_pool *p = new_pool(1, 0);

	map(p, 2);
	end(p);
	return 0;
}

PROGRAM(pool_of_few_tasks)
{
	struct mpp_pool *p = new_pool(1, 1);

	map(p, 2);
	end(p);
	return 0;
}

PROGRAM(pool_ends_busy)
{
	struct mpp_pool *p = new_pool(1, 0);
	struct mpp_result *r;

	must(mpp_pool_apply_async(p, &r, square, items, sizeof(*items),
				  sizeof(*items)));
	mpp_pool_free(p);
	mpp_observe("array", items, 1, 'q');
	return 0;
}

MODULE_END;
