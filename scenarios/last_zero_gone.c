/* SPDX-License-Identifier: MIT */
/*
 * last_zero_gone.c - last_zero.c with one writer too many: of a[0].
 *
 * Family:  lastzero (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic
 *          partial order reduction, 2014).
 * Teaches: a loop without a bound of its own ends because of what nobody
 *          changes.  Here somebody does: when the reader comes to a[0] after
 *          its writer, it goes on.  a[-1] is the last item, as in Python, and
 *          not zero any more; the scan goes round and beyond the far end.
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
	struct mpp_process *p[MAX_WRITERS + 2];
	int64_t n = mpck_param("n");
	struct job job = { .number = n };

	must(mpp_raw_array_new(&job.a, 'i', (size_t)n + 1));
	p[0] = process(reader, &job, sizeof(job));
	for (int64_t i = 0; i <= n; i++) {	/* 0: a[0] = a[-1] + 1 */
		job.number = i;
		p[i + 1] = process(writer, &job, sizeof(job));
	}
	start_all(p, n + 2);
	join_all(p, n + 2);

	mpp_raw_array_free(job.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	for (int64_t i = 0; i <= mpck_param("n"); i++)
		mpck_right(e, "zero", i);
	mpck_possible_text(e, "(nothing observed)");
	mpck_must_find(e, MPCK_RANGE);
	mpck_must_find(e, MPCK_CHILD_FAILURE);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "last-zero-gone",
	.summary = "as last-zero, but somebody writes a[0]: the scan runs away",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
