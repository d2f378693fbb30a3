/* SPDX-License-Identifier: MIT */
/*
 * pool_vs_serial.c - many small tasks, by a pool and in a loop.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multiprocessing pool", second code.
 * Teaches: both give the same numbers, 332833500 each.  How long each took is
 *          printed: only a native run (--native) can tell.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include <stdlib.h>
#include "common/check.h"

enum { MAX_TASKS = 100000 };

static int64_t squares;	/* set before the pool starts: workers inherit it */

/* Never inlined: both sides are to run the same code. */
__attribute__((noinline))
static int f(const void *item, void *result)
{
	int64_t sum = 0;

	(void)item;	/* the lesson's f(n) does not look at n either */
	for (int64_t x = 0; x < squares; x++)
		sum += x * x;
	*(int64_t *)result = sum;
	return 0;
}

static int run(void)
{
	size_t tasks = (size_t)mpck_param("tasks");
	int64_t *items = malloc(tasks * sizeof(*items));
	int64_t *result = malloc(tasks * sizeof(*result));
	struct mpp_pool *p;
	bool all_equal = true;
	int64_t start;

	if (!items || !result)
		return 1;
	squares = mpck_param("squares");
	for (size_t x = 0; x < tasks; x++)
		items[x] = (int64_t)x;

	start = mpp_now_ns();
	must(mpp_pool_new(&p, (unsigned)mpck_param("workers"), NULL, NULL));
	must(mpp_pool_map(p, f, items, sizeof(*items), tasks,
			  result, sizeof(*result), 0));
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	printf("Pool took: %.6f\n", (double)(mpp_now_ns() - start) / 1e9);

	start = mpp_now_ns();
	for (size_t x = 0; x < tasks; x++) {
		int64_t sum;

		f(&items[x], &sum);
		all_equal = all_equal && sum == result[x];
	}
	printf("Serial processing took: %.6f\n",
	       (double)(mpp_now_ns() - start) / 1e9);

	mpp_observe_int("all_equal", all_equal);
	mpp_observe_int("task", result[0]);
	mpp_pool_free(p);
	free(result);
	free(items);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("squares");
	char text[64];

	snprintf(text, sizeof(text), "all_equal=1 task=%lld",
		 (long long)((n - 1) * n / 2 * (2 * n - 1) / 3));
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "pool-vs-serial",
	.summary = "tasks of many squares each, by a pool and in a loop",
	.source = "004_7b3dfe566148139e.txt",
	.params = {
		{ "tasks", 10000, 1, MAX_TASKS, "tasks to do" },
		{ "squares", 1000, 1, 100000, "squares to add in each" },
		{ "workers", 2, 0, 16, "processes of the pool; 0: one a CPU" },
	},
	.main = run,
	.expect = expect,
);
