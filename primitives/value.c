/* SPDX-License-Identifier: MIT */
/*
 * value.c - Value and RawValue: one cell on a cache line of its own.
 *
 * Source:  multiprocessing.Value.  A Value's lock, typecode and cell share the
 *          line: whoever has the lock has the cell as well.
 */
#include <mpp/value.h>

#include "cell.h"
#include "rlock.h"

struct mpp_value {
	struct mpp_rlock lock;
	char code;
	uint64_t cell; /* as many of its bytes as the type has */
};

struct mpp_raw_value {
	char code;
	uint64_t cell;
};

#define CELL(v) \
	{ \
		&(v)->cell, &(v)->lock.core, MPP_CALLER(), (v)->code, 0, \
			MPP_FOREVER \
	}
#define RAW_CELL(v) \
	{ \
		&(v)->cell, NULL, MPP_CALLER(), (v)->code, 0, MPP_FOREVER \
	}

/* Before anybody else has the object: not announced. */
static void put_initial(void *at, char code, int64_t initial)
{
	const struct mpp_type *type = mpp_type(code);

	mpp_bits_store(at, type,
		       type->is_floating
			       ? mpp_bits_of_double((double)initial, type)
			       : mpp_bits_of_wide(initial, type));
}

int mpp_value_new(struct mpp_value **out, char typecode, int64_t initial)
{
	struct mpp_value *user, *v;
	int err;

	if (!out || !mpp_typesize(typecode))
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = mpp_shared_alloc(sizeof(*user), "value");
	if (!user)
		return MPP_ENOMEM;
	v = mpp_inside(user);
	mpp_core_init(&v->lock.core, 0);
	v->code = typecode;
	put_initial(&v->cell, typecode, initial);
	*out = user;
	return 0;
}

void mpp_value_free(struct mpp_value *value)
{
	struct mpp_value *v;

	if (!value)
		return;
	v = mpp_inside(value);
	mpp_core_fini(&v->lock.core);
	mpp_shared_free(value, sizeof(*value));
}

/* bits begins as 0, here and below: what an earlier call left there would be a
 * part of the state while a get waits for its turn. */
int64_t mpp_value_get(struct mpp_value *value)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	uint64_t bits = 0;

	if (MPP_ANNOUNCES())
		return mpp_cell_access(cell.at, cell.guard, cell.pc, cell.code,
				       false, 0);
	mpp_cell_get(&cell, &bits);
	return mpp_bits_int(bits, mpp_type(cell.code));
}

double mpp_value_get_double(struct mpp_value *value)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	uint64_t bits = 0;

	mpp_cell_get(&cell, &bits);
	return mpp_bits_double(bits, mpp_type(cell.code));
}

int mpp_value_set(struct mpp_value *value, int64_t x)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_SET, .x = x };

	if (MPP_ANNOUNCES())
		return (int)mpp_cell_access(cell.at, cell.guard, cell.pc,
					    cell.code, true, x);
	return mpp_cell_change(&cell, &change);
}

int mpp_value_set_double(struct mpp_value *value, double x)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_SET_DOUBLE, .d = x };

	return mpp_cell_change(&cell, &change);
}

int mpp_value_get_timed(struct mpp_value *value, int64_t *out,
			int64_t timeout_ns)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	uint64_t bits = 0;
	int err;

	if (!out)
		return MPP_EINVAL;
	cell.timeout_ns = timeout_ns;
	err = mpp_cell_get(&cell, &bits);
	if (err == 0)
		*out = mpp_bits_int(bits, mpp_type(cell.code));
	return err;
}

int mpp_value_set_timed(struct mpp_value *value, int64_t x, int64_t timeout_ns)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_SET, .x = x };

	cell.timeout_ns = timeout_ns;
	return mpp_cell_change(&cell, &change);
}

int mpp_value_exchange(struct mpp_value *value, int64_t x, int64_t *old)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);

	return mpp_cell_exchange(&cell, x, old);
}

int mpp_value_exchange_double(struct mpp_value *value, double x, double *old)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	uint64_t before;
	struct mpp_change change = { .kind = MPP_EXCHANGE_DOUBLE,
				     .d = x,
				     .before = &before };
	int result = mpp_cell_change(&cell, &change);

	if (result >= 0 && old)
		*old = mpp_bits_double(before, mpp_type(cell.code));
	return result;
}

