/* SPDX-License-Identifier: MIT */
/*
 * races.c - races and none: nothing that orders, starts and ends, time, parts of
 * memory.
 */
#include <mpp/array.h>
#include <mpp/segment.h>
#include "races.h"

/* Nothing. */
TASK(write_it)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: nothing 1 */
	return 0;
}

TASK(read_it)
{
	NO_ARGUMENT;
	(void)mpp_raw_value_get(cell); /* LINE: nothing 2 */
	return 0;
}

PROGRAM(nothing)
{
	cell = new_cell(0);
	both(write_it, read_it);
	return 0;
}

PROGRAM(two_reads)
{
	cell = new_cell(0);
	both(read_it, read_it);
	return 0;
}

TASK(write_twin)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: twins 1 */ /* LINE: twins 2 */
	return 0;
}

PROGRAM(twins)
{
	cell = new_cell(0);
	both(write_twin, write_twin);
	return 0;
}

TASK(write_thread)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: threads 1 */
	return 0;
}

TASK(read_thread)
{
	NO_ARGUMENT;
	(void)mpp_raw_value_get(cell); /* LINE: threads 2 */
	return 0;
}

PROGRAM(threads)
{
	struct mpp_thread *t[2];

	cell = new_cell(0);
	must(mpp_thread_new(&t[0], write_thread, NULL, 0));
	must(mpp_thread_new(&t[1], read_thread, NULL, 0));
	for (int i = 0; i < 2; i++)
		must(mpp_thread_start(t[i]));
	for (int i = 0; i < 2; i++)
		must(mpp_thread_join(t[i], MPP_FOREVER));
	return 0;
}

/* Starts and ends. */
PROGRAM(started)
{
	struct mpp_process *p;

	cell = new_cell(0);
	set();
	p = start(read_it);
	join_all(&p, 1);
	return 0;
}

TASK(read_early)
{
	NO_ARGUMENT;
	(void)mpp_raw_value_get(cell); /* LINE: started_early 2 */
	return 0;
}

PROGRAM(started_early)
{
	struct mpp_process *p;

	cell = new_cell(0);
	p = start(read_early);
	must(mpp_raw_value_set(cell, 1)); /* LINE: started_early 1 */
	join_all(&p, 1);
	return 0;
}

PROGRAM(joined)
{
	struct mpp_process *p;

	cell = new_cell(0);
	p = start(write_it);
	join_all(&p, 1);
	(void)mpp_raw_value_get(cell);
	return 0;
}

/* p1's end says nothing of p2's. */
TASK(write_unjoined)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: joined_other 1 */
	return 0;
}

TASK(do_nothing)
{
	NO_ARGUMENT;
	return 0;
}

PROGRAM(joined_other)
{
	struct mpp_process *p[2];

	cell = new_cell(0);
	p[0] = start(do_nothing);
	p[1] = start(write_unjoined);
	join_all(p, 1);
	(void)mpp_raw_value_get(cell); /* LINE: joined_other 2 */
	join_all(p + 1, 1);
	return 0;
}

PROGRAM(polled)
{
	struct mpp_process *p;

	cell = new_cell(0);
	p = start(write_it);
	if (!mpp_process_is_alive(p))
		(void)mpp_raw_value_get(cell);
	join_all(&p, 1);
	return 0;
}

TASK(write_alive)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: polled_alive 1 */
	return 0;
}

PROGRAM(polled_alive)
{
	struct mpp_process *p;

	cell = new_cell(0);
	p = start(write_alive);
	if (mpp_process_is_alive(p))
		(void)mpp_raw_value_get(cell); /* LINE: polled_alive 2 */
	join_all(&p, 1);
	return 0;
}

PROGRAM(timed_join)
{
	struct mpp_process *p;

	cell = new_cell(0);
	p = start(write_it);
	if (mpp_process_join(p, 0) == 0)
		(void)mpp_raw_value_get(cell);
	join_all(&p, 1);
	return 0;
}

TASK(wait_for_end)
{
	NO_ARGUMENT;
	set();
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	return 0;
}

