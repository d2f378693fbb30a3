/* SPDX-License-Identifier: MIT */
/* big.c - memory that is too much to copy at every switch. */
#include <stdlib.h>

#include "module.h"

enum { COUNT = 1 << 18, STRIDE = 40 * 1024 / sizeof(int) };

static int zeros[COUNT];			/* 1 MiB */
static int data[COUNT] = { [0] = 3, [COUNT - 1] = 4 };
static int *block;				/* 256 KiB */

/* Writes some pages, others by each; checks that nothing else changed. */
static int64_t use(int *array, size_t count, int id)
{
	int64_t sum = 0;

	for (size_t i = (size_t)id; i < count; i += STRIDE)
		array[i] = 100 * id;
	let_others_run();
	array[count - 1] += id;
	let_others_run();
	for (size_t i = 0; i < count; i++)
		sum += array[i];
	return sum;
}

/* How much use() adds to an array that was not used. */
static int64_t added(size_t count, int id)
{
	size_t writes = (count - (size_t)id + STRIDE - 1) / STRIDE;

	return (int64_t)writes * 100 * id + id;
}

static int use_zeros(void *arg)
{
	int id = *(int *)arg;

	tell(id, use(zeros, COUNT, id) - added(COUNT, id));
	return 0;
}

PROGRAM(zeroed)
{
	cell = new_cell(0);
	zeros[COUNT / 2] = 1;
	run_children(2, use_zeros);
	tell(0, use(zeros, COUNT, 3) - added(COUNT, 3));
	return 0;
}

static int use_data(void *arg)
{
	int id = *(int *)arg;

	tell(id, use(data, COUNT, id) - added(COUNT, id));
	return 0;
}

PROGRAM(initialised)
{
	cell = new_cell(0);
	run_children(2, use_data);
	tell(0, use(data, COUNT, 3) - added(COUNT, 3));
	return 0;
}

enum { BLOCK = (256 << 10) / sizeof(int) };

static int use_heap(void *arg)
{
	int id = *(int *)arg;

	tell(id, use(block, BLOCK, id) - added(BLOCK, id));
	return 0;
}

PROGRAM(heap)
{
	cell = new_cell(0);
	block = malloc(BLOCK * sizeof(int));
	block[BLOCK / 2] = 1;
	run_children(2, use_heap);
	tell(0, use(block, BLOCK, 3) - added(BLOCK, 3));
	free(block);
	return 0;
}

/* threads: both write into the same arrays. */
static int write_all(void *arg)
{
	int id = *(int *)arg;

	for (size_t i = (size_t)id; i < COUNT; i += STRIDE)
		zeros[i] += id;
	let_others_run();
	for (size_t i = (size_t)id; i < BLOCK; i += STRIDE)
		block[i] += id;
	return 0;
}

PROGRAM(threads)
{
	int64_t sum = 0;

	cell = new_cell(0);
	block = malloc(BLOCK * sizeof(int));
	run_threads(2, write_all);
	for (size_t i = 0; i < COUNT; i++)
		sum += zeros[i];
	for (size_t i = 0; i < BLOCK; i++)
		sum += block[i];
	tell(0, sum);
	return 0;
}

MODULE_END;
