/* SPDX-License-Identifier: MIT */
/*
 * test_wide.c - 128-bit integers as text.
 */
#include <mpp/wide.h>

#include "unit.h"

static char text[MPP_WIDE_TEXT];

START_TEST(zero_is_one_digit)
{
	ck_assert_str_eq(mpp_wide_text(0, text), "0");
}
END_TEST

START_TEST(negative_numbers_have_a_sign)
{
	ck_assert_str_eq(mpp_wide_text(-1, text), "-1");
	ck_assert_str_eq(mpp_wide_text(-1958387328, text), "-1958387328");
}
END_TEST

START_TEST(the_sum_of_the_cpu_lesson_is_exact)
{
	mpp_wide sum = 0;

	for (mpp_wide i = 0; i < 10000000; i++)
		sum += i * i;
	ck_assert_str_eq(mpp_wide_text(sum, text), "333333283333335000000");
}
END_TEST

START_TEST(the_limits_fit_the_buffer)
{
	mpp_wide least = (mpp_wide)((unsigned __int128)1 << 127);

	ck_assert_str_eq(mpp_wide_text(least, text),
			 "-170141183460469231731687303715884105728");
	ck_assert_str_eq(mpp_wide_text(-(least + 1), text),
			 "170141183460469231731687303715884105727");
}
END_TEST

START_TEST(it_returns_its_buffer)
{
	ck_assert_ptr_eq(mpp_wide_text(7, text), text);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(zero_is_one_digit)
	  UNIT(negative_numbers_have_a_sign)
	  UNIT(the_sum_of_the_cpu_lesson_is_exact)
	  UNIT(the_limits_fit_the_buffer)
	  UNIT(it_returns_its_buffer))
