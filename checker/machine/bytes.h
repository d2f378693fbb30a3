/* SPDX-License-Identifier: MIT */
/*
 * bytes.h - copying and clearing memory that belongs to tasks.
 *
 * Under ASan the memory of a stopped task holds poisoned red zones, which an
 * intercepted memcpy() would report; so these are uninstrumented loops there,
 * and the shadow of a stack travels with it.
 */
#ifndef MPCK_BYTES_H
#define MPCK_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define MPCK_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MPCK_ASAN 1
#endif
#endif
#ifndef MPCK_ASAN
#define MPCK_ASAN 0
#endif

#if MPCK_ASAN
#define MPCK_UNCHECKED __attribute__((no_sanitize("address"), noinline))
#else
#define MPCK_UNCHECKED
#endif

#if MPCK_ASAN
MPCK_UNCHECKED static inline void mpck_copy(void *to, const void *from,
					    size_t size)
{
	volatile unsigned char *t = to;
	const unsigned char *f = from;

	for (size_t i = 0; i < size; i++)
		t[i] = f[i];
}

MPCK_UNCHECKED static inline void mpck_zero(void *at, size_t size)
{
	volatile unsigned char *t = at;

	for (size_t i = 0; i < size; i++)
		t[i] = 0;
}
#else
/* Most pieces are a few words: a call costs more than the copy. */
static inline void mpck_copy(void *to, const void *from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (size > 64 || size % 8) {
		memcpy(to, from, size);
		return;
	}
	for (; size; size -= 8, t += 8, f += 8)
		__builtin_memcpy(t, f, 8);
}

/* Stack parts: 16-aligned, a few hundred bytes. */
static inline void mpck_zero(void *at, size_t size)
{
	unsigned char *t = at;

	if (size > 1024 || size % 64) {
		memset(at, 0, size);
		return;
	}
	for (; size; size -= 64, t += 64) {
		__builtin_memset(t, 0, 64);
	}
}
#endif

/* The lowest non-zero byte of [low, high), at word precision; NULL: none.
 * Both are 8-aligned. */
MPCK_UNCHECKED static inline const uint64_t *
mpck_first_nonzero(const void *low, const void *high)
{
	const uint64_t *p = low, *end = high;

	for (; p + 8 <= end; p += 8) {
		if (p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7])
			break;
	}
	for (; p < end; p++) {
		if (*p)
			return p;
	}
	return NULL;
}

/* ASan keeps one shadow byte for eight bytes of memory. */
static inline void *mpck_shadow(const void *at)
{
	return (void *)(((uintptr_t)at >> 3) + 0x7fff8000);
}

static inline size_t mpck_shadow_size(size_t size)
{
	return MPCK_ASAN ? (size + 7) / 8 : 0;
}

#endif
