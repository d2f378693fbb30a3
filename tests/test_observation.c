/* SPDX-License-Identifier: MIT */
/*
 * test_observation.c - observed values as text.
 */
#include <float.h>
#include <limits.h>
#include <math.h>

#include "explore/observation.h"
#include "unit.h"

#include <string.h>

static void prints(const void *values, size_t count, char typecode,
		   const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	mpck_observation_print(out, "x", values, count, typecode);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
}

#define PRINTS(type, value, code, expected) \
	do { \
		type v_ = (value); \
		prints(&v_, 1, code, expected); \
	} while (0)

START_TEST(integers_print_with_their_own_sign_and_size)
{
	PRINTS(int8_t, -128, 'b', "x=-128");
	PRINTS(uint8_t, 255, 'B', "x=255");
	PRINTS(short, -32768, 'h', "x=-32768");
	PRINTS(unsigned short, 65535, 'H', "x=65535");
	PRINTS(int, INT_MIN, 'i', "x=-2147483648");
	PRINTS(unsigned, UINT_MAX, 'I', "x=4294967295");
	PRINTS(long, LONG_MIN, 'l', "x=-9223372036854775808");
	PRINTS(unsigned long, ULONG_MAX, 'L', "x=18446744073709551615");
	PRINTS(long long, -1, 'q', "x=-1");
	PRINTS(unsigned long long, ULLONG_MAX, 'Q', "x=18446744073709551615");
}
END_TEST

START_TEST(floats_print_with_the_fewest_digits_that_read_back)
{
	PRINTS(double, 0.1, 'd', "x=0.1");
	PRINTS(double, 5, 'd', "x=5");
	PRINTS(double, -0.0, 'd', "x=-0");
	PRINTS(double, 1.0 / 3, 'd', "x=0.3333333333333333");
	PRINTS(double, 0.1 + 0.2, 'd', "x=0.30000000000000004");
	PRINTS(double, 1e300, 'd', "x=1e+300");
	PRINTS(double, INFINITY, 'd', "x=inf");
	PRINTS(double, -INFINITY, 'd', "x=-inf");
	PRINTS(double, DBL_MAX, 'd', "x=1.7976931348623157e+308");
	PRINTS(double, DBL_TRUE_MIN, 'd', "x=5e-324");
	PRINTS(float, 5.67f, 'f', "x=5.67");
	PRINTS(float, 16777216, 'f', "x=16777216");
	PRINTS(float, FLT_MAX, 'f', "x=3.4028235e+38");
}
END_TEST

START_TEST(every_double_reads_back)
{
	uint64_t state = 99;

	for (int i = 0; i < 2000; i++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		double x, back;

		state = state * 6364136223846793005 + 1442695040888963407;
		memcpy(&x, &state, sizeof(x));
		mpck_observation_print(out, "x", &x, 1, 'd');
		fclose(out);
		back = strtod(text + 2, NULL);
		ck_assert(isnan(x) ? isnan(back) : back == x);
		free(text);
	}
}
END_TEST

START_TEST(several_items_stand_in_brackets)
{
	int items[] = { 5, -6, 7 };
	double reals[] = { 0.5, 2 };

	prints(items, 3, 'i', "x=[5,-6,7]");
	prints(items, 1, 'i', "x=5");
	prints(items, 0, 'i', "x=[]");
	prints(reals, 2, 'd', "x=[0.5,2]");
}
END_TEST

START_TEST(texts_stand_in_quotes)
{
	prints("hello", 5, 'c', "x=\"hello\"");
	prints("", 0, 'c', "x=\"\"");
	prints("\0", 1, 'c', "x=\"\"");
	prints("a", 1, 'c', "x=\"a\"");
	prints("hi\0\0", 4, 'c', "x=\"hi\"");
	prints("hi\0lo", 5, 'c', "x=\"hi\\x00lo\"");
	prints("\"\\\n\t\r\x7f\xff", 7, 'c',
	       "x=\"\\\"\\\\\\n\\t\\r\\x7f\\xff\"");
}
END_TEST

START_TEST(code_points_beyond_ascii_are_named)
{
	static const uint32_t points[] = { 'a', 0xe9, 0x1f600, '"' };

	prints(points, 4, 'u', "x=\"a\\u{e9}\\u{1f600}\\\"\"");
	prints(points, 1, 'u', "x=\"a\"");
}
END_TEST

START_TEST(values_need_no_alignment)
{
	char bytes[1 + 2 * sizeof(int64_t)];
	int64_t items[] = { INT64_MIN, 3 };

	memcpy(bytes + 1, items, sizeof(items));
	prints(bytes + 1, 2, 'q', "x=[-9223372036854775808,3]");
}
END_TEST

UNIT_MAIN(
	UNIT(integers_print_with_their_own_sign_and_size)
	UNIT(floats_print_with_the_fewest_digits_that_read_back)
	UNIT(every_double_reads_back)
	UNIT(several_items_stand_in_brackets)
	UNIT(texts_stand_in_quotes)
	UNIT(code_points_beyond_ascii_are_named)
	UNIT(values_need_no_alignment)
)
