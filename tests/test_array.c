/* SPDX-License-Identifier: MIT */
/*
 * test_array.c - Array and RawArray: indexes, slices, announcements.
 */
#include <mpp/array.h>
#include <mpp/rlock.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

static struct mpp_array *a;
static struct mpp_raw_array *raw;

static struct mpp_array *new_array(char code, size_t count)
{
	struct mpp_array *array = NULL;

	ck_assert_int_eq(mpp_array_new(&array, code, count), 0);
	return array;
}

static struct mpp_raw_array *new_raw(char code, size_t count)
{
	struct mpp_raw_array *array = NULL;

	ck_assert_int_eq(mpp_raw_array_new(&array, code, count), 0);
	return array;
}

static int64_t at(ptrdiff_t index)
{
	int64_t x = -99;

	ck_assert_int_eq(mpp_array_get(a, index, &x), 0);
	return x;
}

START_TEST(a_new_array_is_zero)
{
	a = new_array('i', 10);
	ck_assert_uint_eq(mpp_array_length(a), 10);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(at(i), 0);
	mpp_array_free(a);
}
END_TEST

START_TEST(memory_used_before_is_zero_again)
{
	int64_t x = 1;

	a = new_array('q', 4);
	mpp_array_set(a, 2, -1);
	mpp_array_free(a);
	a = new_array('q', 4);
	ck_assert_int_eq(mpp_array_get(a, 2, &x), 0);
	ck_assert_int_eq(x, 0);
}
END_TEST

START_TEST(an_array_may_be_empty)
{
	int64_t x;

	a = new_array('i', 0);
	ck_assert_uint_eq(mpp_array_length(a), 0);
	ck_assert_int_eq(mpp_array_get(a, 0, &x), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_get(a, -1, &x), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_read(a, 0, 0, &x), 0);
	mpp_array_free(a);
}
END_TEST

START_TEST(negative_indexes_count_from_the_end)
{
	a = new_array('i', 3);
	for (int i = 0; i < 3; i++)
		mpp_array_set(a, i, 10 + i);
	ck_assert_int_eq(at(-1), 12);
	ck_assert_int_eq(at(-3), 10);
}
END_TEST

START_TEST(an_index_out_of_range_changes_nothing)
{
	int64_t x = 7;

	a = new_array('i', 3);
	ck_assert_int_eq(mpp_array_get(a, 3, &x), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_get(a, -4, &x), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_get(a, PTRDIFF_MIN, &x), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_get(a, PTRDIFF_MAX, &x), MPP_ERANGE);
	ck_assert_int_eq(x, 7);
	ck_assert_int_eq(mpp_array_set(a, 3, 1), MPP_ERANGE);
}
END_TEST

START_TEST(items_wrap_as_values_do)
{
	a = new_array('b', 2);
	ck_assert_int_eq(mpp_array_set(a, 1, 128), MPP_WRAPPED);
	ck_assert_int_eq(at(1), -128);
	ck_assert_int_eq(at(0), 0);
}
END_TEST

START_TEST(doubles_are_refused_by_integer_arrays)
{
	double x;

	a = new_array('i', 2);
	ck_assert_int_eq(mpp_array_set_double(a, 0, 1.5), MPP_EINVAL);
	mpp_array_free(a);
	a = new_array('d', 2);
	ck_assert_int_eq(mpp_array_set_double(a, 0, 1.5), 0);
	ck_assert_int_eq(mpp_array_get_double(a, 0, &x), 0);
	ck_assert_double_eq(x, 1.5);
}
END_TEST

START_TEST(a_slice_is_written_and_read_in_its_own_type)
{
	const short in[3] = { -1, 2, 3 };
	short out[5];

	a = new_array('h', 5);
	ck_assert_int_eq(mpp_array_write(a, 1, 3, in), 0);
	ck_assert_int_eq(mpp_array_read(a, 0, 5, out), 0);
	ck_assert_int_eq(out[0], 0);
	ck_assert_int_eq(out[1], -1);
	ck_assert_int_eq(out[3], 3);
	ck_assert_int_eq(out[4], 0);
}
END_TEST

START_TEST(a_slice_out_of_range_is_refused_whole)
{
	int items[4] = { 1, 1, 1, 1 };

	a = new_array('i', 3);
	ck_assert_int_eq(mpp_array_write(a, 0, 4, items), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_write(a, 3, 1, items), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_write(a, 1, SIZE_MAX, items), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_write(a, 3, 0, items), 0);
	ck_assert_int_eq(at(0), 0);
}
END_TEST

