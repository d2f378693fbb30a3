/* SPDX-License-Identifier: MIT */
/*
 * undefine.c - mpck_undefined(): memory that holds nothing until it is written.
 *
 * The call is a visible operation, a write of nothing: it needs the object's
 * lock as a set does, and races and is ordered as one.  Which bytes that is, and
 * which lock, only libmpp knows; so it is asked to read them, by hooks that note
 * what it announces and refuse it.  What follows is in undefined.c.
 */
#include "machine/undefined.h"

#include <string.h>

#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/segment.h>
#include <mpp/value.h>

#include "machine/core.h"

/* A part of an object; of all kinds but arrays and segments there is one. */
struct range {
	void *object;		/* the program's handle */
	size_t first, count;	/* items; bytes of a segment */
};

/*
 * Asking libmpp.
 */
static struct mpp_op asked;	/* what it announced first */

static int note(const struct mpp_op *op)
{
	asked = *op;
	return MPP_EAGAIN;
}

static const struct mpp_hooks asking = {
	.abi = sizeof(struct mpp_hooks),
	.before = note,
	.door = MPCK_DOOR,
};

/* An array read by item announces the first one. */
static void for_all_items(size_t count)
{
	asked.size *= (uint32_t)count;
}

/* It is refused: nothing is ever copied there. */
static char nowhere;

static void ask_array(const struct range *r)
{
	(void)mpp_array_read(r->object, r->first, r->count, &nowhere);
}

static void ask_raw_array(const struct range *r)
{
	(void)mpp_raw_array_read(r->object, r->first, r->count, &nowhere);
	for_all_items(r->count);
}

static void ask_segment(const struct range *r)
{
	(void)mpp_segment_read(r->object, r->first, &nowhere, r->count);
	asked.size = (uint32_t)r->count;
}

static void ask_value(const struct range *r)
{
	(void)mpp_value_get(r->object);
}

static void ask_raw_value(const struct range *r)
{
	(void)mpp_raw_value_get(r->object);
}

static void ask_atomic(const struct range *r)
{
	(void)mpp_atomic_load(r->object);
}

static size_t array_length(void *object)
{
	return mpp_array_length(object);
}

static size_t raw_array_length(void *object)
{
	return mpp_raw_array_length(object);
}

static size_t segment_size(void *object)
{
	return mpp_segment_size(object);
}

static const struct kind {
	const char *name;	/* mpck_segment_kind() */
	void (*ask)(const struct range *r);
	size_t (*length)(void *object);	/* NULL: it is one item */
} kinds[] = {
	{ "value", ask_value, NULL },
	{ "raw value", ask_raw_value, NULL },
	{ "atomic", ask_atomic, NULL },
	{ "array", ask_array, array_length },
	{ "raw array", ask_raw_array, raw_array_length },
	{ "segment", ask_segment, segment_size },
};

static const struct kind *kind_of(const void *object)
{
	const char *inside = (const char *)object + MPCK_DOOR;
	const char *name;

	if (!mpck_segment_is_user(object) ||
	    mpck_segment_start(inside) != inside)
		return NULL;
	name = mpck_segment_kind(inside);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	}
	return NULL;
}

/* Reading it would be this; .kind is NONE: it is nothing. */
static void ask(const struct kind *kind, const struct range *r)
{
	const struct mpp_hooks *installed = mpp_hooks_installed;

	asked = (struct mpp_op){ .kind = MPP_OP_NONE };
	mpp_hooks_installed = &asking;
	if (r->count)
		kind->ask(r);
	mpp_hooks_installed = installed;
}

static size_t length_of(const struct kind *kind, void *object)
{
	const struct mpp_hooks *installed = mpp_hooks_installed;
	size_t length;

	if (!kind->length)
		return 1;
	mpp_hooks_installed = &asking;
	length = kind->length(object);
	mpp_hooks_installed = installed;
	return length;
}

