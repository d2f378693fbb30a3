/* SPDX-License-Identifier: MIT */
/* life.c - starts, ends, joins, polls, and locks whose holder is gone. */
#include <mpp/rlock.h>
#include "module.h"

static int do_nothing(void *arg)
{
	(void)arg;
	return 0;
}

static int one_operation(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

/* idle: no operation, no choice. */
PROGRAM(idle)
{
	run_children(3, do_nothing);
	return 0;
}

PROGRAM(three_operations)
{
	cell = new_cell(0);
	run_children(3, one_operation);
	return 0;
}

/* between: the parent works between its starts. */
PROGRAM(between)
{
	struct mpp_process *p[2];

	cell = new_cell(0);
	p[0] = process(one_operation, NULL, 0);
	p[1] = process(one_operation, NULL, 0);
	must(mpp_process_start(p[0]));
	let_others_run();
	must(mpp_process_start(p[1]));
	join_all(p, 2);
	return 0;
}

/* nested: children of children, and threads of theirs. */
static int family(void *arg)
{
	(void)arg;
	run_threads(1, one_operation);
	return 0;
}

PROGRAM(nested)
{
	cell = new_cell(0);
	run_children(2, family);
	return 0;
}

/* exclusive: n increments each by two processes. */
static int increments(void *arg)
{
	int64_t n = mpck_param("n");

	(void)arg;
	for (int64_t i = 0; i < n; i++)
		must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	return 0;
}

PROGRAM(counter)
{
	cell = new_cell(0);
	run_children(2, increments);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

PROGRAM(three_counters)
{
	cell = new_cell(0);
	run_children(3, increments);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* timed_join and alive make the end of a child an operation. */
PROGRAM(timed_join)
{
	struct mpp_process *p = process(one_operation, NULL, 0);

	cell = new_cell(0);
	must(mpp_process_start(p));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("join", mpp_process_join(p, MPP_SECONDS(1)));
	join_all(&p, 1);
	return 0;
}

PROGRAM(alive)
{
	struct mpp_process *p = process(one_operation, NULL, 0);

	cell = new_cell(0);
	must(mpp_process_start(p));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("alive", mpp_process_is_alive(p));
	join_all(&p, 1);
	return 0;
}

PROGRAM(thread_alive)
{
	struct mpp_thread *t;

	cell = new_cell(0);
	must(mpp_thread_new(&t, one_operation, NULL, 0));
	must(mpp_thread_start(t));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("alive", mpp_thread_is_alive(t));
	must(mpp_thread_join(t, MPP_FOREVER));
	return 0;
}

/* Locks that others hold. */
static int hold_and_release(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

static void acquire_within(int64_t limit_ns)
{
	struct mpp_process *p = process(hold_and_release, NULL, 0);
	int err;

	lock = new_lock(0);
	must(mpp_process_start(p));
	err = mpp_lock_acquire(lock, limit_ns);
	mpp_observe_int("err", err);
	if (!err)
		must(mpp_lock_release(lock));
	join_all(&p, 1);
}

PROGRAM(timed_acquire)
{
	acquire_within(MPP_SECONDS(1));
	return 0;
}

PROGRAM(try_acquire)
{
	acquire_within(0);
	return 0;
}

/* own_lock: the holder asks for its lock again, which does not wait, while one
 * waits for it and one tries. */
static int acquire_once(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

static int acquire_again(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	tell(2, mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

static int only_try(void *arg)
{
	(void)arg;
	if (mpp_lock_acquire(lock, 0) == 0)
		must(mpp_lock_release(lock));
	let_others_run();
	return 0;
}

PROGRAM(own_lock)
{
	struct mpp_process *p[3];

	cell = new_cell(0);
	lock = new_lock(0);
	p[0] = process(acquire_once, NULL, 0);
	p[1] = process(acquire_again, NULL, 0);
	p[2] = process(only_try, NULL, 0);
	for (int i = 0; i < 3; i++)
		must(mpp_process_start(p[i]));
	join_all(p, 3);
	return 0;
}

/* guarded: a get waits while somebody else holds the Value's lock. */
static struct mpp_value *value;

static int set_twice(void *arg)
{
	struct mpp_rlock *own = mpp_value_lock(value);

	(void)arg;
	must(mpp_rlock_acquire(own, MPP_FOREVER));
	must(mpp_value_set(value, 1));
	must(mpp_value_set(value, 2));
	must(mpp_rlock_release(own));
	return 0;
}

PROGRAM(guarded)
{
	struct mpp_process *p = process(set_twice, NULL, 0);

	must(mpp_value_new(&value, 'i', 0));
	must(mpp_process_start(p));
	mpp_observe_int("x", mpp_value_get(value));
	join_all(&p, 1);
	return 0;
}

/* Holders that end. */
static int keep(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: keep */
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

/* A try after x has been read: x = 1 and MPP_EAGAIN is a child that has not
 * ended yet. */
static void look_and_try(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);
	int err;

	must(mpp_process_start(p));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	err = mpp_lock_acquire(lock, 0);
	mpp_observe_int("err", err);
	if (err == MPP_EOWNERDEAD)
		must(mpp_lock_consistent(lock));
	if (err == 0 || err == MPP_EOWNERDEAD)
		must(mpp_lock_release(lock));
	join_all(&p, 1);
}

PROGRAM(owner_dead)
{
	cell = new_cell(0);
	lock = new_lock(0);
	look_and_try(keep);
	return 0;
}

/* A crash is an end as well. */
static volatile int *volatile nowhere;

UNCHECKED static int keep_and_crash(void *arg)
{
	keep(arg);
	return *nowhere;
}

PROGRAM(owner_crashed)
{
	cell = new_cell(0);
	lock = new_lock(0);
	look_and_try(keep_and_crash);
	return 0;
}

PROGRAM(owner_dead_waiting)
{
	struct mpp_process *p = process(keep, NULL, 0);
	int err;

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_process_start(p));
	err = mpp_lock_acquire(lock, MPP_FOREVER);
	mpp_observe_int("err", err);
	if (err == MPP_EOWNERDEAD)
		must(mpp_lock_consistent(lock));
	must(mpp_lock_release(lock));
	join_all(&p, 1);
	return 0;
}

/* thread_keeps: its process ends while it holds the lock and waits. */
static struct mpp_lock *never;

static int keep_and_wait(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(other_cell, 1));
	must(mpp_lock_acquire(never, MPP_FOREVER));
	return 0;
}

static int leave_thread(void *arg)
{
	struct mpp_thread *t;

	(void)arg;
	must(mpp_thread_new(&t, keep_and_wait, NULL, 0));
	must(mpp_thread_start(t));
	if (mpp_raw_value_get(other_cell))
		must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(thread_keeps)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	lock = new_lock(0);
	never = new_lock(0);
	must(mpp_lock_acquire(never, MPP_FOREVER));
	look_and_try(leave_thread);
	must(mpp_lock_release(never));
	return 0;
}

PROGRAM(unowned)
{
	struct mpp_process *p = process(keep, NULL, 0);

	cell = new_cell(0);
	lock = new_lock(MPP_LOCK_UNOWNED);
	must(mpp_process_start(p));
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: unowned */
	must(mpp_lock_release(lock));
	join_all(&p, 1);
	mpp_observe_int("x", 1);
	return 0;
}

/* ends_threads: a process's end is its threads' end. */
static int wait_for_ever(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

static int abandon(void *arg)
{
	struct mpp_thread *t;

	(void)arg;
	must(mpp_thread_new(&t, wait_for_ever, NULL, 0));
	must(mpp_thread_start(t));
	return 0;
}

PROGRAM(ends_threads)
{
	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	run_children(1, abandon);
	must(mpp_lock_release(lock));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* overtaken: a thread may do something until its process ends. */
static int leave_writer(void *arg)
{
	struct mpp_thread *t;

	(void)arg;
	must(mpp_thread_new(&t, one_operation, NULL, 0));
	must(mpp_thread_start(t));
	return 0;
}

PROGRAM(overtaken)
{
	cell = new_cell(0);
	run_children(1, leave_writer);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* exit_from_thread: exit() in a thread ends the whole process. */
static int exit_now(void *arg)
{
	(void)arg;
	mpp_exit(0);
}

static int start_exit(void *arg)
{
	(void)arg;
	run_threads(1, exit_now);
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(exit_from_thread)
{
	cell = new_cell(0);
	run_children(1, start_exit);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* deadlock: one task waits for itself. */
PROGRAM(self_deadlock)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	return 0;
}

MODULE_END;
