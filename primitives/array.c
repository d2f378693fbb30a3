/* SPDX-License-Identifier: MIT */
/*
 * array.c - Array and RawArray: `count` cells behind a header of one cache
 * line.
 *
 * Source:  multiprocessing.Array.  Slices have step 1.
 */
#include <string.h>

#include <mpp/array.h>

#include "cell.h"
#include "rlock.h"

struct mpp_array {
	struct mpp_rlock lock;
	size_t count;
	char code;
	_Alignas(MPP_LINE) char items[];
};

struct mpp_raw_array {
	size_t count;
	char code;
	_Alignas(MPP_LINE) char items[];
};

/* What both kinds come down to. */
struct view {
	char *items;
	size_t count;
	struct mpp_core *guard; /* NULL: raw */
	const void *pc;
	char code;
	int64_t timeout_ns; /* of the wait for the guard */
};

#define VIEW(a) \
	{ \
		(a)->items, (a)->count, &(a)->lock.core, MPP_CALLER(), \
			(a)->code, MPP_FOREVER \
	}
#define RAW_VIEW(a) \
	{ \
		(a)->items, (a)->count, NULL, MPP_CALLER(), (a)->code, \
			MPP_FOREVER \
	}

/* Bytes of the object; 0: too many. */
static size_t object_size(size_t header, char code, size_t count)
{
	size_t size;

	if (__builtin_mul_overflow(count, mpp_typesize(code), &size) ||
	    __builtin_add_overflow(size, header, &size) || size > PTRDIFF_MAX)
		return 0;
	return size;
}

static char *append_number(char *p, mpp_wide x)
{
	char digits[MPP_WIDE_TEXT];

	return stpcpy(p, mpp_wide_text(x, digits));
}

/* "index 12 of an array of 10 items", "items 8..11 of ..." */
static MPP_ANNOUNCED int out_of_range(const struct view *v, bool reads, mpp_wide at,
				 mpp_wide last)
{
	struct mpp_op op = {
		.pc = v->pc,
		.object = v->items,
		.guard = v->guard,
		.kind = reads ? MPP_OP_READ : MPP_OP_WRITE,
		.order = v->guard ? __ATOMIC_SEQ_CST : MPP_PLAIN,
		.typecode = (uint8_t)v->code,
	};
	char text[4 * MPP_WIDE_TEXT];
	char *p;

	if (!MPP_ANNOUNCES())
		return MPP_ERANGE;
	p = append_number(stpcpy(text, at == last ? "index " : "items "), at);
	if (at != last)
		p = append_number(stpcpy(p, ".."), last);
	p = append_number(stpcpy(p, " of an array of "), (mpp_wide)v->count);
	stpcpy(p, v->count == 1 ? " item" : " items");
	mpp_fault(MPP_FAULT_RANGE, &op, text);
	return MPP_ERANGE;
}

static int find_item(const struct view *v, ptrdiff_t index, bool reads,
		     struct mpp_cell *cell)
{
	/* Sizes are below PTRDIFF_MAX, so this cannot overflow. */
	ptrdiff_t i = index < 0 ? index + (ptrdiff_t)v->count : index;

	if (i < 0 || (size_t)i >= v->count)
		return out_of_range(v, reads, index, index);
	cell->at = v->items + (size_t)i * mpp_type(v->code)->size;
	cell->guard = v->guard;
	cell->pc = v->pc;
	cell->code = v->code;
	cell->item = (size_t)i + 1;
	cell->timeout_ns = v->timeout_ns;
	return 0;
}

static int get(const struct view *v, ptrdiff_t index, uint64_t *bits)
{
	struct mpp_cell cell;
	int err = find_item(v, index, true, &cell);

	return err < 0 ? err : mpp_cell_get(&cell, bits);
}

static int get_int(const struct view *v, ptrdiff_t index, int64_t *out)
{
	uint64_t bits = 0;
	int err = get(v, index, &bits);

	if (err == 0)
		*out = mpp_bits_int(bits, mpp_type(v->code));
	return err;
}

static int get_double(const struct view *v, ptrdiff_t index, double *out)
{
	uint64_t bits = 0;
	int err = get(v, index, &bits);

	if (err == 0)
		*out = mpp_bits_double(bits, mpp_type(v->code));
	return err;
}

static int change(const struct view *v, ptrdiff_t index,
		  const struct mpp_change *to)
{
	struct mpp_cell cell;
	int err = find_item(v, index, false, &cell);

	return err < 0 ? err : mpp_cell_change(&cell, to);
}

static int copy(const struct view *v, size_t first, size_t count, void *out,
		const void *in)
{
	struct mpp_slice slice = {
		.first = { v->items + first * mpp_type(v->code)->size, v->guard,
			   v->pc, v->code, first + 1, v->timeout_ns },
		.count = count,
		.out = out,
		.in = in,
	};

	if (first > v->count || count > v->count - first)
		return out_of_range(v, out != NULL, first,
				    (mpp_wide)first + count - (count > 0));
	return mpp_slice_copy(&slice);
}

int mpp_array_new(struct mpp_array **out, char typecode, size_t count)
{
	size_t size = object_size(sizeof(struct mpp_array), typecode, count);
	struct mpp_array *user, *a;
	int err;

	if (!out || !mpp_typesize(typecode))
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = size ? mpp_shared_alloc(size, "array") : NULL;
	if (!user)
		return MPP_ENOMEM;
	a = mpp_inside(user);
	mpp_core_init(&a->lock.core, 0);
	a->count = count;
	a->code = typecode;
	*out = user;
	return 0;
}

