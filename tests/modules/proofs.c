/* SPDX-License-Identifier: MIT */
/* proofs.c - programs in the shapes that a reduction gets wrong, if any. */
#include <string.h>

#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/pool.h>
#include <mpp/queue.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
#include "module.h"

/* Starts n processes that nothing tells apart. */
static void start_twins(struct mpp_process **p, int n, int (*fn)(void *))
{
	for (int i = 0; i < n; i++)
		p[i] = process(fn, NULL, 0);
	start_all(p, n);
}

static void run_twins(int n, int (*fn)(void *))
{
	struct mpp_process *p[4];

	start_twins(p, n, fn);
	join_all(p, n);
}

/* A read and a write; returns what was read. */
static int64_t increment(struct mpp_raw_value *c)
{
	int64_t before = mpp_raw_value_get(c);

	must(mpp_raw_value_set(c, before + 1));
	return before;
}

static int increment_cell(void *arg)
{
	(void)arg;
	increment(cell);
	return 0;
}

/* asked_late: twins until the later one asks for its name. */
static int ask_late(void *arg)
{
	(void)arg;
	if (increment(cell) && strcmp(mpp_current_name(), "Process-1") == 0)
		must(mpp_raw_value_set(other_cell, 1));
	return 0;
}

PROGRAM(asked_late)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	run_twins(2, ask_late);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("first", mpp_raw_value_get(other_cell));
	return 0;
}

/* The same by the id that the parent has of them. */
static int keep_own_pid(void *arg)
{
	(void)arg;
	increment(cell);
	must(mpp_raw_value_set(other_cell, mpp_raw_value_get(cell)));
	return 0;
}

PROGRAM(asked_by_parent)
{
	struct mpp_process *p[2];

	cell = new_cell(0);
	other_cell = new_cell(0);
	start_twins(p, 2, keep_own_pid);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("differ", mpp_process_pid(p[0]) !=
				  mpp_process_pid(p[1]));
	join_all(p, 2);
	mpp_observe_int("y", mpp_raw_value_get(other_cell));
	return 0;
}

/* join_order: reads between joins in another order than the starts. */
PROGRAM(join_order)
{
	struct mpp_process *p[3];
	int64_t x;

	cell = new_cell(0);
	start_twins(p, 3, increment_cell);
	must(mpp_process_join(p[1], MPP_FOREVER));
	x = mpp_raw_value_get(cell);
	must(mpp_process_join(p[2], MPP_FOREVER));
	mpp_observe_int("middle", mpp_raw_value_get(cell));
	must(mpp_process_join(p[0], MPP_FOREVER));
	mpp_observe_int("early", x);
	mpp_observe_int("late", mpp_raw_value_get(cell));
	return 0;
}

/* first_failed: which of the twins ends with another code. */
static int fail_if_second(void *arg)
{
	(void)arg;
	return increment(cell) ? 3 : 0;
}

PROGRAM(first_failed)
{
	struct mpp_process *p[3];
	int code, first = -1;

	cell = new_cell(0);
	start_twins(p, 3, fail_if_second);
	for (int i = 0; i < 3; i++)
		must(mpp_process_join(p[i], MPP_FOREVER));
	for (int i = 2; i >= 0; i--) {
		if (mpp_process_exitcode(p[i], &code) == 1 && code)
			first = i;
	}
	mpp_observe_int("first", first);
	return 0;
}

/* exit_holding: the end of a process gives its lock away. */
static int exit_holding_lock(void *arg)
{
	int err;

	(void)arg;
	increment(cell);
	err = mpp_lock_acquire(lock, MPP_FOREVER);
	if (err == MPP_EOWNERDEAD) {
		must(mpp_lock_consistent(lock));
		increment(other_cell);
	}
	mpp_exit(0);
}

PROGRAM(exit_holding)
{
	int err;

	cell = new_cell(0);
	other_cell = new_cell(0);
	lock = new_lock(0);
	run_twins(2, exit_holding_lock);
	err = mpp_lock_acquire(lock, MPP_FOREVER);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("dead", mpp_raw_value_get(other_cell));
	mpp_observe_int("again", err == MPP_EOWNERDEAD);
	return 0;
}

/* exit_over_holder: a process that ends while a thread of it holds a lock, which
 * everybody takes under another one only. */
