/* SPDX-License-Identifier: MIT */
/* lock.c - the programs of lock.def. */
#include <mpp/lock.h>
#include <mpp/rlock.h>
#include <mpp/thread.h>
#include <mpp/value.h>

#include "program.h"

static struct mpp_lock *lock;
static struct mpp_rlock *rlock;
static struct mpp_raw_value *raw;
static struct gate held, never;

static void make(unsigned flags)
{
	must(mpp_lock_new(&lock, flags));
	gate_new(&held);
	gate_new(&never);
}

static void make_rlock(void)
{
	must(mpp_rlock_new(&rlock));
	gate_new(&held);
	gate_new(&never);
}

static int in_thread(int (*fn)(void *))
{
	struct mpp_thread *thread;
	int result = 0;

	must(mpp_thread_new(&thread, fn, NULL, 0));
	must(mpp_thread_start(thread));
	must(mpp_thread_join(thread, MPP_FOREVER));
	(void)mpp_thread_result(thread, &result);
	return result;
}

/* What fn returned, through an exit code. */
static int in_child(int (*fn)(void *))
{
	return (int8_t)run_child(fn);
}

static int try_it(void *unused)
{
	(void)unused;
	return mpp_lock_acquire(lock, 0);
}

static int try_a_while(void *unused)
{
	(void)unused;
	return mpp_lock_acquire(lock, A_WHILE);
}

static int release(void *unused)
{
	(void)unused;
	return mpp_lock_release(lock);
}

static int hold(void *unused)
{
	(void)unused;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	gate_pass(&held);
	gate_wait(&never);
	return 0;
}

static int take_and_exit(void *unused)
{
	(void)unused;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	return 0;
}

static void let_holder_be_killed(void)
{
	struct mpp_process *child = start_child(hold);

	gate_wait(&held);
	kill_child(child);
}

static int add_thousand(void *unused)
{
	(void)unused;
	for (int i = 0; i < 1000; i++) {
		must(mpp_lock_acquire(lock, MPP_FOREVER));
		mpp_raw_value_set(raw, mpp_raw_value_get(raw) + 1);
		must(mpp_lock_release(lock));
	}
	return 0;
}

static void lock_excludes(void)
{
	struct mpp_process *child;

	make(0);
	must(mpp_raw_value_new(&raw, 'i', 0));
	child = start_child(add_thousand);
	add_thousand(NULL);
	join_child(child);
	say("%" PRId64, mpp_raw_value_get(raw));
}

static void held_lock_is_not_taken_by_a_try(void)
{
	make(0);
	start_child(hold);
	gate_wait(&held);
	say_taken(try_it(NULL));
}

static void held_lock_is_not_taken_in_time(void)
{
	make(0);
	start_child(hold);
	gate_wait(&held);
	say_taken(try_a_while(NULL));
}

static void negative_limit_counts_as_none(void)
{
	make(0);
	start_child(hold);
	gate_wait(&held);
	say("%s", mpp_lock_acquire(lock, -1) < 0 ? "not taken" : "taken");
}

static void released_lock_is_taken(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	must(mpp_lock_release(lock));
	say_taken(in_child(try_it));
}

static void release_of_a_free_lock(void)
{
	make(0);
	say_refused(mpp_lock_release(lock));
}

static void thread_of_the_holder_does_not_hold(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	say_taken(in_thread(try_it));
}

static void child_of_the_holder_does_not_hold(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	say_taken(in_child(try_it));
}

static void holder_acquires_again(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	say_taken(try_a_while(NULL));
}

static void release_by_another_process(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	say_error(in_child(release));
}

static void release_by_another_thread(void)
{
	make(0);
	must(mpp_lock_acquire(lock, 0));
	say_error(in_thread(release));
}

static void holder_has_exited(void)
{
	make(0);
	run_child(take_and_exit);
	say_taken(try_a_while(NULL));
}

static void holder_was_killed(void)
{
	make(0);
	let_holder_be_killed();
	say_taken(try_a_while(NULL));
}

static struct gate waiting;

static int wait_for_it(void *unused)
{
	(void)unused;
	gate_pass(&waiting);
	return mpp_lock_acquire(lock, MPP_SECONDS(10));
}

