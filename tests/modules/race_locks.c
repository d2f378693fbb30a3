/* SPDX-License-Identifier: MIT */
/* race_locks.c - races and none: locks, also those that a Value has. */
#include <mpp/hooks.h>
#include <mpp/rlock.h>
#include "races.h"

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

MODULE_END;
