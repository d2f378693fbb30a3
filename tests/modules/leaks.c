/* SPDX-License-Identifier: MIT */
/* leaks.c - what is made and given back, or not. */
#include "module.h"

UNUSED static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

UNUSED static struct mpp_process *start_one(void)
{
	struct mpp_process *p = process(nothing, NULL, 0);

	must(mpp_process_start(p));	/* LINE: start */
	return p;
}

PROGRAM(not_joined)
{
	(void)start_one();
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(joined)
{
	must(mpp_process_join(start_one(), MPP_FOREVER));
	mpp_observe_int("x", 1);
	return 0;
}

/* let_go: its handle is freed, so that it goes on by itself. */
PROGRAM(let_go)
{
	struct mpp_process *p = process(nothing, NULL, 0);

	cell = new_cell(0);
	must(mpp_process_start(p));
	mpp_process_free(p);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* polled: until it has ended. */
PROGRAM(polled)
{
	struct mpp_process *p = start_one();

	while (mpp_process_is_alive(p))
		continue;
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(daemon)
{
	struct mpp_process *p = process(nothing, NULL, 0);

	must(mpp_process_set_daemon(p, true));
	must(mpp_process_start(p));
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(thread)
{
	struct mpp_thread *t = NULL;

	must(mpp_thread_new(&t, nothing, NULL, 0));
	must(mpp_thread_start(t));
	mpp_observe_int("x", 1);
	return 0;
}

/* fails: who fails does not tidy up. */
PROGRAM(fails)
{
	(void)start_one();
	mpp_observe_int("x", 1);
	return 3;
}

PROGRAM(one_kept)
{
	cell = new_cell(0);
	other_cell = new_cell(0);	/* LINE: kept */
	mpp_raw_value_free(cell);
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(all_kept)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	run_children(1, nothing);
	mpp_observe_int("x", 1);
	return 0;
}

PROGRAM(none_kept)
{
	cell = new_cell(0);
	lock = new_lock(0);
	run_children(2, nothing);
	mpp_lock_free(lock);
	mpp_raw_value_free(cell);
	mpp_observe_int("x", 1);
	return 0;
}

/* handle_kept: joined, but not freed as the other one. */
PROGRAM(handle_kept)
{
	struct mpp_process *p = start_one();

	run_children(1, nothing);
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_observe_int("x", 1);
	return 0;
}

MODULE_END;
