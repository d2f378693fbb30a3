/* SPDX-License-Identifier: MIT */
/*
 * skip.h - a test that cannot be made here says so: its CTest entry is then
 * skipped (77), not passed.
 *
 * Use:     the test calls unit_skip("why") and returns; the file ends with
 *		#define main unit_main
 *		UNIT_MAIN(...)
 *		#undef main
 *		SKIPPING_MAIN
 */
#ifndef MPCK_TESTS_SKIP_H
#define MPCK_TESTS_SKIP_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int unit_main(void);

static volatile int *unit_skipped; /* shared: Check forks for each test */

static inline void unit_skip(const char *why)
{
	printf("skipped: %s\n", why);
	*unit_skipped = 1;
}

/* Whether a child's exit code says that it was not allowed what it needs. */
static inline int unit_skips(int code, const char *why)
{
	if (code == 77)
		unit_skip(why);
	return code == 77;
}

#define SKIPPING_MAIN \
	int main(void) \
	{ \
		int code; \
\
		unit_skipped = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, \
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0); \
		if (unit_skipped == MAP_FAILED) \
			return EXIT_FAILURE; \
		code = unit_main(); \
		/* Of a whole file the other tests count. */ \
		if (code == 0 && *unit_skipped && getenv("CK_RUN_CASE")) \
			return 77; \
		return code; \
	}

#endif
