/* SPDX-License-Identifier: MIT */
/*
 * sort.c - qsort() for simulated processes.
 *
 * The C library's takes memory of its own, which is no part of a state: a
 * comparison may stop (it may read a Value), and the address stays in dead
 * stack.  This one needs none.  Equal items keep their order, as with glibc's,
 * on which programs rely unknowingly.
 *
 * Source:  Dudzinski and Dydek, "On a stable minimum storage merging algorithm"
 *          (1981): halves are merged by exchanging neighbouring blocks.
 */
#include "machine/supplied.h"

#include <stdbool.h>
#include <stddef.h>

typedef int (*order)(const void *a, const void *b, void *context);

struct sort {
	size_t size;
	order order;
	void *context;
};

static void exchange(const struct sort *s, char *a, char *b)
{
	for (size_t i = 0; i < s->size; i++) {
		char byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

static void reverse(const struct sort *s, char *low, char *high)
{
	while (low < high && low < (high -= s->size)) {
		exchange(s, low, high);
		low += s->size;
	}
}

/* [low, middle) and [middle, high) change places. */
static void rotate(const struct sort *s, char *low, char *middle, char *high)
{
	reverse(s, low, middle);
	reverse(s, middle, high);
	reverse(s, low, high);
}

static char *half(const struct sort *s, char *low, char *high)
{
	return low + (size_t)(high - low) / s->size / 2 * s->size;
}

/* The first of the sorted items that does not go before this one; with `after`
 * the first that goes behind it. */
static char *place_for(const struct sort *s, char *low, char *high,
		       const char *item, bool after)
{
	while (low < high) {
		char *middle = half(s, low, high);
		bool before = after ? s->order(item, middle, s->context) >= 0
				    : s->order(middle, item, s->context) < 0;

		if (before)
			low = middle + s->size;
		else
			high = middle;
	}
	return low;
}

static void merge(const struct sort *s, char *low, char *middle, char *high)
{
	char *left, *right, *between;

	if (low == middle || middle == high)
		return;
	if (high - low == 2 * (ptrdiff_t)s->size) {
		if (s->order(middle, low, s->context) < 0)
			exchange(s, low, middle);
		return;
	}
	if (middle - low > high - middle) {
		left = half(s, low, middle);
		right = place_for(s, middle, high, left, false);
	} else {
		right = half(s, middle, high);
		left = place_for(s, low, middle, right, true);
	}
	rotate(s, left, middle, right);
	between = left + (right - middle);
	merge(s, low, left, between);
	merge(s, between, right, high);
}

static void sort(const struct sort *s, char *low, char *high)
{
	char *middle = half(s, low, high);

	if (low == middle)
		return;
	sort(s, low, middle);
	sort(s, middle, high);
	merge(s, low, middle, high);
}

void mpck_qsort_r(void *base, size_t count, size_t size, order by,
		  void *context)
{
	struct sort s = { size, by, context };

	if (size)
		sort(&s, base, (char *)base + count * size);
}

static int plain(const void *a, const void *b, void *context)
{
	return (*(int (**)(const void *, const void *))context)(a, b);
}

void mpck_qsort(void *base, size_t count, size_t size,
		int (*by)(const void *a, const void *b))
{
	mpck_qsort_r(base, count, size, plain, &by);
}
