/* SPDX-License-Identifier: MIT */
/*
 * array.c - a histogram: three processes throw two dice each, and count in one
 * Array.
 */
#include <mpp/array.h>
#include <mpp/process.h>
#include <stdio.h>

enum { PROCESSES = 3, THROWS = 12000, SUMS = 13 };

struct shared {
	struct mpp_array *counts;
	unsigned seed;
};

static unsigned die(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % 6 + 1;
}

static int throw_dice(void *arg)
{
	struct shared *s = arg;

	for (int i = 0; i < THROWS; i++) {
		unsigned sum = die(&s->seed) + die(&s->seed);

		if (mpp_array_add(s->counts, (ptrdiff_t)sum, 1) < 0)
			return 1;
	}
	return 0;
}

int main(void)
{
	struct mpp_process *p[PROCESSES];
	struct shared s;
	int counts[SUMS], all = 0;

	if (mpp_array_new(&s.counts, 'i', SUMS))
		return 1;
	for (int i = 0; i < PROCESSES; i++) {
		s.seed = (unsigned)i;
		if (mpp_process_new(&p[i], throw_dice, &s, sizeof(s)) ||
		    mpp_process_start(p[i]))
			return 1;
	}
	for (int i = 0; i < PROCESSES; i++) {
		mpp_process_join(p[i], MPP_FOREVER);
		mpp_process_free(p[i]);
	}
	if (mpp_array_read(s.counts, 0, SUMS, counts))
		return 1;
	for (int sum = 2; sum < SUMS; sum++) {
		printf("%2d %5d\n", sum, counts[sum]);
		all += counts[sum];
	}
	mpp_array_free(s.counts);
	return all != PROCESSES * THROWS;
}
