/* SPDX-License-Identifier: MIT */
/*
 * spsc_ring.c - a ring buffer for one producer and one consumer, without locks.
 *
 * Source:  L. Lamport, Specifying concurrent program modules, ACM Transactions
 *          on Programming Languages and Systems 5(2), 1983.
 * Teaches: each index has one writer, so no compare-exchange is needed.  The
 *          item is written before the index that shows it, and read before the
 *          index that gives its slot back.
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
	must(mpp_raw_array_set(r->slots, tail % r->size, item));
	mpp_atomic_store(r->tail, tail + 1);
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

static void expect(struct mpck_expect *e)
{
	int64_t k = mpck_param("k");
	int64_t items[MAX_ITEMS];
	char text[ARRAY_TEXT];

	for (int64_t i = 0; i < k; i++)
		items[i] = i + 1;
	array_text(text, items, k);
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "spsc-ring",
	.summary = "a ring buffer from one process to another, without locks",
	.source = "Lamport 1983",
	.params = {
		{ "k", 3, 1, MAX_ITEMS, "items" },
		{ "size", 2, 1, MAX_ITEMS, "slots of the ring" },
	},
	.main = run,
	.expect = expect,
);
