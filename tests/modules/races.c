/* SPDX-License-Identifier: MIT */
/*
 * races.c - two processes and one cell: with what orders their accesses, and
 * with the same thing used so that it does not.
 *
 * Where there is a race, its two lines are marked with the program's name.
 */
#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/barrier.h>
#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/hooks.h>
#include <mpp/once.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/segment.h>
#include <mpp/semaphore.h>
#include "module.h"

UNUSED static struct mpp_process *start(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);

	must(mpp_process_start(p));
	return p;
}

UNUSED static void both(int (*first)(void *), int (*second)(void *))
{
	struct mpp_process *p[] = { start(first), start(second) };

	join_all(p, 2);
}

#define TASK(name) UNUSED static int name(void *unused_)
#define NO_ARGUMENT (void)unused_

static void set(void)
{
	must(mpp_raw_value_set(cell, 1));
}

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

/* Locks. */
TASK(write_locked)
{
	NO_ARGUMENT;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: locked_once 1 */
	must(mpp_lock_release(lock));
	return 0;
}

TASK(read_unlocked)
{
	NO_ARGUMENT;
	(void)mpp_raw_value_get(cell); /* LINE: locked_once 2 */
	return 0;
}

PROGRAM(locked)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_locked, write_locked);
	return 0;
}

PROGRAM(locked_once)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_locked, read_unlocked);
	return 0;
}

/* A try that fails says that the other one is inside, and no more. */
TASK(write_if_free)
{
	NO_ARGUMENT;
	if (mpp_lock_acquire(lock, 0) == 0) {
		set();
		must(mpp_lock_release(lock));
	}
	return 0;
}

PROGRAM(tried)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_locked, write_if_free);
	return 0;
}

TASK(write_busy)
{
	NO_ARGUMENT;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: tried_in_vain 1 */
	must(mpp_lock_release(lock));
	return 0;
}

TASK(read_if_busy)
{
	NO_ARGUMENT;
	if (mpp_lock_acquire(lock, 0) == 0)
		must(mpp_lock_release(lock));
	else
		(void)mpp_raw_value_get(cell); /* LINE: tried_in_vain 2 */
	return 0;
}

PROGRAM(tried_in_vain)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_busy, read_if_busy);
	return 0;
}

/* ... and comes behind what it had done before. */
TASK(write_and_enter)
{
	NO_ARGUMENT;
	set();
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(tried_behind)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_and_enter, read_if_busy);
	return 0;
}

UNUSED static struct mpp_rlock *levels;

UNUSED static int write_at_level(bool left)
{
	must(mpp_rlock_acquire(levels, MPP_FOREVER));
	must(mpp_rlock_acquire(levels, MPP_FOREVER));
	must(mpp_rlock_release(levels));
	if (left)
		must(mpp_rlock_release(levels));
	must(mpp_raw_value_set(cell, 1)); /* LINE: level_left 1 */
	if (!left)
		must(mpp_rlock_release(levels));
	return 0;
}

TASK(write_inside)
{
	NO_ARGUMENT;
	return write_at_level(false);
}

TASK(write_outside)
{
	NO_ARGUMENT;
	return write_at_level(true);
}

TASK(read_at_level)
{
	NO_ARGUMENT;
	must(mpp_rlock_acquire(levels, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: level_left 2 */
	must(mpp_rlock_release(levels));
	return 0;
}

PROGRAM(level)
{
	cell = new_cell(0);
	must(mpp_rlock_new(&levels));
	both(write_inside, read_at_level);
	return 0;
}

PROGRAM(level_left)
{
	cell = new_cell(0);
	must(mpp_rlock_new(&levels));
	both(write_outside, read_at_level);
	return 0;
}

TASK(write_and_keep)
{
	int err = mpp_lock_acquire(lock, MPP_FOREVER);

	NO_ARGUMENT;
	if (err == MPP_EOWNERDEAD)
		must(mpp_lock_consistent(lock));
	set();
	return 0;
}

PROGRAM(owner_dead)
{
	cell = new_cell(0);
	lock = new_lock(0);
	both(write_and_keep, write_and_keep);
	return 0;
}

/* What is handed over. */
UNUSED static struct mpp_queue *queue;

TASK(write_and_send)
{
	char message = 1;

	NO_ARGUMENT;
	set();
	must(mpp_queue_put(queue, &message, MPP_FOREVER));
	return 0;
}

TASK(send_and_write)
{
	char message = 1;

	NO_ARGUMENT;
	must(mpp_queue_put(queue, &message, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: sent_early 1 */
	return 0;
}

TASK(receive_and_read)
{
	char message;

	NO_ARGUMENT;
	must(mpp_queue_get(queue, &message, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: sent_early 2 */
	return 0;
}

PROGRAM(sent)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, 1));
	both(write_and_send, receive_and_read);
	return 0;
}

PROGRAM(sent_early)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, 1));
	both(send_and_write, receive_and_read);
	return 0;
}

