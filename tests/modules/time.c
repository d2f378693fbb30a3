/* SPDX-License-Identifier: MIT */
/* time.c - sleeps order nothing; who reads the clock sees them. */
#include <stdlib.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include <sys/time.h>

#include "module.h"

static int64_t seconds_since(int64_t start_ns)
{
	return (mpp_now_ns() - start_ns) / 1000000000;
}

/* every_clock: each way to sleep, and each to read the clock. */
PROGRAM(every_clock)
{
	struct timespec two = { .tv_sec = 2 }, now;
	struct timeval tv;
	time_t t = time(NULL), stored;
	int64_t ns = mpp_now_ns();
	clock_t c = clock();

	sleep(1);
	usleep(1000000);
	nanosleep(&two, NULL);
	mpp_sleep(MPP_SECONDS(3));
	sched_yield();
	mpp_observe_int("time", time(&stored) - t);
	mpp_observe_int("stored", stored - t);
	mpp_observe_int("ns", seconds_since(ns));
	mpp_observe_int("clock", (clock() - c) / CLOCKS_PER_SEC);
	gettimeofday(&tv, NULL);
	mpp_observe_int("day", tv.tv_sec - t);
	clock_gettime(CLOCK_MONOTONIC, &now);
	mpp_observe_int("monotonic", now.tv_sec - t);
	return 0;
}

/* two_sleepers: nobody reads the clock before they have slept. */
static int sleep_and_look(void *arg)
{
	int id = *(int *)arg;

	mpp_sleep(MPP_SECONDS(1) * id);
	/* The machine's clock starts at 1000 s. */
	tell(id, mpp_now_ns() / 1000000000 % 1000);
	return 0;
}

PROGRAM(two_sleepers)
{
	run_children(2, sleep_and_look);
	return 0;
}

/* one_reader: the sleep of a task that does not look matters as well. */
static int sleep_or_look(void *arg)
{
	if (*(int *)arg == 1)
		mpp_sleep(MPP_SECONDS(1));
	else
		tell(2, mpp_now_ns() / 1000000000 % 1000);
	return 0;
}

PROGRAM(one_reader)
{
	run_children(2, sleep_or_look);
	return 0;
}

/* after_start: a child is not older than its parent's sleep. */
static int look(void *arg)
{
	tell(*(int *)arg, mpp_now_ns() / 1000000000 % 1000);
	return 0;
}

PROGRAM(after_start)
{
	mpp_sleep(MPP_SECONDS(4));
	run_children(1, look);
	return 0;
}

/* after_join: who was joined has slept. */
static int only_sleep(void *arg)
{
	mpp_sleep(MPP_SECONDS(5) * *(int *)arg);
	return 0;
}

PROGRAM(after_join)
{
	run_children(1, only_sleep);
	tell(0, mpp_now_ns() / 1000000000 % 1000);
	return 0;
}

/* unlocked: a read-sleep-write loses updates whatever the sleep. */
static int increase(void *arg)
{
	int id = *(int *)arg;
	int64_t x = mpp_raw_value_get(cell);

	mpp_sleep(MPP_SECONDS(id == 1 ? 0 : 100));
	mpp_raw_value_set(cell, x + (id == 1 ? 100 : -50));
	return 0;
}

PROGRAM(unlocked)
{
	cell = new_cell(100);
	run_children(2, increase);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* The same, and somebody reads the clock at the end. */
PROGRAM(unlocked_and_clock)
{
	int64_t start = mpp_now_ns();

	unlocked();
	mpp_observe_int("slept", seconds_since(start));
	return 0;
}

/* expired: a time limit that passes is time that has passed. */
static int hold_for_ever(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	mpp_raw_value_set(cell, 1);
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(expired)
{
	struct mpp_process *p = process(hold_for_ever, NULL, 0);
	int64_t start = mpp_now_ns();
	int err;

	cell = new_cell(0);
	lock = new_lock(0);
	must(mpp_process_start(p));
	err = mpp_lock_acquire(lock, MPP_SECONDS(2));
	mpp_observe_int("late", err == MPP_ETIMEDOUT);
	mpp_observe_int("slept", seconds_since(start));
	if (!err)
		mpp_lock_release(lock);
	join_all(&p, 1);
	return 0;
}

MODULE_END;
