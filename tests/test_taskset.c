/* SPDX-License-Identifier: MIT */
/*
 * test_taskset.c - sets of task ids in a word.
 */
#include "machine/taskset.h"
#include "unit.h"

START_TEST(a_set_knows_its_members)
{
	mpck_taskset s = mpck_set_of(0) | mpck_set_of(5) | mpck_set_of(63);

	mpck_select_init();
	ck_assert(mpck_set_has(s, 0) && mpck_set_has(s, 5) &&
		  mpck_set_has(s, 63));
	ck_assert(!mpck_set_has(s, 1) && !mpck_set_has(s, 62));
	ck_assert_uint_eq(mpck_set_first(s), 0);
	ck_assert_uint_eq(mpck_set_first(s & ~mpck_set_of(0)), 5);
	ck_assert_uint_eq(mpck_set_nth(s, 0), 0);
	ck_assert_uint_eq(mpck_set_nth(s, 1), 5);
	ck_assert_uint_eq(mpck_set_nth(s, 2), 63);
}
END_TEST

/* Sparse, dense and full sets; each member by its index. */
START_TEST(the_index_of_each_member_finds_it)
{
	uint64_t state = 1;

	mpck_select_init();
	for (int i = 0; i < 3000; i++) {
		mpck_taskset s = ~(mpck_taskset)0;
		uint32_t index = 0;

		for (int k = 0; k < i % 7; k++) {
			state = state * 6364136223846793005 +
				1442695040888963407;
			s = k == 5 ? s | state >> 9 : s & (state ^ state << 31);
		}
		for (uint32_t id = 0; id < 64; id++) {
			if (mpck_set_has(s, id))
				ck_assert_uint_eq(mpck_set_nth(s, index++), id);
		}
		ck_assert_uint_eq(mpck_set_count(s), index);
	}
}
END_TEST

START_TEST(a_set_counts_its_members)
{
	uint64_t state = 1;

	ck_assert_uint_eq(mpck_set_count(0), 0);
	ck_assert_uint_eq(mpck_set_count(~(mpck_taskset)0), 64);
	for (int i = 0; i < 1000; i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		ck_assert_uint_eq(mpck_set_count(state),
				  (uint32_t)__builtin_popcountll(state));
	}
}
END_TEST

UNIT_MAIN(
	UNIT(a_set_knows_its_members)
	UNIT(the_index_of_each_member_finds_it)
	UNIT(a_set_counts_its_members)
)