UNUSED static struct mpp_semaphore *permits;

TASK(write_and_give)
{
	NO_ARGUMENT;
	set();
	must(mpp_semaphore_release(permits, 1));
	return 0;
}

TASK(take_and_read)
{
	NO_ARGUMENT;
	must(mpp_semaphore_acquire(permits, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: permits_left 2 */
	return 0;
}

TASK(write_then_give)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: permits_left 1 */
	must(mpp_semaphore_release(permits, 1));
	return 0;
}

PROGRAM(permit)
{
	cell = new_cell(0);
	must(mpp_semaphore_new(&permits, 0));
	both(write_and_give, take_and_read);
	return 0;
}

PROGRAM(permits_left)
{
	cell = new_cell(0);
	must(mpp_semaphore_new(&permits, 1));
	both(write_then_give, take_and_read);
	return 0;
}

UNUSED static struct mpp_event *event;

TASK(write_and_tell)
{
	NO_ARGUMENT;
	set();
	must(mpp_event_set(event));
	return 0;
}

TASK(wait_and_read)
{
	NO_ARGUMENT;
	must(mpp_event_wait(event, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(told)
{
	cell = new_cell(0);
	must(mpp_event_new(&event));
	both(write_and_tell, wait_and_read);
	return 0;
}

TASK(tell_and_write)
{
	NO_ARGUMENT;
	must(mpp_event_set(event));
	must(mpp_raw_value_set(cell, 1)); /* LINE: told_early 1 */
	return 0;
}

TASK(look_and_read)
{
	NO_ARGUMENT;
	if (mpp_event_is_set(event))
		(void)mpp_raw_value_get(cell); /* LINE: told_early 2 */
	return 0;
}

PROGRAM(told_early)
{
	cell = new_cell(0);
	must(mpp_event_new(&event));
	both(tell_and_write, look_and_read);
	return 0;
}

UNUSED static struct mpp_barrier *barrier;

TASK(write_and_meet)
{
	NO_ARGUMENT;
	set();
	(void)mpp_barrier_wait(barrier, MPP_FOREVER);
	return 0;
}

TASK(meet_and_read)
{
	NO_ARGUMENT;
	(void)mpp_barrier_wait(barrier, MPP_FOREVER);
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(met)
{
	cell = new_cell(0);
	must(mpp_barrier_new(&barrier, 2, NULL, NULL,
			     MPP_FOREVER));
	both(write_and_meet, meet_and_read);
	return 0;
}

UNUSED static struct mpp_rwlock *rw;

TASK(write_rw)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_write(rw, MPP_FOREVER));
	set();
	must(mpp_rwlock_release(rw));
	return 0;
}

TASK(read_rw)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: wrote_as_reader 2 */
	must(mpp_rwlock_release(rw));
	return 0;
}

TASK(write_as_reader)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: wrote_as_reader 1 */
	must(mpp_rwlock_release(rw));
	return 0;
}

PROGRAM(wrote_as_writer)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rw, 2));
	both(write_rw, read_rw);
	return 0;
}

PROGRAM(wrote_as_reader)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rw, 2));
	both(write_as_reader, read_rw);
	return 0;
}

UNUSED static struct mpp_once *once;

UNUSED static int write_once(void *context, bool again)
{
	(void)context, (void)again;
	set();
	return 0;
}

