/* SPDX-License-Identifier: MIT */
/*
 * thread.c - four threads add up a quarter of an array each.  They share the
 * program's memory, so the array is an ordinary one.
 */
#include <stdio.h>
#include <stdlib.h>

#include <mpp/thread.h>

enum { THREADS = 4, ITEMS = 1000 };

static int items[ITEMS];

struct part {
	int first, end;
};

static int add_up(void *arg)
{
	const struct part *part = arg;
	int sum = 0;

	for (int i = part->first; i < part->end; i++)
		sum += items[i];
	return sum;
}

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

int main(void)
{
	struct mpp_thread *threads[THREADS];
	int sum = 0;

	for (int i = 0; i < ITEMS; i++)
		items[i] = i + 1;
	for (int i = 0; i < THREADS; i++) {
		struct part part = { i * ITEMS / THREADS,
				     (i + 1) * ITEMS / THREADS };

		must(mpp_thread_new(&threads[i], add_up, &part, sizeof(part)),
		     "new");
		must(mpp_thread_start(threads[i]), "start");
	}
	for (int i = 0; i < THREADS; i++) {
		int result = 0;

		must(mpp_thread_join(threads[i], MPP_FOREVER), "join");
		(void)mpp_thread_result(threads[i], &result);
		printf("%s: %d\n", mpp_thread_name(threads[i]), result);
		sum += result;
		mpp_thread_free(threads[i]);
	}
	printf("sum: %d\n", sum);
	return sum == ITEMS * (ITEMS + 1) / 2 ? 0 : 1;
}
