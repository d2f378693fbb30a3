/* SPDX-License-Identifier: MIT */
/*
 * threads_square_cube.c - two threads, one prints squares, one prints cubes.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multithreading".
 * Teaches: start both, then join both; the lines may come in any of 70 orders,
 *          the numbers are always the same.  Threads share memory, so the
 *          main thread can look at the lists they filled.
 */
#include <mpck/scenario.h>
#include <mpp/thread.h>
#include "common/check.h"

enum { COUNT = 4 };

static const int32_t arr[COUNT] = { 2, 3, 8, 9 };
static int32_t squares[COUNT], cubes[COUNT];

static int calc_square(void *arg)
{
	const int32_t *numbers = arg;

	printf("calculate square numbers\n");
	for (int i = 0; i < COUNT; i++) {
		mpp_sleep(MPP_SECONDS(0.002));
		squares[i] = numbers[i] * numbers[i];
		printf("square: %d\n", squares[i]);
	}
	return 0;
}

static int calc_cube(void *arg)
{
	const int32_t *numbers = arg;

	printf("calculate cube numbers\n");
	for (int i = 0; i < COUNT; i++) {
		mpp_sleep(MPP_SECONDS(0.002));
		cubes[i] = numbers[i] * numbers[i] * numbers[i];
		printf("cube: %d\n", cubes[i]);
	}
	return 0;
}

static int run(void)
{
	struct mpp_thread *t1, *t2;

	must(mpp_thread_new(&t1, calc_square, arr, sizeof(arr)));
	must(mpp_thread_new(&t2, calc_cube, arr, sizeof(arr)));
	must(mpp_thread_start(t1));
	must(mpp_thread_start(t2));
	must(mpp_thread_join(t1, MPP_FOREVER));
	must(mpp_thread_join(t2, MPP_FOREVER));
	mpp_thread_free(t1);
	mpp_thread_free(t2);

	mpp_observe("squares", squares, COUNT, 'i');
	mpp_observe("cubes", cubes, COUNT, 'i');
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "cubes=[8,27,512,729] squares=[4,9,64,81]");
}

MPCK_SCENARIO(
	.name = "threads-square-cube",
	.summary = "two threads print squares and cubes of the same numbers",
	.source = "004_7b3dfe566148139e.txt",
	.main = run,
	.expect = expect,
);
