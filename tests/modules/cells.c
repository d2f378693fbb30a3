/* SPDX-License-Identifier: MIT */
/* cells.c - calls on a Value whose lock somebody else holds for a while. */
#include <mpp/rlock.h>

#include "module.h"

static struct mpp_value *shared;

static int hold(void *unused)
{
	struct mpp_rlock *own = mpp_value_lock(shared);

	(void)unused;
	must(mpp_rlock_acquire(own, MPP_FOREVER));
	must(mpp_value_set(shared, mpp_value_get(shared) + 1));
	must(mpp_value_add(shared, 1));
	must(mpp_rlock_release(own));
	return 0;
}

static int64_t twice(int64_t old, void *unused)
{
	(void)unused;
	return 2 * old;
}

/* limited: two calls with a limit of n ns, and two without. */
PROGRAM(limited)
{
	struct mpp_process *p;
	int64_t x = -1, expected = 0;
	int get, set, compared;

	must(mpp_value_new(&shared, 'i', 1));
	p = process(hold, NULL, 0);
	must(mpp_process_start(p));
	get = mpp_value_get_timed(shared, &x, mpck_param("n"));
	set = mpp_value_set_timed(shared, 10, mpck_param("n"));
	must(mpp_value_update(shared, twice, NULL));
	compared = mpp_value_compare_exchange(shared, &expected, 3);
	join_all(&p, 1);
	mpp_observe_int("get", get);
	mpp_observe_int("read", x);
	mpp_observe_int("set", set);
	mpp_observe_int("then", expected);
	mpp_observe_int("value", mpp_value_get(shared));
	return compared;
}

MODULE_END;
