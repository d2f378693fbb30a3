/* SPDX-License-Identifier: MIT */
/* condition.c - the programs of condition.def. */
#include <mpp/condition.h>

#include "program.h"

static struct mpp_condition *condition;
static struct gate waiting;

static void make(void)
{
	must(mpp_condition_new(&condition));
	gate_new(&waiting);
}

static void acquire(void)
{
	must(mpp_condition_acquire(condition, MPP_FOREVER));
}

static void say_waited(int err)
{
	if (err == 0)
		say("notified");
	else
		say_taken(err);
}

static void notify_without_the_lock(void)
{
	make();
	say_refused(mpp_condition_notify(condition, 1));
}

static void wait_without_the_lock(void)
{
	make();
	say_refused(mpp_condition_wait(condition, A_WHILE));
}

static void wait_that_nobody_notifies(void)
{
	make();
	acquire();
	say_waited(mpp_condition_wait(condition, A_WHILE));
}

static void notify_with_nobody_waiting_is_lost(void)
{
	make();
	acquire();
	must(mpp_condition_notify(condition, 1));
	say_waited(mpp_condition_wait(condition, A_WHILE));
}

/* Releases as often as it was acquired, before and after. */
static void wait_takes_all_levels_back(void)
{
	make();
	say_refused(mpp_condition_release(condition));
	acquire();
	acquire();
	(void)mpp_condition_wait(condition, MPP_SECONDS(0.01));
	say_refused(mpp_condition_release(condition));
	say_refused(mpp_condition_release(condition));
	say_refused(mpp_condition_release(condition));
}

/* It has the lock when it lets the others know, so they come after its wait
 * has begun. */
static int wait_for_it(void *unused)
{
	(void)unused;
	acquire();
	gate_pass(&waiting);
	return mpp_condition_wait(condition, MPP_FOREVER);
}

static void waiter_is_notified(void)
{
	struct mpp_process *child;

	make();
	child = start_child(wait_for_it);
	gate_wait(&waiting);
	acquire();
	must(mpp_condition_notify(condition, 1));
	must(mpp_condition_release(condition));
	say_waited((int8_t)join_child(child));
}

static int wait_and_release(void *unused)
{
	int err = wait_for_it(unused);

	must(mpp_condition_release(condition));
	return err;
}

static void two_waiters_are_notified_by_notify_all(void)
{
	struct mpp_process *first, *second;

	make();
	first = start_child(wait_and_release);
	second = start_child(wait_and_release);
	gate_wait(&waiting);
	gate_wait(&waiting);
	acquire();
	must(mpp_condition_notify_all(condition));
	must(mpp_condition_release(condition));
	say_waited((int8_t)join_child(first));
	say_waited((int8_t)join_child(second));
}

static bool answer(void *context)
{
	return *(bool *)context;
}

static void say_predicate(bool value)
{
	make();
	acquire();
	say("%s", mpp_condition_wait_for(condition, answer, &value, A_WHILE)
			  ? "false"
			  : "true");
}

static void wait_for_a_true_predicate(void)
{
	say_predicate(true);
}

static void wait_for_a_false_predicate(void)
{
	say_predicate(false);
}

static void notify_after_a_waiter_was_killed(void)
{
	struct mpp_process *child;

	make();
	child = start_child(wait_for_it);
	gate_wait(&waiting);
	acquire(); /* it waits */
	must(mpp_condition_release(condition));
	kill_child(child);
	acquire();
	say_error(mpp_condition_notify(condition, 1));
}

const struct program python_condition[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "condition.def"
	{ 0 },
};
