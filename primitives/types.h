/* SPDX-License-Identifier: MIT */
/*
 * types.h - typecodes, and the 64 bits every item is widened to.
 *
 * Bits:    an integer sign- or zero-extended to 64 bits; f and d as the bits of
 *          a double.  That is also what mpp_hooks.after() is given.
 */
#ifndef MPP_TYPES_H
#define MPP_TYPES_H

#include <mpp/wide.h>

#include "internal.h"

struct mpp_type {
	uint8_t size; /* bytes; 0: no such code */
	bool is_signed;
	bool is_floating;
};

extern const struct mpp_type mpp_types[128]
	__attribute__((visibility("hidden")));

/* Never NULL; size 0 for an unknown code. */
static inline const struct mpp_type *mpp_type(char code)
{
	return &mpp_types[(unsigned char)code < 128 ? code : 0];
}

/* One relaxed access of the type's size; `at` is aligned to it. */
MPP_HIDDEN uint64_t mpp_bits_load(const void *at, const struct mpp_type *type);
MPP_HIDDEN void mpp_bits_store(void *at, const struct mpp_type *type,
			       uint64_t bits);

/* f and d are truncated and clamped; not a number is 0. */
MPP_HIDDEN int64_t mpp_bits_int(uint64_t bits, const struct mpp_type *type);
MPP_HIDDEN double mpp_bits_double(uint64_t bits, const struct mpp_type *type);
/* Integer codes only: the exact value. */
MPP_HIDDEN mpp_wide mpp_bits_wide(uint64_t bits, const struct mpp_type *type);

/* Integer codes: x modulo 2^bits; compare mpp_bits_wide() with x for a wrap. */
MPP_HIDDEN uint64_t mpp_bits_of_wide(mpp_wide x, const struct mpp_type *type);
/* f and d: as the type keeps it; beyond the type's range: infinity. */
MPP_HIDDEN uint64_t mpp_bits_of_double(double x, const struct mpp_type *type);

#endif
