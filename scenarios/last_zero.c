/* SPDX-License-Identifier: MIT */
/*
 * last_zero.c - a reader looks for the last zero while writers fill an array.
 *
 * Family:  lastzero (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic
 *          partial order reduction, 2014).
 * Teaches: nobody writes a[0], so the scan from the end always meets a zero:
 *          somewhere from 0 to n.  Nearly all of the interleavings are
 *          equivalent, as most pairs of steps touch different items: what a
 *          reduction has to see and dfs cannot.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"

enum { MAX_WRITERS = 60 };

struct job {
	struct mpp_raw_array *a;	/* a[0] to a[n] */
	int64_t number;			/* of the item to write; reader: n */
};

static int writer(void *arg)
{
	const struct job *job = arg;
	int64_t item;

	must(mpp_raw_array_get(job->a, job->number - 1, &item));
	must(mpp_raw_array_set(job->a, job->number, item + 1));
	return 0;
}

static int reader(void *arg)
{
	const struct job *job = arg;
	int64_t at = job->number;
	int64_t item;

	for (;;) {
		must(mpp_raw_array_get(job->a, at, &item));
		if (item == 0)
			break;
		at--;
	}
	mpp_observe_int("zero", at);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WRITERS + 1];
	int64_t n = mpck_param("n");
	struct job job = { .number = n };

	must(mpp_raw_array_new(&job.a, 'i', (size_t)n + 1));
	p[0] = process(reader, &job, sizeof(job));
	for (int64_t i = 1; i <= n; i++) {
		job.number = i;
		p[i] = process(writer, &job, sizeof(job));
	}
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_raw_array_free(job.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	for (int64_t i = 0; i <= mpck_param("n"); i++)
		mpck_right(e, "zero", i);
	/* Right under sequential consistency, but a data race. */
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "last-zero",
	.summary = "n writers set a[i]=a[i-1]+1, a reader finds the last zero",
	.params = {
		{ "n", 3, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