TASK(make_and_read)
{
	NO_ARGUMENT;
	must(mpp_once_run(once, write_once, NULL, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(made_once)
{
	cell = new_cell(0);
	must(mpp_once_new(&once));
	both(make_and_read, make_and_read);
	return 0;
}

/* Atomics: the flag says that the cell is written. */
UNUSED static struct mpp_atomic *flag;

UNUSED static int publish(int order)
{
	set();
	mpp_atomic_store_explicit(flag, 1, order);
	return 0;
}

UNUSED static int look(int order)
{
	if (mpp_atomic_load_explicit(flag, order))
		mpp_observe_int("seen", mpp_raw_value_get(cell));
	return 0;
}

UNUSED static void begin_publication(void)
{
	cell = new_cell(0);
	must(mpp_atomic_new(&flag, 0));
}

TASK(publish_seq)
{
	NO_ARGUMENT;
	return publish(MPP_ORDER_SEQ_CST);
}

TASK(look_seq)
{
	NO_ARGUMENT;
	return look(MPP_ORDER_SEQ_CST);
}

PROGRAM(published_seq)
{
	begin_publication();
	both(publish_seq, look_seq);
	return 0;
}

TASK(publish_release)
{
	NO_ARGUMENT;
	return publish(MPP_ORDER_RELEASE);
}

TASK(look_acquire)
{
	NO_ARGUMENT;
	return look(MPP_ORDER_ACQUIRE);
}

PROGRAM(published_release)
{
	begin_publication();
	both(publish_release, look_acquire);
	return 0;
}

TASK(publish_relaxed)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: published_relaxed 1 */
	mpp_atomic_store_explicit(flag, 1, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_relaxed)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_ACQUIRE))
		seen = mpp_raw_value_get(cell); /* LINE: published_relaxed 2 */
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(published_relaxed)
{
	begin_publication();
	both(publish_relaxed, look_relaxed);
	return 0;
}

/* An exchange passes on what it found: one of any order continues a release. */
TASK(add_relaxed)
{
	NO_ARGUMENT;
	(void)mpp_atomic_fetch_add_explicit(flag, 2, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_for_release)
{
	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_ACQUIRE) & 1)
		(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(passed_on)
{
	struct mpp_process *p[3];

	begin_publication();
	p[0] = start(publish_release);
	p[1] = start(add_relaxed);
	p[2] = start(look_for_release);
	join_all(p, 3);
	return 0;
}

/* Fences order what is relaxed around them. */
TASK(publish_behind_fence)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: fenced_once 1 */
	mpp_atomic_fence(MPP_ORDER_RELEASE);
	mpp_atomic_store_explicit(flag, 1, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_before_fence)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_RELAXED)) {
		mpp_atomic_fence(MPP_ORDER_ACQUIRE);
		seen = mpp_raw_value_get(cell);
	}
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(fenced)
{
	begin_publication();
	both(publish_behind_fence, look_before_fence);
	return 0;
}

TASK(look_without_fence)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_RELAXED))
		seen = mpp_raw_value_get(cell); /* LINE: fenced_once 2 */
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(fenced_once)
{
	begin_publication();
	both(publish_behind_fence, look_without_fence);
	return 0;
}

/* The flag is plain: it races, and what it says is not ordered either. */
TASK(publish_plain)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: plain data 1 */
	must(mpp_raw_value_set(other_cell, 1)); /* LINE: plain flag 1 */
	return 0;
}

TASK(look_plain)
{
	NO_ARGUMENT;
	if (mpp_raw_value_get(other_cell)) /* LINE: plain flag 2 */
		(void)mpp_raw_value_get(cell); /* LINE: plain data 2 */
	return 0;
}

PROGRAM(published_plain)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	both(publish_plain, look_plain);
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

/*
 * No call of libmpp's is an access without the lock of a Value, so this one
 * announces as libmpp would: of all of the object, wherever its cell is.
 */
UNUSED static void __attribute__((noinline)) write_bare(void *object)
{
	struct mpp_op op = {
		.pc = __builtin_return_address(0),
		.object = (char *)object + mpp_hooks_installed->door,
		.timeout_ns = MPP_FOREVER, .size = 64, .kind = MPP_OP_WRITE,
		.order = MPP_PLAIN };

	must(mpp_hooks_installed->before(&op));
	mpp_hooks_installed->after(&op, 0, 0);
}

UNUSED static struct mpp_value *value;

TASK(write_guarded)
{
	NO_ARGUMENT;
	must(mpp_value_set(value, 1)); /* LINE: guarded_once 1 */
	return 0;
}

TASK(read_guarded)
{
	NO_ARGUMENT;
	mpp_observe_int("value", mpp_value_get(value));
	return 0;
}

PROGRAM(guarded)
{
	must(mpp_value_new(&value, 'q', 0));
	both(write_guarded, read_guarded);
	return 0;
}

TASK(write_unguarded)
{
	NO_ARGUMENT;
	write_bare(value); /* LINE: guarded_once 2 */
	return 0;
}

PROGRAM(guarded_once)
{
	must(mpp_value_new(&value, 'q', 0));
	both(write_guarded, write_unguarded);
	return 0;
}

/* The Value's lock, held: the other one has to wait. */
TASK(write_with_lock)
{
	NO_ARGUMENT;
	must(mpp_rlock_acquire(mpp_value_lock(value), MPP_FOREVER));
	write_bare(value);
	must(mpp_rlock_release(mpp_value_lock(value)));
	return 0;
}

PROGRAM(guarded_by_hand)
{
	must(mpp_value_new(&value, 'q', 0));
	both(write_guarded, write_with_lock);
	return 0;
}

TASK(read_with_limit)
{
	int64_t seen;

	NO_ARGUMENT;
	(void)mpp_value_get_timed(value, &seen, 0);
	return 0;
}

/* A wait that may expire is no access then. */
PROGRAM(guarded_with_limit)
{
	must(mpp_value_new(&value, 'q', 0));
	both(read_with_limit, write_with_lock);
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