/* A killed process's end is behind the kill. */
PROGRAM(killed)
{
	struct mpp_process *p;

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	p = start(wait_for_end);
	must(mpp_process_kill(p));
	must(mpp_process_join(p, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	return 0;
}

/* Time orders nothing. */
TASK(write_early)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: waited_long 1 */
	mpp_sleep(MPP_SECONDS(10));
	(void)mpp_now_ns();
	return 0;
}

TASK(read_late)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_now_ns() >= MPP_SECONDS(1005))
		seen = mpp_raw_value_get(cell); /* LINE: waited_long 2 */
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(waited_long)
{
	cell = new_cell(0);
	both(write_early, read_late);
	return 0;
}

/* Bytes. */
UNUSED static struct mpp_segment *segment;

UNUSED static void begin_bytes(void)
{
	must(mpp_segment_new(&segment, 24));
}

TASK(write_eight)
{
	int64_t ones = -1;

	NO_ARGUMENT;
	must(mpp_segment_write(segment, 8, &ones, 8)); /* LINE: overlap 1 */
	return 0;
}

TASK(read_last_two)
{
	int16_t two;

	NO_ARGUMENT;
	must(mpp_segment_read(segment, 14, &two, 2)); /* LINE: overlap 2 */
	mpp_observe_int("two", two);
	return 0;
}

PROGRAM(overlap)
{
	begin_bytes();
	both(write_eight, read_last_two);
	return 0;
}

TASK(write_first)
{
	int32_t ones = -1;

	NO_ARGUMENT;
	must(mpp_segment_write(segment, 0, &ones, 4));
	must(mpp_segment_write(segment, 16, &ones, 1));
	return 0;
}

TASK(write_second)
{
	int32_t ones = -1;

	NO_ARGUMENT;
	must(mpp_segment_write(segment, 4, &ones, 4));
	must(mpp_segment_write(segment, 17, &ones, 1));
	return 0;
}

PROGRAM(neighbours)
{
	begin_bytes();
	both(write_first, write_second);
	return 0;
}

/* In one word: a whole, halves, and what only the halves have in common. */
TASK(write_halves)
{
	int32_t ones = -1;
	int64_t all;

	NO_ARGUMENT;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_segment_read(segment, 0, &all, 8));
	must(mpp_lock_release(lock));
	must(mpp_segment_write(segment, 0, &ones, 4)); /* LINE: halves 1 */
	return 0;
}

TASK(read_halves)
{
	int32_t half;
	int16_t quarter;

	NO_ARGUMENT;
	must(mpp_segment_read(segment, 4, &half, 4));
	must(mpp_segment_read(segment, 2, &quarter, 2)); /* LINE: halves 2 */
	return 0;
}

PROGRAM(halves)
{
	begin_bytes();
	lock = new_lock(0);
	both(write_halves, read_halves);
	return 0;
}

/* Memory that is given back and allocated again is other memory. */
TASK(use_own)
{
	struct mpp_raw_value *own = new_cell(0);

	NO_ARGUMENT;
	must(mpp_raw_value_set(own, 1));
	mpp_raw_value_free(own);
	return 0;
}

PROGRAM(reused)
{
	both(use_own, use_own);
	return 0;
}

/* Items of one array at two places are one finding for each two places. */
UNUSED static struct mpp_raw_array *items;

TASK(write_items)
{
	NO_ARGUMENT;
	for (ptrdiff_t i = 0; i < 3; i++)
		must(mpp_raw_array_set(items, i, 1)); /* LINE: items 1 */
	return 0;
}

TASK(read_items)
{
	int64_t x;

	NO_ARGUMENT;
	for (ptrdiff_t i = 0; i < 3; i++)
		(void)mpp_raw_array_get(items, i, &x); /* LINE: items 2 */
	return 0;
}

PROGRAM(items_of_one)
{
	must(mpp_raw_array_new(&items, 'h', 4));
	both(write_items, read_items);
	return 0;
}

MODULE_END;
