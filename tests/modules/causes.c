/* SPDX-License-Identifier: MIT */
/* causes.c - what decides is known of each of these. */
#include "module.h"

UNUSED static struct mpp_lock *other_lock;

/* lost: two add 1. */
UNUSED static int add(void *arg)
{
	int64_t x = mpp_raw_value_get(cell); /* LINE: read */

	(void)arg;
	must(mpp_raw_value_set(cell, x + 1)); /* LINE: write */
	return 0;
}

PROGRAM(lost)
{
	cell = new_cell(0);
	run_children(2, add);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* early: one reads what the other may not have written yet. */
UNUSED static int write_or_read(void *arg)
{
	if (*(int *)arg == 1)
		must(mpp_raw_value_set(cell, 1)); /* LINE: late write */
	else
		tell(1, mpp_raw_value_get(cell)); /* LINE: early read */
	return 0;
}

PROGRAM(early)
{
	cell = new_cell(0);
	run_children(2, write_or_read);
	return 0;
}

/* half: one reads two cells while the other writes both. */
UNUSED static int both(void *arg)
{
	int64_t a, b;

	if (*(int *)arg == 1) {
		must(mpp_raw_value_set(cell, 1)); /* LINE: first write */
		must(mpp_raw_value_set(other_cell, 1)); /* LINE: second write */
		return 0;
	}
	a = mpp_raw_value_get(cell); /* LINE: first read */
	b = mpp_raw_value_get(other_cell); /* LINE: second read */
	tell(1, a == b);
	return 0;
}

PROGRAM(half)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	run_children(2, both);
	return 0;
}

/* circle: two locks, taken in different orders. */
UNUSED static int take_both(void *arg)
{
	struct mpp_lock *a = *(int *)arg == 1 ? lock : other_lock;
	struct mpp_lock *b = *(int *)arg == 1 ? other_lock : lock;

	must(mpp_lock_acquire(a, MPP_FOREVER)); /* LINE: took */
	must(mpp_lock_acquire(b, MPP_FOREVER)); /* LINE: waits */
	must(mpp_lock_release(lock));
	must(mpp_lock_release(other_lock));
	return 0;
}

PROGRAM(circle)
{
	lock = new_lock(0);
	other_lock = new_lock(0);
	run_children(2, take_both);
	tell(1, 1);
	return 0;
}

/* always: the same wrong value whatever happens. */
PROGRAM(always)
{
	cell = new_cell(7);
	run_children(2, add);
	tell(1, 0);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "x=2");
	mpck_right_text(e, "a=1");
	mpck_may_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_may_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = MODULE_TEXT(MODULE_PROGRAM),
	.summary = "for a test of causes",
	.main = MODULE_PROGRAM,
	.expect = expect,
);
