/* SPDX-License-Identifier: MIT */
/* undefined.c - memory that the program calls undefined, read and written. */
#include "module.h"
#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/segment.h>

enum { SLOTS = 4 };

static struct mpp_raw_array *slots;
static struct mpp_array *locked;
static struct mpp_value *value;
static struct mpp_raw_value *raw;
static struct mpp_atomic *ready, *turns;
static struct mpp_segment *segment;
static struct mpp_queue *empty, *filled;

static int64_t item(struct mpp_raw_array *a, ptrdiff_t i)
{
	int64_t x = -1;

	must(mpp_raw_array_get(a, i, &x));	/* LINE: item */
	return x;
}

/* One process alone. */

PROGRAM(value_alone)
{
	must(mpp_value_new(&value, 'i', 7));
	mpp_observe_int("before", mpp_value_get(value));
	mpck_undefined(value);			/* LINE: called */
	mpp_observe_int("x", mpp_value_get(value));	/* LINE: value */
	must(mpp_value_set(value, 8));
	mpp_observe_int("after", mpp_value_get(value));
	return 0;
}

PROGRAM(raw_alone)
{
	must(mpp_raw_value_new(&raw, 'd', 7));
	mpck_undefined(raw);
	mpp_observe_int("x", mpp_raw_value_get(raw));
	return 0;
}

PROGRAM(atomic_alone)
{
	must(mpp_atomic_new(&turns, 3));
	mpck_undefined(turns);
	mpp_observe_int("x", mpp_atomic_fetch_add(turns, 1));
	mpp_observe_int("y", mpp_atomic_load(turns));
	return 0;
}

/* A locked array of which only a part is written. */
PROGRAM(array_alone)
{
	int32_t part[SLOTS];

	must(mpp_array_new(&locked, 'i', SLOTS));
	mpck_undefined(locked);
	must(mpp_array_write(locked, 0, 2, (int32_t[]){ 1, 2 }));
	must(mpp_array_read(locked, 0, 2, part));
	must(mpp_array_set(locked, 3, 4));
	must(mpp_array_read(locked, 0, SLOTS, part));	/* LINE: slice */
	mpp_observe_int("x", part[3]);
	return 0;
}

/* Items that are no word each, some of them defined again. */
PROGRAM(raw_array_alone)
{
	int16_t part[SLOTS] = { 0 };

	must(mpp_raw_array_new(&slots, 'h', 2 * SLOTS));
	mpck_undefined_items(slots, 3, 2);
	(void)item(slots, 2);
	(void)item(slots, 5);
	must(mpp_raw_array_write(slots, 4, 1, (int16_t[]){ 9 }));
	mpp_observe_int("x", item(slots, 4));
	must(mpp_raw_array_read(slots, 0, SLOTS, part));	/* LINE: raw */
	mpp_observe_int("y", part[0]);
	return 0;
}

/* Bytes 4..7 of a record are padding that nobody writes. */
PROGRAM(segment_alone)
{
	char record[16] = { 0 };

	must(mpp_segment_new(&segment, sizeof(record)));
	mpck_undefined(segment);
	must(mpp_segment_write(segment, 0, record, 4));
	must(mpp_segment_write(segment, 8, record, 8));
	must(mpp_segment_read(segment, 8, record, 8));
	must(mpp_segment_read(segment, 0, record, 3));
	must(mpp_segment_read(segment, 0, record, 8));	/* LINE: padding */
	mpp_observe_int("x", record[0]);
	return 0;
}

static int64_t same(int64_t old, void *context)
{
	(void)context;
	return old;
}

