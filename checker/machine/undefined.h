/* SPDX-License-Identifier: MIT */
/*
 * undefined.h - what the program calls undefined, and who reads it.
 */
#ifndef MPCK_UNDEFINED_H
#define MPCK_UNDEFINED_H

#include "machine/definedness.h"
#include "machine/machine.h"

void mpck_undefined_reset(void);	/* a new execution */
void mpck_undefined_close(void);

/* The task performs the operation now. */
void mpck_undefined_grant(uint32_t task, const struct mpp_op *op);

static inline void mpck_look_for_undefined(uint32_t task,
					   const struct mpp_op *op)
{
	/* Most programs call nothing undefined. */
	if (__builtin_expect(mpck_undefined_bytes || mpck_undefines(op), 0))
		mpck_undefined_grant(task, op);
}

/* undefine.c: which item of its array, or byte of its segment, an inside address
 * belongs to; UINT32_MAX: the object is one item. */
uint32_t mpck_item_of(const void *inside);

#endif