START_TEST(an_array_too_large_is_no_memory)
{
	ck_assert_int_eq(mpp_array_new(&a, 'q', SIZE_MAX / 4), MPP_ENOMEM);
}
END_TEST

START_TEST(a_large_array_is_shared)
{
	a = new_array('i', 1000000);
	pid_t pid = fork();
	if (pid == 0)
		_exit(mpp_array_set(a, -1, 42));
	ck_assert_int_eq(reaped(pid), 0);
	ck_assert_int_eq(at(999999), 42);
	mpp_array_free(a);
}
END_TEST

START_TEST(the_array_lesson_ends_at_5_to_14)
{
	pid_t pid[5];

	a = new_array('i', 10);
	for (int i = 0; i < 10; i++)
		mpp_array_set(a, i, i);
	for (int p = 0; p < 5; p++) {
		pid[p] = fork();
		if (pid[p])
			continue;
		mpp_rlock_acquire(mpp_array_lock(a), MPP_FOREVER);
		for (int i = 0; i < 10; i++)
			mpp_array_set(a, i, at(i) + 1);
		mpp_rlock_release(mpp_array_lock(a));
		_exit(0);
	}
	for (int p = 0; p < 5; p++)
		ck_assert_int_eq(reaped(pid[p]), 0);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(at(i), 5 + i);
}
END_TEST

START_TEST(raw_arrays_do_the_same_without_a_lock)
{
	const float in[2] = { 0.5f, -2.0f };
	float out[2];
	double x;
	int64_t n;

	raw = new_raw('f', 2);
	ck_assert_uint_eq(mpp_raw_array_length(raw), 2);
	ck_assert_int_eq(mpp_raw_array_write(raw, 0, 2, in), 0);
	ck_assert_int_eq(mpp_raw_array_read(raw, 0, 2, out), 0);
	ck_assert_float_eq(out[0], 0.5f);
	ck_assert_float_eq(out[1], -2.0f);
	ck_assert_int_eq(mpp_raw_array_get_double(raw, -1, &x), 0);
	ck_assert_double_eq(x, -2.0);
	ck_assert_int_eq(mpp_raw_array_set(raw, 0, 7), 0);
	ck_assert_int_eq(mpp_raw_array_get(raw, 0, &n), 0);
	ck_assert_int_eq(n, 7);
	ck_assert_int_eq(mpp_raw_array_read(raw, 1, 2, out), MPP_ERANGE);
	mpp_raw_array_free(raw);
}
END_TEST

static int64_t minus(int64_t old, void *context)
{
	*(int *)context += 1;
	return -old;
}

static void check_changes_of_an_item(void)
{
	int64_t old = 0, expected = 5;
	int calls = 0;

	a = new_array('b', 3);
	ck_assert_int_eq(mpp_array_add(a, -1, 100), 0);
	ck_assert_int_eq(mpp_array_add(a, 2, 100), MPP_WRAPPED);
	ck_assert_int_eq(at(2), -56);
	ck_assert_int_eq(mpp_array_update(a, 2, minus, &calls), 0);
	ck_assert_int_eq(at(2), 56);
	ck_assert_int_eq(calls, 1);
	ck_assert_int_eq(mpp_array_exchange(a, 1, 7, &old), 0);
	ck_assert_int_eq(mpp_array_exchange(a, -2, 300, &old), MPP_WRAPPED);
	ck_assert_int_eq(old, 7);
	ck_assert_int_eq(mpp_array_exchange(a, 1, 9, NULL), 0);
	ck_assert_int_eq(mpp_array_compare_exchange(a, 1, &expected, 4), 0);
	ck_assert_int_eq(expected, 9);
	ck_assert_int_eq(mpp_array_compare_exchange(a, 1, &expected, 128),
			 MPP_EOVERFLOW);
	ck_assert_int_eq(mpp_array_compare_exchange(a, 1, &expected, 4), 1);
	ck_assert_int_eq(mpp_array_set_timed(a, 0, -3, 0), 0);
	ck_assert_int_eq(mpp_array_get_timed(a, 0, &old, 0), 0);
	ck_assert_int_eq(old, -3);
	ck_assert_int_eq(at(0), -3);
	ck_assert_int_eq(at(1), 4);
	ck_assert_int_eq(at(2), 56);
	mpp_array_free(a);
}

START_TEST(items_are_changed_each_alone)
{
	check_changes_of_an_item();
	hooks_install();
	check_changes_of_an_item();
	hooks_install_scheduler();
	check_changes_of_an_item();
	hooks_install_door();
	check_changes_of_an_item();
	hooks_remove();
}
END_TEST

