/* SPDX-License-Identifier: MIT */
/*
 * cell.c - reading and changing one typed item: announce, lock, access,
 * release, report.
 *
 * Idea:    a change is computed as bits and, for integers, as the exact
 *          result; the two differ when the store wrapped.
 * Death:   an item changes by one store, so a process that dies anywhere in a
 *          change leaves the old item or the new one, and its lock to whoever
 *          asks next (futex_lock.h).  A slice is copied in several stores: it
 *          may be left half written.
 */
#include <string.h>

#include <mpp/value.h>

#include "cell.h"

/* What a change did. */
struct effect {
	uint64_t before, after; /* bits */
	mpp_wide exact; /* integer codes: the mathematical result */
};

static bool wrapped(const struct effect *e, const struct mpp_type *type)
{
	return !type->is_floating && mpp_bits_wide(e->after, type) != e->exact;
}

static bool is_double(enum mpp_change_kind kind)
{
	return kind == MPP_SET_DOUBLE || kind == MPP_EXCHANGE_DOUBLE ||
	       kind == MPP_COMPARE_EXCHANGE_DOUBLE || kind == MPP_ADD_DOUBLE;
}

static bool compares(enum mpp_change_kind kind)
{
	return kind == MPP_COMPARE_EXCHANGE ||
	       kind == MPP_COMPARE_EXCHANGE_DOUBLE;
}

/* One write, and no look at what was there. */
static bool is_set(enum mpp_change_kind kind)
{
	return kind == MPP_SET || kind == MPP_SET_DOUBLE;
}

static void compute_integer(const struct mpp_change *change,
			    const struct mpp_type *type, struct effect *e)
{
	switch (change->kind) {
	case MPP_ADD:
	case MPP_ADD_CHECKED:
		e->exact = mpp_bits_wide(e->before, type) + change->x;
		break;
	case MPP_UPDATE:
		e->exact = change->fn(mpp_bits_int(e->before, type),
				      change->context);
		break;
	default:
		e->exact = change->x;
		break;
	}
	e->after = mpp_bits_of_wide(e->exact, type);
}

static void compute_floating(const struct mpp_change *change,
			     const struct mpp_type *type, struct effect *e)
{
	double x;

	switch (change->kind) {
	case MPP_ADD:
	case MPP_ADD_CHECKED:
		x = mpp_bits_double(e->before, type) + (double)change->x;
		break;
	case MPP_UPDATE:
		x = (double)change->fn(mpp_bits_int(e->before, type),
				       change->context);
		break;
	case MPP_ADD_DOUBLE:
		x = mpp_bits_double(e->before, type) + change->d;
		break;
	default:
		x = is_double(change->kind) ? change->d : (double)change->x;
		break;
	}
	e->after = mpp_bits_of_double(x, type);
}

static bool became_infinite(const struct effect *e, const struct mpp_type *type)
{
	return type->is_floating &&
	       __builtin_isinf(mpp_bits_double(e->after, type)) &&
	       !__builtin_isinf(mpp_bits_double(e->before, type));
}

/* The change itself, under the lock if there is one. */
static int apply(const struct mpp_cell *cell, const struct mpp_change *change,
		 struct effect *e)
{
	const struct mpp_type *type = mpp_type(cell->code);

	/* A set is one write: it must not look like a read as well. */
	if (!is_set(change->kind)) {
		MPP_STEP(MPP_OP_READ, (const char *)cell->at);
		e->before = mpp_bits_load(cell->at, type);
	}
	if (compares(change->kind) && e->before != change->expected) {
		e->after = e->before;
		return 0;
	}
	if (type->is_floating)
		compute_floating(change, type, e);
	else
		compute_integer(change, type, e);
	if (change->kind == MPP_ADD_CHECKED &&
	    (wrapped(e, type) || became_infinite(e, type))) {
		e->after = e->before;
		return MPP_EOVERFLOW;
	}
	MPP_STEP(MPP_OP_WRITE, (const char *)cell->at);
	mpp_bits_store(cell->at, type, e->after);
	if (compares(change->kind))
		return 1;
	return wrapped(e, type) ? MPP_WRAPPED : 0;
}

/* As mpp_guard_enter(), but for the cell's time at most. */
static int enter(const struct mpp_cell *cell, struct mpp_self me)
{
	int err;

	if (cell->timeout_ns == MPP_FOREVER || mpp_call_scheduled())
		return mpp_guard_enter(cell->guard, me);
	if (mpp_core_owner(cell->guard) == me.id)
		return MPP_GUARD_MINE;
	err = mpp_core_acquire(cell->guard, me, cell->timeout_ns);
	return err == 0 || err == MPP_EOWNERDEAD ? MPP_GUARD_TAKEN : err;
}

static int locked_apply(const struct mpp_cell *cell,
			const struct mpp_change *change, struct effect *e)
{
	struct mpp_self me;
	int how, result;

	if (!cell->guard)
		return apply(cell, change, e);
	me = mpp_self();
	how = enter(cell, me);
	if (how < 0)
		return how;
	result = apply(cell, change, e);
	mpp_guard_leave(cell->guard, me, how);
	return result;
}

