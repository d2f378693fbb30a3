/* SPDX-License-Identifier: MIT */
/*
 * test_value.c - Value and RawValue: types, wraps, the lock, announcements.
 */
#include <math.h>
#include <signal.h>
#include <string.h>

#include <mpp/rlock.h>
#include <mpp/value.h>
#include <mpp/wide.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

/* Every integer typecode with its range. */
static const struct range {
	char code;
	unsigned bits;
	bool is_signed;
} ranges[] = {
	{ 'b', 8, true },   { 'B', 8, false },	{ 'h', 16, true },
	{ 'H', 16, false }, { 'i', 32, true },	{ 'I', 32, false },
	{ 'l', 64, true },  { 'L', 64, false }, { 'q', 64, true },
	{ 'Q', 64, false }, { 'c', 8, false },	{ 'u', 32, false },
};

enum { RANGES = sizeof(ranges) / sizeof(ranges[0]) };

static struct mpp_value *v;

static struct mpp_value *new_value(char code, int64_t initial)
{
	struct mpp_value *value = NULL;

	ck_assert_int_eq(mpp_value_new(&value, code, initial), 0);
	return value;
}

static mpp_wide least(const struct range *r)
{
	return r->is_signed ? -((mpp_wide)1 << (r->bits - 1)) : 0;
}

static mpp_wide most(const struct range *r)
{
	return ((mpp_wide)1 << (r->bits - r->is_signed)) - 1;
}

/* What a cell of this type keeps of x, by arithmetic on 128 bits. */
static int64_t kept(const struct range *r, mpp_wide x)
{
	mpp_wide all = (mpp_wide)1 << r->bits;

	x %= all;
	if (x < 0)
		x += all;
	if (x > most(r))
		x -= all;
	return (int64_t)(uint64_t)x;
}

static void check_store(const struct range *r, int64_t x)
{
	bool fits = x >= least(r) && x <= most(r);

	ck_assert_int_eq(mpp_value_set(v, x), fits ? 0 : MPP_WRAPPED);
	ck_assert_int_eq(mpp_value_get(v), kept(r, x));
}

START_TEST(sizes_are_those_of_c)
{
	ck_assert_uint_eq(mpp_typesize('b'), 1);
	ck_assert_uint_eq(mpp_typesize('c'), 1);
	ck_assert_uint_eq(mpp_typesize('h'), sizeof(short));
	ck_assert_uint_eq(mpp_typesize('i'), sizeof(int));
	ck_assert_uint_eq(mpp_typesize('l'), sizeof(long));
	ck_assert_uint_eq(mpp_typesize('q'), 8);
	ck_assert_uint_eq(mpp_typesize('f'), 4);
	ck_assert_uint_eq(mpp_typesize('d'), 8);
	ck_assert_uint_eq(mpp_typesize('u'), sizeof(wchar_t));
}
END_TEST

START_TEST(unknown_codes_have_no_size)
{
	for (int c = -128; c < 128; c++) {
		bool known = c > 0 && strchr("bBhHiIlLqQfdcu", c);

		ck_assert_int_eq(mpp_typesize((char)c) != 0, known);
	}
}
END_TEST

START_TEST(an_unknown_code_is_refused)
{
	ck_assert_int_eq(mpp_value_new(&v, 'z', 0), MPP_EINVAL);
}
END_TEST

