/* SPDX-License-Identifier: MIT */
/*
 * bounded_queue_early_look.c - bounded_queue.c with the looks before the lock.
 *
 * Family:  the bounded buffer (Dijkstra, 1965); here without condition
 *          variables, by polling.
 * Teaches: the queue is locked whenever it is changed, and still two consumers
 *          take one item: both looked while it was there.  Two producers fill
 *          one slot the same way, and the first item is gone.
 *
 * What goes wrong: the i-th take gets item i only if so many were put, and
 * fewer than `room` after it.  All consumers may have looked at one item: then
 * all takes but the first are wrong.  All producers may have looked at the
 * empty queue: then all items but the last `room` are overwritten.
 *
 * After so many looks in vain a process gives up, so that every interleaving
 * has an end.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct queue {
	struct mpp_raw_array *slots;	/* item i stands in slot i % room */
	struct mpp_raw_value *put, *taken;	/* so many, ever */
	struct mpp_raw_value *wrong;	/* takes that did not get their item */
	struct mpp_lock *lock;		/* of all these */
	int64_t room;
	int64_t looks;
};

/* Under the lock. */
static void put(const struct queue *q)
{
	int64_t item = mpp_raw_value_get(q->put);

	must(mpp_raw_array_set(q->slots, item % q->room, item));
	must(mpp_raw_value_set(q->put, item + 1));
}

/* Under the lock. */
static void take(const struct queue *q)
{
	int64_t due = mpp_raw_value_get(q->taken);
	int64_t item;

	must(mpp_raw_array_get(q->slots, due % q->room, &item));
	must(mpp_raw_value_set(q->taken, due + 1));
	if (item != due)
		must(mpp_raw_value_set(q->wrong,
				       mpp_raw_value_get(q->wrong) + 1));
}

static int64_t length(const struct queue *q)
{
	int64_t taken = mpp_raw_value_get(q->taken);

	return mpp_raw_value_get(q->put) - taken;
}

static int producer(void *arg)
{
	const struct queue *q = arg;
	bool done = false;

	for (int64_t i = 0; i < q->looks && !done; i++) {
		if (length(q) < q->room) {
			must(mpp_lock_acquire(q->lock, MPP_FOREVER));
			put(q);
			must(mpp_lock_release(q->lock));
			done = true;
		}
	}
	return 0;
}

static int consumer(void *arg)
{
	const struct queue *q = arg;
	bool done = false;

	for (int64_t i = 0; i < q->looks && !done; i++) {
		if (length(q) > 0) {
			must(mpp_lock_acquire(q->lock, MPP_FOREVER));
			take(q);
			must(mpp_lock_release(q->lock));
			done = true;
		}
	}
	return 0;
}

static void make_queue(struct queue *q)
{
	q->room = mpck_param("room");
	q->looks = mpck_param("looks");
	must(mpp_raw_array_new(&q->slots, 'i', (size_t)q->room));
	for (int64_t i = 0; i < q->room; i++)
		must(mpp_raw_array_set(q->slots, i, -1));
	must(mpp_raw_value_new(&q->put, 'i', 0));
	must(mpp_raw_value_new(&q->taken, 'i', 0));
	must(mpp_raw_value_new(&q->wrong, 'i', 0));
	must(mpp_lock_new(&q->lock, 0));
}

static void free_queue(struct queue *q)
{
	mpp_lock_free(q->lock);
	mpp_raw_value_free(q->wrong);
	mpp_raw_value_free(q->taken);
	mpp_raw_value_free(q->put);
	mpp_raw_array_free(q->slots);
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_EACH];
	int64_t producers = mpck_param("producers");
	int64_t consumers = mpck_param("consumers");
	struct queue q;

	make_queue(&q);
	for (int64_t i = 0; i < producers; i++)
		p[i] = process(producer, &q, sizeof(q));
	for (int64_t i = 0; i < consumers; i++)
		p[producers + i] = process(consumer, &q, sizeof(q));
	start_all(p, producers + consumers);
	join_all(p, producers + consumers);

	while (length(&q) > 0)		/* what nobody took */
		take(&q);
	mpp_observe_int("wrong", mpp_raw_value_get(q.wrong));
	free_queue(&q);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t doubles = mpck_param("consumers") - 1;
	int64_t lost = mpck_param("producers") - mpck_param("room");

	mpck_right(e, "wrong", 0);
	mpck_possible(e, "wrong", 0, doubles > lost ? doubles : lost, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_UNSERIALISABLE_TRIPLE);
}

MPCK_SCENARIO(
	.name = "bounded-queue-early-look",
	.summary = "producers and consumers look, then lock and act",
	.params = {
		{ "producers", 1, 1, MAX_EACH, "processes that put one item" },
		{ "consumers", 2, 2, MAX_EACH, "processes that take one" },
		{ "room", 1, 1, 100, "items that the queue can hold" },
		{ "looks", 1, 1, 100, "in vain, then a process gives up" },
	},
	.main = run,
	.expect = expect,
);
