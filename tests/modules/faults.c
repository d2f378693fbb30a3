/* SPDX-License-Identifier: MIT */
/* faults.c - children that end badly, and programs that do not end. */
#include <assert.h>
#include <stdlib.h>

#include "module.h"
#include <mpp/array.h>
#include <mpp/segment.h>

/* Runs one child; observes how it ended and that we did not. */
static void watch(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);
	int code = 0;

	if (!cell)
		cell = new_cell(0);
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
}

static volatile int *volatile nowhere;

UNCHECKED static int follow_null(void *arg)
{
	volatile int *p = nowhere;

	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	*p = 1;	/* LINE: follow_null */
	must(mpp_raw_value_set(cell, 2));
	return 0;
}

PROGRAM(null_pointer)
{
	watch(follow_null);
	return 0;
}

UNCHECKED static int divide(void *arg)
{
	volatile int zero = 0, one = 1;

	(void)arg;
	return one / zero;	/* LINE: divide */
}

PROGRAM(division)
{
	watch(divide);
	return 0;
}

static int give_up(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	abort();
}

PROGRAM(aborting)
{
	watch(give_up);
	return 0;
}

static int assert_something(void *arg)
{
	(void)arg;
	assert(nowhere != NULL);
	return 0;
}

PROGRAM(assertion)
{
	watch(assert_something);
	return 0;
}

static int exit_three(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	return 3;
}

PROGRAM(exit_code)
{
	watch(exit_three);
	return 0;
}

static int exit_inside(void *arg)
{
	(void)arg;
	exit(256 + 7);	/* LINE: exit_inside */
}

static int exit_by_libmpp(void *arg)
{
	(void)arg;
	mpp_exit(9);	/* LINE: exit_by_libmpp */
}

PROGRAM(mpp_exit_call)
{
	watch(exit_by_libmpp);
	return 0;
}

/* Operands: what was there, what was to be stored. */
static int add_too_much(void *arg)
{
	(void)mpp_value_add(*(struct mpp_value **)arg, 2147483600);
	return 0;
}

PROGRAM(wrapped_sum)
{
	struct mpp_value *v = NULL;
	struct mpp_process *p;

	must(mpp_value_new(&v, 'i', 100));
	p = process(add_too_much, &v, sizeof(v));
	start_all(&p, 1);
	join_all(&p, 1);
	mpp_observe_int("x", mpp_value_get(v));
	return 0;
}

/* n is stored: what fits is no finding. */
PROGRAM(stored)
{
	struct mpp_raw_value *v = NULL;

	must(mpp_raw_value_new(&v, 'B', 1));
	(void)mpp_raw_value_set(v, mpck_param("n"));
	mpp_observe_int("x", mpp_raw_value_get(v));
	return 0;
}

/* Item n of 4 is read. */
PROGRAM(item)
{
	struct mpp_raw_array *a = NULL;
	int64_t x = 0;

	must(mpp_raw_array_new(&a, 'i', 4));
	(void)mpp_raw_array_get(a, (ptrdiff_t)mpck_param("n"), &x);
	mpp_observe_int("x", x);
	return 0;
}

/* Byte n and the next one, of 8. */
PROGRAM(two_bytes)
{
	struct mpp_segment *s = NULL;
	char x[2] = { 0 };

	must(mpp_segment_new(&s, 8));
	(void)mpp_segment_read(s, (size_t)mpck_param("n"), x, 2);
	mpp_observe_int("x", x[0]);
	return 0;
}

PROGRAM(exit_call)
{
	watch(exit_inside);
	return 0;
}

static int succeed(void *arg)
{
	(void)arg;
	return 256;	/* & 255 */
}

PROGRAM(exit_code_zero)
{
	watch(succeed);
	return 0;
}

/* main_fails: the first process counts as well. */
PROGRAM(main_fails)
{
	mpp_observe_int("x", 1);
	return 4;
}

