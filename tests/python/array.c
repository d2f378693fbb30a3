/* SPDX-License-Identifier: MIT */
/* array.c - the programs of array.def. */
#include <mpp/array.h>
#include <mpp/rlock.h>

#include "program.h"

static struct mpp_array *array;
static struct mpp_raw_array *raw;
static struct gate first, second;

static void make_zeros(char code, size_t count)
{
	must(mpp_array_new(&array, code, count));
}

/* 10 20 30 */
static void make(void)
{
	make_zeros('i', 3);
	for (int i = 0; i < 3; i++)
		must(mpp_array_set(array, i, 10 * (i + 1)));
}

static void say_item(ptrdiff_t index)
{
	int64_t x;

	must(mpp_array_get(array, index, &x));
	say("%" PRId64, x);
}

static void say_all(void)
{
	for (size_t i = 0; i < mpp_array_length(array); i++)
		say_item((ptrdiff_t)i);
}

static void array_starts_with_zeros(void)
{
	make_zeros('i', 3);
	say_all();
}

static void array_has_a_length(void)
{
	make();
	say("%zu", mpp_array_length(array));
}

static void array_may_be_empty(void)
{
	make_zeros('i', 0);
	say("%zu", mpp_array_length(array));
}

static void negative_length_is_refused(void)
{
	say_refused(mpp_array_new(&array, 'i', (size_t)-1));
}

static void array_of_unknown_code_is_refused(void)
{
	say_refused(mpp_array_new(&array, 'z', 1));
}

static void index_counts_from_zero(void)
{
	make();
	say_item(0);
	say_item(2);
}

static void negative_index_counts_from_the_end(void)
{
	make();
	say_item(-1);
	say_item(-3);
}

static void index_beyond_the_end(void)
{
	int64_t x;

	make();
	say_refused(mpp_array_get(array, 3, &x));
}

static void index_before_the_beginning(void)
{
	int64_t x;

	make();
	say_refused(mpp_array_get(array, -4, &x));
}

static void store_beyond_the_end(void)
{
	make();
	say_refused(mpp_array_set(array, 3, 1));
	say_all();
}

static void item_wraps(void)
{
	make_zeros('b', 1);
	mpp_array_set(array, 0, 200);
	say_item(0);
}

static void say_double(ptrdiff_t index)
{
	double x;

	must(mpp_array_get_double(array, index, &x));
	say("%.15g", x);
}

static void item_of_f_overflows_to_infinity(void)
{
	make_zeros('f', 1);
	must(mpp_array_set_double(array, 0, 1e300));
	say_double(0);
}

static void integer_item_refuses_a_fraction(void)
{
	make();
	say_refused(mpp_array_set_double(array, 0, 1.5));
}

static void array_of_doubles(void)
{
	make_zeros('d', 2);
	must(mpp_array_set_double(array, 0, 0.5));
	must(mpp_array_set_double(array, 1, 1.5));
	say_double(0);
	say_double(1);
}

static void slice_is_read(void)
{
	int items[2];

	make();
	must(mpp_array_read(array, 1, 2, items));
	say("%d %d", items[0], items[1]);
}

static void slice_is_written(void)
{
	int items[2] = { 7, 8 };

	make();
	must(mpp_array_write(array, 1, 2, items));
	say_all();
}

static void empty_slice_is_read(void)
{
	int item = -1;

	make();
	must(mpp_array_read(array, 1, 0, &item));
	say("%s", item == -1 ? "nothing" : "something");
}

static void slice_beyond_the_end_is_read(void)
{
	int items[8];

	make();
	say_error(mpp_array_read(array, 1, 8, items));
}

static void slice_too_long_is_written(void)
{
	int items[3] = { 7, 8, 9 };

	make();
	say_refused(mpp_array_write(array, 1, 3, items));
	say_all();
}

static void loop_variable_is_a_copy(void)
{
	make();
	for (ptrdiff_t i = 0; i < 3; i++) {
		int64_t x;

		must(mpp_array_get(array, i, &x));
		x += 1;
	}
	say_all();
}

static int double_all(void *unused)
{
	(void)unused;
	for (ptrdiff_t i = 0; i < 3; i++) {
		int64_t x;

		must(mpp_array_get(array, i, &x));
		must(mpp_array_set(array, i, 2 * x));
	}
	return 0;
}

static void parent_and_child_share_an_array(void)
{
	make();
	run_child(double_all);
	say_all();
}

static int double_raw(void *unused)
{
	(void)unused;
	for (ptrdiff_t i = 0; i < 3; i++) {
		int64_t x;

		must(mpp_raw_array_get(raw, i, &x));
		must(mpp_raw_array_set(raw, i, 2 * x));
	}
	return 0;
}

static void parent_and_child_share_a_raw_array(void)
{
	int items[3] = { 10, 20, 30 };

	must(mpp_raw_array_new(&raw, 'i', 3));
	must(mpp_raw_array_write(raw, 0, 3, items));
	run_child(double_raw);
	must(mpp_raw_array_read(raw, 0, 3, items));
	say("%d %d %d", items[0], items[1], items[2]);
}

static void array_lock_is_recursive(void)
{
	make();
	say_taken(mpp_rlock_acquire(mpp_array_lock(array), 0));
	say_taken(mpp_rlock_acquire(mpp_array_lock(array), 0));
}

static int try_lock(void *unused)
{
	(void)unused;
	return mpp_rlock_acquire(mpp_array_lock(array), 0) & 255;
}

static void array_lock_keeps_others_out(void)
{
	make();
	must(mpp_rlock_acquire(mpp_array_lock(array), 0));
	say_taken((int8_t)run_child(try_lock));
}

static void raw_array_index_beyond_the_end(void)
{
	int64_t x;

	must(mpp_raw_array_new(&raw, 'i', 3));
	say_refused(mpp_raw_array_get(raw, 3, &x));
}

static void text_after_a_nul(void)
{
	char text[6];

	make_zeros('c', 6);
	must(mpp_array_write(array, 0, 5, "hi\0lo"));
	must(mpp_array_read(array, 0, 6, text));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = text[i] ? text[i] : '.';
	say("%.6s", text);
}

static int hold_lock(void *unused)
{
	(void)unused;
	must(mpp_rlock_acquire(mpp_array_lock(array), 0));
	gate_pass(&first);
	gate_wait(&second);
	return 0;
}

static void array_after_death_of_its_lock_holder(void)
{
	struct mpp_process *child;

	gate_new(&first);
	gate_new(&second);
	make();
	child = start_child(hold_lock);
	gate_wait(&first);
	kill_child(child);
	say_item(0);
}

const struct program python_array[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "array.def"
	{ 0 },
};
