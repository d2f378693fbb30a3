/* SPDX-License-Identifier: MIT */
/*
 * generated.c - an interpreter: the parameter n is a program of three tasks.
 *
 * See generated.h for the encoding; test_generated.c runs the same programs by
 * a naive enumeration of its own.
 */
#include "module.h"

#include "generated.h"

static struct mpp_value *locked_cell;

static int64_t perform(unsigned op, int64_t seen)
{
	switch (op) {
	case READ_RAW:
		return remember(seen, mpp_raw_value_get(cell));
	case WRITE_RAW:
		(void)mpp_raw_value_set(cell, written(seen));
		return seen;
	case READ_VALUE:
		return remember(seen, mpp_value_get(locked_cell));
	case WRITE_VALUE:
		(void)mpp_value_set(locked_cell, written(seen));
		return seen;
	case ADD_VALUE:
		(void)mpp_value_add(locked_cell, 1);
		return seen;
	case ACQUIRE:
		return remember(seen, mpp_lock_acquire(lock, MPP_FOREVER));
	case TRY:
		return remember(seen, mpp_lock_acquire(lock, 0));
	default:
		return remember(seen, mpp_lock_release(lock));
	}
}

static int task(void *arg)
{
	int id = *(int *)arg;
	int64_t program = mpck_param("n"), seen = id;

	for (int i = 0; i < MAX_OPS; i++) {
		unsigned op = operation(program, id - 1, i);

		if (op != NOTHING)
			seen = perform(op, seen);
	}
	tell(id, seen);
	return 0;
}

static int run(void (*run_all)(int, int (*)(void *)))
{
	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_value_new(&locked_cell, 'q', 0));
	run_all(MAX_GENERATED, task);
	mpp_observe_int("raw", mpp_raw_value_get(cell));
	mpp_observe_int("value", mpp_value_get(locked_cell));
	return 0;
}

PROGRAM(processes)
{
	return run(run_children);
}

PROGRAM(threads)
{
	return run(run_threads);
}

MODULE_END;
