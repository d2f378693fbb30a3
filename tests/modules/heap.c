/* SPDX-License-Identifier: MIT */
/* heap.c - malloc and friends: canonical, cleared, and strict. */
#include <stdlib.h>
#include <string.h>

#include "module.h"

/* A pointer that the compiler knows nothing about. */
static void *hidden(void *p)
{
	ESCAPE(p);
	return p;
}

static int64_t address(const void *p)
{
	return (int64_t)(uintptr_t)p & 0xffffff;
}

/* canonical: the same requests get the same addresses. */
static int ask(void *arg)
{
	int id = *(int *)arg;
	int64_t sum = 0;

	for (int i = 0; i < 3; i++) {
		if (id == 1)
			(void)hidden(malloc(1000));
		let_others_run();
		if (id == 2)
			sum = sum * 3 + address(malloc(50));
	}
	tell(id, sum);
	return 0;
}

PROGRAM(canonical)
{
	int64_t expected = 0;

	cell = new_cell(0);
	run_children(2, ask);
	for (int i = 0; i < 3; i++)
		expected = expected * 3 + address(malloc(50));
	tell(0, expected);
	return 0;
}

/* lowest: whatever was freed first, the lowest place is used first. */
PROGRAM(lowest)
{
	int64_t place[4];
	void *p[4];

	for (int i = 0; i < 4; i++) {
		p[i] = hidden(malloc(40));
		place[i] = address(p[i]);
	}
	free(p[1]);
	free(p[3]);
	free(p[2]);
	mpp_observe_int("first", address(malloc(40)) == place[1]);
	mpp_observe_int("second", address(malloc(33)) == place[2]);
	mpp_observe_int("third", address(malloc(48)) == place[3]);
	mpp_observe_int("fourth", address(malloc(40)) > place[3]);
	return 0;
}

/* cleared: freed memory comes back as zeros, whichever way. */
static int64_t sum_of(const unsigned char *p, size_t size)
{
	int64_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += p[i];
	return sum;
}

PROGRAM(cleared)
{
	static const size_t sizes[] = { 24, 300, 5000, 300000 };
	int64_t sum = 0;

	for (int i = 0; i < 4; i++) {
		unsigned char *p = hidden(malloc(sizes[i])), *q;
		int64_t place = address(p);

		sum += sum_of(p, sizes[i]);
		memset(p, 0x5a, sizes[i]);
		ESCAPE(p);
		free(p);
		q = hidden(malloc(sizes[i]));
		sum += sum_of(q, sizes[i]) + (address(q) != place);
		memset(q, 0x5a, sizes[i]);
		q = realloc(q, 3 * sizes[i]);
		sum += sum_of(q + sizes[i], 2 * sizes[i]);
		free(q);
	}
	mpp_observe_int("sum", sum);
	return 0;
}

/* moved: realloc keeps what fits. */
PROGRAM(moved)
{
	volatile size_t huge = (size_t)1 << 40;
	char *p = malloc(10), *q = realloc(NULL, 20);
	int same;

	strcpy(p, "123456789");
	p = realloc(p, 100000);
	same = !strcmp(p, "123456789");
	p[99999] = 'x';
	p = realloc(p, 5);
	same = same && !memcmp(p, "12345", 5);
	mpp_observe_int("same", same && q != p);
	mpp_observe_int("aligned", (uintptr_t)p % 16 == 0);
	mpp_observe_int("too_much", hidden(malloc(huge)) == NULL);
	mpp_observe_int("overflow", hidden(calloc(huge, huge)) == NULL);
	return 0;
}

/* Misuse ends the process that does it. */
static void report(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);
	int code = 0;

	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_process_exitcode(p, &code);
	mpp_observe_int("code", code);
}

static int free_static(void *arg)
{
	static char bytes[16];

	(void)arg;
	free(hidden(bytes));	/* LINE: free_static */
	return 0;
}

PROGRAM(bad_free)
{
	report(free_static);
	return 0;
}

static int free_twice(void *arg)
{
	void *volatile p = malloc(10);

	(void)arg;
	for (int i = 0; i < 2; i++)
		free(p);	/* LINE: free_twice */
	return 0;
}

PROGRAM(double_free)
{
	report(free_twice);
	return 0;
}

static int realloc_inner(void *arg)
{
	char *p = malloc(100);

	(void)arg;
	p = realloc(hidden(p + 16), 200);	/* LINE: realloc_inner */
	return hidden(p) == NULL;
}

PROGRAM(bad_realloc)
{
	report(realloc_inner);
	return 0;
}

MODULE_END;
