/* SPDX-License-Identifier: MIT */
/*
 * cut.h - a child killed at its n-th touch of a shared word.
 *
 * Included before a primitive's source, which is compiled once more with a step
 * before each touch (words.h).  For n = 1, 2, ... until the call comes through,
 * a child kills itself at its n-th step; each time the others must find a
 * whole object:
 *
 *	for (unsigned n = 1; cut(call, n); n++) { ... }
 */
#ifndef MPCK_TESTS_CUT_H
#define MPCK_TESTS_CUT_H

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned steps_left; /* until it kills itself; 0: no limit */
static unsigned until_stop[2]; /* until it stops, and stops again; 0: never */

static void step(void)
{
	if (steps_left && --steps_left == 0)
		raise(SIGKILL);
	if (until_stop[0] && --until_stop[0] == 0) {
		raise(SIGSTOP);
		until_stop[0] = until_stop[1];
		until_stop[1] = 0;
	}
}

#define MPP_STEP(kind, word) ((void)(word), step())

#include "unit.h"

static inline pid_t cut_start(int (*call)(void), unsigned n)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		steps_left = n;
		_exit(call());
	}
	return pid;
}

/* True: killed; false: it came through, with 0. */
static inline bool cut_end(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	ck_assert_int_eq(status, 0);
	return false;
}

static inline bool cut(int (*call)(void), unsigned n)
{
	return cut_end(cut_start(call, n));
}

#endif
