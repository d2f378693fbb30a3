/* SPDX-License-Identifier: MIT */
/*
 * lock_help.h - what tests of owned locks need: a holder to kill, and to know
 * that a waiter sleeps, without guessing by time.
 */
#ifndef MPCK_TESTS_LOCK_HELP_H
#define MPCK_TESTS_LOCK_HELP_H

#include <check.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/base.h>

/* Every libmpp lock begins with its futex word. */
static inline uint32_t lock_word(const void *lock)
{
	return __atomic_load_n((const uint32_t *)lock, __ATOMIC_ACQUIRE);
}

static inline void until_somebody_waits(const void *lock)
{
	while (!(lock_word(lock) & FUTEX_WAITERS))
		sched_yield();
}

static inline void until_somebody_holds(const void *lock)
{
	while (!(lock_word(lock) & FUTEX_TID_MASK))
		sched_yield();
}

/* The process sleeps in the kernel: in its futex, if it has no other reason. */
static inline void until_asleep(pid_t pid)
{
	char path[40], text[200] = "", *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	do {
		FILE *f = fopen(path, "r");

		ck_assert_ptr_nonnull(f);
		ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
		fclose(f);
		state = strrchr(text, ')'); /* "1234 (name) S ..." */
	} while (!state || state[2] != 'S');
}

/* Forks; the child runs fn(argument) and exits with its result. */
static inline pid_t forked(int (*fn)(void *), void *argument)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(fn(argument) & 255);
	return pid;
}

/* The exit code, or -N. */
static inline int reaped(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
