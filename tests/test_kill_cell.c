/* SPDX-License-Identifier: MIT */
/*
 * test_kill_cell.c - users of Value, Array, RawArray and atomics killed at every
 * step; test_kill_value.c asks more of Value and Array.
 */
#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/rlock.h>
#include <mpp/value.h>

#include "killing.h"

enum { ITEMS = 8 };

static void *make_value(void)
{
	struct mpp_value *v = NULL;

	ck_assert_int_eq(mpp_value_new(&v, 'q', 5), 0);
	return v;
}

static void free_value(void *v)
{
	mpp_value_free(v);
}

static int64_t times_ten(int64_t old, void *context)
{
	(void)context;
	return old * 10;
}

static int changes_value(void *v)
{
	return mpp_value_get(v) != 5 || mpp_value_set(v, 6) ||
	       mpp_value_add(v, 1) || mpp_value_update(v, times_ten, NULL) ||
	       mpp_value_get(v) != 70;
}

/* Each change is made or not; get and set need nobody's permission. */
static void value_is_one_of_these(void *v, bool killed)
{
	int64_t x = mpp_value_get(v);
	int err;

	ck_assert(x == 5 || x == 6 || x == 7 || x == 70);
	ck_assert(killed || x == 70);
	ck_assert_int_eq(mpp_value_set(v, 1), 0);
	ck_assert_int_eq(mpp_value_add(v, 1), 0);
	ck_assert_int_eq(mpp_value_get(v), 2);
	err = mpp_rlock_acquire(mpp_value_lock(v), IN_TIME);
	ck_assert(err == 0 || (killed && err == MPP_EOWNERDEAD));
	if (err)
		ck_assert_int_eq(mpp_rlock_consistent(mpp_value_lock(v)), 0);
	ck_assert_int_eq(mpp_rlock_release(mpp_value_lock(v)), 0);
}

static void *make_array(void)
{
	struct mpp_array *a = NULL;

	ck_assert_int_eq(mpp_array_new(&a, 'q', ITEMS), 0);
	return a;
}

static void free_array(void *a)
{
	mpp_array_free(a);
}

static int writes_all(void *a)
{
	int64_t ones[ITEMS], got[ITEMS];

	for (int i = 0; i < ITEMS; i++)
		ones[i] = 1;
	return mpp_array_set(a, 0, 0) || mpp_array_write(a, 0, ITEMS, ones) ||
	       mpp_array_read(a, 0, ITEMS, got) || got[ITEMS - 1] != 1;
}

/* A slice may be half written: then the lock's next holder is told. */
static void array_is_whole_or_marked(void *a, bool killed)
{
	int64_t got[ITEMS], sum = 0;
	int err = mpp_rlock_acquire(mpp_array_lock(a), IN_TIME);

	ck_assert_int_eq(mpp_array_read(a, 0, ITEMS, got), 0);
	for (int i = 0; i < ITEMS; i++)
		sum += got[i];
	if (err == MPP_EOWNERDEAD) {
		ck_assert(killed);
		ck_assert_int_eq(mpp_rlock_consistent(mpp_array_lock(a)), 0);
	} else {
		ck_assert_int_eq(err, 0);
		ck_assert(sum == 0 || sum == ITEMS);
	}
	ck_assert_int_eq(mpp_rlock_release(mpp_array_lock(a)), 0);
	ck_assert_int_eq(mpp_array_set(a, -1, 3), 0);
}

static void *make_raw_array(void)
{
	struct mpp_raw_array *a = NULL;

	ck_assert_int_eq(mpp_raw_array_new(&a, 'q', ITEMS), 0);
	return a;
}

static void free_raw_array(void *a)
{
	mpp_raw_array_free(a);
}

static int writes_raw(void *a)
{
	int64_t ones[ITEMS];

	for (int i = 0; i < ITEMS; i++)
		ones[i] = 1;
	return mpp_raw_array_set(a, 0, 1) ||
	       mpp_raw_array_write(a, 0, ITEMS, ones);
}

static void items_are_whole(void *a, bool killed)
{
	int64_t got[ITEMS];

	ck_assert_int_eq(mpp_raw_array_read(a, 0, ITEMS, got), 0);
	for (int i = 0; i < ITEMS; i++)
		ck_assert(got[i] == 1 || (killed && got[i] == 0));
}

static void *make_atomic(void)
{
	struct mpp_atomic *a = NULL;

	ck_assert_int_eq(mpp_atomic_new(&a, 1), 0);
	return a;
}

static void free_atomic(void *a)
{
	mpp_atomic_free(a);
}

static int changes_atomic(void *a)
{
	int64_t expected = 12;

	mpp_atomic_store(a, 2);
	return mpp_atomic_exchange(a, 3) != 2 ||
	       mpp_atomic_fetch_add(a, 9) != 3 ||
	       !mpp_atomic_compare_exchange(a, &expected, 20) ||
	       mpp_atomic_fetch_or(a, 1) != 20 ||
	       mpp_atomic_fetch_and(a, 5) != 21 ||
	       mpp_atomic_fetch_xor(a, 17) != 5 || mpp_atomic_load(a) != 20;
}

static void atomic_is_one_of_these(void *a, bool killed)
{
	int64_t x = mpp_atomic_load(a);

	ck_assert(x == 20 || (killed && (x == 1 || x == 2 || x == 3 ||
					 x == 12 || x == 21 || x == 5)));
}

START_TEST(a_change_is_made_or_not)
{
	static const struct killing cases[] = {
		{ make_value, changes_value, NULL, value_is_one_of_these,
		  free_value },
		{ make_array, writes_all, NULL, array_is_whole_or_marked,
		  free_array },
		{ make_raw_array, writes_raw, NULL, items_are_whole,
		  free_raw_array },
		{ make_atomic, changes_atomic, NULL, atomic_is_one_of_these,
		  free_atomic },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("cell.c", "atomic.c");
}
END_TEST

UNIT_MAIN(
	UNIT(a_change_is_made_or_not)
)