UNCHECKED PROGRAM(main_crashes)
{
	volatile int *p = (volatile int *)mpck_param("n");

	mpp_observe_int("x", 1);
	return *p;	/* LINE: main_crashes */
}

/* crash_in_one: some interleavings only. */
UNCHECKED static int use_if_set(void *arg)
{
	volatile int *p = nowhere;

	(void)arg;
	if (mpp_raw_value_get(cell))
		*p = 1;
	return 0;
}

static int set(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

PROGRAM(crash_in_one)
{
	struct mpp_process *p[2];

	cell = new_cell(0);
	p[0] = process(set, NULL, 0);
	p[1] = process(use_if_set, NULL, 0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* killed */
static int count_for_ever(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	must(mpp_raw_value_set(cell, 2));
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	return 0;
}

static void watch_kill(int (*end)(struct mpp_process *))
{
	struct mpp_process *p = process(count_for_ever, NULL, 0);
	int code = 0;

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_process_start(p));
	must(end(p));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	must(mpp_lock_release(lock));
}

PROGRAM(killed)
{
	watch_kill(mpp_process_kill);
	return 0;
}

PROGRAM(terminated)
{
	watch_kill(mpp_process_terminate);
	return 0;
}

/* after_kill: what the victim does after kill() returned, and before it dies. */
PROGRAM(after_kill)
{
	struct mpp_process *p = process(count_for_ever, NULL, 0);

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_process_start(p));
	must(mpp_process_kill(p));
	mpp_observe_int("early", mpp_raw_value_get(cell));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_observe_int("late", mpp_raw_value_get(cell));
	must(mpp_lock_release(lock));
	return 0;
}

/* daemon: nobody joins it, it would wait for ever, and that is no deadlock. */
PROGRAM(daemon)
{
	struct mpp_process *p = process(count_for_ever, NULL, 0);

	cell = new_cell(0);
	lock = new_lock(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_process_set_daemon(p, true));
	must(mpp_process_start(p));
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* killed_by_thread: a thread ends the process that it belongs to. */
static struct mpp_process *victim;

static int kill_own_process(void *arg)
{
	(void)arg;
	must(mpp_process_kill(victim));
	must(mpp_raw_value_set(cell, 1));
	return 0;
}

static int process_with_killer(void *arg)
{
	(void)arg;
	run_threads(1, kill_own_process);
	must(mpp_raw_value_set(cell, 2));
	return 0;
}

PROGRAM(killed_by_thread)
{
	int code = 0;

	cell = new_cell(0);
	victim = process(process_with_killer, NULL, 0);
	must(mpp_process_start(victim));
	must(mpp_process_join(victim, MPP_FOREVER));
	must(mpp_process_exitcode(victim, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* No end. */
PROGRAM(endless)
{
	volatile unsigned x = 0;

	while (x <= UINT32_MAX)
		x++;	/* LINE: endless */
	return 0;
}

static int ask_for_ever(void *arg)
{
	(void)arg;
	while (!mpp_raw_value_get(cell))
		continue;
	return 0;
}

PROGRAM(endless_operations)
{
	cell = new_cell(0);
	run_children(1, ask_for_ever);
	return 0;
}

/* crowd: n children at the same time. */
static int wait_for_lock(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(crowd)
{
	struct mpp_process *p[100];
	int64_t n = mpck_param("n");

	lock = new_lock(0);
	for (int64_t i = 0; i < n; i++)
		p[i] = process(wait_for_lock, NULL, 0);
	start_all(p, n);
	join_all(p, n);
	mpp_observe_int("x", n);
	return 0;
}

/* many_locks: n held at the same time. */
PROGRAM(many_locks)
{
	int64_t n = mpck_param("n");

	for (int64_t i = 0; i < n; i++)
		must(mpp_lock_acquire(new_lock(0), MPP_FOREVER));
	mpp_observe_int("x", n);
	return 0;
}

MODULE_END;