START_TEST(every_type_keeps_its_limits)
{
	for (int i = 0; i < RANGES; i++) {
		v = new_value(ranges[i].code, 0);
		check_store(&ranges[i], (int64_t)least(&ranges[i]));
		if (most(&ranges[i]) <= INT64_MAX)
			check_store(&ranges[i], (int64_t)most(&ranges[i]));
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(every_type_wraps_around_every_power_of_two)
{
	for (int i = 0; i < RANGES; i++) {
		v = new_value(ranges[i].code, 0);
		for (unsigned k = 0; k < 63; k++) {
			for (int64_t d = -2; d <= 2; d++) {
				int64_t x = (INT64_C(1) << k) + d;

				check_store(&ranges[i], x);
				check_store(&ranges[i], -x);
			}
		}
		check_store(&ranges[i], INT64_MAX);
		check_store(&ranges[i], INT64_MIN);
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(add_wraps_at_both_ends_of_every_type)
{
	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];

		v = new_value(r->code, kept(r, most(r)));
		ck_assert_int_eq(mpp_value_add(v, 1), MPP_WRAPPED);
		ck_assert_int_eq(mpp_value_get(v), kept(r, least(r)));
		ck_assert_int_eq(mpp_value_add(v, -1), MPP_WRAPPED);
		ck_assert_int_eq(mpp_value_get(v), kept(r, most(r)));
		ck_assert_int_eq(mpp_value_add(v, -1), 0);
		ck_assert_int_eq(mpp_value_get(v), kept(r, most(r) - 1));
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(add_checked_refuses_what_would_wrap)
{
	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];

		v = new_value(r->code, kept(r, most(r)));
		ck_assert_int_eq(mpp_value_add_checked(v, 1), MPP_EOVERFLOW);
		ck_assert_int_eq(mpp_value_get(v), kept(r, most(r)));
		ck_assert_int_eq(mpp_value_add_checked(v, -1), 0);
		ck_assert_int_eq(mpp_value_get(v), kept(r, most(r) - 1));
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(the_overflow_lesson_gives_its_numbers)
{
	const int64_t expected[] = { 584144992, 1168289984, 1752434976,
				     -1958387328 };

	v = new_value('i', 0);
	for (int i = 0; i < 4; i++) {
		int err = mpp_value_set(v, mpp_value_get(v) + 584144992);

		ck_assert_int_eq(err, i == 3 ? MPP_WRAPPED : 0);
		ck_assert_int_eq(mpp_value_get(v), expected[i]);
	}
}
END_TEST

START_TEST(the_initial_value_wraps)
{
	v = new_value('B', 300);
	ck_assert_int_eq(mpp_value_get(v), 44);
}
END_TEST

START_TEST(integers_refuse_a_double)
{
	v = new_value('i', 5);
	ck_assert_int_eq(mpp_value_set_double(v, 1.5), MPP_EINVAL);
	ck_assert_int_eq(mpp_value_get(v), 5);
	ck_assert_double_eq(mpp_value_get_double(v), 5.0);
}
END_TEST

START_TEST(a_float_keeps_float_precision)
{
	v = new_value('f', 0);
	mpp_value_set_double(v, 5.67);
	ck_assert_double_eq(mpp_value_get_double(v), 5.670000076293945);
	mpp_value_set(v, 16777217);
	ck_assert_double_eq(mpp_value_get_double(v), 16777216.0);
	mpp_value_set_double(v, 1e-46);
	ck_assert_double_eq(mpp_value_get_double(v), 0.0);
}
END_TEST

START_TEST(a_float_overflows_to_infinity)
{
	v = new_value('f', 0);
	mpp_value_set_double(v, 3.4028235e38);
	ck_assert(isfinite(mpp_value_get_double(v)));
	mpp_value_set_double(v, 3.4028236e38);
	ck_assert(isinf(mpp_value_get_double(v)));
	mpp_value_set_double(v, -1e300);
	ck_assert_double_eq(mpp_value_get_double(v), -INFINITY);
}
END_TEST

START_TEST(a_double_rounds_beyond_53_bits)
{
	v = new_value('d', 0);
	ck_assert_int_eq(mpp_value_set(v, (INT64_C(1) << 53) + 1), 0);
	ck_assert_int_eq(mpp_value_get(v), INT64_C(1) << 53);
}
END_TEST

START_TEST(reading_a_double_as_integer_truncates_and_clamps)
{
	v = new_value('d', 0);
	mpp_value_set_double(v, -2.9);
	ck_assert_int_eq(mpp_value_get(v), -2);
	mpp_value_set_double(v, 1e300);
	ck_assert_int_eq(mpp_value_get(v), INT64_MAX);
	mpp_value_set_double(v, -1e300);
	ck_assert_int_eq(mpp_value_get(v), INT64_MIN);
	mpp_value_set_double(v, NAN);
	ck_assert_int_eq(mpp_value_get(v), 0);
}
END_TEST

START_TEST(add_works_on_floating_types)
{
	v = new_value('d', 1);
	mpp_value_set_double(v, 0.5);
	ck_assert_int_eq(mpp_value_add(v, 2), 0);
	ck_assert_double_eq(mpp_value_get_double(v), 2.5);
}
END_TEST

static int64_t doubled(int64_t old, void *context)
{
	*(int *)context += 1;
	return 2 * old;
}

START_TEST(update_stores_what_the_function_says)
{
	int calls = 0;

	v = new_value('b', 50);
	ck_assert_int_eq(mpp_value_update(v, doubled, &calls), 0);
	ck_assert_int_eq(mpp_value_get(v), 100);
	ck_assert_int_eq(mpp_value_update(v, doubled, &calls), MPP_WRAPPED);
	ck_assert_int_eq(mpp_value_get(v), -56);
	ck_assert_int_eq(calls, 2);
}
END_TEST

START_TEST(four_processes_add_without_loss)
{
	pid_t pid[4];

	v = new_value('i', 0);
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			for (int k = 0; k < 10000; k++)
				mpp_value_add(v, 1);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(mpp_value_get(v), 40000);
}
END_TEST

START_TEST(its_lock_may_be_held_around_accesses)
{
	v = new_value('i', 1);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_value_lock(v), MPP_FOREVER), 0);
	mpp_value_set(v, mpp_value_get(v) + 1);
	ck_assert_int_eq(mpp_rlock_release(mpp_value_lock(v)), 0);
	ck_assert_int_eq(mpp_rlock_release(mpp_value_lock(v)), MPP_EPERM);
	ck_assert_int_eq(mpp_value_get(v), 2);
}
END_TEST

static int hold_and_die(void *p)
{
	(void)p;
	mpp_rlock_acquire(mpp_value_lock(v), MPP_FOREVER);
	mpp_value_set(v, 9);
	return raise(SIGKILL);
}

START_TEST(a_dead_holder_does_not_stop_single_accesses)
{
	v = new_value('i', 1);
	ck_assert_int_eq(reaped(forked(hold_and_die, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_value_get(v), 9);
	ck_assert_int_eq(mpp_value_add(v, 1), 0);
	ck_assert_int_eq(mpp_value_get(v), 10);
}
END_TEST

START_TEST(an_explicit_acquire_is_still_told_of_the_death)
{
	v = new_value('i', 1);
	ck_assert_int_eq(reaped(forked(hold_and_die, NULL)), -SIGKILL);
	mpp_value_set(v, 1);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_value_lock(v), 0),
			 MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_rlock_consistent(mpp_value_lock(v)), 0);
	ck_assert_int_eq(mpp_rlock_release(mpp_value_lock(v)), 0);
}
END_TEST

START_TEST(a_lock_beyond_recovery_refuses_changes)
{
	v = new_value('i', 1);
	ck_assert_int_eq(reaped(forked(hold_and_die, NULL)), -SIGKILL);
	mpp_rlock_acquire(mpp_value_lock(v), 0);
	mpp_rlock_release(mpp_value_lock(v));
	ck_assert_int_eq(mpp_value_set(v, 2), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_value_get(v), 9);
}
END_TEST

START_TEST(raw_values_wrap_alike)
{
	struct mpp_raw_value *raw;

	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];

		ck_assert_int_eq(mpp_raw_value_new(&raw, r->code, 0), 0);
		ck_assert_int_eq(mpp_raw_value_set(raw, -1),
				 r->is_signed ? 0 : MPP_WRAPPED);
		ck_assert_int_eq(mpp_raw_value_get(raw), kept(r, -1));
		mpp_raw_value_free(raw);
	}
}
END_TEST

