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
#define MPCK_UNCHECKED __attribute__((no_sanitize("address")))
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

static inline void mpck_zero(void *at, size_t size)
{
	memset(at, 0, size);
}
#endif

MPCK_UNCHECKED static inline void mpck_zero_word(void *at)
{
	*(uint64_t *)at = 0;
}

/* Whole lines of 64 bytes; both ends are 16-aligned. */
MPCK_UNCHECKED static inline void mpck_copy_lines(void *to, const void *from,
						  size_t lines)
{
	typedef long long word __attribute__((vector_size(16), may_alias));
	word *t = to;
	const word *f = from;

	for (; lines; lines--, t += 4, f += 4) {
		word a = f[0], b = f[1], c = f[2], d = f[3];

		t[0] = a;
		t[1] = b;
		t[2] = c;
		t[3] = d;
	}
}

MPCK_UNCHECKED static inline void mpck_zero_lines(void *at, size_t lines)
{
	typedef long long word __attribute__((vector_size(16), may_alias));
	word *t = at;

	for (; lines; lines--, t += 4)
		t[0] = t[1] = t[2] = t[3] = (word){ 0, 0 };
}

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
