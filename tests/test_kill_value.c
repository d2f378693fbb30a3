/* SPDX-License-Identifier: MIT */
/*
 * test_kill_value.c - a user of a Value or an Array killed at every step of
 * each call: what is left is what was or what shall be, and it is known where
 * the lock tells of the death and where not.
 */
#include <mpp/array.h>
#include <mpp/rlock.h>
#include <mpp/value.h>

#include "killing.h"

enum { ITEMS = 4 };

static struct mpp_value *v;
static struct mpp_array *a;

static int64_t one_more(int64_t old, void *context)
{
	(void)context;
	return old + 1;
}

/* Each makes 42 of 41 in the Value, or in all items of the Array. */
static int sets(void)
{
	return mpp_value_set(v, 42);
}

static int sets_in_time(void)
{
	return mpp_value_set_timed(v, 42, MPP_SECONDS(60));
}

static int adds(void)
{
	return mpp_value_add(v, 1);
}

static int adds_checked(void)
{
	return mpp_value_add_checked(v, 1);
}

static int updates(void)
{
	return mpp_value_update(v, one_more, NULL);
}

static int exchanges(void)
{
	int64_t old;
	int err = mpp_value_exchange(v, 42, &old);

	return err ? err : old != 41;
}

static int compares_and_sets(void)
{
	int64_t expected = 41;

	return mpp_value_compare_exchange(v, &expected, 42) != 1;
}

static int holds_and_sets(void)
{
	struct mpp_rlock *lock = mpp_value_lock(v);
	int err = mpp_rlock_acquire(lock, MPP_FOREVER);

	if (err == 0)
		err = mpp_value_set(v, mpp_value_get(v) + 1);
	return err ? err : mpp_rlock_release(lock);
}

static int writes_a_slice(void)
{
	const int64_t items[ITEMS] = { 42, 42, 42, 42 };

	return mpp_array_write(a, 0, ITEMS, items);
}

static int changes_each_item(void)
{
	int64_t expected = 41, old;

	if (mpp_array_set(a, 0, 42) || mpp_array_add(a, 1, 1) ||
	    mpp_array_update(a, 2, one_more, NULL))
		return 1;
	return mpp_array_exchange(a, 3, 40, &old) || old != 41 ||
	       mpp_array_set(a, 3, 41) ||
	       mpp_array_compare_exchange(a, 3, &expected, 42) != 1;
}

static int calls(void *call)
{
	return (*(int (**)(void))call)() != 0;
}

/* True: a child was killed at its n-th step; false: it came through. */
static bool cut(int (*call)(void), unsigned n)
{
	static const struct killing k = { .victim = calls };

	return reap_victim(start_victim(&k, &call, n), n);
}

/* Nobody holds the lock; true: whoever acquires it is told of a death. */
static bool is_told(struct mpp_rlock *lock)
{
	int err = mpp_rlock_acquire(lock, 0);

	ck_assert(err == 0 || err == MPP_EOWNERDEAD);
	if (err)
		ck_assert_int_eq(mpp_rlock_consistent(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_rlock_release(lock), MPP_EPERM);
	return err != 0;
}

/* What the cuts of one call left behind; bit 0: 41, bit 1: 42. */
struct left {
	unsigned cuts;
	unsigned told, not_told;
};

static struct left cut_value(int (*call)(void))
{
	struct left left = { 0, 0, 0 };
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		int64_t x = -1, y = -1;

		ck_assert_int_eq(mpp_value_new(&v, 'i', 41), 0);
		killed = cut(call, n);
		left.cuts += killed;
		/* Single accesses go on at once, and tell nobody. */
		ck_assert_int_eq(mpp_value_get_timed(v, &x, 0), 0);
		ck_assert(x == 42 || (killed && x == 41));
		ck_assert_int_eq(mpp_value_set_timed(v, 7, 0), 0);
		ck_assert_int_eq(mpp_value_exchange(v, 8, &y), 0);
		ck_assert_int_eq(y, 7);
		if (is_told(mpp_value_lock(v)))
			left.told |= 1u << (x - 41);
		else
			left.not_told |= 1u << (x - 41);
		ck_assert(!is_told(mpp_value_lock(v)));
		mpp_value_free(v);
	}
	return left;
}

