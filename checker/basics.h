/* SPDX-License-Identifier: MIT */
/*
 * basics.h - what every room of the checker needs: memory or nothing, texts, the
 * time.
 */
#ifndef MPCK_BASICS_H
#define MPCK_BASICS_H

#include <stdlib.h>
#include <time.h>

/* What an allocation gave; without memory there is no going on. */
static inline void *mpck_checked(void *p)
{
	if (!p)
		abort();
	return p;
}

/* As asprintf(), or there is no going on. */
char *mpck_text(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Of a clock that never goes back. */
static inline double mpck_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