START_TEST(raw_doubles_are_stored_whole)
{
	struct mpp_raw_value *raw;

	ck_assert_int_eq(mpp_raw_value_new(&raw, 'd', 3), 0);
	ck_assert_double_eq(mpp_raw_value_get_double(raw), 3.0);
	ck_assert_int_eq(mpp_raw_value_set_double(raw, 0.1), 0);
	ck_assert_double_eq(mpp_raw_value_get_double(raw), 0.1);
	mpp_raw_value_free(raw);
}
END_TEST

START_TEST(each_call_on_a_value_is_announced_once)
{
	int calls = 0;

	v = new_value('i', 0);
	hooks_install();
	mpp_value_get(v);
	mpp_value_set(v, 5);
	ck_assert_uint_eq(hooked.value, 5);
	mpp_value_add(v, 1);
	mpp_value_update(v, doubled, &calls);
	ck_assert_uint_eq(hooked.value, 12);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 4);
	ck_assert_int_eq(hooked.after, 4);
	ck_assert_int_eq(hooked.kinds[MPP_OP_READ], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RMW], 2);
	ck_assert_ptr_eq(hooked.last.guard, mpp_value_lock(v));
}
END_TEST

START_TEST(a_value_is_ready_when_its_lock_is_free_or_mine)
{
	v = new_value('i', 0);
	hooks_install_scheduler();
	hooked.self = 4;
	mpp_rlock_acquire(mpp_value_lock(v), MPP_FOREVER);
	mpp_value_get(v);
	ck_assert(hooked.last.ready(&hooked.last, 4));
	ck_assert(!hooked.last.ready(&hooked.last, 5));
	mpp_rlock_release(mpp_value_lock(v));
	ck_assert_int_eq(hooked.last.kind, MPP_OP_RELEASE);
	mpp_value_get(v);
	ck_assert(hooked.last.ready(&hooked.last, 5));
	hooks_remove();
}
END_TEST

