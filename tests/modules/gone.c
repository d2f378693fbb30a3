/* SPDX-License-Identifier: MIT */
/* gone.c - shared objects that are used when they have been given back. */
#include "module.h"
#include <mpp/array.h>
#include <mpp/event.h>
#include <mpp/joinable_queue.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/semaphore.h>
#include <mpp/simple_queue.h>

PROGRAM(read)
{
	cell = new_cell(5);
	mpp_raw_value_free(cell);
	mpp_observe_int("x", mpp_raw_value_get(cell));	/* LINE: read */
	return 0;
}

PROGRAM(value)
{
	struct mpp_value *v;

	must(mpp_value_new(&v, 'i', 5));
	mpp_value_free(v);
	(void)mpp_value_get(v);
	return 0;
}

PROGRAM(queue)
{
	struct mpp_queue *q;
	char x = 1;

	must(mpp_queue_new(&q, 2, 1));
	mpp_queue_free(q);
	(void)mpp_queue_put(q, &x, MPP_FOREVER);
	return 0;
}

PROGRAM(simple_queue)
{
	struct mpp_simple_queue *q;
	char x = 1;

	must(mpp_simple_queue_new(&q, 64));
	mpp_simple_queue_free(q);
	(void)mpp_simple_queue_get(q, &x, 1, NULL, MPP_FOREVER);
	return 0;
}

PROGRAM(joinable_queue)
{
	struct mpp_joinable_queue *q;

	must(mpp_joinable_queue_new(&q, 2, 1));
	mpp_joinable_queue_free(q);
	(void)mpp_joinable_queue_join(q, MPP_FOREVER);
	return 0;
}

PROGRAM(rlock)
{
	struct mpp_rlock *l;

	must(mpp_rlock_new(&l));
	mpp_rlock_free(l);
	(void)mpp_rlock_acquire(l, MPP_FOREVER);
	return 0;
}

PROGRAM(event)
{
	struct mpp_event *e;

	must(mpp_event_new(&e));
	mpp_event_free(e);
	(void)mpp_event_set(e);
	return 0;
}

PROGRAM(semaphore)
{
	struct mpp_semaphore *s;

	must(mpp_semaphore_new(&s, 1));
	mpp_semaphore_free(s);
	(void)mpp_semaphore_acquire(s, 0);
	return 0;
}

/* too_early: the parent does not wait for its child. */
UNUSED static int write_cell(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));	/* LINE: late */
	return 0;
}

PROGRAM(too_early)
{
	struct mpp_process *p[1];

	cell = new_cell(0);
	other_cell = new_cell(0);
	start_children(p, 1, write_cell);
	must(mpp_raw_value_set(other_cell, 1));	/* or it would be at once */
	mpp_raw_value_free(cell);
	join_all(p, 1);
	mpp_observe_int("x", mpp_raw_value_get(other_cell));
	return 0;
}

/* waiting: for a lock that is given back meanwhile. */
UNUSED static int take_lock(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	return 0;
}

PROGRAM(waiting)
{
	struct mpp_process *p[1];

	lock = new_lock(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	start_children(p, 1, take_lock);
	mpp_lock_free(lock);
	join_all(p, 1);
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(twice)
{
	lock = new_lock(0);
	mpp_lock_free(lock);
	mpp_lock_free(lock);	/* LINE: twice */
	mpp_observe_int("x", 1);
	return 0;
}

/* both: the child tidies up what it inherited, and so does the parent. */
UNUSED static int free_lock(void *arg)
{
	(void)arg;
	mpp_lock_free(lock);
	return 0;
}

PROGRAM(both)
{
	lock = new_lock(0);
	run_children(1, free_lock);
	mpp_lock_free(lock);
	mpp_observe_int("x", 1);
	return 0;
}

/* inherited: its parent had given it back when it was started. */
PROGRAM(inherited)
{
	lock = new_lock(0);
	mpp_lock_free(lock);
	run_children(1, free_lock);
	mpp_observe_int("x", 1);
	return 0;
}

/* reused: the room is somebody else's now, and used rightly. */
PROGRAM(reused)
{
	cell = new_cell(1);
	mpp_raw_value_free(cell);
	cell = new_cell(2);
	run_children(1, write_cell);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_raw_value_free(cell);
	return 0;
}

MODULE_END;
