/* SPDX-License-Identifier: MIT */
/*
 * history_condition.c - two or three tasks with a Condition.
 *
 * A wait is two calls: WAIT, when its caller is about to wait, and WAITED, with
 * the result.  All are made with the lock held, so a history is a sequence.
 * Nobody begins to wait after the first notify, so that nobody has to be left.
 */
#include <mpp/condition.h>

#include "history.h"

UNUSED static struct mpp_condition *condition;

UNUSED static void make_objects(void)
{
	lock = new_lock(0);
	must(mpp_condition_on_lock(&condition, lock));
}

UNUSED static void enter(void)
{
	must(mpp_condition_acquire(condition, MPP_FOREVER));
}

UNUSED static void leave(void)
{
	must(mpp_condition_release(condition));
}

/* Numbers of calls: `first` and the next; 4 and 5: notifies. */
enum { FIRST_NOTIFY = 4 };

UNUSED static void wait_as(int first, int64_t timeout_ns)
{
	struct call c = begin_call(first, WAIT, first);
	int64_t err;

	if (c.before >> FIRST_NOTIFY & 1)
		return;
	end_call(c, 0);
	err = mpp_condition_wait(condition, timeout_ns);
	CALL(first + 1, WAITED, first, err);
}

UNUSED static void notify_as(int number, int64_t count)
{
	CALL(number, NOTIFY, count, mpp_condition_notify(condition, count));
}

TASK(waiter_0)
{
	enter();
	wait_as(0, MPP_FOREVER);
	leave();
	return 0;
}

TASK(waiter_1)
{
	enter();
	wait_as(2, MPP_FOREVER);
	leave();
	return 0;
}

TASK(notifier)
{
	enter();
	notify_as(4, 1);
	leave();
	return 0;
}

PROGRAM(condition_one)
{
	RUN_HISTORY(waiter_0, notifier);
	return 0;
}

TASK(twice_notifier)
{
	enter();
	notify_as(4, 1);
	leave();
	enter();
	notify_as(5, 1);
	leave();
	return 0;
}

PROGRAM(condition_one_by_one)
{
	RUN_HISTORY(waiter_0, waiter_1, twice_notifier);
	return 0;
}

TASK(notifier_of_all)
{
	enter();
	CALL(4, NOTIFY, 64, mpp_condition_notify_all(condition));
	leave();
	return 0;
}

PROGRAM(condition_all)
{
	RUN_HISTORY(waiter_0, waiter_1, notifier_of_all);
	return 0;
}

TASK(waiter_with_limit_0)
{
	enter();
	wait_as(0, 1000);
	leave();
	return 0;
}

TASK(waiter_with_limit_1)
{
	enter();
	wait_as(2, 1000);
	leave();
	return 0;
}

PROGRAM(condition_limit)
{
	RUN_HISTORY(waiter_with_limit_0, notifier);
	return 0;
}

PROGRAM(condition_two_limits)
{
	RUN_HISTORY(waiter_with_limit_0, waiter_with_limit_1, notifier);
	return 0;
}

/*
 * An RLock, held twice.
 */
UNUSED static struct mpp_condition *with_levels;

TASK(waiter_with_levels)
{
	condition = with_levels;
	enter();
	enter();
	wait_as(0, MPP_FOREVER);
	leave();
	leave();
	return 0;
}

TASK(notifier_with_levels)
{
	condition = with_levels;
	enter();
	notify_as(4, 1);
	leave();
	return 0;
}

PROGRAM(condition_levels)
{
	must(mpp_condition_new(&with_levels));
	RUN_HISTORY(waiter_with_levels, notifier_with_levels);
	return 0;
}

/*
 * With a predicate, and a notify before that is true.
 */
UNUSED static bool has_changed(void *unused UNUSED)
{
	return mpp_raw_value_get(cell) != 0;
}

TASK(waiter_for_change)
{
	int64_t err;

	enter();
	err = mpp_condition_wait_for(condition, has_changed, NULL,
				     MPP_FOREVER);
	CALL(1, CHANGED, 0, err);
	leave();
	return 0;
}

TASK(changer)
{
	enter();
	notify_as(4, 1);
	leave();
	enter();
	CALL(6, CHANGE, 0, mpp_raw_value_set(cell, 1));
	notify_as(5, 1);
	leave();
	return 0;
}

PROGRAM(condition_predicate)
{
	cell = new_cell(0);
	RUN_HISTORY(waiter_for_change, changer);
	return 0;
}

MODULE_END;