static void waiter_when_the_holder_is_killed(void)
{
	struct mpp_process *holder, *waiter;

	make(0);
	gate_new(&waiting);
	holder = start_child(hold);
	gate_wait(&held);
	waiter = start_child(wait_for_it);
	gate_wait(&waiting);
	kill_child(holder);
	say_taken((int8_t)join_child(waiter));
}

static void lock_after_a_death_and_its_repair(void)
{
	make(0);
	let_holder_be_killed();
	(void)mpp_lock_acquire(lock, A_WHILE);
	must(mpp_lock_consistent(lock));
	must(mpp_lock_release(lock));
	say_taken(in_child(try_it));
}

static void lock_after_a_death_without_repair(void)
{
	make(0);
	let_holder_be_killed();
	(void)mpp_lock_acquire(lock, A_WHILE);
	must(mpp_lock_release(lock));
	say_taken(in_child(try_it));
}

static void unowned_holder_acquires_again(void)
{
	make(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, 0));
	say_taken(try_a_while(NULL));
}

static void unowned_release_by_another_process(void)
{
	make(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, 0));
	say_refused(in_child(release));
	say_taken(try_it(NULL));
}

static void unowned_release_by_another_thread(void)
{
	make(MPP_LOCK_UNOWNED);
	must(mpp_lock_acquire(lock, 0));
	say_refused(in_thread(release));
	say_taken(try_it(NULL));
}

static void unowned_holder_has_exited(void)
{
	make(MPP_LOCK_UNOWNED);
	run_child(take_and_exit);
	say_taken(try_a_while(NULL));
}

static void unowned_holder_was_killed(void)
{
	make(MPP_LOCK_UNOWNED);
	let_holder_be_killed();
	say_taken(try_a_while(NULL));
}

static void unowned_release_of_a_free_lock(void)
{
	make(MPP_LOCK_UNOWNED);
	say_refused(mpp_lock_release(lock));
}

static int try_rlock(void *unused)
{
	(void)unused;
	return mpp_rlock_acquire(rlock, 0);
}

static int release_rlock(void *unused)
{
	(void)unused;
	return mpp_rlock_release(rlock);
}

static void take_twice(void)
{
	make_rlock();
	must(mpp_rlock_acquire(rlock, 0));
	must(mpp_rlock_acquire(rlock, 0));
}

static void rlock_is_taken_twice(void)
{
	make_rlock();
	say_taken(mpp_rlock_acquire(rlock, 0));
	say_taken(mpp_rlock_acquire(rlock, 0));
}

static void rlock_released_as_often(void)
{
	take_twice();
	must(mpp_rlock_release(rlock));
	must(mpp_rlock_release(rlock));
	say_taken(in_child(try_rlock));
}

static void rlock_released_once_too_few(void)
{
	take_twice();
	must(mpp_rlock_release(rlock));
	say_taken(in_child(try_rlock));
}

static void rlock_released_too_often(void)
{
	make_rlock();
	must(mpp_rlock_acquire(rlock, 0));
	must(mpp_rlock_release(rlock));
	say_refused(mpp_rlock_release(rlock));
}

static void rlock_release_by_another_process(void)
{
	take_twice();
	say_refused(in_child(release_rlock));
}

static void rlock_release_by_another_thread(void)
{
	take_twice();
	say_refused(in_thread(release_rlock));
}

static void rlock_held_by_another_thread(void)
{
	take_twice();
	say_taken(in_thread(try_rlock));
}

static void rlock_child_of_the_holder_does_not_hold(void)
{
	take_twice();
	say_taken(in_child(try_rlock));
}

static int hold_rlock_twice(void *unused)
{
	(void)unused;
	must(mpp_rlock_acquire(rlock, 0));
	must(mpp_rlock_acquire(rlock, 0));
	gate_pass(&held);
	gate_wait(&never);
	return 0;
}

static void rlock_holder_was_killed_at_level_two(void)
{
	struct mpp_process *child;

	make_rlock();
	child = start_child(hold_rlock_twice);
	gate_wait(&held);
	kill_child(child);
	say_taken(mpp_rlock_acquire(rlock, A_WHILE));
}

const struct program python_lock[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "lock.def"
	{ 0 },
};
