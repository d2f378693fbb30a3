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

static struct mpp_raw_value *half_done;

static int hold_until_killed(void *p)
{
	(void)p;
	mpp_rlock_acquire(mpp_value_lock(v), MPP_FOREVER);
	mpp_value_set(v, mpp_value_get(v) * 2);
	mpp_raw_value_set(half_done, 1);
	while (pause() < 0)
		;
	return 0;
}

/* A child holds the lock, and has done half of a change. */
static pid_t holder(void)
{
	pid_t pid;

	ck_assert_int_eq(mpp_raw_value_new(&half_done, 'i', 0), 0);
	pid = forked(hold_until_killed, NULL);
	while (!mpp_raw_value_get(half_done))
		sched_yield();
	return pid;
}

static void kill_and_reap(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(reaped(pid), -SIGKILL);
}

static int add_one(void *p)
{
	(void)p;
	return mpp_value_add(v, 1);
}

START_TEST(who_waits_goes_on_when_the_holder_is_killed)
{
	pid_t held, waits;

	v = new_value('i', 5);
	held = holder();
	waits = forked(add_one, NULL);
	until_somebody_waits(v);
	kill_and_reap(held);
	ck_assert_int_eq(reaped(waits), 0);
	ck_assert_int_eq(mpp_value_get(v), 11);
	ck_assert_int_eq(mpp_rlock_acquire(mpp_value_lock(v), 0),
			 MPP_EOWNERDEAD);
}
END_TEST

START_TEST(a_timed_access_gives_up_while_another_holds_the_lock)
{
	int64_t x = -99;
	pid_t held;

	v = new_value('i', 5);
	held = holder();
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_value_get_timed(v, &x, -1), MPP_EAGAIN);
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 1000), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_value_set_timed(v, 4, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_value_set_timed(v, 4, 1000), MPP_ETIMEDOUT);
	ck_assert_int_eq(x, -99);
	kill_and_reap(held);
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 0), 0);
	ck_assert_int_eq(x, 10);
	ck_assert_int_eq(mpp_value_set_timed(v, 4, 0), 0);
	ck_assert_int_eq(mpp_value_get(v), 4);
}
END_TEST

START_TEST(a_timed_access_does_not_wait_for_its_own_lock)
{
	struct mpp_rlock *lock;
	int64_t x = 0;

	v = new_value('B', 5);
	lock = mpp_value_lock(v);
	ck_assert_int_eq(mpp_rlock_acquire(lock, 0), 0);
	ck_assert_int_eq(mpp_value_set_timed(v, 300, 0), MPP_WRAPPED);
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 0), 0);
	ck_assert_int_eq(x, 44);
	ck_assert_int_eq(mpp_rlock_release(lock), 0);
	ck_assert_int_eq(mpp_value_get_timed(v, NULL, 0), MPP_EINVAL);
}
END_TEST

START_TEST(a_timed_get_tells_of_a_lock_beyond_recovery)
{
	int64_t x = -99, old = -99;

	v = new_value('i', 1);
	ck_assert_int_eq(reaped(forked(hold_and_die, NULL)), -SIGKILL);
	mpp_rlock_acquire(mpp_value_lock(v), 0);
	mpp_rlock_release(mpp_value_lock(v));
	ck_assert_int_eq(mpp_value_get_timed(v, &x, MPP_FOREVER),
			 MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 5), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_value_set_timed(v, 3, 5), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_value_exchange(v, 3, &old), MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_value_compare_exchange(v, &x, 3),
			 MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(x, -99);
	ck_assert_int_eq(old, -99);
	ck_assert_int_eq(mpp_value_get(v), 9);
}
END_TEST