uint32_t mpck_item_of(const void *inside)
{
	char *object = (char *)(uintptr_t)mpck_segment_start(inside) -
		       MPCK_DOOR;
	const struct kind *kind = kind_of(object);

	if (!kind || !kind->length)
		return UINT32_MAX;
	ask(kind, &(struct range){ object, 0, 1 });
	return (uint32_t)((const char *)inside - (char *)asked.object) /
	       asked.size;
}

/*
 * The operation.  It stays on the task's stack while it is pending, where equal
 * states have equal bytes: its padding, too, is zeros, and nothing of what is on
 * the scheduler's stack is copied there whole.
 */
struct call {
	struct range range;
	uint64_t whole;		/* 1: all of the object; no padding */
	const void *pc;
	struct mpp_op op;	/* what comes of it; .kind NONE: nothing */
};

/* There is no value, so no typecode. */
static void make_write(const struct kind *kind, struct call *c)
{
	c->op.pc = c->pc;
	c->op.object = asked.object;
	c->op.guard = asked.guard;
	c->op.ready = asked.ready;
	c->op.timeout_ns = MPP_FOREVER;
	c->op.size = asked.size;
	c->op.kind = MPP_OP_WRITE;
	c->op.order = asked.order;
	c->op.flags = MPCK_UNDEFINES;
	if (kind->length && c->range.count == 1 &&
	    strcmp(kind->name, "segment") != 0)
		c->op.arg[0] = c->range.first + 1;
}

static void refuse(const struct call *c, enum mpck_finding_kind kind,
		   const char *text)
{
	mpck_fault_add(kind, mpck_core.current, c->pc, "%s: %s",
		       mpck_task_infos[mpck_core.current].name, text);
}

/* What was given back has no items; who uses it is stopped. */
static void make_use_of_dead(struct call *c)
{
	c->op.pc = c->pc;
	c->op.object = (char *)c->range.object + MPCK_DOOR;
	c->op.timeout_ns = MPP_FOREVER;
	c->op.kind = MPP_OP_WRITE;
	c->op.order = MPP_PLAIN;
}

static uint64_t do_make(uint64_t call, uint64_t b, uint64_t d, uint64_t e,
			uint64_t f)
{
	struct call *c = (struct call *)call;
	struct range *r = &c->range;
	const struct kind *kind = kind_of(r->object);
	size_t length;

	(void)b, (void)d, (void)e, (void)f;
	if (mpck_segment_is_dead((char *)c->range.object + MPCK_DOOR)) {
		make_use_of_dead(c);
		return 0;
	}
	if (!kind) {
		refuse(c, MPCK_MISUSE, "mpck_undefined() of something that is "
		       "no Value, Array, Atomic or Segment");
		return 0;
	}
	length = length_of(kind, r->object);
	if (c->whole)
		r->count = length;
	if (r->first > length || r->count > length - r->first) {
		refuse(c, MPCK_RANGE, "mpck_undefined_items() of items that "
		       "the object does not have");
		return 0;
	}
	ask(kind, r);
	if (asked.kind != MPP_OP_NONE)
		make_write(kind, c);
	return 0;
}

/* On the task's stack from where the operation is announced. */
static void perform(struct call *c)
{
	if (!mpp_hooks_installed || mpck_step_grain())
		return;
	mpck_on_scheduler(do_make, (uintptr_t)c, 0, 0, 0, 0);
	if (c->op.kind == MPP_OP_NONE)
		return;
	mpp_hooks_installed->before(&c->op);
	mpp_hooks_installed->after(&c->op, 0, 0);
}

static void call(const void *object, size_t first, size_t count, bool whole,
		 const void *pc)
{
	struct call c;

	memset(&c, 0, sizeof(c));
	c.range.object = (void *)(uintptr_t)object;
	c.range.first = first;
	c.range.count = count;
	c.whole = whole;
	c.pc = pc;
	perform(&c);
}

void mpck_undefined(const void *object)
{
	call(object, 0, 0, true, __builtin_return_address(0));
}

void mpck_undefined_items(const void *object, size_t first, size_t count)
{
	call(object, first, count, false, __builtin_return_address(0));
}
