/* SPDX-License-Identifier: MIT */
/*
 * step_help.h - a call killed at its n-th touch of a shared word, for n = 1, 2,
 * ... until it comes through.  To be included before the primitive's .c file.
 */
#ifndef MPCK_TESTS_STEP_HELP_H
#define MPCK_TESTS_STEP_HELP_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned steps_left; /* 0: no limit */

static inline void step(void)
{
	if (steps_left && --steps_left == 0)
		raise(SIGKILL);
}

#define MPP_STEP(kind, word) ((void)(word), step())

#include "lock_help.h"

/* True: the child was killed at its n-th step; false: it came through. */
static inline bool cut(int (*call)(void *), void *argument, unsigned n)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		steps_left = n;
		_exit(call(argument) & 255);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	ck_assert_int_eq(status, 0);
	return false;
}

#endif