static int locked_load(const struct mpp_cell *cell, uint64_t *bits)
{
	struct mpp_self me;
	int how = 0;

	if (!cell->guard) {
		MPP_STEP(MPP_OP_READ, (const char *)cell->at);
		*bits = mpp_bits_load(cell->at, mpp_type(cell->code));
		return 0;
	}
	me = mpp_self();
	how = enter(cell, me);
	MPP_STEP(MPP_OP_READ, (const char *)cell->at);
	*bits = mpp_bits_load(cell->at, mpp_type(cell->code));
	if (how < 0)
		return how;
	mpp_guard_leave(cell->guard, me, how);
	return 0;
}

static struct mpp_op cell_op(const struct mpp_cell *cell, uint8_t kind)
{
	return (struct mpp_op){
		.pc = cell->pc,
		.object = cell->at,
		.guard = cell->guard,
		.ready = cell->guard ? mpp_guard_ready : NULL,
		.arg = { cell->item },
		.timeout_ns = mpp_limit(cell->timeout_ns),
		.size = mpp_type(cell->code)->size,
		.kind = kind,
		.order = cell->guard ? __ATOMIC_SEQ_CST : MPP_PLAIN,
		.typecode = (uint8_t)cell->code,
	};
}

static char *append_wide(char *p, mpp_wide x)
{
	char digits[MPP_WIDE_TEXT];

	return stpcpy(p, mpp_wide_text(x, digits));
}

/* "1752434976 + 584144992 does not fit 'i': stored -1958387328" */
static void report_overflow(const struct mpp_cell *cell,
			    const struct mpp_change *change,
			    const struct effect *e, const struct mpp_op *op)
{
	const struct mpp_type *type = mpp_type(cell->code);
	char text[4 * MPP_WIDE_TEXT];
	char *p = text;

	if (change->kind == MPP_ADD) {
		p = append_wide(p, mpp_bits_wide(e->before, type));
		p = stpcpy(p, " + ");
		p = append_wide(p, change->x);
	} else {
		p = append_wide(p, e->exact);
	}
	p = stpcpy(p, " does not fit '");
	*p++ = cell->code;
	p = stpcpy(p, "': stored ");
	append_wide(p, mpp_bits_wide(e->after, type));
	mpp_fault(MPP_FAULT_OVERFLOW, op, text);
}

static MPP_ANNOUNCED int change_announced(const struct mpp_cell *cell,
				     const struct mpp_change *change)
{
	bool set = is_set(change->kind);
	struct mpp_op op = cell_op(cell, set ? MPP_OP_WRITE : MPP_OP_RMW);
	struct effect e = { 0, 0, 0 };
	int result = mpp_before(&op);

	if (result < 0)
		return result;
	result = locked_apply(cell, change, &e);
	if (result == MPP_WRAPPED && !compares(change->kind))
		report_overflow(cell, change, &e, &op);
	if (result >= 0 && change->before)
		*change->before = e.before;
	mpp_after(&op, result, e.after);
	return result;
}

static MPP_ANNOUNCED int get_announced(const struct mpp_cell *cell, uint64_t *bits)
{
	struct mpp_op op = cell_op(cell, MPP_OP_READ);
	int result = mpp_before(&op);

	*bits = 0;
	if (result < 0)
		return result;
	result = locked_load(cell, bits);
	mpp_after(&op, result, *bits);
	return result;
}

static MPP_ANNOUNCED int64_t wrapped_access(const struct mpp_cell *cell,
					    int64_t x, uint64_t bits,
					    const struct mpp_op *op)
{
	struct mpp_change change = { .kind = MPP_SET, .x = x };
	struct effect e = { .after = bits, .exact = x };

	report_overflow(cell, &change, &e, op);
	mpp_after(op, MPP_WRAPPED, bits);
	return MPP_WRAPPED;
}

int64_t mpp_cell_access(void *at, struct mpp_core *guard, const void *pc,
			char code, bool write, int64_t x)
{
	const struct mpp_type *type = mpp_type(code);
	struct mpp_cell cell = { at, guard, pc, code, 0, MPP_FOREVER };
	struct mpp_op op = cell_op(&cell, write ? MPP_OP_WRITE : MPP_OP_READ);
	struct mpp_self me = { 0, NULL };
	uint64_t bits;
	int how = mpp_before(&op);

	if (how < 0)
		return write ? how : 0;
	if (guard) {
		me = mpp_self();
		how = mpp_guard_enter(guard, me);
		if (how < 0 && write) {
			mpp_after(&op, how, 0);
			return how;
		}
	}
	if (write) {
		bits = type->is_floating ? mpp_bits_of_double((double)x, type)
					 : mpp_bits_of_wide(x, type);
		mpp_bits_store(at, type, bits);
	} else {
		bits = mpp_bits_load(at, type);
	}
	if (guard && how >= 0)
		mpp_guard_leave(guard, me, how);
	if (write && !type->is_floating && mpp_bits_wide(bits, type) != x)
		return wrapped_access(&cell, x, bits, &op);
	mpp_after(&op, 0, bits);
	return write ? 0 : mpp_bits_int(bits, type);
}

