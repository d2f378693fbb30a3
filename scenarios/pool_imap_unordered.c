/* SPDX-License-Identifier: MIT */
/*
 * pool_imap_unordered.c - pool_imap.c by a program that takes the first result
 * for that of the first item.
 *
 * Teaches: unordered results come as they are done.  Two workers do three
 *          tasks: the third is not begun before one of the others is over, so
 *          it is never the first; all else happens.
 */
#include <mpck/scenario.h>
#include <mpp/pool.h>
#include <string.h>
#include "common/check.h"

enum { TASKS = 3 };

static int f(const void *item, void *result)
{
	int64_t n = *(const int64_t *)item;

	*(int64_t *)result = n * n;
	return 0;
}

static int run(void)
{
	static const int64_t items[TASKS] = { 1, 2, 3 };
	int64_t results[TASKS];
	struct mpp_pool *p;
	struct mpp_iterator *it;

	must(mpp_pool_new(&p, (unsigned)mpck_param("workers"), NULL, NULL));
	must(mpp_pool_imap_unordered(p, &it, f, items, sizeof(items[0]), TASKS,
				     sizeof(results[0]), 1));
	for (int i = 0; i < TASKS; i++)
		must(mpp_iterator_next(it, &results[i], MPP_FOREVER));
	mpp_observe("array", results, TASKS, 'q');
	mpp_iterator_free(it);
	must(mpp_pool_close(p));
	must(mpp_pool_join(p));
	mpp_pool_free(p);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t workers = mpck_param("workers");

	mpck_right_text(e, "array=[1,4,9]");
	mpck_possible_text(e, "array=[1,4,9]");
	if (workers == 1)
		return;
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_may_find(e, MPCK_NOT_SERIALISABLE);
	mpck_possible_text(e, "array=[1,9,4]");
	mpck_possible_text(e, "array=[4,1,9]");
	mpck_possible_text(e, "array=[4,9,1]");
	if (workers == 2)
		return;
	mpck_possible_text(e, "array=[9,1,4]");
	mpck_possible_text(e, "array=[9,4,1]");
}

MPCK_SCENARIO(
	.name = "pool-imap-unordered",
	.summary = "results of a pool as they are done, taken to be in order",
	.params = {
		{ "workers", 2, 1, 4, "processes of the pool" },
	},
	.main = run,
	.expect = expect,
);