START_TEST(an_exchange_gives_what_was_there)
{
	int64_t old = 0;

	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];
		bool fits = -1 >= least(r);

		v = new_value(r->code, kept(r, most(r)));
		ck_assert_int_eq(mpp_value_exchange(v, -1, &old),
				 fits ? 0 : MPP_WRAPPED);
		ck_assert_int_eq(old, kept(r, most(r)));
		ck_assert_int_eq(mpp_value_get(v), kept(r, -1));
		ck_assert_int_eq(mpp_value_exchange(v, 7, NULL), 0);
		ck_assert_int_eq(mpp_value_get(v), 7);
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(a_compare_exchange_stores_only_over_what_was_expected)
{
	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];
		int64_t top = kept(r, most(r)), expected = 5;

		v = new_value(r->code, top);
		ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, 3),
				 0);
		ck_assert_int_eq(expected, top);
		ck_assert_int_eq(mpp_value_get(v), top);
		ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, 3),
				 1);
		ck_assert_int_eq(expected, top);
		ck_assert_int_eq(mpp_value_get(v), 3);
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(a_compare_exchange_never_wraps)
{
	for (int i = 0; i < RANGES; i++) {
		const struct range *r = &ranges[i];
		int64_t expected = 5;
		mpp_wide beyond = most(r) + 1;

		if (beyond > INT64_MAX)
			beyond = least(r) - 1;
		if (beyond < INT64_MIN)
			continue; /* all 64 bits and a sign: all fits */
		v = new_value(r->code, 5);
		ck_assert_int_eq(mpp_value_compare_exchange(v, &expected,
							    (int64_t)beyond),
				 MPP_EOVERFLOW);
		ck_assert_int_eq(expected, 5);
		ck_assert_int_eq(mpp_value_get(v), 5);
		/* And what does not fit is never what is there. */
		expected = (int64_t)beyond;
		ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, 6),
				 0);
		ck_assert_int_eq(expected, 5);
		mpp_value_free(v);
	}
}
END_TEST

START_TEST(doubles_are_exchanged_as_doubles)
{
	double old = 0;
	int64_t whole = 0;

	v = new_value('d', 0);
	ck_assert_int_eq(mpp_value_exchange_double(v, 0.1, &old), 0);
	ck_assert_int_eq(mpp_value_exchange_double(v, -2.5, &old), 0);
	ck_assert_double_eq(old, 0.1);
	ck_assert_int_eq(mpp_value_exchange(v, 3, &whole), 0);
	ck_assert_int_eq(whole, -2);
	ck_assert_int_eq(mpp_value_add_double(v, 0.25), 0);
	ck_assert_double_eq(mpp_value_get_double(v), 3.25);
	ck_assert_int_eq(mpp_value_exchange_double(v, 0, NULL), 0);
	ck_assert_double_eq(mpp_value_get_double(v), 0.0);
	mpp_value_free(v);
	v = new_value('i', 4);
	old = 1;
	ck_assert_int_eq(mpp_value_exchange_double(v, 5, &old), MPP_EINVAL);
	ck_assert_int_eq(mpp_value_compare_exchange_double(v, &old, 5),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_value_add_double(v, 5), MPP_EINVAL);
	ck_assert_double_eq(old, 1);
	ck_assert_int_eq(mpp_value_get(v), 4);
}
END_TEST

/* A loop that asks again with what it was told ends, whatever is there. */
static void check_double_loop(char code, double is, double wish, double becomes)
{
	double expected = 0.1;
	int64_t whole = 0;

	v = new_value(code, 0);
	ck_assert_int_eq(mpp_value_set_double(v, is), 0);
	ck_assert_int_eq(mpp_value_compare_exchange(v, &whole, 1), MPP_EINVAL);
	ck_assert_int_eq(mpp_value_compare_exchange_double(v, &expected, wish),
			 0);
	ck_assert_int_eq(mpp_value_compare_exchange_double(v, &expected, wish),
			 1);
	ck_assert_double_eq(mpp_value_get_double(v), becomes);
	mpp_value_free(v);
}

START_TEST(doubles_are_compared_by_their_bits)
{
	check_double_loop('d', 0.7, 0.2, 0.2);
	check_double_loop('d', (double)NAN, 0.2, 0.2);
	check_double_loop('d', -0.0, 0.2, 0.2);
	/* 0.1 as a float is another double. */
	check_double_loop('f', 0.1, 5.67, 5.670000076293945);
	check_double_loop('f', (double)NAN, 1, 1);
	check_double_loop('f', 1e300, -1e300, -INFINITY);
}
END_TEST

static int add_by_comparing(void *p)
{
	(void)p;
	for (int k = 0; k < 5000; k++) {
		int64_t seen = mpp_value_get(v);
		int done;

		do
			done = mpp_value_compare_exchange(v, &seen, seen + 1);
		while (!done);
		if (done < 0)
			return 1;
	}
	return 0;
}

static int add_quarters(void *p)
{
	(void)p;
	for (int k = 0; k < 5000; k++) {
		double seen = 0;
		int done;

		mpp_value_add_double(v, 0.25);
		do
			done = mpp_value_compare_exchange_double(v, &seen,
								 seen + 0.25);
		while (!done);
		if (done < 0)
			return 1;
	}
	return 0;
}

static void run_four(int (*fn)(void *), void *argument)
{
	pid_t pid[4];

	for (int i = 0; i < 4; i++)
		pid[i] = forked(fn, argument);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
}