/* Whoever updates reads as well, a write does not. */
PROGRAM(updates)
{
	int64_t expected = 0, n = mpck_param("n");

	must(mpp_value_new(&value, 'i', 0));
	must(mpp_array_new(&locked, 'i', SLOTS));
	mpck_undefined(locked);
	if (n != 4)
		mpck_undefined(value);
	if (n == 0)
		must(mpp_value_add(value, 1));
	else if (n == 1)
		must(mpp_value_update(value, same, NULL));
	else if (n == 2)
		must(mpp_value_exchange(value, 1, NULL));
	else if (n == 3)
		(void)mpp_value_compare_exchange(value, &expected, 1);
	else if (n == 4)
		must(mpp_array_add(locked, 1, 1));
	else
		must(mpp_value_set(value, 1));
	mpp_observe_int("x", mpp_value_get(value));
	return 0;
}

/* Memory that is made anew is zeros again. */
PROGRAM(made_again)
{
	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	mpck_undefined(slots);
	mpp_raw_array_free(slots);
	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	mpp_observe_int("x", item(slots, 1));
	mpp_raw_array_free(slots);
	return 0;
}

/* 100 looks are one finding, and leave room for another. */
PROGRAM(many_looks)
{
	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	mpck_undefined(slots);
	for (int i = 0; i < 100; i++)
		(void)item(slots, 0);
	mpp_observe_int("x", mpp_raw_array_get(slots, SLOTS, &(int64_t){ 0 }));
	return 0;
}

PROGRAM(misused)
{
	int64_t n = mpck_param("n");
	int local = 0;

	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	must(mpp_value_new(&value, 'i', 0));
	lock = new_lock(0);
	if (n == 0)
		mpck_undefined(lock);
	else if (n == 1)
		mpck_undefined(&local);
	else if (n == 2)
		mpck_undefined(NULL);
	else if (n == 3)
		mpck_undefined_items(slots, 2, 3);
	else if (n == 4)
		mpck_undefined_items(value, 1, 1);
	else if (n == 5)
		mpck_undefined_items(slots, SIZE_MAX, 2);
	else if (n == 6)
		mpck_undefined_items(slots, SLOTS, 0);
	mpp_observe_int("x", item(slots, 0));
	return 0;
}

PROGRAM(gone)
{
	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	mpp_raw_array_free(slots);
	mpck_undefined(slots);			/* LINE: gone */
	return 0;
}

/* Two processes. */

static int produce_early(void *arg)
{
	(void)arg;
	mpp_atomic_store(ready, 1);
	must(mpp_raw_array_set(slots, 1, 42));
	return 0;
}

static int produce(void *arg)
{
	(void)arg;
	must(mpp_raw_array_set(slots, 1, 42));
	mpp_atomic_store(ready, 1);
	return 0;
}

static int consume(void *arg)
{
	(void)arg;
	if (mpp_atomic_load(ready))
		mpp_observe_int("x", item(slots, 1));
	return 0;
}

static int two(int (*a)(void *), int (*b)(void *))
{
	struct mpp_process *p[2] = { process(a, NULL, 0), process(b, NULL, 0) };

	start_all(p, 2);
	join_all(p, 2);
	return 0;
}

static void make_slots(void)
{
	must(mpp_raw_array_new(&slots, 'q', SLOTS));
	must(mpp_atomic_new(&ready, 0));
	mpck_name(slots, "slots");
	mpck_undefined(slots);			/* LINE: slots */
}

PROGRAM(early)
{
	make_slots();
	return two(produce_early, consume);
}

PROGRAM(late_enough)
{
	make_slots();
	return two(produce, consume);
}

/* The slot is used twice: between the two it holds nothing. */
static int produce_twice(void *arg)
{
	int64_t x;

	(void)arg;
	for (int64_t i = 1; i <= 2; i++) {
		must(mpp_queue_get(empty, &x, MPP_FOREVER));
		mpck_undefined_items(slots, 1, 1);	/* LINE: again */
		if (i == 1 || mpck_param("n") == 0)
			must(mpp_raw_array_set(slots, 1, i));
		must(mpp_queue_put(filled, &i, MPP_FOREVER));
	}
	return 0;
}

