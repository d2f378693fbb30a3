/* SPDX-License-Identifier: MIT */
/* protect.c - a cell and its locks, with and without mistakes. */
#include "module.h"

#include <mpp/atomic.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>

static struct mpp_lock *a, *b;
static struct mpp_rwlock *rw;
static struct mpp_semaphore *told;
static struct mpp_value *value;

static void make(void)
{
	a = new_lock(0);
	b = new_lock(0);
	cell = new_cell(0);	/* nobody else is there yet: no lock needed */
	must(mpp_rwlock_new(&rw, 4));
	must(mpp_semaphore_new(&told, 0));
	must(mpp_value_new(&value, 'q', 0));
}

static void add_under(struct mpp_lock *l)
{
	must(mpp_lock_acquire(l, MPP_FOREVER));
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	must(mpp_lock_release(l));
}

static int under_a(void *arg)
{
	(void)arg;
	add_under(a);
	return 0;
}

static int under_b(void *arg)
{
	(void)arg;
	add_under(b);
	return 0;
}

static int under_none(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 7));	/* LINE: careless */
	return 0;
}

static void run_three(int (*one)(void *), int (*two)(void *),
		      int (*three)(void *))
{
	struct mpp_process *p[3] = { process(one, NULL, 0),
				     process(two, NULL, 0),
				     process(three, NULL, 0) };

	make();
	start_all(p, 3);
	join_all(p, 3);
	mpp_observe_int("x", mpp_raw_value_get(cell) > 0);
}

PROGRAM(right)
{
	run_three(under_a, under_a, under_a);
	return 0;
}

PROGRAM(forgotten)
{
	run_three(under_none, under_a, under_a);
	return 0;
}

/* no_locks: a race, but no misuse of a lock. */
PROGRAM(no_locks)
{
	run_three(under_none, under_none, under_none);
	return 0;
}

/* two_careless: there is no lock that all others hold. */
PROGRAM(two_careless)
{
	run_three(under_none, under_none, under_a);
	return 0;
}

PROGRAM(two_careless_last)
{
	run_three(under_a, under_none, under_none);
	return 0;
}

/* two_cells: another cell needs no lock of this one's. */
static int write_other(void *arg)
{
	(void)arg;
	for (int i = 0; i < 3; i++)
		must(mpp_raw_value_set(other_cell, i));
	return 0;
}

PROGRAM(two_cells)
{
	other_cell = new_cell(0);
	run_three(under_a, under_a, write_other);
	return 0;
}

/* one_after_other: who has no lock has ended before the others begin. */
PROGRAM(one_after_other)
{
	struct mpp_process *p[3] = { process(under_none, NULL, 0),
				     process(under_a, NULL, 0),
				     process(under_a, NULL, 0) };

	make();
	start_all(p, 1);
	join_all(p, 1);
	start_all(p + 1, 2);
	join_all(p + 1, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell) > 0);
	return 0;
}

/* own: a lock each. */
PROGRAM(own)
{
	struct mpp_process *p[2] = { process(under_a, NULL, 0),
				     process(under_b, NULL, 0) };

	make();
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell) > 0);
	return 0;
}

/* wrong: two agree, the third has another one. */
static int under_b_also_a(void *arg)
{
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_lock_release(a));
	return under_b(arg);
}

PROGRAM(wrong)
{
	run_three(under_a, under_a, under_b_also_a);
	return 0;
}

/* reading_writer */
static int write_as_reader(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));	/* LINE: as reader */
	must(mpp_rwlock_release(rw));
	return 0;
}

static int write_as_writer(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_write(rw, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	must(mpp_rwlock_release(rw));
	return 0;
}

static int read_as_reader(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	must(mpp_rwlock_release(rw));
	return 0;
}

PROGRAM(reading_writer)
{
	run_three(write_as_reader, read_as_reader, read_as_reader);
	return 0;
}

PROGRAM(readers_and_writer)
{
	run_three(write_as_writer, read_as_reader, read_as_reader);
	return 0;
}

/* handed: without a lock first, then with one, ordered by a permit. */
static int careless_then_tell(void *arg)
{
	(void)under_none(arg);
	must(mpp_semaphore_release(told, 2));
	return 0;
}

static int wait_then_add(void *arg)
{
	must(mpp_semaphore_acquire(told, MPP_FOREVER));
	return under_a(arg);
}

PROGRAM(handed)
{
	run_three(careless_then_tell, wait_then_add, wait_then_add);
	return 0;
}

/* guarded: a Value has its own lock; others than that one do not matter. */
static int add_to_value_under_a(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_value_set(value, 1));
	must(mpp_lock_release(a));
	return 0;
}

static int add_to_value(void *arg)
{
	(void)arg;
	must(mpp_value_set(value, 1));
	must(mpp_raw_value_set(other_cell, 1));
	return 0;
}

PROGRAM(guarded)
{
	other_cell = new_cell(0);
	run_three(add_to_value_under_a, add_to_value_under_a, add_to_value);
	return 0;
}

MODULE_END;
