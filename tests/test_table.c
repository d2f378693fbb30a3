/* SPDX-License-Identifier: MIT */
/* test_table.c - the set of visited states: what is in it, while it grows. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "machine/bytes.h"
#include "prove/table.h"
#include "unit.h"

enum { MANY = 100000, FIRST_GROWTH = 3277 };

/* Different for different n, and spread over all places. */
static struct mpck_key key_of(uint64_t n)
{
	uint64_t x = n + UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (struct mpck_key){ n, x ^ x >> 31 };
}

static struct mpck_table new_table(bool valued)
{
	struct mpck_table t;

	ck_assert(mpck_table_init(&t, valued));
	ck_assert_uint_eq(t.count, 0);
	return t;
}

/* The key is new. */
static void adds(struct mpck_table *t, struct mpck_key key, uint32_t value)
{
	uint64_t count = t->count;

	ck_assert(mpck_table_reserve(t));
	ck_assert(mpck_table_insert(t, key, &value));
	ck_assert_uint_eq(t->count, count + 1);
}

/* It is known, with this value. */
static void knows(struct mpck_table *t, struct mpck_key key, uint32_t value)
{
	uint64_t count = t->count;
	uint32_t found = ~value;

	ck_assert(mpck_table_reserve(t));
	ck_assert(!mpck_table_insert(t, key, &found));
	ck_assert_uint_eq(found, value);
	ck_assert_uint_eq(t->count, count);
}

START_TEST(many_keys_keep_their_values)
{
	struct mpck_table t = new_table(true);

	for (uint32_t i = 0; i < MANY; i++)
		adds(&t, key_of(i), i * 7);
	ck_assert_uint_eq(t.count, MANY);
	for (uint32_t i = 0; i < MANY; i++)
		knows(&t, key_of(i), i * 7);
	mpck_table_fini(&t);
}
END_TEST

START_TEST(keys_without_values_are_a_set)
{
	struct mpck_table t = new_table(false);

	for (uint32_t i = 0; i < MANY; i++) {
		ck_assert(mpck_table_reserve(&t));
		ck_assert(mpck_table_insert(&t, key_of(i), NULL));
	}
	for (uint32_t i = 0; i < MANY; i++) {
		ck_assert(mpck_table_reserve(&t));
		ck_assert(!mpck_table_insert(&t, key_of(i), NULL));
	}
	ck_assert_uint_eq(t.count, MANY);
	mpck_table_fini(&t);
}
END_TEST

/* Half of a key is not enough. */
START_TEST(both_halves_of_a_key_count)
{
	struct mpck_table t = new_table(true);

	adds(&t, (struct mpck_key){ 5, 9 }, 1);
	adds(&t, (struct mpck_key){ 9, 5 }, 2);
	adds(&t, (struct mpck_key){ 5, 5 }, 3);
	adds(&t, (struct mpck_key){ 5, UINT64_MAX }, 4);
	adds(&t, (struct mpck_key){ 0, 5 }, 5);
	adds(&t, (struct mpck_key){ 5, 0 }, 6);
	knows(&t, (struct mpck_key){ 5, 9 }, 1);
	knows(&t, (struct mpck_key){ 9, 5 }, 2);
	knows(&t, (struct mpck_key){ 5, 5 }, 3);
	knows(&t, (struct mpck_key){ 5, UINT64_MAX }, 4);
	knows(&t, (struct mpck_key){ 0, 5 }, 5);
	knows(&t, (struct mpck_key){ 5, 0 }, 6);
	mpck_table_fini(&t);
}
END_TEST

/* {0, 0} marks a free slot, and is a key all the same. */
START_TEST(the_key_of_zeros_is_a_key)
{
	struct mpck_table t = new_table(true);
	struct mpck_key zeros = { 0, 0 };

	adds(&t, zeros, 17);
	knows(&t, zeros, 17);
	for (uint32_t i = 2; i < 2 * FIRST_GROWTH; i++)
		adds(&t, key_of(i), i);
	knows(&t, zeros, 17);
	mpck_table_fini(&t);
}
END_TEST

/* Each key is asked for while it is in the old table, the new one, or both. */
START_TEST(equal_keys_are_refused_while_it_grows)
{
	struct mpck_table t = new_table(true);
	bool growing = false;
	uint32_t n = 0;

	while (!growing) {
		adds(&t, key_of(n), n);
		n++;
		growing = t.old.size != 0;
	}
	ck_assert_uint_eq(n, FIRST_GROWTH + 1);
	while (t.old.size) {
		for (uint32_t i = 0; i < n; i += 1 + i % 13)
			knows(&t, key_of(i), i);
		for (uint32_t i = 0; i < 16; i++, n++)
			adds(&t, key_of(n), n);
	}
	for (uint32_t i = 0; i < n; i++)
		knows(&t, key_of(i), i);
	mpck_table_fini(&t);
}
END_TEST

/* A refused key moves nothing, so asking alone cannot finish the growth. */
START_TEST(the_old_table_goes_when_it_is_empty)
{
	struct mpck_table t = new_table(false);
	uint64_t before, growing;
	uint32_t n = 0;

	while (!t.old.size) {
		before = mpck_table_footprint(&t);
		ck_assert(mpck_table_reserve(&t));
		ck_assert(mpck_table_insert(&t, key_of(n++), NULL));
	}
	growing = mpck_table_footprint(&t);
	while (t.old.size) {
		ck_assert_uint_eq(mpck_table_footprint(&t), growing);
		ck_assert(mpck_table_reserve(&t));
		ck_assert(mpck_table_insert(&t, key_of(n++), NULL));
	}
	ck_assert_uint_eq(mpck_table_footprint(&t), growing - before);
	mpck_table_fini(&t);
	ck_assert_uint_eq(mpck_table_footprint(&t), 0);
}
END_TEST

