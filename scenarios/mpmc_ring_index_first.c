/* SPDX-License-Identifier: MIT */
/*
 * mpmc_ring_index_first.c - mpmc_ring.c that shows the item, then writes it.
 *
 * Source:  D. Vyukov, Bounded MPMC queue, 1024cores.net, from its description.
 * Teaches: who sees that it is its turn may read the slot before the item is
 *          there.
 *
 * What goes wrong: a consumer gets what was in the slot before: nothing, or in
 * a later lap an older item, which then comes twice.  The consumers get n * k
 * times something, so there are as many items lost as came twice, or more.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/cells.h"
#include "common/processes.h"
#include "common/tally.h"

enum { MAX_PAIRS = 8, MAX_SIZE = 64 };

struct ring {
	struct mpp_atomic *head, *tail;	/* next to get, next to put */
	struct mpp_atomic *turn[MAX_SIZE];	/* position: put; + 1: get */
	struct mpp_raw_array *slots;
	int64_t size;
};

struct job {
	struct ring ring;
	struct tally tally;
	int64_t me, k;
};

static void put(const struct ring *r, int64_t item)
{
	int64_t at, slot;

	do {	/* while it is full, or another is faster */
		at = mpp_atomic_load(r->tail);
		slot = at % r->size;
	} while (mpp_atomic_load(r->turn[slot]) != at ||
		 !mpp_atomic_compare_exchange(r->tail, &at, at + 1));
	mpp_atomic_store(r->turn[slot], at + 1);
	must(mpp_raw_array_set(r->slots, slot, item));
}

static int64_t get(const struct ring *r)
{
	int64_t at, slot, item;

	do {	/* while it is empty, or another is faster */
		at = mpp_atomic_load(r->head);
		slot = at % r->size;
	} while (mpp_atomic_load(r->turn[slot]) != at + 1 ||
		 !mpp_atomic_compare_exchange(r->head, &at, at + 1));
	must(mpp_raw_array_get(r->slots, slot, &item));
	mpp_atomic_store(r->turn[slot], at + r->size);
	return item;
}

static int produce(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 1; i <= job->k; i++)
		put(&job->ring, job->me * job->k + i);
	return 0;
}

static int consume(void *arg)
{
	const struct job *job = arg;
	int32_t counts[MAX_THINGS] = { 0 };

	for (int64_t i = 0; i < job->k; i++) {
		int64_t item = get(&job->ring);

		if (item)	/* 0: nothing was there */
			counts[item - 1]++;
	}
	tally_hand_in(&job->tally, job->me, counts);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_PAIRS];
	int64_t n = mpck_param("n");
	struct job job = {
		.ring = { .head = atomic(0), .tail = atomic(0),
			  .size = mpck_param("size") },
		.k = mpck_param("k"),
	};

	job.tally = tally(n, n * job.k);
	must(mpp_raw_array_new(&job.ring.slots, 'q', (size_t)job.ring.size));
	for (int64_t i = 0; i < job.ring.size; i++)
		job.ring.turn[i] = atomic(i);
	for (job.me = 0; job.me < n; job.me++) {
		p[job.me] = process(produce, &job, sizeof(job));
		p[n + job.me] = process(consume, &job, sizeof(job));
	}
	start_all(p, 2 * n);
	join_all(p, 2 * n);

	tally_observe(&job.tally);
	free_atomics(job.ring.turn, job.ring.size);
	mpp_raw_array_free(job.ring.slots);
	mpp_atomic_free(job.ring.tail);
	mpp_atomic_free(job.ring.head);
	return 0;
}

static bool some_interleaving_gives(const char *outcome)
{
	int64_t items = mpck_param("n") * mpck_param("k");
	bool laps = items > mpck_param("size");
	long long lost, twice;

	return sscanf(outcome, "lost=%lld twice=%lld", &lost, &twice) == 2 &&
	       lost >= 0 && lost <= items && twice >= 0 &&
	       twice <= (laps ? lost : 0);
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "lost=0 twice=0");
	mpck_possible_if(e, some_interleaving_gives);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "mpmc-ring-index-first",
	.summary = "mpmc-ring, its slots shown before they are written",
	.source = "Vyukov, 1024cores.net, two stores exchanged",
	.params = {
		{ "n", 2, 1, MAX_PAIRS, "producers, and consumers" },
		{ "k", 1, 1, MAX_THINGS / MAX_PAIRS, "items of each" },
		{ "size", 2, 2, MAX_SIZE, "slots of the ring" },
	},
	.main = run,
	.expect = expect,
);
