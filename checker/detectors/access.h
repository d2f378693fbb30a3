/* SPDX-License-Identifier: MIT */
/*
 * access.h - which operations are on shared objects, which of these are accesses
 * to data, and which of them conflict: in executions and in proofs alike.
 *
 * An access reads or writes op->size bytes at op->object.  It is plain, or
 * atomic, or made under a lock of its own (op->guard).  Everything else on a
 * shared object is synchronisation.
 */
#ifndef MPCK_ACCESS_H
#define MPCK_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <mpp/hooks.h>

/* It looks, or changes: data, or the whole of a primitive. */
static inline bool mpck_reads_or_writes(const struct mpp_op *op)
{
	const uint32_t kinds = 1u << MPP_OP_READ | 1u << MPP_OP_WRITE |
			       1u << MPP_OP_RMW;

	return kinds >> op->kind & 1;
}

static inline bool mpck_is_access(const struct mpp_op *op)
{
	/* The whole of a primitive has no size: that is not data. */
	return mpck_reads_or_writes(op) && op->size && op->object;
}

/* On a shared object, as a whole or in part; others are on tasks, the clock,
 * nothing. */
static inline bool mpck_is_on_object(const struct mpp_op *op)
{
	const uint32_t kinds =
		1u << MPP_OP_READ | 1u << MPP_OP_WRITE | 1u << MPP_OP_RMW |
		1u << MPP_OP_ACQUIRE | 1u << MPP_OP_RELEASE |
		1u << MPP_OP_ENQUEUE | 1u << MPP_OP_AWAIT |
		1u << MPP_OP_NOTIFY | 1u << MPP_OP_SEND |
		1u << MPP_OP_RECEIVE | 1u << MPP_OP_TAKE | 1u << MPP_OP_GIVE;

	return op->object && kinds >> op->kind & 1;
}

static inline bool mpck_is_write(const struct mpp_op *op)
{
	return op->kind != MPP_OP_READ;
}

static inline bool mpck_is_atomic(const struct mpp_op *op)
{
	return !op->guard && op->order != MPP_PLAIN;
}

/* Neither atomic nor under a lock of its own: of two accesses that race, one
 * is, or their locks differ. */
static inline bool mpck_is_bare(const struct mpp_op *op)
{
	return !op->guard && op->order == MPP_PLAIN;
}

static inline bool mpck_overlap(const struct mpp_op *a, const struct mpp_op *b)
{
	uintptr_t x = (uintptr_t)a->object, y = (uintptr_t)b->object;

	return x < y + b->size && y < x + a->size;
}

/* Two accesses that may not be made at once by different tasks. */
static inline bool mpck_conflict(const struct mpp_op *a, const struct mpp_op *b)
{
	return mpck_overlap(a, b) && (mpck_is_write(a) || mpck_is_write(b)) &&
	       !(mpck_is_atomic(a) && mpck_is_atomic(b)) &&
	       !(a->guard && a->guard == b->guard);
}

/*
 * What makes two races the same finding: the shared object (not which of its
 * items) and the two sides, in any order: what is done (enum mpp_op_kind) by
 * which line of the program.
 */
uint64_t mpck_race_side(const void *pc, uint8_t kind);
uint64_t mpck_race_key(const void *object, uint64_t a, uint64_t b);

#endif