static struct mpp_lock *inner, *never;

static int hold_inner(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_acquire(inner, MPP_FOREVER));
	must(mpp_lock_release(lock));
	must(mpp_raw_value_set(cell, 1));
	must(mpp_lock_acquire(never, MPP_FOREVER));
	return 0;
}

static int end_over_holder(void *arg)
{
	struct mpp_thread *t;

	(void)arg;
	must(mpp_thread_new(&t, hold_inner, NULL, 0));
	must(mpp_thread_start(t));
	if (mpp_raw_value_get(cell) == 0)
		must(mpp_lock_acquire(never, MPP_FOREVER));
	return 0;
}

PROGRAM(exit_over_holder)
{
	struct mpp_process *p;
	int64_t before;
	int err;

	cell = new_cell(0);
	lock = new_lock(0);
	inner = new_lock(0);
	never = new_lock(0);
	must(mpp_lock_acquire(never, MPP_FOREVER));
	p = process(end_over_holder, NULL, 0);
	start_all(&p, 1);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	before = mpp_raw_value_get(cell);
	err = mpp_lock_acquire(inner, 0);
	if (err == 0 || err == MPP_EOWNERDEAD)
		must(mpp_lock_release(inner));
	must(mpp_lock_release(lock));
	join_all(&p, 1);
	mpp_observe_int("x", before);
	mpp_observe_int("dead", err == MPP_EOWNERDEAD);
	return 0;
}

/* grandchildren: twins that have twins. */
static int two_more(void *arg)
{
	(void)arg;
	run_twins(2, increment_cell);
	return 0;
}

PROGRAM(grandchildren)
{
	cell = new_cell(0);
	run_twins(2, two_more);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* two_rounds: the twins of the second round are those of the first, too. */
PROGRAM(two_rounds)
{
	int64_t between;

	cell = new_cell(0);
	run_twins(2, increment_cell);
	between = mpp_raw_value_get(cell);
	run_twins(2, increment_cell);
	mpp_observe_int("between", between);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* both_observe: the last one to observe is seen. */
static int increment_and_observe(void *arg)
{
	(void)arg;
	mpp_observe_int("seen", increment(cell));
	return 0;
}

PROGRAM(both_observe)
{
	cell = new_cell(0);
	run_twins(2, increment_and_observe);
	return 0;
}

/* waits_in_vain: of two daemons one gets the lock, for good. */
static struct mpp_queue *queue;

static void take_and_say(int64_t who)
{
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_queue_put(queue, &who, MPP_FOREVER));
}

static int first_taker(void *arg)
{
	(void)arg;
	take_and_say(1);
	return 0;
}

static int second_taker(void *arg)
{
	(void)arg;
	take_and_say(2);
	return 0;
}

PROGRAM(waits_in_vain)
{
	struct mpp_process *p[2] = { process(first_taker, NULL, 0),
				     process(second_taker, NULL, 0) };
	int64_t who = 0;

	lock = new_lock(MPP_LOCK_UNOWNED);
	must(mpp_queue_new(&queue, 2, sizeof(who)));
	for (int i = 0; i < 2; i++)
		must(mpp_process_set_daemon(p[i], true));
	start_all(p, 2);
	must(mpp_queue_get(queue, &who, MPP_FOREVER));
	mpp_observe_int("who", who);
	return 0;
}

/* published: nothing but start and join orders the accesses. */
static int double_it(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) * 2));
	increment(cell);
	return 0;
}

static int only_count(void *arg)
{
	(void)arg;
	increment(other_cell);
	increment(other_cell);
	return 0;
}

PROGRAM(published)
{
	struct mpp_process *p[2] = { process(double_it, NULL, 0),
				     process(only_count, NULL, 0) };

	cell = new_cell(5);
	other_cell = new_cell(0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("y", mpp_raw_value_get(other_cell));
	return 0;
}

/* published_too_early: the same cell, and one of them is not joined yet. */
PROGRAM(published_too_early)
{
	struct mpp_process *p[2] = { process(double_it, NULL, 0),
				     process(only_count, NULL, 0) };

	cell = new_cell(5);
	other_cell = new_cell(0);
	start_all(p, 2);
	join_all(p, 1);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	mpp_observe_int("y", mpp_raw_value_get(other_cell));
	join_all(p + 1, 1);
	return 0;
}

/* killed_between: at any instant, also between two private writes. */
static int write_twice(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(cell, 1));
	must(mpp_raw_value_set(cell, 2));
	return 0;
}

