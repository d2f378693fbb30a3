/* SPDX-License-Identifier: MIT */
/*
 * repaired.c - a process is killed while it moves money between two items.
 *
 * Teaches: a death leaves the lock to the next one, who is told
 *          (MPP_EOWNERDEAD) that the two items may not fit together, and makes
 *          them fit before it says mpp_rlock_consistent().  Single accesses go
 *          on without being told: half_moved.c relies on those.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/rlock.h>
#include "common/processes.h"

enum { FROM, TO, ITEMS, ALL = 100, SUM = 30 };

static int mover(void *arg)
{
	struct mpp_array *a = *(struct mpp_array **)arg;

	must(mpp_rlock_acquire(mpp_array_lock(a), MPP_FOREVER));
	must(mpp_array_add(a, FROM, -SUM));
	must(mpp_array_add(a, TO, SUM));
	must(mpp_rlock_release(mpp_array_lock(a)));
	return 0;
}

/* Under the lock; what left one item has to arrive in the other. */
static void repair(struct mpp_array *a)
{
	int64_t from;

	must(mpp_array_get(a, FROM, &from));
	must(mpp_array_set(a, TO, ALL - from));
	must(mpp_rlock_consistent(mpp_array_lock(a)));
}

static int64_t total(struct mpp_array *a)
{
	int64_t items[ITEMS];
	int err = mpp_rlock_acquire(mpp_array_lock(a), MPP_FOREVER);

	if (err == MPP_EOWNERDEAD)
		repair(a);
	else
		must(err);
	must(mpp_array_read(a, 0, ITEMS, items));
	must(mpp_rlock_release(mpp_array_lock(a)));
	return items[FROM] + items[TO];
}

static int run(void)
{
	struct mpp_array *a;
	struct mpp_process *p;

	must(mpp_array_new(&a, 'q', ITEMS));
	must(mpp_array_set(a, FROM, ALL));
	p = process(mover, &a, sizeof(a));
	must(mpp_process_start(p));
	must(mpp_process_kill(p));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_process_free(p);

	mpp_observe_int("total", total(a));
	mpp_array_free(a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "total", ALL);
}

MPCK_SCENARIO(
	.name = "repaired",
	.summary = "killed between two items: the next holder is told, and repairs",
	.main = run,
	.expect = expect,
	.needs = MPCK_NEEDS_PROCESSES,
);