START_TEST(a_change_of_no_item_is_refused)
{
	int64_t old = -99, expected = 0;
	int calls = 0;

	a = new_array('i', 2);
	hooks_install();
	ck_assert_int_eq(mpp_array_add(a, 2, 1), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_update(a, -3, minus, &calls), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_exchange(a, 2, 1, &old), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_compare_exchange(a, 2, &expected, 1),
			 MPP_ERANGE);
	ck_assert_int_eq(mpp_array_get_timed(a, 2, &old, 5), MPP_ERANGE);
	ck_assert_int_eq(mpp_array_set_timed(a, 2, 1, 5), MPP_ERANGE);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_RANGE], 6);
	ck_assert_int_eq(mpp_array_update(a, 0, NULL, NULL), MPP_EINVAL);
	ck_assert_int_eq(mpp_array_compare_exchange(a, 0, NULL, 1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_array_get_timed(a, 0, NULL, 5), MPP_EINVAL);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 0);
	ck_assert_int_eq(old, -99);
	ck_assert_int_eq(calls, 0);
	ck_assert_int_eq(at(0), 0);
	ck_assert_int_eq(at(1), 0);
}
END_TEST

START_TEST(each_change_of_an_item_is_one_operation)
{
	int64_t old, expected = 7;
	int calls = 0;

	a = new_array('h', 4);
	hooks_install();
	mpp_array_add(a, 3, 5);
	ck_assert_uint_eq(hooked.value, 5);
	mpp_array_update(a, 3, minus, &calls);
	ck_assert_int_eq((int64_t)hooked.value, -5);
	mpp_array_exchange(a, 3, 6, &old);
	ck_assert_uint_eq(hooked.value, 6);
	mpp_array_compare_exchange(a, 3, &expected, 8);
	ck_assert_uint_eq(hooked.value, 6);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RMW], 4);
	ck_assert_int_eq(hooked.before, 4);
	ck_assert_uint_eq(hooked.last.arg[0], 4); /* 1 + index */
	ck_assert_uint_eq(hooked.last.size, 2);
	ck_assert_ptr_eq(hooked.last.guard, mpp_array_lock(a));
	mpp_array_get_timed(a, 1, &old, 70);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_int_eq(hooked.last.timeout_ns, 70);
	hooks_remove();
}
END_TEST

static int hold_and_stop(void *p)
{
	mpp_rlock_acquire(mpp_array_lock(a), MPP_FOREVER);
	mpp_array_set(a, 0, 1); /* and item 1 is to follow */
	mpp_raw_array_set(p, 0, 1);
	while (pause() < 0)
		;
	return 0;
}

START_TEST(a_killed_holder_stops_nobody_and_its_successor_is_told)
{
	int64_t x = -99, held = 0;
	pid_t pid;

	a = new_array('i', 2);
	raw = new_raw('i', 1);
	pid = forked(hold_and_stop, raw);
	while (!held) {
		sched_yield();
		ck_assert_int_eq(mpp_raw_array_get(raw, 0, &held), 0);
	}
	ck_assert_int_eq(mpp_array_get_timed(a, 1, &x, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_array_get_timed(a, 1, &x, 1000), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_array_set_timed(a, 1, 5, 1000), MPP_ETIMEDOUT);
	ck_assert_int_eq(x, -99);
	kill(pid, SIGKILL);
	ck_assert_int_eq(reaped(pid), -SIGKILL);
	ck_assert_int_eq(at(0), 1);
	ck_assert_int_eq(at(1), 0);
	ck_assert_int_eq(mpp_array_add(a, 1, 3), 0);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_array_lock(a), 0),
			 MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rlock_consistent(mpp_array_lock(a)), 0);
	ck_assert_int_eq(mpp_rlock_release(mpp_array_lock(a)), 0);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_array_lock(a), 0), 0);
}
END_TEST

static int add_to_items(void *unused)
{
	int calls = 0;

	(void)unused;
	for (int i = 0; i < 4000; i++) {
		int64_t seen = 0, old;

		mpp_array_add(a, i % 2, 1);
		while (!mpp_array_compare_exchange(a, i % 2, &seen, seen + 1))
			;
		if (mpp_array_update(a, 2, minus, &calls) ||
		    mpp_array_exchange(a, 3, i, &old))
			return 1;
	}
	return 0;
}

