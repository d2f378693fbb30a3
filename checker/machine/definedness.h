/* SPDX-License-Identifier: MIT */
/*
 * definedness.h - which bytes of shared memory hold nothing yet.
 *
 * libmpp gives zeros, so all bytes are defined until the program says otherwise
 * (mpck_undefined(), undefined.c).  Which are not is part of shared memory's
 * state: it is kept and restored with it, and two states that differ in it are
 * two.
 */
#ifndef MPCK_DEFINEDNESS_H
#define MPCK_DEFINEDNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes are undefined, for all to see. */
extern uint32_t mpck_undefined_bytes __attribute__((visibility("hidden")));

/* Offsets count from the start of shared memory; sizes are in bytes. */
void mpck_define(uint32_t offset, uint32_t size, bool defined);
/* The first undefined byte there; UINT32_MAX: none. */
uint32_t mpck_first_undefined(uint32_t offset, uint32_t size);

/* All is defined. */
void mpck_definedness_reset(void);
/* Remember what is undefined now; go back to it. */
void mpck_definedness_snapshot(void);
void mpck_definedness_restore(void);
uint64_t mpck_definedness_checksum(void);	/* of what is remembered */
void mpck_definedness_close(void);

/*
 * For `end` bytes of shared memory, as bytes that are equal iff it is; 0: all
 * of them are defined.  And back to that.
 */
size_t mpck_definedness(size_t end, const void **bits);
void mpck_definedness_load(const void *bits, size_t size);

#endif
