/* SPDX-License-Identifier: MIT */
/* waits.c - Conditions and a Once whose users are killed. */
#include <mpp/condition.h>
#include <mpp/once.h>
#include <mpp/rlock.h>
#include "module.h"

static struct mpp_condition *changed, *arrived;
static struct mpp_raw_value *waiting;
static struct mpp_rlock *common;
static int64_t wanted;

static bool all_wait(void *unused)
{
	(void)unused;
	return mpp_raw_value_get(waiting) >= wanted;
}

static int waiter(void *name)
{
	int err;

	must(mpp_condition_acquire(changed, MPP_FOREVER));
	must(mpp_raw_value_set(waiting, mpp_raw_value_get(waiting) + 1));
	must(mpp_condition_notify(arrived, 1));
	err = mpp_condition_wait(changed, MPP_FOREVER);
	if (*(int *)name == 2)
		mpp_observe_int("second", err);
	if (err == MPP_EOWNERDEAD)
		must(mpp_condition_consistent(changed));
	must(mpp_condition_release(changed));
	return 0;
}

/* Starts it; returns with the lock held, and it waits. */
static struct mpp_process *start_waiter(int name)
{
	struct mpp_process *p = process(waiter, &name, sizeof(name));

	must(mpp_process_start(p));
	wanted = name;
	must(mpp_condition_acquire(changed, MPP_FOREVER));
	must(mpp_condition_wait_for(arrived, all_wait, NULL, MPP_FOREVER));
	return p;
}

static void make(void)
{
	must(mpp_rlock_new(&common));
	must(mpp_condition_on_rlock(&changed, common));
	must(mpp_condition_on_rlock(&arrived, common));
	waiting = new_cell(0);
}

/* inherited: the first is notified and killed before it can have the lock, so
 * the second, without a notify of its own, goes on. */
PROGRAM(inherited)
{
	struct mpp_process *first, *second;

	make();
	first = start_waiter(1);
	must(mpp_condition_release(changed));
	second = start_waiter(2);
	must(mpp_condition_notify(changed, 1));
	must(mpp_process_kill(first));
	must(mpp_process_join(first, MPP_FOREVER));
	must(mpp_condition_release(changed));
	must(mpp_process_join(second, MPP_FOREVER));
	return 0;
}

/* killed: at any place of its wait; a later notify reaches the second. */
PROGRAM(killed)
{
	struct mpp_process *first, *second;
	int err;

	make();
	first = start_waiter(1);
	must(mpp_condition_release(changed));
	second = start_waiter(2);
	must(mpp_condition_notify(changed, 1));
	must(mpp_condition_release(changed));
	must(mpp_process_kill(first));
	must(mpp_process_join(first, MPP_FOREVER));
	err = mpp_condition_acquire(changed, MPP_FOREVER);
	if (err == MPP_EOWNERDEAD)
		must(mpp_condition_consistent(changed));
	must(mpp_condition_notify(changed, 1));
	must(mpp_condition_release(changed));
	must(mpp_process_join(second, MPP_FOREVER));
	return 0;
}

/* once: the first runner is killed at any place. */
static struct mpp_once *thing;

static int make_thing(void *unused, bool again)
{
	(void)unused;
	must(mpp_raw_value_set(cell, 1 + again));
	return 0;
}

static int runner(void *unused)
{
	(void)unused;
	must(mpp_once_run(thing, make_thing, NULL, MPP_FOREVER));
	return 0;
}

PROGRAM(once)
{
	struct mpp_process *first, *second;

	cell = new_cell(0);
	must(mpp_once_new(&thing));
	first = process(runner, NULL, 0);
	second = process(runner, NULL, 0);
	must(mpp_process_start(first));
	must(mpp_process_start(second));
	must(mpp_process_kill(first));
	must(mpp_process_join(first, MPP_FOREVER));
	must(mpp_process_join(second, MPP_FOREVER));
	mpp_observe_int("done", mpp_once_is_done(thing));
	mpp_observe_int("thing", mpp_raw_value_get(cell));
	return 0;
}

MODULE_END;
