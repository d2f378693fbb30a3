/* SPDX-License-Identifier: MIT */
/*
 * threads_share_global.c - global_not_shared.c with a thread: now it is shared.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Problem example (global variable)":
 *          "Processes doesn't share data, but different threading does."
 * Teaches: a thread lives in its process's memory, so the list it filled is
 *          there after the join.
 */
#include <mpck/scenario.h>
#include <mpp/thread.h>
#include "common/check.h"

enum { COUNT = 3 };

static const int32_t arr[COUNT] = { 2, 3, 8 };

static int32_t result[COUNT];	/* a global list ... */
static int length;		/* ... and how long it is */

static int calc_square(void *arg)
{
	const int32_t *numbers = arg;

	for (int i = 0; i < COUNT; i++)
		result[length++] = numbers[i] * numbers[i];
	return 0;
}

static int run(void)
{
	struct mpp_thread *t;

	must(mpp_thread_new(&t, calc_square, arr, sizeof(arr)));
	must(mpp_thread_start(t));
	must(mpp_thread_join(t, MPP_FOREVER));
	mpp_thread_free(t);
	mpp_observe("outside", result, (size_t)length, 'i');
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "outside=[4,9,64]");
}

MPCK_SCENARIO(
	.name = "threads-share-global",
	.summary = "a thread appends to a global list, everybody sees it",
	.source = "004_7b3dfe566148139e.txt",
	.main = run,
	.expect = expect,
);
