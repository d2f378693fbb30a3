/* SPDX-License-Identifier: MIT */
/*
 * global_not_shared.c - a child fills a global list; the parent's stays empty.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Problem example (global variable)".
 * Teaches: every process has its own copy of every global variable.  "inside
 *          process" shows three squares, "outside process" none.
 */
#include <mpck/scenario.h>
#include "common/processes.h"

enum { COUNT = 3 };

static const int32_t arr[COUNT] = { 2, 3, 8 };

static int32_t result[COUNT];	/* a global list ... */
static int length;		/* ... and how long it is */

static int calc_square(void *arg)
{
	const int32_t *numbers = arg;

	for (int i = 0; i < COUNT; i++) {
		printf("square %d\n", numbers[i] * numbers[i]);
		result[length++] = numbers[i] * numbers[i];
	}
	printf("inside process [%d, %d, %d]\n",
	       result[0], result[1], result[2]);
	return length == COUNT ? 0 : 1;
}

static int run(void)
{
	struct mpp_process *p[1];

	p[0] = process(calc_square, arr, sizeof(arr));
	start_all(p, 1);
	join_all(p, 1);
	mpp_observe("outside", result, (size_t)length, 'i');
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "outside=[]");
}

MPCK_SCENARIO(
	.name = "global-not-shared",
	.summary = "a child appends to a global list, the parent's stays empty",
	.source = "004_7b3dfe566148139e.txt",
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
	.expect = expect,
);