START_TEST(three_processes_change_items_without_loss)
{
	pid_t pid[3];

	a = new_array('i', 4);
	mpp_array_set(a, 2, 77);
	for (int i = 0; i < 3; i++)
		pid[i] = forked(add_to_items, NULL);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(at(0), 12000);
	ck_assert_int_eq(at(1), 12000);
	ck_assert_int_eq(at(2), 77);
	ck_assert_int_eq(at(3), 3999);
}
END_TEST

START_TEST(a_slice_of_an_array_is_one_operation)
{
	int items[8];

	a = new_array('i', 8);
	hooks_install();
	mpp_array_read(a, 2, 5, items);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 1);
	ck_assert_int_eq(hooked.after, 1);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_uint_eq(hooked.last.size, 5 * sizeof(int));
	ck_assert_ptr_eq(hooked.last.guard, mpp_array_lock(a));
}
END_TEST

START_TEST(a_slice_of_a_raw_array_is_one_operation_an_item)
{
	const int items[5] = { 1, 2, 3, 4, 5 };

	raw = new_raw('i', 8);
	hooks_install();
	mpp_raw_array_write(raw, 2, 5, items);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 5);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 5);
	ck_assert_uint_eq(hooked.last.size, sizeof(int));
	ck_assert_int_eq(hooked.last.order, MPP_PLAIN);
	ck_assert_uint_eq(hooked.value, 5);
}
END_TEST

START_TEST(neighbours_are_different_objects)
{
	void *first;

	a = new_array('i', 2);
	hooks_install();
	mpp_array_set(a, 0, 1);
	first = hooked.last.object;
	mpp_array_set(a, 1, 1);
	hooks_remove();
	ck_assert_int_eq((char *)hooked.last.object - (char *)first,
			 sizeof(int));
}
END_TEST

START_TEST(an_array_works_through_the_door)
{
	const int in[3] = { 1, 2, 3 };
	int out[3] = { 0 };

	hooks_install_door();
	a = new_array('i', 3);
	raw = new_raw('i', 3);
	ck_assert_int_eq(mpp_array_write(a, 0, 3, in), 0);
	ck_assert_int_eq(mpp_array_read(a, 0, 3, out), 0);
	ck_assert_int_eq(out[2], 3);
	ck_assert_int_eq(mpp_raw_array_set(raw, -1, 9), 0);
	ck_assert_uint_eq(mpp_raw_array_length(raw), 3);
	mpp_array_free(a);
	mpp_raw_array_free(raw);
	hooks_remove();
}
END_TEST

START_TEST(a_bad_index_is_a_fault_in_words)
{
	int64_t x;
	int items[4];

	a = new_array('i', 10);
	hooks_install();
	ck_assert_int_eq(mpp_array_get(a, 12, &x), MPP_ERANGE);
	ck_assert_str_eq(hooked.text, "index 12 of an array of 10 items");
	ck_assert_int_eq(mpp_array_read(a, 8, 4, items), MPP_ERANGE);
	ck_assert_str_eq(hooked.text, "items 8..11 of an array of 10 items");
	hooks_remove();
	ck_assert_int_eq(hooked.faults[MPP_FAULT_RANGE], 2);
	ck_assert_int_eq(hooked.before, 0);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(a_new_array_is_zero)
	  UNIT(memory_used_before_is_zero_again)
	  UNIT(an_array_may_be_empty)
	  UNIT(negative_indexes_count_from_the_end)
	  UNIT(an_index_out_of_range_changes_nothing)
	  UNIT(items_wrap_as_values_do)
	  UNIT(doubles_are_refused_by_integer_arrays)
	  UNIT(a_slice_is_written_and_read_in_its_own_type)
	  UNIT(a_slice_out_of_range_is_refused_whole)
	  UNIT(an_array_too_large_is_no_memory)
	  UNIT(a_large_array_is_shared)
	  UNIT(the_array_lesson_ends_at_5_to_14)
	  UNIT(raw_arrays_do_the_same_without_a_lock)
	  UNIT(items_are_changed_each_alone)
	  UNIT(a_change_of_no_item_is_refused)
	  UNIT(each_change_of_an_item_is_one_operation)
	  UNIT(a_killed_holder_stops_nobody_and_its_successor_is_told)
	  UNIT(three_processes_change_items_without_loss)
	  UNIT(a_slice_of_an_array_is_one_operation)
	  UNIT(a_slice_of_a_raw_array_is_one_operation_an_item)
	  UNIT(neighbours_are_different_objects)
	  UNIT(an_array_works_through_the_door)
	  UNIT(a_bad_index_is_a_fault_in_words))
