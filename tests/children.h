/* SPDX-License-Identifier: MIT */
/* children.h - a call in a forked child, and how that ended. */
#ifndef MPCK_TESTS_CHILDREN_H
#define MPCK_TESTS_CHILDREN_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static inline pid_t child_start(int (*call)(void *object), void *object)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(call(object));
	return pid;
}

/* -1: it was killed; else its exit code. */
static inline int child_end(pid_t pid)
{
	int status = 0;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -1 : WEXITSTATUS(status);
}

static inline int child(int (*call)(void *object), void *object)
{
	return child_end(child_start(call, object));
}

#endif
