/* SPDX-License-Identifier: MIT */
/* rounds.c - programs that can go round for ever, fairly or not. */
#include <mpp/queue.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
#include "module.h"

UNUSED static struct mpp_lock *second_lock;
UNUSED static struct mpp_semaphore *permits;
UNUSED static struct mpp_queue *queue;
UNUSED static struct mpp_rwlock *rwlock;

UNUSED static void start_and_join(int (*first)(void *), int (*second)(void *),
			   int (*third)(void *))
{
	struct mpp_process *p[3];
	int n = third ? 3 : 2;

	p[0] = process(first, NULL, 0);
	p[1] = process(second, NULL, 0);
	if (third)
		p[2] = process(third, NULL, 0);
	start_all(p, n);
	join_all(p, n);
	mpp_observe_int("x", mpp_raw_value_get(cell));
}

/* greedy: takes the lock as soon as it has given it back, until it is told; who
 * wants to tell it waits for the lock. */
UNUSED static int take_again(void *arg)
{
	bool done;

	(void)arg;
	do {
		must(mpp_lock_acquire(lock, MPP_FOREVER)); /* LINE: takes */
		done = mpp_raw_value_get(cell) != 0;
		must(mpp_lock_release(lock)); /* LINE: gives */
	} while (!done);
	return 0;
}

UNUSED static int tell_under_lock(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER)); /* LINE: starves */
	must(mpp_raw_value_set(cell, 1));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(greedy)
{
	cell = new_cell(0);
	lock = new_lock(0);
	start_and_join(take_again, tell_under_lock, NULL);
	return 0;
}

/* greedy_two: two wait for it. */
PROGRAM(greedy_two)
{
	cell = new_cell(0);
	lock = new_lock(0);
	start_and_join(take_again, tell_under_lock, tell_under_lock);
	return 0;
}

/* greedy_pair: two take it in turns, or one of them alone. */
PROGRAM(greedy_pair)
{
	cell = new_cell(0);
	lock = new_lock(0);
	start_and_join(take_again, take_again, tell_under_lock);
	return 0;
}

/* greedy_thread: threads of one process. */
PROGRAM(greedy_thread)
{
	struct mpp_thread *t[2];

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_thread_new(&t[0], take_again, NULL, 0));
	must(mpp_thread_new(&t[1], tell_under_lock, NULL, 0));
	for (int i = 0; i < 2; i++)
		must(mpp_thread_start(t[i]));
	for (int i = 0; i < 2; i++)
		must(mpp_thread_join(t[i], MPP_FOREVER));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* polite: who cannot have both locks gives back the one it has. */
UNUSED static bool try_both(struct mpp_lock *one, struct mpp_lock *other)
{
	bool both;

	must(mpp_lock_acquire(one, MPP_FOREVER));
	both = mpp_lock_acquire(other, 0) == 0;
	if (both)
		must(mpp_lock_release(other));
	must(mpp_lock_release(one));
	return both;
}

UNUSED static int try_this_way(void *arg)
{
	(void)arg;
	while (!try_both(lock, second_lock))
		continue;
	return 0;
}

UNUSED static int try_that_way(void *arg)
{
	(void)arg;
	while (!try_both(second_lock, lock))
		continue;
	return 0;
}

PROGRAM(polite)
{
	cell = new_cell(0);
	lock = new_lock(0);
	second_lock = new_lock(0);
	start_and_join(try_this_way, try_that_way, NULL);
	return 0;
}

/* flag: waits busily for somebody who needs nothing. */
UNUSED static int wait_for_cell(void *arg)
{
	(void)arg;
	while (!mpp_raw_value_get(cell))
		continue;
	return 0;
}

UNUSED static int set_cell(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(flag)
{
	cell = new_cell(0);
	start_and_join(wait_for_cell, set_cell, NULL);
	return 0;
}

/* permits: the same with a semaphore that has one. */
UNUSED static int take_permits(void *arg)
{
	(void)arg;
	while (!mpp_raw_value_get(cell)) {
		must(mpp_semaphore_acquire(permits, MPP_FOREVER));
		must(mpp_semaphore_release(permits, 1));
	}
	return 0;
}

UNUSED static int tell_with_permit(void *arg)
{
	(void)arg;
	must(mpp_semaphore_acquire(permits, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	must(mpp_semaphore_release(permits, 1));
	return 0;
}

PROGRAM(permits_gone)
{
	cell = new_cell(0);
	must(mpp_semaphore_new(&permits, 1));
	start_and_join(take_permits, tell_with_permit, NULL);
	return 0;
}

/* messages: another one gets each of them. */
UNUSED static int send_for_ever(void *arg)
{
	int message = 1;

	(void)arg;
	while (!mpp_raw_value_get(cell))
		must(mpp_queue_put(queue, &message, MPP_FOREVER));
	return 0;
}

UNUSED static int receive_for_ever(void *arg)
{
	int message;

	(void)arg;
	while (!mpp_raw_value_get(cell))
		must(mpp_queue_get(queue, &message, MPP_FOREVER));
	return 0;
}

UNUSED static int receive_one(void *arg)
{
	int message;

	(void)arg;
	must(mpp_queue_get(queue, &message, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(messages)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, sizeof(int)));
	start_and_join(send_for_ever, receive_for_ever, receive_one);
	return 0;
}

/* readers, writers: who comes again and again, and who waits for once. */
UNUSED static int read_again(void *arg)
{
	bool done;

	(void)arg;
	do {
		must(mpp_rwlock_acquire_read(rwlock, MPP_FOREVER));
		done = mpp_raw_value_get(cell) != 0;
		must(mpp_rwlock_release(rwlock));
	} while (!done);
	return 0;
}

UNUSED static int write_once(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_write(rwlock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	must(mpp_rwlock_release(rwlock));
	return 0;
}

PROGRAM(readers)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rwlock, 2));
	start_and_join(read_again, read_again, write_once);
	return 0;
}

UNUSED static int write_again(void *arg)
{
	bool done;

	(void)arg;
	do {
		must(mpp_rwlock_acquire_write(rwlock, MPP_FOREVER));
		done = mpp_raw_value_get(cell) != 0;
		must(mpp_rwlock_release(rwlock));
	} while (!done);
	return 0;
}

UNUSED static int read_once(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_read(rwlock, MPP_FOREVER));
	must(mpp_rwlock_release(rwlock));
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(writers)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rwlock, 2));
	start_and_join(write_again, write_again, read_once);
	return 0;
}

/* passed_on: each leaves the turn to the other; the lock is never wanted by
 * two. */
UNUSED static int take_in_turn(void *arg)
{
	bool done;

	(void)arg;
	do {
		must(mpp_lock_acquire(lock, MPP_FOREVER));
		done = mpp_raw_value_get(other_cell) == 1;
		if (done)
			must(mpp_raw_value_set(cell, 1));
		must(mpp_lock_release(lock));
	} while (!done);
	return 0;
}

UNUSED static int say_turn(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(other_cell, 1));
	return 0;
}

PROGRAM(passed_on)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	lock = new_lock(0);
	start_and_join(take_in_turn, say_turn, NULL);
	return 0;
}

MODULE_END;
