/* SPDX-License-Identifier: MIT */
/*
 * cut_object.h - a user of a primitive killed at every point inside a call.
 *
 * Idea:    the test includes this and then the primitive's .c files, which are
 *          so compiled once more with a step before each touch of a shared
 *          word (words.h).  A child kills itself at its n-th step, for n = 1,
 *          2, ... until the call is through.  The places are all of them, by
 *          construction, except inside the slow paths of the lock (lock.c).
 *
 *	do { ... err = cut(f, x, ++n); ... } while (err == -1);
 */
#ifndef MPCK_TESTS_CUT_OBJECT_H
#define MPCK_TESTS_CUT_OBJECT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned cut_steps_left; /* 0: no limit */

static inline void cut_step(void)
{
	if (cut_steps_left && --cut_steps_left == 0)
		raise(SIGKILL);
}

#define MPP_STEP(kind, word) ((void)(word), cut_step())

/* Forks; the child calls, killed at its n-th step (0: never). */
static inline pid_t cut_start(int (*call)(void *object), void *object,
			      unsigned n)
{
	pid_t pid = fork();

	if (pid == 0) {
		cut_steps_left = n;
		_exit(call(object));
	}
	return pid;
}

/* -1: the child was killed; else its exit code. */
static inline int cut_end(pid_t pid)
{
	int status = 0;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFSIGNALED(status) ? -1 : WEXITSTATUS(status);
}

static inline int cut(int (*call)(void *object), void *object, unsigned n)
{
	return cut_end(cut_start(call, object, n));
}

#endif
