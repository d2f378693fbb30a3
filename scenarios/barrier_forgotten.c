/* SPDX-License-Identifier: MIT */
/*
 * barrier_forgotten.c - barrier.c without the first wait.
 *
 * Teaches: who adds up before all have written gets what happened to be there.
 *          Not everything is possible: a process sees its own number, and of
 *          two at least one sees the other's.
 *
 * The numbers are powers of two, so that a sum says whose were seen.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/barrier.h>
#include "common/processes.h"
#include "common/text.h"

enum { MAX_PARTIES = 3 };

struct job {
	struct mpp_barrier *barrier;
	struct mpp_raw_array *array;
	int64_t n, me;
};

static int party(void *arg)
{
	const struct job *job = arg;
	int64_t sum = 0;

	must(mpp_raw_array_set(job->array, job->me, 1 << job->me));
	/* here the wait is missing */
	for (int64_t i = 0; i < job->n; i++) {
		int64_t item;

		must(mpp_raw_array_get(job->array, i, &item));
		sum += item;
	}
	must(mpp_barrier_wait(job->barrier, MPP_FOREVER));
	must(mpp_raw_array_set(job->array, job->me, sum));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_PARTIES];
	struct job job = { .n = mpck_param("n") };
	int64_t items[MAX_PARTIES];

	must(mpp_raw_array_new(&job.array, 'i', (size_t)job.n));
	must(mpp_barrier_new(&job.barrier, (int)job.n, NULL, NULL,
			     MPP_FOREVER));
	for (job.me = 0; job.me < job.n; job.me++)
		p[job.me] = process(party, &job, sizeof(job));
	start_all(p, job.n);
	join_all(p, job.n);

	for (int64_t i = 0; i < job.n; i++)
		must(mpp_raw_array_get(job.array, i, &items[i]));
	mpp_observe("array", items, (size_t)job.n, 'q');
	mpp_barrier_free(job.barrier);
	mpp_raw_array_free(job.array);
	return 0;
}

/*
 * seen: bit i * n + j says whether i saw the number of j.  Is there an order of
 * all accesses in which that happens?  Each process does what it can: it writes,
 * then reads 0 .. n-1, each one before or after the other's write as wanted.
 * To write early is needed by those that see it, so what must not be seen any
 * more is what a write waits for.
 */
static bool can_happen(int64_t n, unsigned seen)
{
	int64_t next[MAX_PARTIES] = { 0 };	/* read; 0: not yet written */
	bool written[MAX_PARTIES] = { false };
	bool moved;

	do {
		moved = false;
		for (int64_t i = 0; i < n; i++) {
			while (written[i] && next[i] < n &&
			       (written[next[i]] ||
				!(seen >> (i * n + next[i]) & 1))) {
				if (written[next[i]] !=
				    (seen >> (i * n + next[i]) & 1))
					return false;
				next[i]++;
				moved = true;
			}
		}
		for (int64_t i = 0; i < n && !moved; i++) {
			bool awaited = false;

			for (int64_t j = 0; j < n; j++)
				awaited |= !(seen >> (j * n + i) & 1) &&
					   next[j] <= i;
			if (!written[i] && !awaited)
				written[i] = moved = true;
		}
	} while (moved);
	for (int64_t i = 0; i < n; i++) {
		if (next[i] < n)
			return false;
	}
	return true;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	int64_t sums[MAX_PARTIES];
	char text[ARRAY_TEXT];

	for (unsigned seen = 0; seen < 1u << (n * n); seen++) {
		for (int64_t i = 0; i < n; i++)
			sums[i] = seen >> (i * n) & ((1 << n) - 1);
		array_text(text, sums, n);
		if (seen == (1u << (n * n)) - 1)
			mpck_right_text(e, text);
		else if (can_happen(n, seen))
			mpck_possible_text(e, text);
	}
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_may_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "barrier-forgotten",
	.summary = "as barrier, but nobody waits before adding up",
	.params = {
		{ "n", 3, 2, MAX_PARTIES, "parties" },
	},
	.main = run,
	.expect = expect,
);