void mpp_array_free(struct mpp_array *array)
{
	struct mpp_array *a;

	if (!array)
		return;
	a = mpp_inside(array);
	mpp_core_fini(&a->lock.core);
	mpp_shared_free(array, object_size(sizeof(*a), a->code, a->count));
}

size_t mpp_array_length(struct mpp_array *array)
{
	return ((struct mpp_array *)mpp_inside(array))->count;
}

int mpp_array_get(struct mpp_array *array, ptrdiff_t index, int64_t *out)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return get_int(&v, index, out);
}

int mpp_array_get_double(struct mpp_array *array, ptrdiff_t index, double *out)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return get_double(&v, index, out);
}

int mpp_array_set(struct mpp_array *array, ptrdiff_t index, int64_t x)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_SET, .x = x });
}

int mpp_array_set_double(struct mpp_array *array, ptrdiff_t index, double x)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_SET_DOUBLE, .d = x });
}

int mpp_array_get_timed(struct mpp_array *array, ptrdiff_t index, int64_t *out,
			int64_t timeout_ns)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	v.timeout_ns = timeout_ns;
	return out ? get_int(&v, index, out) : MPP_EINVAL;
}

int mpp_array_set_timed(struct mpp_array *array, ptrdiff_t index, int64_t x,
			int64_t timeout_ns)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	v.timeout_ns = timeout_ns;
	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_SET, .x = x });
}

int mpp_array_add(struct mpp_array *array, ptrdiff_t index, int64_t x)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_ADD, .x = x });
}

int mpp_array_update(struct mpp_array *array, ptrdiff_t index,
		     int64_t (*fn)(int64_t old, void *context), void *context)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);
	struct mpp_change to = { .kind = MPP_UPDATE,
				 .fn = fn,
				 .context = context };

	return fn ? change(&v, index, &to) : MPP_EINVAL;
}

int mpp_array_exchange(struct mpp_array *array, ptrdiff_t index, int64_t x,
		       int64_t *old)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);
	struct mpp_cell cell;
	int err = find_item(&v, index, false, &cell);

	return err < 0 ? err : mpp_cell_exchange(&cell, x, old);
}

int mpp_array_compare_exchange(struct mpp_array *array, ptrdiff_t index,
			       int64_t *expected, int64_t desired)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);
	struct mpp_cell cell;
	int err;

	if (!expected)
		return MPP_EINVAL;
	err = find_item(&v, index, false, &cell);
	return err < 0 ? err
		       : mpp_cell_compare_exchange(&cell, expected, desired);
}

int mpp_array_read(struct mpp_array *array, size_t first, size_t count,
		   void *out)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return out || !count ? copy(&v, first, count, out, NULL) : MPP_EINVAL;
}

int mpp_array_write(struct mpp_array *array, size_t first, size_t count,
		    const void *items)
{
	struct mpp_array *a = mpp_inside(array);
	struct view v = VIEW(a);

	return items || !count ? copy(&v, first, count, NULL, items)
			       : MPP_EINVAL;
}

struct mpp_rlock *mpp_array_lock(struct mpp_array *array)
{
	struct mpp_array *a = mpp_inside(array);

	return mpp_outside(&a->lock);
}

int mpp_raw_array_new(struct mpp_raw_array **out, char typecode, size_t count)
{
	size_t size =
		object_size(sizeof(struct mpp_raw_array), typecode, count);
	struct mpp_raw_array *user, *a;

	if (!out || !mpp_typesize(typecode))
		return MPP_EINVAL;
	user = size ? mpp_shared_alloc(size, "raw array") : NULL;
	if (!user)
		return MPP_ENOMEM;
	a = mpp_inside(user);
	a->count = count;
	a->code = typecode;
	*out = user;
	return 0;
}

void mpp_raw_array_free(struct mpp_raw_array *array)
{
	struct mpp_raw_array *a;

	if (!array)
		return;
	a = mpp_inside(array);
	mpp_shared_free(array, object_size(sizeof(*a), a->code, a->count));
}

size_t mpp_raw_array_length(struct mpp_raw_array *array)
{
	return ((struct mpp_raw_array *)mpp_inside(array))->count;
}

int mpp_raw_array_get(struct mpp_raw_array *array, ptrdiff_t index,
		      int64_t *out)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return get_int(&v, index, out);
}

int mpp_raw_array_get_double(struct mpp_raw_array *array, ptrdiff_t index,
			     double *out)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return get_double(&v, index, out);
}

int mpp_raw_array_set(struct mpp_raw_array *array, ptrdiff_t index, int64_t x)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_SET, .x = x });
}

int mpp_raw_array_set_double(struct mpp_raw_array *array, ptrdiff_t index,
			     double x)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return change(&v, index,
		      &(struct mpp_change){ .kind = MPP_SET_DOUBLE, .d = x });
}

int mpp_raw_array_read(struct mpp_raw_array *array, size_t first, size_t count,
		       void *out)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return out || !count ? copy(&v, first, count, out, NULL) : MPP_EINVAL;
}

int mpp_raw_array_write(struct mpp_raw_array *array, size_t first, size_t count,
			const void *items)
{
	struct mpp_raw_array *a = mpp_inside(array);
	struct view v = RAW_VIEW(a);

	return items || !count ? copy(&v, first, count, NULL, items)
			       : MPP_EINVAL;
}
