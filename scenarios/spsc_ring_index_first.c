/* SPDX-License-Identifier: MIT */
/*
 * spsc_ring_index_first.c - spsc_ring.c that shows the item, then writes it.
 *
 * Source:  L. Lamport, Specifying concurrent program modules, ACM Transactions
 *          on Programming Languages and Systems 5(2), 1983.
 * Teaches: who sees the new index may read the slot before the item is there.
 *
 * What goes wrong: item i is itself or what was in its slot before: the item
 * `size` before it, or 0.  Not older: that one was written before the index
 * moved on.  Each item for itself, so k items have 2^k final values.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/cells.h"
#include "common/processes.h"
#include "common/text.h"

enum { MAX_ITEMS = 64 };

struct ring {
	struct mpp_atomic *head;	/* how many were taken out */
	struct mpp_atomic *tail;	/* how many were put in */
	struct mpp_raw_array *slots;
	int64_t size;
};

struct job {
	struct ring ring;
	int64_t k;
};

static void put(const struct ring *r, int64_t item)
{
	int64_t tail = mpp_atomic_load(r->tail);

	while (tail - mpp_atomic_load(r->head) == r->size)
		;
	mpp_atomic_store(r->tail, tail + 1);
	must(mpp_raw_array_set(r->slots, tail % r->size, item));
}

static int64_t get(const struct ring *r)
{
	int64_t head = mpp_atomic_load(r->head);
	int64_t item;

	while (mpp_atomic_load(r->tail) == head)
		;
	must(mpp_raw_array_get(r->slots, head % r->size, &item));
	mpp_atomic_store(r->head, head + 1);
	return item;
}

static int produce(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 1; i <= job->k; i++)
		put(&job->ring, i);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[1];
	struct job job = {
		.ring = { .head = atomic(0), .tail = atomic(0),
			  .size = mpck_param("size") },
		.k = mpck_param("k"),
	};
	int64_t items[MAX_ITEMS];

	must(mpp_raw_array_new(&job.ring.slots, 'q', (size_t)job.ring.size));
	p[0] = process(produce, &job, sizeof(job));
	start_all(p, 1);
	for (int64_t i = 0; i < job.k; i++)
		items[i] = get(&job.ring);
	join_all(p, 1);

	mpp_observe("array", items, (size_t)job.k, 'q');
	mpp_raw_array_free(job.ring.slots);
	mpp_atomic_free(job.ring.tail);
	mpp_atomic_free(job.ring.head);
	return 0;
}

static bool some_interleaving_gives(const char *outcome)
{
	int64_t items[MAX_ITEMS];
	int64_t size = mpck_param("size");
	int64_t n = array_items(outcome, items, MAX_ITEMS);

	for (int64_t i = 1; i <= n; i++)
		if (items[i - 1] != i &&
		    items[i - 1] != (i > size ? i - size : 0))
			return false;
	return n == mpck_param("k");
}

static void expect(struct mpck_expect *e)
{
	int64_t k = mpck_param("k");
	int64_t items[MAX_ITEMS];
	char text[ARRAY_TEXT];

	for (int64_t i = 0; i < k; i++)
		items[i] = i + 1;
	array_text(text, items, k);
	mpck_right_text(e, text);
	mpck_possible_if(e, some_interleaving_gives);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "spsc-ring-index-first",
	.summary = "a ring buffer whose index is ahead of its data",
	.source = "Lamport 1983, two stores exchanged",
	.params = {
		{ "k", 3, 1, MAX_ITEMS, "items" },
		{ "size", 2, 1, MAX_ITEMS, "slots of the ring" },
	},
	.main = run,
	.expect = expect,
);
