/* SPDX-License-Identifier: MIT */
/*
 * condition_buffer_shared.c - condition_buffer.c, where producers and consumers
 * wait at one Condition.
 *
 * Family:  the bounded buffer (Dijkstra, 1965; with conditions Hoare, 1974).
 * Teaches: notify(1) lets the one go that has waited longest, whatever it waits
 *          for.  If that one cannot use it, it waits again, and the one that
 *          could is not told.
 *
 * What goes wrong: two consumers wait, a producer puts and notifies the first.
 * Before that has the lock another producer finds the buffer full and waits.
 * The consumer takes and notifies who has waited longest: the other consumer,
 * which finds nothing.  Both it and the producer wait for ever.  The cure is a
 * Condition for each of the two, or notify_all.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/condition.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct buffer {
	struct mpp_lock *lock;		/* of all these */
	struct mpp_condition *changed;
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
	must(mpp_condition_wait_for(b->changed, has_room, b, MPP_FOREVER));
	int64_t item = mpp_raw_value_get(b->put);
	must(mpp_raw_array_set(b->slots, item % b->room, item));
	must(mpp_raw_value_set(b->put, item + 1));
	must(mpp_condition_notify(b->changed, 1));
	must(mpp_lock_release(b->lock));
	return 0;
}

static int consumer(void *arg)
{
	struct buffer *b = arg;
	int64_t item;

	must(mpp_lock_acquire(b->lock, MPP_FOREVER));
	must(mpp_condition_wait_for(b->changed, has_item, b, MPP_FOREVER));
	int64_t due = mpp_raw_value_get(b->taken);
	must(mpp_raw_array_get(b->slots, due % b->room, &item));
	must(mpp_raw_value_set(b->taken, due + 1));
	must(mpp_raw_value_set(b->sum, mpp_raw_value_get(b->sum) + item));
	must(mpp_condition_notify(b->changed, 1));
	must(mpp_lock_release(b->lock));
	return 0;
}

static void make_buffer(struct buffer *b)
{
	b->room = mpck_param("room");
	must(mpp_lock_new(&b->lock, 0));
	must(mpp_condition_on_lock(&b->changed, b->lock));
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
	mpp_condition_free(b->changed);
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
	mpck_possible(e, "sum", n * (n - 1) / 2, n * (n - 1) / 2, 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "condition-buffer-shared",
	.summary = "a bounded buffer with one condition for both sides",
	.params = {
		{ "each", 2, 2, MAX_EACH, "producers, and consumers, of one item" },
		{ "room", 1, 1, 100, "items that the buffer can hold" },
	},
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.main = run,
	.expect = expect,
);
