/* SPDX-License-Identifier: MIT */
/*
 * wide.h - 128-bit integers as decimal text, for sums that exceed 64 bits.
 *
 * Nothing here blocks, shares or fails but for the size of the buffer.
 */
#ifndef MPP_WIDE_H
#define MPP_WIDE_H

#include <mpp/base.h>

__extension__ typedef __int128 mpp_wide;

#define MPP_WIDE_TEXT 41	/* bytes that hold any mpp_wide: sign, 39, NUL */

/* Writes x in decimal into text; returns text. */
MPP_API char *mpp_wide_text(mpp_wide x, char text[MPP_WIDE_TEXT]);

#endif
