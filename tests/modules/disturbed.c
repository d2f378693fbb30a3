/* SPDX-License-Identifier: MIT */
/* disturbed.c - the four triples that no order of two tasks has, and others. */
#include "module.h"

/* Read, other's write, write. */
static int adds(void *unused)
{
	int64_t seen;

	(void)unused;
	seen = mpp_raw_value_get(cell);			/* LINE: lost read */
	must(mpp_raw_value_set(cell, seen + 1));	/* LINE: lost write */
	return 0;
}

PROGRAM(lost)
{
	cell = new_cell(0);
	run_children(2, adds);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* The same, each access in a section of its own. */
static int adds_in_sections(void *unused)
{
	int64_t seen;

	(void)unused;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	seen = mpp_raw_value_get(cell);			/* LINE: split read */
	must(mpp_lock_release(lock));
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, seen + 1));	/* LINE: split write */
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(lost_though_locked)
{
	cell = new_cell(0);
	lock = new_lock(0);
	run_children(2, adds_in_sections);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* Read, other's write, read. */
static int reads_twice(void *arg)
{
	if (*(int *)arg == 1) {
		int64_t first = mpp_raw_value_get(cell); /* LINE: first */
		int64_t again = mpp_raw_value_get(cell); /* LINE: again */

		tell(1, again - first);
	} else {
		must(mpp_raw_value_set(cell, 7));	/* LINE: seven */
	}
	return 0;
}

PROGRAM(reads)
{
	cell = new_cell(0);
	run_children(2, reads_twice);
	return 0;
}

/* Write, other's write, read. */
static int reads_own_write(void *arg)
{
	int64_t id = *(int *)arg;

	must(mpp_raw_value_set(cell, id));		/* LINE: own write */
	if (id == 1)
		tell(1, mpp_raw_value_get(cell));	/* LINE: own read */
	return 0;
}

PROGRAM(overwritten)
{
	cell = new_cell(0);
	run_children(2, reads_own_write);
	return 0;
}

/* Write, other's read, write. */
static int half(void *arg)
{
	if (*(int *)arg == 1) {
		must(mpp_raw_value_set(cell, 1));	/* LINE: half */
		must(mpp_raw_value_set(cell, 2));	/* LINE: whole */
	} else {
		tell(2, mpp_raw_value_get(cell));	/* LINE: look */
	}
	return 0;
}

PROGRAM(half_done)
{
	cell = new_cell(0);
	run_children(2, half);
	return 0;
}

/* Three writes: the last one stays, as if the other had come first. */
static int writes(void *arg)
{
	int64_t id = *(int *)arg;

	must(mpp_raw_value_set(cell, 10 * id));
	if (id == 1)
		must(mpp_raw_value_set(cell, 11));
	return 0;
}

PROGRAM(three_writes)
{
	cell = new_cell(0);
	run_children(2, writes);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* A triple without harm: who is last writes what the other would have. */
static int writes_the_same(void *unused)
{
	(void)unused;
	(void)mpp_raw_value_get(cell);
	must(mpp_raw_value_set(cell, 5));
	return 0;
}

PROGRAM(harmless)
{
	cell = new_cell(0);
	run_children(2, writes_the_same);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* Two cells are wrong, each for itself. */
static int adds_to_both(void *unused)
{
	(void)unused;
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	must(mpp_raw_value_set(other_cell, mpp_raw_value_get(other_cell) + 1));
	return 0;
}

PROGRAM(two_objects)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	run_children(2, adds_to_both);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	mpp_observe_int("other", mpp_raw_value_get(other_cell));
	return 0;
}

/* What main wrote before it started the child does not belong to what it reads
 * when the child is gone. */
static int sets_nine(void *unused)
{
	(void)unused;
	must(mpp_raw_value_set(cell, 9));
	return 0;
}

PROGRAM(started_between)
{
	struct mpp_process *p = process(sets_nine, NULL, 0);

	cell = new_cell(0);
	must(mpp_raw_value_set(cell, 1));
	start_all(&p, 1);
	(void)mpp_raw_value_get(cell);
	join_all(&p, 1);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

MODULE_END;