static void footprint_is_as_foretold(bool valued)
{
	struct mpck_table t = new_table(valued);
	size_t slot = 16 + (valued ? 4 : 0);
	uint32_t growths = 0;

	for (uint32_t i = 0; i < MANY; i++) {
		uint64_t size = t.now.size;
		size_t next = mpck_table_next_footprint(&t);

		ck_assert(mpck_table_reserve(&t));
		ck_assert_uint_eq(mpck_table_footprint(&t), next);
		ck_assert_uint_eq(next, (t.now.size + t.old.size) * slot);
		growths += t.now.size != size;
		ck_assert(mpck_table_insert(&t, key_of(i), NULL));
		/* Fuller than this, a search would take long. */
		ck_assert_uint_le(t.count, t.now.size - t.now.size / 5);
	}
	ck_assert_uint_eq(growths, 4);
	mpck_table_fini(&t);
}

START_TEST(its_footprint_is_known_before_it_grows)
{
	footprint_is_as_foretold(false);
	footprint_is_as_foretold(true);
}
END_TEST

START_TEST(reserve_grows_only_when_it_has_to)
{
	struct mpck_table t = new_table(true);
	size_t before = mpck_table_footprint(&t);

	for (int i = 0; i < 10; i++)
		ck_assert(mpck_table_reserve(&t));
	ck_assert_uint_eq(mpck_table_footprint(&t), before);
	for (uint32_t i = 0; i < FIRST_GROWTH; i++)
		adds(&t, key_of(i), i);
	ck_assert_uint_eq(mpck_table_footprint(&t), before);
	ck_assert(mpck_table_reserve(&t));
	ck_assert_uint_eq(mpck_table_footprint(&t), 5 * before);
	ck_assert(mpck_table_reserve(&t));
	ck_assert_uint_eq(mpck_table_footprint(&t), 5 * before);
	mpck_table_fini(&t);
}
END_TEST

/* All at one place, the last one, so that they go on at the first. */
static void crowds(uint64_t high)
{
	struct mpck_table t = new_table(true);

	for (uint32_t i = 1; i <= FIRST_GROWTH + 500; i++)
		adds(&t, (struct mpck_key){ i, high }, i);
	for (uint32_t i = 1; i <= FIRST_GROWTH + 500; i++)
		knows(&t, (struct mpck_key){ i, high }, i);
	mpck_table_fini(&t);
}

START_TEST(keys_with_one_home_are_told_apart)
{
	crowds(0);
	crowds(UINT64_MAX);
	crowds(UINT64_C(1) << 63);
}
END_TEST

/* Neighbours in every size: the order of places is that of the high words. */
START_TEST(places_keep_their_order_when_it_grows)
{
	struct mpck_slots small = { .size = 4096 }, big = { .size = 98304 };

	for (uint32_t i = 0; i < 1000; i++) {
		struct mpck_key a = key_of(i), b = key_of(i + 1);
		bool less = mpck_slots_home(&small, a) <
			    mpck_slots_home(&small, b);

		ck_assert_uint_lt(mpck_slots_home(&small, a), small.size);
		ck_assert_uint_lt(mpck_slots_home(&big, a), big.size);
		if (less)
			ck_assert_uint_lt(mpck_slots_home(&big, a),
					  mpck_slots_home(&big, b));
	}
}
END_TEST

static uint64_t mapped_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%lu", &pages), 1);
	fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

START_TEST(no_memory_leaves_it_as_it_was)
{
	struct mpck_table t = new_table(true);
	struct rlimit limit;
	size_t before;

	if (MPCK_ASAN)
		return;		/* its shadow is over any limit */
	for (uint32_t i = 0; i < 50000; i++)
		adds(&t, key_of(i), i);
	while (t.count < t.now.size - t.now.size / 5)
		adds(&t, key_of(t.count), (uint32_t)t.count);
	before = mpck_table_footprint(&t);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = mapped_bytes() + 4096;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	ck_assert(!mpck_table_reserve(&t));
	ck_assert_uint_eq(mpck_table_footprint(&t), before);
	for (uint32_t i = 0; i < t.count; i++) {
		uint32_t value;

		ck_assert(!mpck_table_insert(&t, key_of(i), &value));
		ck_assert_uint_eq(value, i);
	}
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	adds(&t, key_of(t.count), 1);
	mpck_table_fini(&t);
}
END_TEST

UNIT_MAIN(
	UNIT(many_keys_keep_their_values)
	UNIT(keys_without_values_are_a_set)
	UNIT(both_halves_of_a_key_count)
	UNIT(the_key_of_zeros_is_a_key)
	UNIT(equal_keys_are_refused_while_it_grows)
	UNIT(the_old_table_goes_when_it_is_empty)
	UNIT(its_footprint_is_known_before_it_grows)
	UNIT(reserve_grows_only_when_it_has_to)
	UNIT(keys_with_one_home_are_told_apart)
	UNIT(places_keep_their_order_when_it_grows)
	UNIT(no_memory_leaves_it_as_it_was)
)