START_TEST(four_processes_compare_and_exchange_without_loss)
{
	v = new_value('i', 0);
	run_four(add_by_comparing, NULL);
	ck_assert_int_eq(mpp_value_get(v), 20000);
	mpp_value_free(v);
	v = new_value('d', 0);
	run_four(add_quarters, NULL);
	ck_assert_double_eq(mpp_value_get_double(v), 10000.0);
}
END_TEST

enum { TOKENS = 5000 };

/* Puts each of its numbers in, and adds up what it finds instead. */
static int pass_on(void *share)
{
	int64_t sum = 0, old;

	for (int k = 1; k <= TOKENS; k++) {
		if (mpp_value_exchange(v, k, &old))
			return 1;
		sum += old;
	}
	return mpp_value_add(share, sum);
}

START_TEST(what_is_exchanged_is_found_exactly_once)
{
	struct mpp_value *sum = new_value('q', 0);

	v = new_value('q', 0);
	run_four(pass_on, sum);
	ck_assert_int_eq(mpp_value_get(sum) + mpp_value_get(v),
			 INT64_C(2) * TOKENS * (TOKENS + 1));
}
END_TEST

START_TEST(exchanges_are_announced_once_each)
{
	int64_t expected = 3, old;
	double d = 0;

	v = new_value('i', 5);
	hooks_install();
	ck_assert_int_eq(mpp_value_exchange(v, 6, &old), 0);
	ck_assert_int_eq(old, 5);
	ck_assert_int_eq(hooked.result, 0);
	ck_assert_uint_eq(hooked.value, 6);
	ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, 7), 0);
	ck_assert_int_eq(hooked.result, 0);
	ck_assert_uint_eq(hooked.value, 6);
	ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, 7), 1);
	ck_assert_int_eq(hooked.result, 1);
	ck_assert_uint_eq(hooked.value, 7);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RMW], 3);
	ck_assert_ptr_eq(hooked.last.guard, mpp_value_lock(v));
	ck_assert_int_eq(hooked.last.timeout_ns, MPP_FOREVER);
	/* What is refused whatever is there is no operation. */
	ck_assert_int_eq(mpp_value_exchange_double(v, 1, &d), MPP_EINVAL);
	ck_assert_int_eq(mpp_value_compare_exchange(v, &expected, INT64_MAX),
			 MPP_EOVERFLOW);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 3);
	ck_assert_int_eq(hooked.after, 3);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_OVERFLOW], 0);
}
END_TEST

START_TEST(an_exchange_that_wraps_is_a_fault)
{
	v = new_value('B', 5);
	hooks_install();
	ck_assert_int_eq(mpp_value_exchange(v, 300, NULL), MPP_WRAPPED);
	hooks_remove();
	ck_assert_int_eq(hooked.faults[MPP_FAULT_OVERFLOW], 1);
	ck_assert_str_eq(hooked.text, "300 does not fit 'B': stored 44");
}
END_TEST

START_TEST(timed_accesses_announce_their_limit)
{
	int64_t x = -99;

	v = new_value('i', 5);
	hooks_install();
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 50), 0);
	ck_assert_int_eq(x, 5);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_int_eq(hooked.last.timeout_ns, 50);
	ck_assert_int_eq(mpp_value_set_timed(v, 6, -50), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_WRITE);
	ck_assert_int_eq(hooked.last.timeout_ns, 0);
	hooked.refuse = MPP_ETIMEDOUT;
	ck_assert_int_eq(mpp_value_get_timed(v, &x, 50), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_value_set_timed(v, 7, 50), MPP_ETIMEDOUT);
	hooks_remove();
	ck_assert_int_eq(x, 5);
	ck_assert_int_eq(mpp_value_get(v), 6);
	ck_assert_int_eq(hooked.before, 4);
	ck_assert_int_eq(hooked.after, 2);
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
	  UNIT(who_waits_goes_on_when_the_holder_is_killed)
	  UNIT(a_timed_access_gives_up_while_another_holds_the_lock)
	  UNIT(a_timed_access_does_not_wait_for_its_own_lock)
	  UNIT(a_timed_get_tells_of_a_lock_beyond_recovery)
	  UNIT(an_exchange_gives_what_was_there)
	  UNIT(a_compare_exchange_stores_only_over_what_was_expected)
	  UNIT(a_compare_exchange_never_wraps)
	  UNIT(doubles_are_exchanged_as_doubles)
	  UNIT(doubles_are_compared_by_their_bits)
	  UNIT(four_processes_compare_and_exchange_without_loss)
	  UNIT(what_is_exchanged_is_found_exactly_once)
	  UNIT(exchanges_are_announced_once_each)
	  UNIT(an_exchange_that_wraps_is_a_fault)
	  UNIT(timed_accesses_announce_their_limit)
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