static void check_cuts(int (*call)(void))
{
	struct left left = cut_value(call);

	/* Fewer would mean that the steps are not compiled in. */
	ck_assert_uint_ge(left.cuts, 10);
	/* Before the lock and after it, and in it before the store and after:
	 * each place was met. */
	ck_assert_uint_eq(left.not_told, 3);
	ck_assert_uint_eq(left.told, 3);
}

START_TEST(a_set_is_done_or_not)
{
	check_cuts(sets);
	check_cuts(sets_in_time);
}
END_TEST

START_TEST(an_add_is_done_or_not)
{
	check_cuts(adds);
	check_cuts(adds_checked);
}
END_TEST

START_TEST(an_update_is_done_or_not)
{
	check_cuts(updates);
}
END_TEST

START_TEST(an_exchange_is_done_or_not)
{
	check_cuts(exchanges);
}
END_TEST

START_TEST(a_compare_exchange_is_done_or_not)
{
	check_cuts(compares_and_sets);
}
END_TEST

START_TEST(a_read_and_a_write_under_the_lock_end_anywhere)
{
	check_cuts(holds_and_sets);
}
END_TEST

static unsigned halves; /* how often only the first half was 42 */

static int64_t item(ptrdiff_t i)
{
	int64_t x = -1;

	ck_assert_int_eq(mpp_array_get_timed(a, i, &x, 0), 0);
	return x;
}

/* Changed one after the other: 42 up to some place, 41 from there on. */
static void check_items(bool killed, bool also_40)
{
	int64_t x = 42, before = 42;

	halves += item(ITEMS / 2 - 1) == 42 && item(ITEMS / 2) == 41;
	for (int i = 0; i < ITEMS; i++) {
		x = item(i);
		ck_assert(x == 42 || x == 41 || (also_40 && i == 3 && x == 40));
		ck_assert(killed || x == 42);
		ck_assert(before == 42 || x == 41); /* one after the other */
		before = x;
	}
	ck_assert_int_eq(mpp_array_set_timed(a, 1, 5, 0), 0);
	ck_assert_int_eq(mpp_array_add(a, 1, 1), 0);
	ck_assert_int_eq(item(1), 6);
}

static unsigned cut_array(int (*call)(void), bool also_40)
{
	const int64_t items[ITEMS] = { 41, 41, 41, 41 };
	bool killed = true;
	unsigned told = 0;

	for (unsigned n = 1; killed; n++) {
		ck_assert_int_eq(mpp_array_new(&a, 'q', ITEMS), 0);
		ck_assert_int_eq(mpp_array_write(a, 0, ITEMS, items), 0);
		killed = cut(call, n);
		check_items(killed, also_40);
		told += is_told(mpp_array_lock(a));
		mpp_array_free(a);
	}
	return told;
}

START_TEST(changes_of_items_are_done_or_not)
{
	ck_assert_uint_ge(cut_array(changes_each_item, true), 6 * 4);
}
END_TEST

START_TEST(a_slice_may_be_half_written_and_the_next_holder_is_told)
{
	ck_assert_uint_ge(cut_array(writes_a_slice, false), 3);
	ck_assert_uint_eq(halves, 1);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(a_set_is_done_or_not)
	  UNIT(an_add_is_done_or_not)
	  UNIT(an_update_is_done_or_not)
	  UNIT(an_exchange_is_done_or_not)
	  UNIT(a_compare_exchange_is_done_or_not)
	  UNIT(a_read_and_a_write_under_the_lock_end_anywhere)
	  UNIT(changes_of_items_are_done_or_not)
	  UNIT(a_slice_may_be_half_written_and_the_next_holder_is_told))
