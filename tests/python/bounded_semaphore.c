/* SPDX-License-Identifier: MIT */
/* bounded_semaphore.c - the programs of bounded_semaphore.def. */
#include <mpp/bounded_semaphore.h>

#include "program.h"

static struct mpp_bounded_semaphore *semaphore;
static struct gate held, never;

static void make(int64_t permits)
{
	must(mpp_bounded_semaphore_new(&semaphore, permits));
	gate_new(&held);
	gate_new(&never);
}

static int take(void)
{
	return mpp_bounded_semaphore_acquire(semaphore, 0);
}

static void say_value(void)
{
	say("%d", (int)mpp_bounded_semaphore_get_value(semaphore));
}

static void bounded_semaphore_has_its_value(void)
{
	make(2);
	say_value();
}

static void bounded_semaphore_of_two_is_taken_twice(void)
{
	make(2);
	say_taken(take());
	say_taken(take());
	say_taken(take());
}

static void bounded_semaphore_that_stays_empty(void)
{
	make(1);
	must(take());
	say_taken(mpp_bounded_semaphore_acquire(semaphore, A_WHILE));
}

static void bounded_semaphore_released_above_its_start(void)
{
	make(2);
	say_refused(mpp_bounded_semaphore_release(semaphore));
	say_value();
}

static int release(void *unused)
{
	(void)unused;
	return mpp_bounded_semaphore_release(semaphore) < 0 ? 1 : 0;
}

static void bounded_semaphore_released_by_another_process(void)
{
	make(1);
	must(take());
	say("%s", run_child(release) ? "refused" : "accepted");
}

static int hold(void *unused)
{
	(void)unused;
	must(take());
	gate_pass(&held);
	gate_wait(&never);
	return 0;
}

static void bounded_semaphore_permit_of_a_killed_process(void)
{
	struct mpp_process *child;

	make(1);
	child = start_child(hold);
	gate_wait(&held);
	kill_child(child);
	say_taken(mpp_bounded_semaphore_acquire(semaphore, A_WHILE));
}

static void bounded_semaphore_of_none(void)
{
	say_refused(mpp_bounded_semaphore_new(&semaphore, 0));
}

static void bounded_semaphore_of_5000(void)
{
	say_refused(mpp_bounded_semaphore_new(&semaphore, 5000));
}

const struct program python_bounded_semaphore[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "bounded_semaphore.def"
	{ 0 },
};
