/* SPDX-License-Identifier: MIT */
/* value.c - the programs of value.def. */
#include <mpp/rlock.h>
#include <mpp/value.h>

#include "program.h"

static struct mpp_value *value;
static struct mpp_raw_value *raw;
static struct gate first, second;

static void make(char code, int64_t initial)
{
	must(mpp_value_new(&value, code, initial));
}

static void sizes_of_typecodes(void)
{
	for (const char *c = "cbBuhHiIlLqQfd"; *c; c++)
		say("%c%zu", *c, mpp_typesize(*c));
}

static void value_starts_at_zero(void)
{
	make('i', 0);
	say("%" PRId64, mpp_value_get(value));
}

static void value_keeps_its_initial_value(void)
{
	make('i', 42);
	say("%" PRId64, mpp_value_get(value));
}

static void initial_value_wraps(void)
{
	make('B', -1);
	say("%" PRId64, mpp_value_get(value));
}

/* One above the greatest, one below the least. */
static void wraps(char code, int64_t greatest, int64_t least)
{
	bool wide = code == 'L' || code == 'Q';

	make(code, greatest);
	mpp_value_add(value, 1);
	say("%" PRId64, mpp_value_get(value));
	mpp_value_set(value, least);
	mpp_value_add(value, -1);
	if (wide)
		say("%" PRIu64, (uint64_t)mpp_value_get(value));
	else
		say("%" PRId64, mpp_value_get(value));
}

#define WRAPS(code, name, greatest, least) \
	static void name##_wraps(void) \
	{ \
		wraps(code, greatest, least); \
	}

WRAPS('b', b, INT8_MAX, INT8_MIN)
WRAPS('B', B, UINT8_MAX, 0)
WRAPS('h', h, INT16_MAX, INT16_MIN)
WRAPS('H', H, UINT16_MAX, 0)
WRAPS('i', i, INT32_MAX, INT32_MIN)
WRAPS('I', I, UINT32_MAX, 0)
WRAPS('l', l, INT64_MAX, INT64_MIN)
WRAPS('L', L, -1, 0)
WRAPS('q', q, INT64_MAX, INT64_MIN)
WRAPS('Q', Q, -1, 0)

static void a_wrap_is_told(void)
{
	make('b', 0);
	say("%s", mpp_value_set(value, 200) == MPP_WRAPPED ? "MPP_WRAPPED"
							   : "nothing");
}

static void through(char code, double x)
{
	make(code, 0);
	must(mpp_value_set_double(value, x));
	say("%.15g", mpp_value_get_double(value));
}

static void f_overflows_to_infinity(void)
{
	through('f', 1e300);
}

static void f_rounds(void)
{
	through('f', 5.67);
}

static void f_loses_an_odd_integer(void)
{
	through('f', 16777217);
}

static void f_underflows_to_zero(void)
{
	through('f', 1e-46);
}

static void d_rounds_a_large_integer(void)
{
	make('d', 0);
	mpp_value_set(value, (INT64_C(1) << 53) + 1);
	say("%" PRId64, mpp_value_get(value));
}

static void d_keeps_a_fraction(void)
{
	through('d', 0.1);
}

static void integer_code_refuses_a_fraction(void)
{
	make('i', 7);
	say_refused(mpp_value_set_double(value, 1.5));
	say("%" PRId64, mpp_value_get(value));
}

static void unknown_code_is_refused(void)
{
	say_refused(mpp_value_new(&value, 'z', 0));
}

static void c_is_one_byte(void)
{
	make('c', 'x');
	say("%" PRId64, mpp_value_get(value));
}

static void c_beyond_a_byte(void)
{
	make('c', 0);
	mpp_value_set(value, 300);
	say("%" PRId64, mpp_value_get(value));
}

static void u_is_a_code_point(void)
{
	make('u', 0xe9);
	say("%" PRId64, mpp_value_get(value));
	mpp_value_set(value, 0x1f600);
	say("%" PRId64, mpp_value_get(value));
}

static void u_from_a_number(void)
{
	make('u', 0);
	mpp_value_set(value, 65);
	say("%" PRId64, mpp_value_get(value));
}

static int store_next(void *unused)
{
	int64_t was = mpp_value_get(value);

	(void)unused;
	mpp_value_set(value, was + 1);
	return (int)was;
}

static void parent_and_child_share_a_value(void)
{
	make('i', 0);
	mpp_value_set(value, 5);
	say("%d", run_child(store_next));
	say("%" PRId64, mpp_value_get(value));
}

static int store_next_raw(void *unused)
{
	int64_t was = mpp_raw_value_get(raw);

	(void)unused;
	mpp_raw_value_set(raw, was + 1);
	return (int)was;
}

static void parent_and_child_share_a_raw_value(void)
{
	must(mpp_raw_value_new(&raw, 'i', 0));
	mpp_raw_value_set(raw, 5);
	say("%d", run_child(store_next_raw));
	say("%" PRId64, mpp_raw_value_get(raw));
}

static int global = 1;

static int change_global(void *unused)
{
	(void)unused;
	global = 2;
	return 0;
}

static void global_is_not_shared(void)
{
	run_child(change_global);
	say("%d", global);
}

static int store_five(void *unused)
{
	(void)unused;
	mpp_value_set(value, 5);
	return 0;
}

static void read_then_write_loses_what_came_between(void)
{
	int64_t was;

	make('i', 0);
	was = mpp_value_get(value);
	run_child(store_five);
	mpp_value_set(value, was + 1);
	say("%" PRId64, mpp_value_get(value));
}

static int add_thousand(void *unused)
{
	struct mpp_rlock *lock = mpp_value_lock(value);

	(void)unused;
	for (int i = 0; i < 1000; i++) {
		must(mpp_rlock_acquire(lock, MPP_FOREVER));
		mpp_value_set(value, mpp_value_get(value) + 1);
		must(mpp_rlock_release(lock));
	}
	return 0;
}

static void get_lock_makes_a_block_whole(void)
{
	struct mpp_process *child;

	make('i', 0);
	child = start_child(add_thousand);
	add_thousand(NULL);
	join_child(child);
	say("%" PRId64, mpp_value_get(value));
}

static void value_lock_is_recursive(void)
{
	make('i', 0);
	say_taken(mpp_rlock_acquire(mpp_value_lock(value), 0));
	say_taken(mpp_rlock_acquire(mpp_value_lock(value), 0));
}

static int try_lock(void *unused)
{
	(void)unused;
	return mpp_rlock_acquire(mpp_value_lock(value), 0) & 255;
}

static void value_lock_keeps_others_out(void)
{
	make('i', 0);
	must(mpp_rlock_acquire(mpp_value_lock(value), 0));
	say_taken((int8_t)run_child(try_lock));
}

static void value_is_read_under_its_own_held_lock(void)
{
	make('i', 3);
	must(mpp_rlock_acquire(mpp_value_lock(value), 0));
	say("%" PRId64, mpp_value_get(value));
}

static int hold_lock(void *unused)
{
	(void)unused;
	must(mpp_rlock_acquire(mpp_value_lock(value), 0));
	gate_pass(&first);
	gate_wait(&second);
	return 0;
}

static void value_after_death_of_its_lock_holder(void)
{
	struct mpp_process *child;

	gate_new(&first);
	gate_new(&second);
	make('i', 5);
	child = start_child(hold_lock);
	gate_wait(&first);
	kill_child(child);
	say("%" PRId64, mpp_value_get(value));
}

const struct program python_value[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "value.def"
	{ 0 },
};
