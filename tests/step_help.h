/* SPDX-License-Identifier: MIT */
/*
 * step_help.h - a call killed at its n-th touch of a shared word, for n = 1, 2,
 * ... until it comes through.  To be included before the primitive's .c file.
 */
#ifndef MPCK_TESTS_STEP_HELP_H
#define MPCK_TESTS_STEP_HELP_H

#include <signal.h>
#include <stdio.h>
#include <string.h>
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