START_TEST(a_raw_access_is_plain_and_unguarded)
{
	struct mpp_raw_value *raw;

	mpp_raw_value_new(&raw, 'h', 0);
	hooks_install();
	mpp_raw_value_set(raw, -3);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 1);
	ck_assert_int_eq(hooked.last.order, MPP_PLAIN);
	ck_assert_ptr_null(hooked.last.guard);
	ck_assert_uint_eq(hooked.last.size, 2);
	ck_assert_int_eq(hooked.last.typecode, 'h');
	ck_assert_int_eq((int64_t)hooked.value, -3);
}
END_TEST

START_TEST(an_overflow_is_a_fault_in_words)
{
	v = new_value('i', 1752434976);
	hooks_install();
	ck_assert_int_eq(mpp_value_add(v, 584144992), MPP_WRAPPED);
	ck_assert_str_eq(hooked.text, "1752434976 + 584144992 does not fit "
				      "'i': stored -1958387328");
	ck_assert_int_eq(mpp_value_set(v, 2336579968), MPP_WRAPPED);
	ck_assert_str_eq(hooked.text,
			 "2336579968 does not fit 'i': stored -1958387328");
	hooks_remove();
	ck_assert_int_eq(hooked.faults[MPP_FAULT_OVERFLOW], 2);
}
END_TEST

START_TEST(a_double_is_reported_by_its_bits)
{
	double x = 2.5;
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	v = new_value('f', 0);
	hooks_install();
	mpp_value_set_double(v, x);
	hooks_remove();
	ck_assert_uint_eq(hooked.value, bits);
}
END_TEST

START_TEST(the_announcement_names_the_callers_code)
{
	v = new_value('i', 0);
	hooks_install();
	mpp_value_set(v, 1);
	hooks_remove();
	ck_assert_int_lt(
		(char *)hooked.last.pc -
			(char *)the_announcement_names_the_callers_code_fn,
		4096);
	ck_assert_int_gt(
		(char *)hooked.last.pc -
			(char *)the_announcement_names_the_callers_code_fn,
		0);
}
END_TEST

START_TEST(a_value_works_through_the_door)
{
	hooks_install_door();
	v = new_value('i', 3);
	ck_assert_int_eq(mpp_value_add(v, 4), 0);
	ck_assert_int_eq(mpp_value_get(v), 7);
	ck_assert_ptr_eq((char *)hooked.last.guard, (char *)v + DOOR);
	ck_assert_ptr_eq(mpp_value_lock(v), (struct mpp_rlock *)v);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_value_lock(v), 0), 0);
	ck_assert_ptr_eq((char *)hooked.last.object, (char *)v + DOOR);
	ck_assert_int_eq(mpp_rlock_release(mpp_value_lock(v)), 0);
	mpp_value_free(v);
	hooks_remove();
}
END_TEST

START_TEST(values_stand_on_cache_lines_of_their_own)
{
	struct mpp_value *w = new_value('i', 0);

	v = new_value('i', 0);
	ck_assert_uint_eq((uintptr_t)v % 64, 0);
	ck_assert_uint_eq((uintptr_t)w % 64, 0);
	ck_assert_ptr_ne(v, w);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(sizes_are_those_of_c)
	  UNIT(unknown_codes_have_no_size)
	  UNIT(an_unknown_code_is_refused)
	  UNIT(every_type_keeps_its_limits)
	  UNIT(every_type_wraps_around_every_power_of_two)
	  UNIT(add_wraps_at_both_ends_of_every_type)
	  UNIT(add_checked_refuses_what_would_wrap)
	  UNIT(the_overflow_lesson_gives_its_numbers)
	  UNIT(the_initial_value_wraps)
	  UNIT(integers_refuse_a_double)
	  UNIT(a_float_keeps_float_precision)
	  UNIT(a_float_overflows_to_infinity)
	  UNIT(a_double_rounds_beyond_53_bits)
	  UNIT(reading_a_double_as_integer_truncates_and_clamps)
	  UNIT(add_works_on_floating_types)
	  UNIT(update_stores_what_the_function_says)
	  UNIT(four_processes_add_without_loss)
	  UNIT(its_lock_may_be_held_around_accesses)
	  UNIT(a_dead_holder_does_not_stop_single_accesses)
	  UNIT(an_explicit_acquire_is_still_told_of_the_death)
	  UNIT(a_lock_beyond_recovery_refuses_changes)
	  UNIT(raw_values_wrap_alike)
	  UNIT(raw_doubles_are_stored_whole)
	  UNIT(each_call_on_a_value_is_announced_once)
	  UNIT(a_value_is_ready_when_its_lock_is_free_or_mine)
	  UNIT(a_raw_access_is_plain_and_unguarded)
	  UNIT(an_overflow_is_a_fault_in_words)
	  UNIT(a_double_is_reported_by_its_bits)
	  UNIT(the_announcement_names_the_callers_code)
	  UNIT(a_value_works_through_the_door)
	  UNIT(values_stand_on_cache_lines_of_their_own))