int mpp_value_compare_exchange(struct mpp_value *value, int64_t *expected,
			       int64_t desired)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);

	return expected ? mpp_cell_compare_exchange(&cell, expected, desired)
			: MPP_EINVAL;
}

int mpp_value_compare_exchange_double(struct mpp_value *value,
				      double *expected, double desired)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	uint64_t before;
	struct mpp_change change = { .kind = MPP_COMPARE_EXCHANGE_DOUBLE,
				     .d = desired,
				     .before = &before };
	int result;

	if (!expected)
		return MPP_EINVAL;
	/* As a double, not rounded: what a float cannot be, it never is. */
	change.expected = mpp_bits_of_double(*expected, mpp_type('d'));
	result = mpp_cell_change(&cell, &change);
	if (result == 0)
		*expected = mpp_bits_double(before, mpp_type(cell.code));
	return result;
}

int mpp_value_add_double(struct mpp_value *value, double x)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_ADD_DOUBLE, .d = x };

	return mpp_cell_change(&cell, &change);
}

int mpp_value_add(struct mpp_value *value, int64_t x)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_ADD, .x = x };

	return mpp_cell_change(&cell, &change);
}

int mpp_value_add_checked(struct mpp_value *value, int64_t x)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_ADD_CHECKED, .x = x };

	return mpp_cell_change(&cell, &change);
}

int mpp_value_update(struct mpp_value *value,
		     int64_t (*fn)(int64_t old, void *context), void *context)
{
	struct mpp_value *v = mpp_inside(value);
	struct mpp_cell cell = CELL(v);
	struct mpp_change change = { .kind = MPP_UPDATE,
				     .fn = fn,
				     .context = context };

	return fn ? mpp_cell_change(&cell, &change) : MPP_EINVAL;
}

struct mpp_rlock *mpp_value_lock(struct mpp_value *value)
{
	struct mpp_value *v = mpp_inside(value);

	return mpp_outside(&v->lock);
}

int mpp_raw_value_new(struct mpp_raw_value **out, char typecode,
		      int64_t initial)
{
	struct mpp_raw_value *user, *v;

	if (!out || !mpp_typesize(typecode))
		return MPP_EINVAL;
	user = mpp_shared_alloc(sizeof(*user), "raw value");
	if (!user)
		return MPP_ENOMEM;
	v = mpp_inside(user);
	v->code = typecode;
	put_initial(&v->cell, typecode, initial);
	*out = user;
	return 0;
}

void mpp_raw_value_free(struct mpp_raw_value *value)
{
	mpp_shared_free(value, sizeof(*value));
}

int64_t mpp_raw_value_get(struct mpp_raw_value *value)
{
	struct mpp_raw_value *v = mpp_inside(value);
	struct mpp_cell cell = RAW_CELL(v);
	uint64_t bits = 0;

	if (MPP_ANNOUNCES())
		return mpp_cell_access(cell.at, cell.guard, cell.pc, cell.code,
				       false, 0);
	mpp_cell_get(&cell, &bits);
	return mpp_bits_int(bits, mpp_type(cell.code));
}

double mpp_raw_value_get_double(struct mpp_raw_value *value)
{
	struct mpp_raw_value *v = mpp_inside(value);
	struct mpp_cell cell = RAW_CELL(v);
	uint64_t bits = 0;

	mpp_cell_get(&cell, &bits);
	return mpp_bits_double(bits, mpp_type(cell.code));
}

int mpp_raw_value_set(struct mpp_raw_value *value, int64_t x)
{
	struct mpp_raw_value *v = mpp_inside(value);
	struct mpp_cell cell = RAW_CELL(v);
	struct mpp_change change = { .kind = MPP_SET, .x = x };

	if (MPP_ANNOUNCES())
		return (int)mpp_cell_access(cell.at, cell.guard, cell.pc,
					    cell.code, true, x);
	return mpp_cell_change(&cell, &change);
}

int mpp_raw_value_set_double(struct mpp_raw_value *value, double x)
{
	struct mpp_raw_value *v = mpp_inside(value);
	struct mpp_cell cell = RAW_CELL(v);
	struct mpp_change change = { .kind = MPP_SET_DOUBLE, .d = x };

	return mpp_cell_change(&cell, &change);
}
