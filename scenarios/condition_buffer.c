/* SPDX-License-Identifier: MIT */
/*
 * condition_buffer.c - a queue of a few slots with two Conditions on one Lock.
 *
 * Family:  the bounded buffer (Dijkstra, 1965; with conditions Hoare, 1974).
 *          bounded_queue.c is the same by polling.
 * Teaches: who waits for room and who waits for an item wait at different
 *          Conditions, so that one notify is enough and reaches the right one.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/condition.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct buffer {
	struct mpp_lock *lock;		/* of all these */
	struct mpp_condition *room_there, *item_there;
	struct mpp_raw_array *slots;	/* item i stands in slot i % room */
	struct mpp_raw_value *put, *taken;	/* so many, ever */
	struct mpp_raw_value *sum;
	int64_t room;
};

static int64_t length(const struct buffer *b)
{
	return mpp_raw_value_get(b->put) - mpp_raw_value_get(b->taken);
}

static bool has_room(void *context)
{
	const struct buffer *b = context;

	return length(b) < b->room;
}

static bool has_item(void *context)
{
	return length(context) > 0;
}

static int producer(void *arg)
{
	struct buffer *b = arg;

	must(mpp_lock_acquire(b->lock, MPP_FOREVER));
	must(mpp_condition_wait_for(b->room_there, has_room, b, MPP_FOREVER));
	int64_t item = mpp_raw_value_get(b->put);
	must(mpp_raw_array_set(b->slots, item % b->room, item));
	must(mpp_raw_value_set(b->put, item + 1));
	must(mpp_condition_notify(b->item_there, 1));
	must(mpp_lock_release(b->lock));
	return 0;
}

static int consumer(void *arg)
{
	struct buffer *b = arg;
	int64_t item;

	must(mpp_lock_acquire(b->lock, MPP_FOREVER));
	must(mpp_condition_wait_for(b->item_there, has_item, b, MPP_FOREVER));
	int64_t due = mpp_raw_value_get(b->taken);
	must(mpp_raw_array_get(b->slots, due % b->room, &item));
	must(mpp_raw_value_set(b->taken, due + 1));
	must(mpp_raw_value_set(b->sum, mpp_raw_value_get(b->sum) + item));
	must(mpp_condition_notify(b->room_there, 1));
	must(mpp_lock_release(b->lock));
	return 0;
}

static void make_buffer(struct buffer *b)
{
	b->room = mpck_param("room");
	must(mpp_lock_new(&b->lock, 0));
	must(mpp_condition_on_lock(&b->room_there, b->lock));
	must(mpp_condition_on_lock(&b->item_there, b->lock));
	must(mpp_raw_array_new(&b->slots, 'i', (size_t)b->room));
	must(mpp_raw_value_new(&b->put, 'i', 0));
	must(mpp_raw_value_new(&b->taken, 'i', 0));
	must(mpp_raw_value_new(&b->sum, 'i', 0));
}

static void free_buffer(struct buffer *b)
{
	mpp_raw_value_free(b->sum);
	mpp_raw_value_free(b->taken);
	mpp_raw_value_free(b->put);
	mpp_raw_array_free(b->slots);
	mpp_condition_free(b->item_there);
	mpp_condition_free(b->room_there);
	mpp_lock_free(b->lock);
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_EACH];
	int64_t n = mpck_param("each");
	struct buffer b;

	make_buffer(&b);
	for (int64_t i = 0; i < n; i++) {
		p[i] = process(producer, &b, sizeof(b));
		p[n + i] = process(consumer, &b, sizeof(b));
	}
	start_all(p, 2 * n);
	join_all(p, 2 * n);

	mpp_observe_int("sum", mpp_raw_value_get(b.sum));
	free_buffer(&b);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("each");

	mpck_right(e, "sum", n * (n - 1) / 2);
}

MPCK_SCENARIO(
	.name = "condition-buffer",
	.summary = "a bounded buffer with two conditions on one lock",
	.params = {
		{ "each", 2, 1, MAX_EACH, "producers, and consumers, of one item" },
		{ "room", 1, 1, 100, "items that the buffer can hold" },
	},
	.main = run,
	.expect = expect,
);
