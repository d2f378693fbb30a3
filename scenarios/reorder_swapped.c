/* SPDX-License-Identifier: MIT */
/*
 * reorder_swapped.c - reorder.c with the writers' two lines swapped.
 *
 * Family:  reorder, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: the flag b is set before the news a is there.  A checker between
 *          the two sees b=1 and a=0.  It makes no difference to the final
 *          values of a and b, which are right.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_WRITERS = 60 };

struct cells {
	struct mpp_raw_value *a;	/* the news */
	struct mpp_raw_value *b;	/* 1: there is news */
};

static int writer(void *arg)
{
	const struct cells *cells = arg;

	must(mpp_raw_value_set(cells->b, 1));
	must(mpp_raw_value_set(cells->a, 1));
	return 0;
}

static int checker(void *arg)
{
	const struct cells *cells = arg;
	int64_t b = mpp_raw_value_get(cells->b);
	int64_t a = mpp_raw_value_get(cells->a);

	mpp_observe_int("a", a);
	mpp_observe_int("b", b);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WRITERS + 1];
	int64_t n = mpck_param("n");
	struct cells cells;

	must(mpp_raw_value_new(&cells.a, 'i', 0));
	must(mpp_raw_value_new(&cells.b, 'i', 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(writer, &cells, sizeof(cells));
	p[n] = process(checker, &cells, sizeof(cells));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_raw_value_free(cells.b);
	mpp_raw_value_free(cells.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "a=0 b=0");
	mpck_right_text(e, "a=1 b=0");
	mpck_right_text(e, "a=1 b=1");
	mpck_possible_text(e, "a=0 b=1");
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "reorder-swapped",
	.summary = "n writers set flag b before a; a checker reads b, then a",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
