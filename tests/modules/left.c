/* SPDX-License-Identifier: MIT */
/* left.c - tasks that end with a lock, rightly and wrongly. */
#include "module.h"

#include <mpp/rwlock.h>

static struct mpp_rwlock *rw;

static int keep(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: kept */
	return 0;
}

static void run_one(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);

	cell = new_cell(0);
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_process_free(p);
	mpp_observe_int("x", 1);
}

PROGRAM(owned)
{
	lock = new_lock(0);
	run_one(keep);
	return 0;
}

PROGRAM(unowned)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	run_one(keep);
	return 0;
}

/* freed: the parent gives the lock back all the same. */
PROGRAM(freed)
{
	lock = new_lock(0);
	run_one(keep);
	mpp_lock_free(lock);
	return 0;
}

/* reader: a share of a reader-writer lock. */
static int keep_share(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));	/* LINE: share */
	return 0;
}

PROGRAM(reader)
{
	must(mpp_rwlock_new(&rw, 2));
	run_one(keep_share);
	return 0;
}

/* released */
static int take_and_release(void *arg)
{
	(void)keep(arg);
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(released)
{
	lock = new_lock(0);
	run_one(take_and_release);
	return 0;
}

/* handed_over: a lock without an owner, released by somebody else. */
PROGRAM(handed_over)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	run_one(keep);
	must(mpp_lock_release(lock));
	return 0;
}

/* repaired: the next one is told, and says that all is well. */
static void take_over(bool repair)
{
	int err = mpp_lock_acquire(lock, MPP_FOREVER);

	if (err != MPP_EOWNERDEAD)
		__builtin_trap();
	if (repair)
		must(mpp_lock_consistent(lock));
	must(mpp_lock_release(lock));
}

PROGRAM(repaired)
{
	lock = new_lock(0);
	run_one(keep);
	take_over(true);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	return 0;
}

/* not_repaired: told, and passed on in silence. */
PROGRAM(not_repaired)
{
	lock = new_lock(0);
	run_one(keep);
	take_over(false);
	if (mpp_lock_acquire(lock, MPP_FOREVER) != MPP_ENOTRECOVERABLE)
		__builtin_trap();
	return 0;
}

/* killed: it had no choice. */
static int keep_and_wait(void *arg)
{
	(void)keep(arg);
	let_others_run();
	let_others_run();
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(killed)
{
	struct mpp_process *p = process(keep_and_wait, NULL, 0);

	lock = new_lock(0);
	cell = new_cell(0);
	must(mpp_process_start(p));
	must(mpp_process_kill(p));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_observe_int("x", 1);
	return 0;
}

/* stopped: a thread of a process that ends meanwhile. */
static int end_before_thread(void *arg)
{
	struct mpp_thread *t = NULL;

	(void)arg;
	must(mpp_thread_new(&t, keep_and_wait, NULL, 0));
	must(mpp_thread_start(t));
	let_others_run();
	return 0;
}

PROGRAM(stopped)
{
	lock = new_lock(0);
	run_one(end_before_thread);
	return 0;
}

/* thread: it ends by itself, and its process goes on. */
PROGRAM(thread)
{
	lock = new_lock(0);
	run_threads(1, keep);
	mpp_observe_int("x", 1);
	return 0;
}

MODULE_END;
