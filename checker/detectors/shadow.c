/* SPDX-License-Identifier: MIT */
/* shadow.c - see shadow.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* MAP_NORESERVE, madvise */
#endif
#include "detectors/shadow.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "basics.h"
#include "machine/segment.h"

struct word {
	uint32_t execution;	/* of which the rest speaks */
	uint32_t cells;		/* index of the first; 0: none */
	uint32_t tag;
	bool split;		/* each cell is one byte */
};

/* Only pages that are touched exist. */
#define WORDS_SIZE (MPCK_SHARED_LIMIT / 8 * sizeof(struct word))

struct mpck_shadow {
	struct word *words;
	uint32_t execution;
	struct mpck_cell *cells;	/* index 0 is not used */
	uint32_t ncells, cells_room;
	struct mpck_past *reads;	/* likewise */
	uint32_t nreads, reads_room;
	uint32_t free_reads;		/* list of those given back */
};

struct mpck_shadow *mpck_shadow_new(void)
{
	struct mpck_shadow *s = mpck_checked(calloc(1, sizeof(*s)));

	s->words = mmap(NULL, WORDS_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->words == MAP_FAILED)
		abort();
	return s;
}

void mpck_shadow_free(struct mpck_shadow *s)
{
	munmap(s->words, WORDS_SIZE);
	free(s->cells);
	free(s->reads);
	free(s);
}

void mpck_shadow_begin(struct mpck_shadow *s)
{
	if (++s->execution == 0) {
		/* All pages are zeroes again. */
		madvise(s->words, WORDS_SIZE, MADV_DONTNEED);
		s->execution = 1;
	}
	s->ncells = s->nreads = 1;
	s->free_reads = 0;
}

static struct word *word_at(struct mpck_shadow *s, uintptr_t offset)
{
	struct word *w = &s->words[offset / 8];

	if (w->execution != s->execution)
		*w = (struct word){ .execution = s->execution };
	return w;
}

uint32_t *mpck_shadow_tag(struct mpck_shadow *s, const void *inside)
{
	uintptr_t offset = (uintptr_t)inside - MPCK_SHARED_INSIDE;

	return offset < MPCK_SHARED_LIMIT ? &word_at(s, offset)->tag : NULL;
}

void mpck_shadow_forget(struct mpck_shadow *s, const void *inside, size_t size)
{
	uintptr_t offset = (uintptr_t)inside - MPCK_SHARED_INSIDE;

	for (uintptr_t at = offset & ~(uintptr_t)7; at < offset + size; at += 8)
		s->words[at / 8].execution = 0;
}

/*
 * Reads.
 */
struct mpck_past *mpck_shadow_read(struct mpck_shadow *s, uint32_t index)
{
	return &s->reads[index];
}

uint32_t mpck_shadow_add_read(struct mpck_shadow *s)
{
	uint32_t index = s->free_reads;

	if (index) {
		s->free_reads = s->reads[index].next;
	} else {
		if (s->nreads >= s->reads_room) {
			s->reads_room = s->reads_room * 2 + 64;
			s->reads = mpck_checked(realloc(
				s->reads, s->reads_room * sizeof(*s->reads)));
		}
		index = s->nreads++;
	}
	s->reads[index] = (struct mpck_past){ .clock = 0 };
	return index;
}

void mpck_shadow_drop_read(struct mpck_shadow *s, uint32_t index)
{
	s->reads[index].next = s->free_reads;
	s->free_reads = index;
}

/*
 * Cells.
 */
static uint32_t add_cell(struct mpck_shadow *s, struct word *w, uint8_t bytes)
{
	if (s->ncells >= s->cells_room) {
		s->cells_room = s->cells_room * 2 + 64;
		s->cells = mpck_checked(realloc(
			s->cells, s->cells_room * sizeof(*s->cells)));
	}
	s->cells[s->ncells] = (struct mpck_cell){ .bytes = bytes,
						  .next = w->cells };
	w->cells = s->ncells;
	return s->ncells++;
}

static uint32_t copy_reads(struct mpck_shadow *s, uint32_t from)
{
	uint32_t first = 0;

	for (; from; from = s->reads[from].next) {
		uint32_t copy = mpck_shadow_add_read(s);

		s->reads[copy] = s->reads[from];
		s->reads[copy].next = first;
		first = copy;
	}
	return first;
}

/* A cell for each byte that has one. */
static void split(struct mpck_shadow *s, struct word *w)
{
	uint32_t old = w->cells;

	w->cells = 0;
	w->split = true;
	for (; old; old = s->cells[old].next) {
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			uint32_t c;

			if (!(s->cells[old].bytes & bit))
				continue;
			c = add_cell(s, w, (uint8_t)bit);
			s->cells[c].write = s->cells[old].write;
			s->cells[c].reads = copy_reads(s, s->cells[old].reads);
		}
	}
}

/* The cell of just these bytes; 0: there is none, but others overlap. */
static uint32_t find(struct mpck_shadow *s, struct word *w, uint8_t bytes)
{
	bool overlaps = false;

	for (uint32_t c = w->cells; c; c = s->cells[c].next) {
		if (s->cells[c].bytes == bytes)
			return c;
		overlaps |= s->cells[c].bytes & bytes;
	}
	return overlaps ? 0 : add_cell(s, w, bytes);
}

static void each_of_word(struct mpck_shadow *s, struct word *w, uint8_t bytes,
			 void (*fn)(void *, struct mpck_cell *), void *context)
{
	uint32_t c = w->split ? 0 : find(s, w, bytes);

	if (c) {
		fn(context, &s->cells[c]);
		return;
	}
	if (!w->split)
		split(s, w);
	for (unsigned bit = 1; bit < 256; bit <<= 1) {
		if (bytes & bit)
			fn(context, &s->cells[find(s, w, (uint8_t)bit)]);
	}
}

void mpck_shadow_each(struct mpck_shadow *s, const void *inside, size_t size,
		      void (*fn)(void *, struct mpck_cell *), void *context)
{
	uintptr_t offset = (uintptr_t)inside - MPCK_SHARED_INSIDE;

	if (offset >= MPCK_SHARED_LIMIT || size > MPCK_SHARED_LIMIT - offset)
		return;
	while (size) {
		unsigned first = offset % 8;
		unsigned n = size < 8 - first ? (unsigned)size : 8 - first;

		each_of_word(s, word_at(s, offset),
			     (uint8_t)(((1u << n) - 1) << first), fn, context);
		offset += n;
		size -= n;
	}
}
