/* SPDX-License-Identifier: MIT */
/* checks.c - mpck_check(): conditions that hold, or do not. */
#include "module.h"

PROGRAM(holds)
{
	int64_t x = 1;

	mpck_check(x == 1);
	mpck_check_text(x, "x is %d", (int)x);
	mpp_observe_int("x", x);
	return 0;
}

UNUSED static int expect_two(void *arg)
{
	int64_t x = mpp_raw_value_get(cell);

	(void)arg;
	mpck_check_text(x == 2, "x is %d", (int)x);	/* LINE: two */
	must(mpp_raw_value_set(cell, 3));
	return 0;
}

/* fails: the rest of the process is not executed. */
PROGRAM(fails)
{
	struct mpp_process *p = process(expect_two, NULL, 0);
	int code = 0;

	cell = new_cell(1);
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

UNUSED static int set_two(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 2));
	return 0;
}

/* in_one: of two interleavings. */
PROGRAM(in_one)
{
	struct mpp_process *p[2];

	cell = new_cell(1);
	p[0] = process(set_two, NULL, 0);
	p[1] = process(expect_two, NULL, 0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", 1);
	return 0;
}

/* in_thread: its whole process ends. */
UNUSED static int process_of_threads(void *arg)
{
	(void)arg;
	run_threads(1, expect_two);
	must(mpp_raw_value_set(cell, 4));
	return 0;
}

PROGRAM(in_thread)
{
	struct mpp_process *p = process(process_of_threads, NULL, 0);
	int code = 0;

	cell = new_cell(1);
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* in_main */
PROGRAM(in_main)
{
	mpck_check(mpck_param("n") > 3);
	mpp_observe_int("x", 1);
	return 0;
}

/* allowed: whoever wrote this knows that it fails. */
PROGRAM(allowed)
{
	/* mpck: allow assertion */
	mpck_check(mpck_param("n") > 3);
	/* LINE: unused */ /* mpck: allow assertion, deadlock */
	mpp_observe_int("x", 1);
	return 0;
}

/* fixed: the marker is of a mistake that is no more. */
PROGRAM(fixed)
{
	mpck_check(mpck_param("n") == 0);	/* mpck: allow assertion */
	mpp_observe_int("x", 1);
	return 0;
}

/* loses: an update, in a function that two processes call. */
UNUSED __attribute__((noinline)) static void bump_by_one(void)
{
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
}

UNUSED static int bump(void *arg)
{
	(void)arg;
	bump_by_one();	/* LINE: loses */ /* mpck: allow lost-update */
	return 0;
}

PROGRAM(loses)
{
	cell = new_cell(0);
	run_children(2, bump);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

MODULE_END;
