/* SPDX-License-Identifier: MIT */
/*
 * half_moved.c - a process is killed while it moves money, and nobody asks.
 *
 * Teaches: single accesses never wait for a dead holder and are never half
 *          done, so they are not told of a death either.  Who reads items that
 *          belong together has to acquire the lock, and to look at the answer.
 *          Cure: repaired.c.
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

/* All items at one moment, but not what their last holder meant them to be. */
static int64_t total(struct mpp_array *a)
{
	int64_t items[ITEMS];

	must(mpp_array_read(a, 0, ITEMS, items));
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
	mpck_possible(e, "total", ALL - SUM, ALL - SUM, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "half-moved",
	.summary = "killed between two items: who just reads finds half of it",
	.main = run,
	.expect = expect,
	.needs = MPCK_NEEDS_PROCESSES,
);
