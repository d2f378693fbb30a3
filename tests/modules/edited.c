/* SPDX-License-Identifier: MIT */
/*
 * edited.c - one program before and after edits: a schedule that was kept of
 * the first is followed in the others.
 */
#include "module.h"

#include <mpp/atomic.h>
#include <mpp/hooks.h>
#include <stdio.h>

static int add_one(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1)); /* LINE: add */
	return 0;
}

/* More is done around it, in another order, by a helper. */
static int64_t looked_at(struct mpp_raw_value *c)
{
	return mpp_raw_value_get(c); /* LINE: look */
}

static int add_one_and_more(void *arg)
{
	int64_t seen;

	(void)arg;
	must(mpp_raw_value_set(other_cell, 1));
	printf("about to look\n");
	seen = looked_at(cell);
	must(mpp_raw_value_set(other_cell, looked_at(other_cell) + 1));
	must(mpp_raw_value_set(cell, seen + 1));
	must(mpp_raw_value_set(other_cell, 0));
	return 0;
}

static int add_one_under_a_lock(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	must(mpp_lock_release(lock));
	return 0;
}

static struct mpp_atomic *number;

static int add_one_at_once(void *arg)
{
	(void)arg;
	mpp_atomic_fetch_add(number, 1);
	return 0;
}

static void run_two(int (*fn)(void *))
{
	struct mpp_process *p[2];

	cell = new_cell(0);
	other_cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_atomic_new(&number, 0));
	for (int i = 0; i < 2; i++)
		p[i] = process(fn, NULL, 0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell) +
			     mpp_atomic_load(number));
}

PROGRAM(first)
{
	run_two(add_one);
	return 0;
}

PROGRAM(extended)
{
	run_two(add_one_and_more);
	return 0;
}

PROGRAM(locked)
{
	run_two(add_one_under_a_lock);
	return 0;
}

PROGRAM(atomic)
{
	run_two(add_one_at_once);
	return 0;
}

/* No call of libmpp's does it; a scheduler offers it. */
static int64_t choose(uint16_t choices)
{
	struct mpp_op op = { .kind = MPP_OP_CHOOSE, .choices = choices,
			     .timeout_ns = MPP_FOREVER };
	int taken = mpp_hooks_installed->before(&op);

	mpp_hooks_installed->after(&op, taken, 0);
	return taken;
}

static int choose_twice(void *arg)
{
	int64_t sum = choose(3) * 10;

	(void)arg;
	sum += choose(4);
	must(mpp_raw_value_set(cell, sum));
	return 0;
}

PROGRAM(choosing)
{
	run_two(choose_twice);
	return 0;
}

MODULE_END;
