/* SPDX-License-Identifier: MIT */
/*
 * heap.c - the canonical allocator; see heap.h.
 *
 * Blocks of one size class stand among others in one row from the heap's
 * start, each behind a header.  A freed block is found again by walking the
 * row from the lowest free block of its class.
 */
#include "machine/heap.h"

#include <string.h>

#include "machine/window.h"

struct header {
	uint32_t size;			/* bytes after the header */
	uint16_t class;
	uint16_t used;			/* USED or 0 */
	uint64_t asked;			/* bytes the caller wanted */
};

enum { USED = 0xa110, SMALL_CLASSES = 8 };

static unsigned class_of(size_t size)
{
	unsigned class = SMALL_CLASSES;

	if (size <= 128)
		return size ? (unsigned)((size - 1) / 16) : 0;
	for (size_t room = 256; room < size; room *= 2)
		class++;
	return class;
}

static uint32_t class_size(unsigned class)
{
	return class < SMALL_CLASSES ? (class + 1) * 16
				     : 256u << (class - SMALL_CLASSES);
}

static struct header *at(uint32_t offset)
{
	return (struct header *)(MPCK_HEAP_BASE + offset);
}

static uint32_t next_free(uint32_t offset, unsigned class)
{
	while (offset < MPCK_BLOCK->heap_end) {
		const struct header *h = at(offset);

		if (h->class == class && h->used != USED)
			return offset + 1;
		offset += (uint32_t)sizeof(*h) + h->size;
	}
	return 0;
}

static struct header *reuse(unsigned class)
{
	uint32_t found = MPCK_BLOCK->lowest_free[class];
	struct header *h;

	if (!found)
		return NULL;
	h = at(found - 1);
	MPCK_BLOCK->lowest_free[class] =
		next_free(found - 1 + (uint32_t)sizeof(*h) + h->size, class);
	return h;
}

static struct header *extend(unsigned class)
{
	uint32_t offset = MPCK_BLOCK->heap_end;
	size_t end = (size_t)offset + sizeof(struct header) + class_size(class);
	struct header *h = at(offset);

	if (end > MPCK_HEAP_LIMIT - 4096)
		return NULL;
	MPCK_BLOCK->used = 1;
	h->size = class_size(class);
	h->class = (uint16_t)class;
	MPCK_BLOCK->heap_end = (uint32_t)end;
	return h;
}

void *mpck_heap_alloc(size_t size)
{
	struct header *h;
	unsigned class;

	if (size > (size_t)1 << 27)
		return NULL;
	class = class_of(size);
	h = reuse(class);
	if (!h)
		h = extend(class);
	if (!h)
		return NULL;
	h->used = USED;
	h->asked = size;
	return h + 1;
}

static struct header *header_of(const void *p)
{
	uintptr_t offset = (uintptr_t)p - sizeof(struct header) -
			   MPCK_HEAP_BASE;
	struct header *h = (struct header *)((uintptr_t)p - sizeof(*h));

	if (offset >= MPCK_BLOCK->heap_end || (uintptr_t)p % 16 ||
	    h->used != USED)
		return NULL;
	return h;
}

bool mpck_heap_free(void *p)
{
	struct header *h = header_of(p);
	uint32_t mark;

	if (!h)
		return false;
	mark = (uint32_t)((uintptr_t)h - MPCK_HEAP_BASE) + 1;
	memset(p, 0, h->asked);
	h->used = 0;
	h->asked = 0;
	if (!MPCK_BLOCK->lowest_free[h->class] ||
	    mark < MPCK_BLOCK->lowest_free[h->class])
		MPCK_BLOCK->lowest_free[h->class] = mark;
	return true;
}

size_t mpck_heap_size(const void *p)
{
	const struct header *h = header_of(p);

	return h ? h->size : 0;
}
