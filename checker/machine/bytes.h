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
#define MPCK_UNCHECKED __attribute__((no_sanitize("address", "undefined")))
#else
#define MPCK_UNCHECKED
#endif

/* Sixteen bytes of anything, moved at once. */
typedef long long mpck_vector __attribute__((vector_size(16), may_alias));

#if MPCK_ASAN
typedef mpck_vector mpck_anywhere __attribute__((may_alias, aligned(1)));

MPCK_UNCHECKED static inline void mpck_copy(void *to, const void *from,
					    size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	for (; size >= 16; size -= 16, t += 16, f += 16) {
		__asm__ volatile("");	/* or it becomes a call to memcpy */
		*(mpck_anywhere *)t = *(const mpck_anywhere *)f;
	}
	for (; size; size--) {
		__asm__ volatile("");
		*t++ = *f++;
	}
}

MPCK_UNCHECKED static inline void mpck_zero(void *at, size_t size)
{
	unsigned char *t = at;

	for (; size >= 16; size -= 16, t += 16) {
		__asm__ volatile("");
		*(mpck_anywhere *)t = (mpck_anywhere){ 0, 0 };
	}
	for (; size; size--) {
		__asm__ volatile("");
		*t++ = 0;
	}
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

/* [low, high), low 16-aligned and high 8-aligned, less than a line. */
MPCK_UNCHECKED static inline void mpck_zero_words(void *low, void *high)
{
	char *at = low, *end = high;

	for (; at + 16 <= end; at += 16) {
		__asm__ volatile("");	/* a call to memset costs more */
		*(mpck_vector *)at = (mpck_vector){ 0, 0 };
	}
	if (at < end)
		*(uint64_t *)at = 0;
}

/*
 * Whole chunks of MPCK_CHUNK bytes; both ends are 16-aligned.  Tasks that
 * stopped in different calls then mostly need equally many, and the loops'
 * ends can be predicted.
 */
enum { MPCK_CHUNK = 128 };

MPCK_UNCHECKED static inline void mpck_copy_chunks(void *to, const void *from,
						   size_t chunks)
{
	mpck_vector *t = to;
	const mpck_vector *f = from;

	for (; chunks; chunks--, t += 8, f += 8) {
#pragma GCC unroll 2
		for (int i = 0; i < 8; i += 4) {
			mpck_vector a = f[i], b = f[i + 1], c = f[i + 2],
			     d = f[i + 3];

			t[i] = a;
			t[i + 1] = b;
			t[i + 2] = c;
			t[i + 3] = d;
		}
	}
}

/* Lines of 64 bytes, 16-aligned. */
MPCK_UNCHECKED static inline void mpck_zero_lines(void *at, size_t lines)
{
	mpck_vector *t = at;

	for (; lines; lines--, t += 4) {
		__asm__ volatile("");	/* a call to memset costs more */
		t[0] = t[1] = t[2] = t[3] = (mpck_vector){ 0, 0 };
	}
}

/* The lowest non-zero byte of [low, high), at mpck_vector precision; NULL: none.
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