static int consume_twice(void *arg)
{
	int64_t sum = 0, x;

	(void)arg;
	for (int64_t i = 1; i <= 2; i++) {
		must(mpp_queue_put(empty, &i, MPP_FOREVER));
		must(mpp_queue_get(filled, &x, MPP_FOREVER));
		sum += item(slots, 1);
	}
	mpp_observe_int("sum", sum);
	return 0;
}

PROGRAM(recycled)
{
	make_slots();
	must(mpp_queue_new(&empty, 2, sizeof(int64_t)));
	must(mpp_queue_new(&filled, 2, sizeof(int64_t)));
	return two(produce_twice, consume_twice);
}

/* The value's own lock is taken for the call, as for a set. */
static int call_undefined(void *arg)
{
	(void)arg;
	mpck_undefined(value);			/* LINE: locked */
	must(mpp_value_set(value, 2));
	return 0;
}

static int hold_and_look(void *arg)
{
	int64_t seen[2];

	(void)arg;
	must(mpp_rlock_acquire(mpp_value_lock(value), MPP_FOREVER));
	for (int i = 0; i < 2; i++)
		seen[i] = mpp_value_get(value);
	must(mpp_rlock_release(mpp_value_lock(value)));
	mpp_observe_int("same", seen[0] == seen[1]);
	return 0;
}

PROGRAM(under_a_lock)
{
	must(mpp_value_new(&value, 'i', 1));
	return two(call_undefined, hold_and_look);
}

/* Only the interleaving in which all of one comes before all of the other. */
static int count_up(void *arg)
{
	int64_t n = mpck_param("n");

	(void)arg;
	for (int64_t i = 1; i <= n; i++)
		mpp_atomic_store(turns, i);
	return 0;
}

static int look_for_the_end(void *arg)
{
	int64_t n = mpck_param("n");
	bool all = mpp_atomic_load(turns) == n;

	(void)arg;
	for (int64_t i = 1; i < n; i++)
		(void)(all ? item(slots, 0) : mpp_atomic_load(ready));
	return 0;
}

PROGRAM(rare)
{
	make_slots();
	must(mpp_atomic_new(&turns, 0));
	return two(count_up, look_for_the_end);
}

/* Threads of one process, which share what is not shared memory as well. */
static int write_slot(void *arg)
{
	(void)arg;
	must(mpp_raw_array_set(slots, 0, 5));
	return 0;
}

PROGRAM(threads)
{
	struct mpp_thread *t;

	must(mpp_thread_new(&t, write_slot, NULL, 0));
	make_slots();
	must(mpp_thread_start(t));
	(void)item(slots, 0);
	must(mpp_thread_join(t, MPP_FOREVER));
	mpp_observe_int("x", item(slots, 0));
	return 0;
}

/* States that differ in nothing but what is undefined: a merge of them would
 * lose the finding, or make one up. */
static int write_seven(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 7));
	return 0;
}

static int write_the_same(void *arg)
{
	(void)arg;
	mpck_undefined(raw);
	if (mpp_raw_value_get(cell) == 7)
		must(mpp_raw_value_set(raw, 7));
	if (mpp_raw_value_get(cell) == 7)
		mpp_observe_int("x", mpp_raw_value_get(raw));
	return 0;
}

PROGRAM(same_bytes)
{
	cell = new_cell(0);
	must(mpp_raw_value_new(&raw, 'q', 7));
	return two(write_the_same, write_seven);
}

/* Items 3 and 4 lie in two words: whoever uses one of them has to do with a call
 * that is about both. */
static int call_both(void *arg)
{
	(void)arg;
	mpck_undefined_items(slots, 3, 2);	/* LINE: both */
	must(mpp_raw_array_set(slots, 3, 1));
	return 0;
}

static int use_the_second(void *arg)
{
	(void)arg;
	must(mpp_raw_array_set(slots, 4, 1));
	(void)item(slots, 4);
	return 0;
}

PROGRAM(two_words)
{
	must(mpp_raw_array_new(&slots, 'h', 2 * SLOTS));
	return two(call_both, use_the_second);
}

MODULE_END;
