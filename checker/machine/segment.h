/* SPDX-License-Identifier: MIT */
/*
 * segment.h - memory shared by simulated processes, mapped twice.
 *
 * The program gets addresses that cannot be touched; libmpp works on the same
 * memory at the inside address, MPCK_DOOR bytes away.  So a direct access by
 * the program is a fault that is reported, never a hole in a proof.
 */
#ifndef MPCK_SEGMENT_H
#define MPCK_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/window.h"

#define MPCK_SHARED_LIMIT ((size_t)1 << 30)
#define MPCK_SHARED_USER (MPCK_WINDOW_BASE + ((uintptr_t)4 << 30))
#define MPCK_SHARED_INSIDE (MPCK_SHARED_USER + ((uintptr_t)2 << 30))
#define MPCK_DOOR ((ptrdiff_t)(MPCK_SHARED_INSIDE - MPCK_SHARED_USER))

bool mpck_segments_open(void);
void mpck_segments_close(void);
/* No segment, all bytes zero. */
void mpck_segments_reset(void);
/* Remember what is there now; go back to it. */
void mpck_segments_snapshot(void);
void mpck_segments_restore(void);

/* Bytes of shared memory in use, from its start. */
size_t mpck_segments_end(void);
/* Which segments there are, as bytes that are equal iff that is; and back to
 * such a table, with the bytes of shared memory that go with it; NULL: the
 * table is right already.  The generation differs after every change. */
uint64_t mpck_segments_generation(void);
size_t mpck_segments_table(const void **table);
void mpck_segments_load(const void *table, const void *bytes, size_t size);

/* Of the remembered state; equal as long as nobody wrote into it. */
uint64_t mpck_segments_checksum(void);

/* User address of `size` zeroed bytes; NULL: limit reached. */
void *mpck_segment_new(size_t size, const char *name);
void mpck_segment_free(void *user, size_t size);

/* 64-byte line of an inside address, for tables by line; UINT32_MAX: not
 * shared memory. */
static inline uint32_t mpck_segment_line(const void *inside)
{
	uintptr_t offset = (uintptr_t)inside - MPCK_SHARED_INSIDE;

	return offset < MPCK_SHARED_LIMIT ? (uint32_t)(offset / 64)
					  : UINT32_MAX;
}

/* It belongs to a segment that was given back (and to none made later). */
extern uint32_t mpck_segments_dead __attribute__((visibility("hidden")));
bool mpck_segment_look_dead(const void *inside);
static inline bool mpck_segment_is_dead(const void *inside)
{
	/* Most programs give nothing back while others still work. */
	return mpck_segments_dead && mpck_segment_look_dead(inside);
}
/* The first address of the segment that has this one; inside addresses. */
const void *mpck_segment_start(const void *inside);
/* From now on the segment that begins at a user address has this name. */
void mpck_segment_rename(const void *user, const char *name);
/* Names an inside address: "lock#1", "array#2 + 8", "balance". */
void mpck_segment_name(const void *inside, char text[64]);
/* Which primitive of libmpp an inside address belongs to, whatever the program
 * calls it: "lock", "value"; "": one of those that nobody asks for. */
const char *mpck_segment_kind(const void *inside);
bool mpck_segment_is_user(const void *address);

#endif
