/* SPDX-License-Identifier: MIT */
/*
 * generated.h - what generated.c and test_generated.c agree on.
 *
 * A program is MAX_GENERATED tasks of MAX_OPS operations, four bits each,
 * the first task's first operation lowest.
 */
#ifndef MPCK_TESTS_GENERATED_H
#define MPCK_TESTS_GENERATED_H

#include <stdint.h>

enum { MAX_GENERATED = 3, MAX_OPS = 4 };

enum {
	NOTHING, READ_RAW, WRITE_RAW, READ_VALUE, WRITE_VALUE, ADD_VALUE,
	ACQUIRE, TRY, RELEASE,
	OPERATIONS
};

static inline unsigned operation(int64_t program, int task, int index)
{
	return (unsigned)(program >> 4 * (task * MAX_OPS + index)) & 15;
}

/* A task's memory of all it saw, in order. */
static inline int64_t remember(int64_t seen, int64_t value)
{
	return (seen * 31 + value) % 10007;
}

/* What it writes depends on that. */
static inline int64_t written(int64_t seen)
{
	return seen * 3 + 1;
}

#endif
