/* SPDX-License-Identifier: MIT */
/*
 * definedness.c - a bit for each byte of shared memory: a word for each line.
 * There are words only up to the last line that ever had an undefined byte.
 */
#include "machine/definedness.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"

enum { LINE = 64 };		/* bytes of memory that a word is for */

struct bits {
	uint64_t *words;	/* 1: undefined */
	size_t count;		/* words; behind them all is defined */
	uint32_t undefined;	/* bytes */
};

static struct bits now, before;
uint32_t mpck_undefined_bytes;	/* now.undefined */

static void make_room(struct bits *b, size_t count)
{
	if (count <= b->count)
		return;
	b->words = mpck_checked(realloc(b->words,
					count * sizeof(*b->words)));
	memset(b->words + b->count, 0,
	       (count - b->count) * sizeof(*b->words));
	b->count = count;
}

/* The bits of a word that are for bytes offset..end - 1. */
static uint64_t mask_of(size_t word, uint64_t offset, uint64_t end)
{
	uint64_t first = (uint64_t)word * LINE, mask = ~UINT64_C(0);

	if (offset > first)
		mask &= ~UINT64_C(0) << (offset - first);
	if (end < first + LINE)
		mask &= ~UINT64_C(0) >> (first + LINE - end);
	return mask;
}

static void set_word(size_t i, uint64_t word)
{
	now.undefined -= (uint32_t)__builtin_popcountll(now.words[i]);
	now.undefined += (uint32_t)__builtin_popcountll(word);
	now.words[i] = word;
}

void mpck_define(uint32_t offset, uint32_t size, bool defined)
{
	uint64_t end = (uint64_t)offset + size;
	size_t last = (size_t)((end + LINE - 1) / LINE);

	if (!size || (defined && !now.undefined))
		return;
	if (!defined)
		make_room(&now, last);
	for (size_t i = offset / LINE; i < last && i < now.count; i++) {
		uint64_t mask = mask_of(i, offset, end);

		set_word(i, defined ? now.words[i] & ~mask
				    : now.words[i] | mask);
	}
	mpck_undefined_bytes = now.undefined;
}

uint32_t mpck_first_undefined(uint32_t offset, uint32_t size)
{
	uint64_t end = (uint64_t)offset + size;
	size_t last = (size_t)((end + LINE - 1) / LINE);

	for (size_t i = offset / LINE; size && i < last && i < now.count; i++) {
		uint64_t word = now.words[i] & mask_of(i, offset, end);

		if (word)
			return (uint32_t)(i * LINE) +
			       (uint32_t)__builtin_ctzll(word);
	}
	return UINT32_MAX;
}

void mpck_definedness_reset(void)
{
	if (now.undefined)
		memset(now.words, 0, now.count * sizeof(*now.words));
	now.undefined = mpck_undefined_bytes = 0;
}

static void copy(struct bits *to, const struct bits *from)
{
	if (!to->undefined && !from->undefined)
		return;
	make_room(to, from->count);
	if (from->count)
		memcpy(to->words, from->words,
		       from->count * sizeof(*to->words));
	if (to->count > from->count)
		memset(to->words + from->count, 0,
		       (to->count - from->count) * sizeof(*to->words));
	to->undefined = from->undefined;
}

void mpck_definedness_snapshot(void)
{
	copy(&before, &now);
}

void mpck_definedness_restore(void)
{
	copy(&now, &before);
	mpck_undefined_bytes = now.undefined;
}

uint64_t mpck_definedness_checksum(void)
{
	return before.undefined
		       ? XXH3_64bits(before.words,
				     before.count * sizeof(*before.words))
		       : 0;
}

void mpck_definedness_close(void)
{
	free(now.words);
	free(before.words);
	now = before = (struct bits){ 0 };
	mpck_undefined_bytes = 0;
}

size_t mpck_definedness(size_t end, const void **bits)
{
	if (!now.undefined)
		return 0;
	make_room(&now, (end + LINE - 1) / LINE);
	*bits = now.words;
	return (end + LINE - 1) / LINE * sizeof(*now.words);
}

static uint32_t count_bits(void)
{
	uint32_t n = 0;

	for (size_t i = 0; i < now.count; i++)
		n += (uint32_t)__builtin_popcountll(now.words[i]);
	return n;
}

void mpck_definedness_load(const void *bits, size_t size)
{
	size_t count = size / sizeof(*now.words);

	if (!size) {
		mpck_definedness_reset();
		return;
	}
	make_room(&now, count);
	memcpy(now.words, bits, size);
	memset(now.words + count, 0, (now.count - count) * sizeof(*now.words));
	now.undefined = mpck_undefined_bytes = count_bits();
}