int mpp_cell_get(const struct mpp_cell *cell, uint64_t *bits)
{
	if (MPP_ANNOUNCES())
		return get_announced(cell, bits);
	return locked_load(cell, bits);
}

/*
 * What no state of the item makes right.  A floating item is compared as a
 * double only: as an integer it would look equal to others.
 */
static int refusal(const struct mpp_type *type, const struct mpp_change *change)
{
	if (is_double(change->kind))
		return type->is_floating ? 0 : MPP_EINVAL;
	if (change->kind != MPP_COMPARE_EXCHANGE)
		return 0;
	if (type->is_floating)
		return MPP_EINVAL;
	return mpp_bits_wide(mpp_bits_of_wide(change->x, type), type) ==
			       change->x
		       ? 0
		       : MPP_EOVERFLOW;
}

int mpp_cell_change(const struct mpp_cell *cell,
		    const struct mpp_change *change)
{
	int result = refusal(mpp_type(cell->code), change);
	struct effect e = { 0, 0, 0 };

	if (result < 0)
		return result;
	if (MPP_ANNOUNCES())
		return change_announced(cell, change);
	result = locked_apply(cell, change, &e);
	if (result >= 0 && change->before)
		*change->before = e.before;
	return result;
}

int mpp_cell_compare_exchange(const struct mpp_cell *cell, int64_t *expected,
			      int64_t desired)
{
	uint64_t before;
	struct mpp_change change = { .kind = MPP_COMPARE_EXCHANGE,
				     .x = desired,
				     .expected = (uint64_t)*expected,
				     .before = &before };
	int result = mpp_cell_change(cell, &change);

	if (result == 0)
		*expected = (int64_t)before;
	return result;
}

int mpp_cell_exchange(const struct mpp_cell *cell, int64_t x, int64_t *old)
{
	uint64_t before;
	struct mpp_change change = { .kind = MPP_EXCHANGE,
				     .x = x,
				     .before = &before };
	int result = mpp_cell_change(cell, &change);

	if (result >= 0 && old)
		*old = mpp_bits_int(before, mpp_type(cell->code));
	return result;
}

/* All items at once, under the lock. */
static int copy_locked(const struct mpp_slice *s)
{
	size_t size = s->count * mpp_type(s->first.code)->size;
	struct mpp_self me = mpp_self();
	int how = mpp_guard_enter(s->first.guard, me);

	if (how < 0)
		return how;
	if (s->out)
		mpp_copy_out(s->out, s->first.at, size);
	else
		mpp_copy((char *)s->first.at, s->in, size);
	mpp_guard_leave(s->first.guard, me, how);
	return 0;
}

static MPP_ANNOUNCED int copy_locked_announced(const struct mpp_slice *s)
{
	struct mpp_op op =
		cell_op(&s->first, s->out ? MPP_OP_READ : MPP_OP_WRITE);
	size_t size = s->count * mpp_type(s->first.code)->size;
	int result;

	op.size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
	op.typecode = 0; /* not one value */
	op.arg[0] = 0;
	result = mpp_before(&op);
	if (result < 0)
		return result;
	result = copy_locked(s);
	mpp_after(&op, result, 0);
	return result;
}

/* One plain access of item i. */
static uint64_t copy_item(const struct mpp_slice *s, size_t i)
{
	const struct mpp_type *type = mpp_type(s->first.code);
	size_t at = i * type->size;
	char *shared = (char *)s->first.at + at;
	union {
		uint64_t align;
		char bytes[8];
	} item;
	uint64_t bits;

	if (s->out) {
		MPP_STEP(MPP_OP_READ, shared);
		bits = mpp_bits_load(shared, type);
		mpp_bits_store(&item, type, bits);
		memcpy((char *)s->out + at, &item, type->size);
	} else {
		memcpy(&item, (const char *)s->in + at, type->size);
		bits = mpp_bits_load(&item, type);
		MPP_STEP(MPP_OP_WRITE, shared);
		mpp_bits_store(shared, type, bits);
	}
	return bits;
}

static MPP_ANNOUNCED int copy_items_announced(const struct mpp_slice *s)
{
	struct mpp_op op =
		cell_op(&s->first, s->out ? MPP_OP_READ : MPP_OP_WRITE);
	int result;

	for (size_t i = 0; i < s->count; i++) {
		op.object = (char *)s->first.at + i * op.size;
		op.arg[0] = s->first.item + i;
		result = mpp_before(&op);
		if (result < 0)
			return result;
		mpp_after(&op, 0, copy_item(s, i));
	}
	return 0;
}

int mpp_slice_copy(const struct mpp_slice *s)
{
	if (s->count == 0)
		return 0;
	if (MPP_ANNOUNCES())
		return s->first.guard ? copy_locked_announced(s)
				      : copy_items_announced(s);
	if (s->first.guard)
		return copy_locked(s);
	for (size_t i = 0; i < s->count; i++)
		copy_item(s, i);
	return 0;
}
