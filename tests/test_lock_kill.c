/* SPDX-License-Identifier: MIT */
/*
 * test_lock_kill.c - a waiter killed between its wake and its next look.
 *
 * Idea:    the lock is compiled here once more with a step before each touch of
 *          its word (words.h), where a child stops for ever when told to.
 */
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Shared: the victim stops at its next step once `stop` is 1, and says so. */
struct control {
	uint32_t stop, stopped;
};

static struct control *control;
static int is_victim;

static void step(void)
{
	if (!is_victim || !__atomic_load_n(&control->stop, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&control->stopped, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

#define MPP_STEP(kind, word) ((void)(word), step())

#include "lock.c"

#include "lock_help.h"
#include "unit.h"

/* It has nothing to sleep for but the futex. */
static void until_it_sleeps(pid_t pid)
{
	char state = 0, path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		FILE *f = fopen(path, "r");

		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(fscanf(f, "%*d (%*[^)]) %c", &state), 1);
		fclose(f);
		sched_yield();
	}
}

static int wait_as_victim(void *lock)
{
	is_victim = 1;
	return mpp_lock_acquire(lock, MPP_FOREVER);
}

static int wait_in_vain(void *lock)
{
	return mpp_lock_acquire(lock, MPP_SECONDS(20));
}

/*
 * Two sleep; the first is woken and killed before it looks, after somebody new
 * has taken the lock, and has not marked it: the second sleeps on a word that
 * says nothing of it.
 */
START_TEST(sigkill_of_a_woken_waiter_leaves_no_other_asleep)
{
	struct mpp_lock *lock;
	pid_t victim, other;

	control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(control, MAP_FAILED);
	ck_assert_int_eq(mpp_lock_new(&lock, 0), 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
	victim = forked(wait_as_victim, lock);
	until_somebody_waits(lock);
	until_it_sleeps(victim);
	other = forked(wait_in_vain, lock);
	until_it_sleeps(other);

	__atomic_store_n(&control->stop, 1, __ATOMIC_RELEASE);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	while (!__atomic_load_n(&control->stopped, __ATOMIC_ACQUIRE))
		sched_yield();
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), 0);
	ck_assert_int_eq(kill(victim, SIGKILL), 0);
	ck_assert_int_eq(reaped(victim), -SIGKILL);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_int_eq(reaped(other), 0);
	munmap(control, sizeof(*control));
}
END_TEST

UNIT_MAIN(UNIT(sigkill_of_a_woken_waiter_leaves_no_other_asleep))
