/* SPDX-License-Identifier: MIT */
/*
 * pool_worker_dies.c - a worker of a pool aborts in the middle of a task.
 *
 * Teaches: Python's pool replaces the worker and waits for ever for the result
 *          that was lost with it.  Here the map ends with MPP_EWORKERDIED, and
 *          the pool goes on working.  With `retries` the task is run again,
 *          and the map is right.
 *
 * Only the first try dies; `tries` counts how often that task was begun.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include <mpp/value.h>
#include <stdlib.h>
#include "common/check.h"

enum { MAX_TASKS = 8 };

static struct mpp_raw_value *tries;

static int f(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	if (n == 2) {
		int64_t before = mpp_raw_value_get(tries);

		must(mpp_raw_value_set(tries, before + 1));
		if (before == 0)
			abort();
	}
	*(int64_t *)result = n * n;
	return 0;
}

static int run(void)
{
	struct mpp_pool_options options = {
		.workers = (unsigned)mpck_param("workers"),
		.retries = (unsigned)mpck_param("retries"),
	};
	size_t tasks = (size_t)mpck_param("tasks");
	int64_t items[MAX_TASKS], squares[MAX_TASKS] = { 0 }, again = 0;
	struct mpp_pool *p;

	for (size_t i = 0; i < tasks; i++)
		items[i] = (int64_t)i + 1;
	must(mpp_raw_value_new(&tries, 'i', 0));
	must(mpp_pool_new_with(&p, &options));
	mpp_observe_int("map", mpp_pool_map(p, f, items, sizeof(items[0]),
					    tasks, squares, sizeof(squares[0]),
					    1));
	mpp_observe("array", squares, tasks, 'q');
	must(mpp_pool_apply(p, f, &items[0], sizeof(items[0]), &again,
			    sizeof(again)));
	mpp_observe_int("again", again);
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
	mpp_observe_int("tries", mpp_raw_value_get(tries));
	mpp_raw_value_free(tries);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	bool retried = mpck_param("retries") > 0;
	int64_t tasks = mpck_param("tasks");
	char text[200];
	int n = snprintf(text, sizeof(text), "again=1 array=[");

	for (int64_t i = 1; i <= tasks; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%lld",
			      i > 1 ? "," : "",
			      (long long)(retried ? i * i : 0));
	snprintf(text + n, sizeof(text) - (size_t)n, "] map=%d tries=%d",
		 retried ? 0 : MPP_EWORKERDIED, retried ? 2 : 1);
	mpck_right_text(e, text);
	mpck_must_find(e, MPCK_CRASH);
}

MPCK_SCENARIO(
	.name = "pool-worker-dies",
	.summary = "a worker of a pool aborts in a task",
	.params = {
		{ "workers", 2, 1, 8, "processes of the pool" },
		{ "tasks", 3, 2, MAX_TASKS, "numbers to square" },
		{ "retries", 0, 0, 8, "how often a lost task is run again" },
	},
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
	.expect = expect,
);
