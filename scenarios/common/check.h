/* SPDX-License-Identifier: MIT */
/*
 * check.h - must(call): a libmpp call whose failure the program cannot survive.
 *
 * The failing process says what failed and ends with exit code 1, as a Python
 * process does after an exception nobody caught.  mpcheck reports that as the
 * finding child-failure.
 */
#ifndef SCENARIOS_COMMON_CHECK_H
#define SCENARIOS_COMMON_CHECK_H

#include <stdio.h>
#include <mpp/process.h>

#define must(call) must_succeed((call), #call, __LINE__)

static inline void must_succeed(int result, const char *call, int line)
{
	if (__builtin_expect(result < 0, 0)) {
		printf("line %d: %s: %s\n", line, call, mpp_strerror(result));
		mpp_exit(1);
	}
}

#endif
