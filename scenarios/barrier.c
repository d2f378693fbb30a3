/* SPDX-License-Identifier: MIT */
/*
 * barrier.c - everybody writes, then everybody reads, then everybody writes.
 *
 * Source:  multiprocessing.Barrier; the phases of a parallel computation.
 * Teaches: behind a barrier every write in front of it is there.  The second
 *          cycle is needed as well: without it a fast process would write its
 *          sum while a slow one still adds up.  Each wait gives a number, by
 *          order of arrival: any order, in each cycle anew.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/barrier.h>
#include "common/processes.h"
#include "common/text.h"

enum { MAX_PARTIES = 4 };

struct job {
	struct mpp_barrier *barrier;
	struct mpp_raw_array *array;	/* n */
	struct mpp_raw_array *order;	/* n of each cycle */
	int64_t n, me;
};

static void wait_for_all(const struct job *job, int64_t cycle)
{
	int index = mpp_barrier_wait(job->barrier, MPP_FOREVER);

	must(index);
	must(mpp_raw_array_set(job->order, cycle * job->n + job->me, index));
}

static int party(void *arg)
{
	const struct job *job = arg;
	int64_t sum = 0;

	must(mpp_raw_array_set(job->array, job->me, job->me + 1));
	wait_for_all(job, 0);
	for (int64_t i = 0; i < job->n; i++) {
		int64_t item;

		must(mpp_raw_array_get(job->array, i, &item));
		sum += item;
	}
	wait_for_all(job, 1);
	must(mpp_raw_array_set(job->array, job->me, sum));
	return 0;
}

static void observe(const char *name, struct mpp_raw_array *array, int64_t n)
{
	int64_t items[2 * MAX_PARTIES];

	for (int64_t i = 0; i < n; i++)
		must(mpp_raw_array_get(array, i, &items[i]));
	mpp_observe(name, items, (size_t)n, 'q');
}

static int run(void)
{
	struct mpp_process *p[MAX_PARTIES];
	struct job job = { .n = mpck_param("n") };

	must(mpp_raw_array_new(&job.array, 'i', (size_t)job.n));
	must(mpp_raw_array_new(&job.order, 'i', 2 * (size_t)job.n));
	must(mpp_barrier_new(&job.barrier, (int)job.n, NULL, NULL,
			     MPP_FOREVER));
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(party, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	observe("array", job.array, job.n);
	observe("order", job.order, 2 * job.n);
	mpp_barrier_free(job.barrier);
	mpp_raw_array_free(job.order);
	mpp_raw_array_free(job.array);
	return 0;
}

/* Two permutations, one behind the other; `at` numbers are there already. */
static void expect_orders(struct mpck_expect *e, int64_t n, int64_t *order,
			  int64_t at)
{
	char array[ARRAY_TEXT], orders[ARRAY_TEXT], text[2 * ARRAY_TEXT];
	int64_t sums[MAX_PARTIES];

	if (at < 2 * n) {
		for (int64_t index = 0; index < n; index++) {
			bool given = false;

			for (int64_t i = at / n * n; i < at; i++)
				given |= order[i] == index;
			order[at] = index;
			if (!given)
				expect_orders(e, n, order, at + 1);
		}
		return;
	}
	for (int64_t i = 0; i < n; i++)
		sums[i] = n * (n + 1) / 2;
	array_text(array, sums, n);
	array_text(orders, order, 2 * n);
	snprintf(text, sizeof(text), "%s order=%s", array,
		 orders + strlen("array="));
	mpck_right_text(e, text);
}

static void expect(struct mpck_expect *e)
{
	int64_t order[2 * MAX_PARTIES];

	expect_orders(e, mpck_param("n"), order, 0);
}

MPCK_SCENARIO(
	.name = "barrier",
	.summary = "n processes write, wait, add up, wait and write",
	.source = "multiprocessing.Barrier",
	.params = {
		{ "n", 3, 1, MAX_PARTIES, "parties" },
	},
	.main = run,
	.expect = expect,
);
