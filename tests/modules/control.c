/* SPDX-License-Identifier: MIT */
/* control.c - what a module calls: supplied, pure, or out of control. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"

/* uncontrolled: n = 0 does not call it. */
PROGRAM(uncontrolled)
{
	int found = 0;

	if (mpck_param("n"))
		found = getenv("HOME") != NULL;
	mpp_observe_int("x", found < 2);
	return 0;
}

/* uncontrolled_pointer: a copy of its address is controlled as well. */
PROGRAM(uncontrolled_pointer)
{
	static char *(*volatile look_up)(const char *) = getenv;

	mpp_observe_int("x", look_up("no such name") == NULL);
	return 0;
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

PROGRAM(pure)
{
	int numbers[] = { 3, 1, 2 };
	char text[40];

	qsort(numbers, 3, sizeof(numbers[0]), by_value);
	snprintf(text, sizeof(text), "%d%d%d", numbers[0], numbers[1],
		 numbers[2]);
	mpp_observe_int("x", (int64_t)strlen(text) * 1000 + atoi(text) +
			isdigit('1') / 10000);
	return 0;
}

/* sorts: stable, also while others run in the middle of a comparison. */
struct item {
	int key, place;
	char rest[5];
};

static int by_key(const void *a, const void *b)
{
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static int by_key_and_look(const void *a, const void *b, void *looks)
{
	(void)mpp_raw_value_get(cell);
	*(int *)looks += 1;
	return by_key(a, b);
}

static bool is_sorted(const struct item *items, int n)
{
	for (int i = 1; i < n; i++) {
		if (items[i - 1].key > items[i].key ||
		    (items[i - 1].key == items[i].key &&
		     items[i - 1].place > items[i].place))
			return false;
	}
	return true;
}

static void shuffle(struct item *items, int n, int keys)
{
	unsigned random = (unsigned)n * 7919u + (unsigned)keys;

	for (int i = 0; i < n; i++) {
		random = random * 1103515245u + 12345u;
		items[i] = (struct item){ .key = (int)(random >> 16) % keys,
					  .place = i };
	}
}

static int change_cell(void *arg)
{
	(void)arg;
	mpp_raw_value_set(cell, 1);
	return 0;
}

PROGRAM(sorts)
{
	struct item items[200];
	struct mpp_process *p;
	bool sorted = true;
	int looks = 0;

	cell = new_cell(0);
	for (int n = 0; n <= 200; n += n < 20 ? 1 : 37) {
		for (int keys = 1; keys < 300; keys *= 3) {
			shuffle(items, n, keys);
			qsort(items, (size_t)n, sizeof(items[0]), by_key);
			sorted = sorted && is_sorted(items, n);
		}
	}
	start_children(&p, 1, change_cell);
	shuffle(items, 100, 30);
	qsort_r(items, 100, sizeof(items[0]), by_key_and_look, &looks);
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_observe_int("x", sorted && is_sorted(items, 100) && looks > 300);
	return 0;
}

/* direct: shared memory without libmpp. */
static int read_directly(void *arg)
{
	volatile int *p = (volatile int *)cell;

	(void)arg;
	let_others_run();
	return *p;	/* LINE: read_directly */
}

PROGRAM(direct_read)
{
	cell = new_cell(0);
	run_children(1, read_directly);
	tell(0, 1);
	return 0;
}

static int write_directly(void *arg)
{
	volatile int *p = (volatile int *)cell;

	(void)arg;
	*p = 1;	/* LINE: write_directly */
	return 0;
}

PROGRAM(direct_write)
{
	cell = new_cell(0);
	run_children(1, write_directly);
	tell(0, 1);
	return 0;
}

PROGRAM(direct_copy)
{
	char buffer[8], *p = (char *)new_cell(0);

	ESCAPE(p);
	memcpy(buffer, p, (size_t)mpck_param("n") + 8);
	p = buffer;
	ESCAPE(p);
	tell(0, 1);
	return 0;
}

/* prints */
static int print_and_write(void *arg)
{
	int id = *(int *)arg;

	printf("%d before\n", id);
	must(mpp_raw_value_set(cell, id));
	puts("after");
	fprintf(stderr, "%s %c\n", "last", 'x');
	putchar('y');
	return 0;
}

PROGRAM(prints)
{
	cell = new_cell(0);
	run_children(2, print_and_write);
	printf("end %5.2f", 1.5);
	return 0;
}

MODULE_END;
