/* SPDX-License-Identifier: MIT */
/*
 * pool_imap.c - results one by one, in the order of their items.
 *
 * Teaches: imap hands out each result as soon as it is its turn.  The input
 *          is read only as far as the pool can use it.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include "common/check.h"

enum { MAX_TASKS = 100 };

static int f(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	*(int64_t *)result = n * n;
	return 0;
}

static int run(void)
{
	size_t tasks = (size_t)mpck_param("tasks"), n = 0;
	int64_t items[MAX_TASKS], results[MAX_TASKS];
	struct mpp_pool *p;
	struct mpp_iterator *it;
	int err;

	for (size_t i = 0; i < tasks; i++)
		items[i] = (int64_t)i + 1;
	must(mpp_pool_new(&p, (unsigned)mpck_param("workers"), NULL, NULL));
	must(mpp_pool_imap(p, &it, f, items, sizeof(items[0]), tasks,
			   sizeof(results[0]), 1));
	while ((err = mpp_iterator_next(it, &results[n], MPP_FOREVER)) !=
	       MPP_EPIPE) {
		must(err);
		n++;
	}
	mpp_observe("array", results, n, 'q');
	mpp_iterator_free(it);
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t tasks = mpck_param("tasks");
	char text[800];
	int n = snprintf(text, sizeof(text), "array=[");

	for (int64_t i = 1; i <= tasks; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%lld",
			      i > 1 ? "," : "", (long long)(i * i));
	snprintf(text + n, sizeof(text) - (size_t)n, "]");
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "pool-imap",
	.summary = "results of a pool one by one, in order",
	.params = {
		{ "workers", 2, 1, 8, "processes of the pool" },
		{ "tasks", 4, 1, MAX_TASKS, "numbers to square" },
	},
	.main = run,
	.expect = expect,
);
