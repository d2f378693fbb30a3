/* SPDX-License-Identifier: MIT */
/*
 * processes_square_cube.c - the same with two processes.
 *
 * Lesson:  004_7b3dfe566148139e.txt, "Multiprocessing".
 * Teaches: Process has the shape of Thread.  "Done!" comes last, because the
 *          parent joins both first.  Nothing comes back but an exit code: each
 *          child checks its own numbers and says so by exit code 0.
 */
#include <mpck/scenario.h>
#include "common/processes.h"

enum { COUNT = 3 };

static const int32_t arr[COUNT] = { 2, 3, 8 };
static const int32_t squares[COUNT] = { 4, 9, 64 };
static const int32_t cubes[COUNT] = { 8, 27, 512 };

static int calc_square(void *arg)
{
	const int32_t *numbers = arg;

	for (int i = 0; i < COUNT; i++) {
		int32_t square = numbers[i] * numbers[i];

		printf("square %d\n", square);
		if (square != squares[i])
			return 1;
	}
	return 0;
}

static int calc_cube(void *arg)
{
	const int32_t *numbers = arg;

	for (int i = 0; i < COUNT; i++) {
		int32_t cube = numbers[i] * numbers[i] * numbers[i];

		printf("cube %d\n", cube);
		if (cube != cubes[i])
			return 1;
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];

	p[0] = process(calc_square, arr, sizeof(arr));
	p[1] = process(calc_cube, arr, sizeof(arr));
	start_all(p, 2);
	join_all(p, 2);
	printf("Done!\n");
	mpp_observe_int("done", 1);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "done", 1);
}

MPCK_SCENARIO(
	.name = "processes-square-cube",
	.summary = "two processes print squares and cubes of the same numbers",
	.source = "004_7b3dfe566148139e.txt",
	.main = run,
	.expect = expect,
);