PROGRAM(killed_between)
{
	struct mpp_process *p = process(write_twice, NULL, 0);
	int code = 0;

	cell = new_cell(0);
	must(mpp_process_start(p));
	must(mpp_process_kill(p));
	must(mpp_process_join(p, MPP_FOREVER));
	must(mpp_process_exitcode(p, &code));
	mpp_observe_int("code", code);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* clock_readers: how long others have slept is shared by all. */
static int sleep_and_tell(void *arg)
{
	int64_t before, now;

	(void)arg;
	mpp_sleep(MPP_SECONDS(1));
	before = increment(cell);
	now = mpp_now_ns() / 1000000000 % 1000;
	mpp_observe_int(before ? "later" : "sooner", now);
	return 0;
}

PROGRAM(clock_readers)
{
	cell = new_cell(0);
	run_twins(2, sleep_and_tell);
	return 0;
}

/* detours: the way with the fewest choices is not the one with the fewest
 * operations.  A process that comes late does nine operations more, alone.
 * n: who is started first. */
static int two_reads(void *arg)
{
	(void)arg;
	let_others_run();
	let_others_run();
	return 0;
}

static int raise_flag(void *arg)
{
	(void)arg;
	must(mpp_raw_value_set(other_cell, 1));
	return 0;
}

static int look_at_flag(void *arg)
{
	(void)arg;
	if (mpp_raw_value_get(other_cell)) {
		for (int i = 0; i < 9; i++)
			let_others_run();
	}
	return 0;
}

PROGRAM(detours)
{
	bool turned = mpck_param("n") != 0;
	struct mpp_process *p[2];

	p[turned] = process(raise_flag, NULL, 0);
	p[!turned] = process(look_at_flag, NULL, 0);
	cell = new_cell(0);
	other_cell = new_cell(0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", 1);
	return 0;
}

/* short_and_long: each final value in executions of several lengths. */
static int read_until_set(void *arg)
{
	int64_t reads = 0;

	(void)arg;
	while (reads < 4 && !mpp_raw_value_get(other_cell))
		reads++;
	must(mpp_raw_value_set(cell, reads / 2));
	return 0;
}

PROGRAM(short_and_long)
{
	struct mpp_process *p[2] = { process(raise_flag, NULL, 0),
				     process(read_until_set, NULL, 0) };

	cell = new_cell(0);
	other_cell = new_cell(0);
	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* fails_at_length: the same, and some of them fail. */
static int fail_after_reads(void *arg)
{
	int64_t reads = 0;

	(void)arg;
	while (reads < 4 && !mpp_raw_value_get(other_cell))
		reads++;
	return reads >= 2 ? 3 : 0;
}

PROGRAM(fails_at_length)
{
	struct mpp_process *p[3] = { process(raise_flag, NULL, 0),
				     process(fail_after_reads, NULL, 0),
				     process(two_reads, NULL, 0) };

	cell = new_cell(0);
	other_cell = new_cell(0);
	start_all(p, 3);
	join_all(p, 3);
	return 0;
}

/* many_values: n steps, a bit each, of two processes: more final values than a
 * report shows schedules of. */
static int shift_in(void *arg)
{
	int64_t n = mpck_param("n"), bit = *(int *)arg - 1;

	for (int64_t i = 0; i < n; i++) {
		int64_t all = 0;

		must(mpp_lock_acquire(lock, MPP_FOREVER));
		all = mpp_raw_value_get(cell);
		must(mpp_raw_value_set(cell, all * 2 + bit));
		must(mpp_lock_release(lock));
	}
	return 0;
}

PROGRAM(many_values)
{
	cell = new_cell(1);
	lock = new_lock(0);
	run_children(2, shift_in);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* private_for_ever: silent, and without an end. */
static int write_for_ever(void *arg)
{
	(void)arg;
	while (mpp_raw_value_set(cell, 7) == 0)
		continue;
	return 0;
}

PROGRAM(private_for_ever)
{
	cell = new_cell(0);
	run_twins(1, write_for_ever);
	return 0;
}

/* two_deadlocks: one of them takes longer. */
static struct mpp_lock *other_lock;

static int take_both(void *arg)
{
	bool turned = *(int *)arg == 2;
	struct mpp_lock *one = turned ? other_lock : lock;
	struct mpp_lock *other = turned ? lock : other_lock;

	must(mpp_lock_acquire(one, MPP_FOREVER));
	must(mpp_lock_acquire(other, MPP_FOREVER));
	must(mpp_lock_release(other));
	must(mpp_lock_release(one));
	let_others_run();
	must(mpp_lock_acquire(one, MPP_FOREVER));
	must(mpp_lock_acquire(other, MPP_FOREVER));
	must(mpp_lock_release(other));
	must(mpp_lock_release(one));
	return 0;
}

PROGRAM(two_deadlocks)
{
	cell = new_cell(0);
	lock = new_lock(0);
	other_lock = new_lock(0);
	run_children(2, take_both);
	return 0;
}

/*
 * Waits with a limit, in every place where one can be: what the real clock says
 * meanwhile must be in no state.
 */
enum { LIMIT = 1000 };

static int do_nothing(const void *item, void *result)
{
	(void)item, (void)result;
	return 0;
}

static struct mpp_result *one_job(struct mpp_pool **pool)
{
	struct mpp_result *job = NULL;

	must(mpp_pool_new(pool, 1, NULL, NULL));
	must(mpp_pool_apply_async(*pool, &job, do_nothing, NULL, 0, 0));
	return job;
}

static void end_pool(struct mpp_pool *pool, struct mpp_result *job)
{
	must(mpp_pool_close(pool));
	must(mpp_pool_join(pool));
	mpp_result_free(job);
	mpp_pool_free(pool);
}

/*
 * timed_result: the job may be over in time, or not.  A step that observes is
 * executed again wherever it is needed, so both times have to look alike.
 */
PROGRAM(timed_result)
{
	struct mpp_pool *pool;
	struct mpp_result *job = one_job(&pool);

	mpp_observe_int("jobs", 1);
	mpp_observe_int("late", mpp_result_wait(job, LIMIT) != 0);
	end_pool(pool, job);
	return 0;
}

/* asked_again: and after a wait in vain the state is what it was. */
PROGRAM(asked_again)
{
	struct mpp_pool *pool;
	struct mpp_result *job = one_job(&pool);

	while (mpp_result_wait(job, LIMIT) == MPP_ETIMEDOUT)
		continue;
	end_pool(pool, job);
	mpp_observe_int("over", 1);
	return 0;
}

/* timed_alone: by the first process when all others were joined. */
static void wait_for_objects(void)
{
	struct mpp_event *event;
	struct mpp_semaphore *none;
	struct mpp_rwlock *rwlock;

	must(mpp_event_new(&event));
	must(mpp_semaphore_new(&none, 0));
	must(mpp_rwlock_new(&rwlock, 1));
	mpp_observe_int("event", mpp_event_wait(event, LIMIT));
	mpp_observe_int("permit", mpp_semaphore_acquire(none, LIMIT));
	mpp_observe_int("read", mpp_rwlock_acquire_read(rwlock, LIMIT));
	must(mpp_rwlock_release(rwlock));
	mpp_observe_int("write", mpp_rwlock_acquire_write(rwlock, LIMIT));
}

static void wait_for_partners(void)
{
	struct mpp_condition *condition;
	int message;

	must(mpp_queue_new(&queue, 1, sizeof(message)));
	must(mpp_condition_new(&condition));
	mpp_observe_int("message", mpp_queue_get(queue, &message, LIMIT));
	must(mpp_condition_acquire(condition, LIMIT));
	mpp_observe_int("notice", mpp_condition_wait(condition, LIMIT));
	must(mpp_condition_release(condition));
}

PROGRAM(timed_alone)
{
	struct mpp_process *p[1];

	cell = new_cell(0);
	start_twins(p, 1, increment_cell);
	must(mpp_process_join(p[0], MPP_FOREVER));
	mpp_observe_int("joined", mpp_process_join(p[0], LIMIT));
	wait_for_objects();
	wait_for_partners();
	return 0;
}

MODULE_END;
