/* SPDX-License-Identifier: MIT */
/* semaphore.c - the programs of semaphore.def. */
#include <mpp/semaphore.h>

#include "program.h"

static struct mpp_semaphore *semaphore;
static struct gate held, never;

static void make(int64_t value)
{
	must(mpp_semaphore_new(&semaphore, value));
	gate_new(&held);
	gate_new(&never);
}

static int take(void)
{
	return mpp_semaphore_acquire(semaphore, 0);
}

static void say_value(void)
{
	say("%d", (int)mpp_semaphore_get_value(semaphore));
}

static void semaphore_has_its_value(void)
{
	make(2);
	say_value();
}

static void semaphore_of_two_is_taken_twice(void)
{
	make(2);
	say_taken(take());
	say_taken(take());
	say_taken(take());
}

static void semaphore_that_stays_empty(void)
{
	make(0);
	say_taken(mpp_semaphore_acquire(semaphore, A_WHILE));
}

static void semaphore_value_after_acquire(void)
{
	make(2);
	must(take());
	say_value();
}

static void semaphore_released_above_its_start(void)
{
	make(2);
	must(mpp_semaphore_release(semaphore, 1));
	say_value();
}

static int release(void *unused)
{
	(void)unused;
	return mpp_semaphore_release(semaphore, 1);
}

static void semaphore_released_by_another_process(void)
{
	make(0);
	run_child(release);
	say_taken(take());
}

static void semaphore_value_below_zero(void)
{
	say_refused(mpp_semaphore_new(&semaphore, -1));
}

static void semaphore_value_too_large(void)
{
	say_refused(mpp_semaphore_new(&semaphore, INT64_C(1) << 31));
}

static int hold(void *unused)
{
	(void)unused;
	must(take());
	gate_pass(&held);
	gate_wait(&never);
	return 0;
}

static void semaphore_permit_of_a_killed_process(void)
{
	struct mpp_process *child;

	make(1);
	child = start_child(hold);
	gate_wait(&held);
	kill_child(child);
	say_taken(mpp_semaphore_acquire(semaphore, A_WHILE));
}

const struct program python_semaphore[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "semaphore.def"
	{ 0 },
};
