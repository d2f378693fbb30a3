/* SPDX-License-Identifier: MIT */
/* history.c - calls of Lock, RLock, Value and Queue by two or three tasks. */
#include <mpp/queue.h>
#include <mpp/rlock.h>

#include "history.h"

UNUSED static struct mpp_rlock *rlock;
UNUSED static struct mpp_queue *queue;
UNUSED static struct mpp_value *value;

UNUSED static void make_objects(void)
{
	lock = new_lock(0);
	must(mpp_rlock_new(&rlock));
	must(mpp_queue_new(&queue, 1, sizeof(int64_t)));
	must(mpp_value_new(&value, 'q', 0));
}

/*
 * Lock.
 */
TASK(lock_0)
{
	CALL(0, ACQUIRE, 0, mpp_lock_acquire(lock, MPP_FOREVER));
	CALL(1, RELEASE, 0, mpp_lock_release(lock));
	return 0;
}

TASK(lock_1)
{
	CALL(2, ACQUIRE, 1, mpp_lock_acquire(lock, MPP_FOREVER));
	CALL(3, RELEASE, 1, mpp_lock_release(lock));
	return 0;
}

TASK(lock_2)
{
	CALL(4, ACQUIRE, 2, mpp_lock_acquire(lock, MPP_FOREVER));
	CALL(5, RELEASE, 2, mpp_lock_release(lock));
	return 0;
}

PROGRAM(lock_of_three)
{
	RUN_HISTORY(lock_0, lock_1, lock_2);
	return 0;
}

TASK(lock_try)
{
	struct call c = begin_call(2, TRY_ACQUIRE, 1);
	int64_t err = mpp_lock_acquire(lock, 0);

	end_call(c, err);
	if (err == 0)
		CALL(3, RELEASE, 1, mpp_lock_release(lock));
	return 0;
}

TASK(lock_for)
{
	struct call c = begin_call(4, ACQUIRE_FOR, 2);
	int64_t err = mpp_lock_acquire(lock, 1000);

	end_call(c, err);
	if (err == 0)
		CALL(5, RELEASE, 2, mpp_lock_release(lock));
	return 0;
}

PROGRAM(lock_try_and_limit)
{
	RUN_HISTORY(lock_0, lock_try, lock_for);
	return 0;
}

/* A plain counter under the lock. */
TASK(count_under_lock)
{
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(lock_counter)
{
	cell = new_cell(0);
	RUN_HISTORY(count_under_lock, count_under_lock, count_under_lock);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/*
 * RLock: two levels.
 */
TASK(count_under_rlock)
{
	must(mpp_rlock_acquire(rlock, MPP_FOREVER));
	must(mpp_rlock_acquire(rlock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	must(mpp_rlock_release(rlock));
	must(mpp_rlock_release(rlock));
	return 0;
}

PROGRAM(rlock_counter)
{
	cell = new_cell(0);
	RUN_HISTORY(count_under_rlock, count_under_rlock, count_under_rlock);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/*
 * Value.
 */
TASK(value_0)
{
	CALL(0, ADD, 1, mpp_value_add(value, 1));
	CALL(1, READ, 0, mpp_value_get(value));
	return 0;
}

TASK(value_1)
{
	CALL(2, ADD, 10, mpp_value_add(value, 10));
	return 0;
}

TASK(value_2)
{
	CALL(4, SET, 100, mpp_value_set(value, 100));
	return 0;
}

PROGRAM(value_calls)
{
	RUN_HISTORY(value_0, value_1, value_2);
	mpp_observe_int("x", mpp_value_get(value));
	return 0;
}

/*
 * Queue: capacity 1.
 */
static int64_t put(int64_t x, int64_t timeout_ns)
{
	return mpp_queue_put(queue, &x, timeout_ns);
}

static int64_t get(int64_t timeout_ns)
{
	int64_t x = 0;
	int err = mpp_queue_get(queue, &x, timeout_ns);

	return err < 0 ? err : x;
}

TASK(puts_two)
{
	CALL(0, PUT, 1, put(1, MPP_FOREVER));
	CALL(1, PUT, 2, put(2, MPP_FOREVER));
	return 0;
}

TASK(gets_two)
{
	CALL(2, GET, 0, get(MPP_FOREVER));
	CALL(3, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(queue_one_to_one)
{
	RUN_HISTORY(puts_two, gets_two);
	return 0;
}

TASK(puts_one)
{
	CALL(0, PUT, 1, put(1, MPP_FOREVER));
	return 0;
}

TASK(puts_another)
{
	CALL(1, PUT, 2, put(2, MPP_FOREVER));
	return 0;
}

PROGRAM(queue_two_to_one)
{
	RUN_HISTORY(puts_one, puts_another, gets_two);
	return 0;
}

TASK(gets_one)
{
	CALL(2, GET, 0, get(MPP_FOREVER));
	return 0;
}

TASK(gets_another)
{
	CALL(3, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(queue_one_to_two)
{
	RUN_HISTORY(puts_two, gets_one, gets_another);
	return 0;
}

TASK(looks)
{
	CALL(2, TRY_GET, 0, get(0));
	CALL(3, LENGTH, 0, (int64_t)mpp_queue_length(queue));
	CALL(4, TRY_GET, 0, get(0));
	return 0;
}

PROGRAM(queue_looks)
{
	RUN_HISTORY(puts_one, looks);
	return 0;
}

TASK(tries_to_put)
{
	CALL(3, TRY_PUT, 3, put(3, 0));
	return 0;
}

PROGRAM(queue_tries)
{
	RUN_HISTORY(puts_one, tries_to_put, gets_one);
	return 0;
}

TASK(puts_as_producer)
{
	CALL(0, REGISTER, 0, mpp_queue_producer(queue));
	CALL(1, PUT, 7, put(7, MPP_FOREVER));
	CALL(2, DONE, 0, mpp_queue_producer_done(queue));
	return 0;
}

TASK(gets_to_the_end)
{
	CALL(3, GET, 0, get(MPP_FOREVER));
	CALL(4, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(queue_to_the_end)
{
	RUN_HISTORY(puts_as_producer, gets_to_the_end);
	return 0;
}

TASK(puts_and_closes)
{
	CALL(0, PUT, 7, put(7, MPP_FOREVER));
	CALL(1, CLOSE, 0, mpp_queue_close(queue));
	return 0;
}

TASK(gets_until_closed)
{
	CALL(2, GET, 0, get(MPP_FOREVER));
	CALL(3, GET, 0, get(MPP_FOREVER));
	return 0;
}

PROGRAM(queue_closed)
{
	RUN_HISTORY(puts_and_closes, gets_until_closed);
	return 0;
}

MODULE_END;
