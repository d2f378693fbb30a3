/* SPDX-License-Identifier: MIT */
/* stacks.c - dead bytes, deep stacks, too deep stacks. */
#include <string.h>

#include "module.h"

/* Leaves `fill` in the `size` bytes below the caller. */
__attribute__((noinline)) static void go_deep(size_t size, int fill)
{
	char *p = __builtin_alloca(size);

	memset(p, fill, size);
	ESCAPE(p);
}

/* What is in `size` such bytes, apart from the highest KiB, which the calls
 * since then have used. */
__attribute__((noinline)) static int64_t look_deep(size_t size)
{
	char *p = __builtin_alloca(size);
	int64_t sum = 0;

	ESCAPE(p);
	for (size_t i = 0; i + 1024 < size; i++)
		sum += p[i];
	return sum;
}

/* dead_bytes: an uninitialised local reads the same whoever ran before. */
static int read_dead(void *arg)
{
	int id = *(int *)arg;

	if (id == 1)
		go_deep(3000, 1);
	let_others_run();
	tell(id, look_deep(3000));
	let_others_run();
	go_deep(2000, id);
	return 0;
}

PROGRAM(dead_bytes)
{
	cell = new_cell(0);
	run_children(2, read_dead);
	return 0;
}

PROGRAM(dead_bytes_of_threads)
{
	cell = new_cell(0);
	run_threads(2, read_dead);
	return 0;
}

/* dead_argument_bytes: also of a process that starts where one has ended. */
static int leave_bytes(void *arg)
{
	(void)arg;
	go_deep(3000, 1);
	return 0;
}

static int find_bytes(void *arg)
{
	tell(*(int *)arg, look_deep(3000));
	return 0;
}

PROGRAM(bytes_of_the_ended)
{
	run_children(1, leave_bytes);
	run_children(2, find_bytes);
	return 0;
}

/* deep: 64 KiB that live through operations. */
enum { DEEP = 64 << 10 };

__attribute__((noinline)) static int64_t keep_deep(int id)
{
	char *p = __builtin_alloca(DEEP);
	int64_t sum = 0;

	memset(p, id, DEEP);
	ESCAPE(p);
	let_others_run();
	ESCAPE(p);
	let_others_run();
	for (size_t i = 0; i < DEEP; i++)
		sum += p[i];
	return sum;
}

static int deep_child(void *arg)
{
	int id = *(int *)arg;

	tell(id, keep_deep(id));
	let_others_run();
	return 0;
}

PROGRAM(deep)
{
	cell = new_cell(0);
	run_children(2, deep_child);
	return 0;
}

PROGRAM(deep_threads)
{
	cell = new_cell(0);
	run_threads(2, deep_child);
	return 0;
}

/* overflow: recursion without end. */
static volatile bool go_on = true;

__attribute__((noinline)) static int64_t recurse(int64_t depth)
{
	volatile char local[500];

	local[depth % 500] = 1;
	return go_on ? recurse(depth + 1) + local[0] : 0; /* LINE: overflow */
}

static int overflowing(void *arg)
{
	(void)arg;
	let_others_run();
	return (int)recurse(1);
}

PROGRAM(overflow)
{
	struct mpp_process *p = process(overflowing, NULL, 0);
	int code = 0;

	cell = new_cell(0);
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_process_exitcode(p, &code);
	mpp_observe_int("code", code);
	return 0;
}

MODULE_END;
