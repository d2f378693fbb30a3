/* SPDX-License-Identifier: MIT */
/*
 * image.c - images of simulated processes and their exchange; see image.h.
 *
 * The hot path is save and load: a few hundred bytes of memcpy each.  An image
 * of the simple form is one stack's chunks and small data; the general form
 * has all that image.h lists.
 */
#include "machine/image.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/bytes.h"
#include "machine/tools.h"
#include "machine/window_parts.h"

struct mpck_image {
	uint32_t capacity, size;	/* of bytes[] */
	uint32_t heap;			/* bytes of block and small heap */
	mpck_taskset slots;
	struct mpck_page_set pages[2];	/* heap, data */
	void *sp;			/* NULL, or: one stack from here up, and
					 * small data; bytes[] has the stack's
					 * chunks, then the data */
	void *base;			/* of those chunks in the window */
	uint32_t chunks;
	unsigned char *bytes;		/* heap, data, then per slot: its sp
					 * (8 bytes), its stack, its shadow */
};

static struct mpck_image *image_room(struct mpck_image *image, size_t size)
{
	if (!image) {
		image = calloc(1, sizeof(*image));
		if (!image)
			abort();
	}
	if (image->capacity < size) {
		/* Room to grow, so that a running search allocates nothing. */
		image->capacity = (uint32_t)(size * 2 + 1024);
		image->capacity = (image->capacity + 63) & ~63u;
		free(image->bytes);
		image->bytes = aligned_alloc(64, image->capacity);
		if (!image->bytes)
			abort();
	}
	image->size = (uint32_t)size;
	return image;
}

/* As image_room(), and without pages. */
static struct mpck_image *image_clean(struct mpck_image *image, size_t size)
{
	image = image_room(image, size);
	mpck_page_set_clear(&image->pages[0]);
	mpck_page_set_clear(&image->pages[1]);
	return image;
}

static unsigned char *put(unsigned char *to, const void *from, size_t size)
{
	mpck_copy(to, from, size);
	return to + size;
}

static size_t stack_bytes(unsigned slot, const void *sp)
{
	return (size_t)((char *)mpck_stack_top(slot) - (const char *)sp);
}

/* Copies the loaded heap and data to the start of an image with room for
 * `stacks` more bytes; returns where those go. */
static unsigned char *save_memory(struct mpck_image **image, size_t stacks)
{
	size_t heap = mpck_heap_bytes();
	struct mpck_image *i = image_room(*image, heap + mpck_window.data_size +
					  stacks);
	unsigned char *to = put(i->bytes, (void *)MPCK_WINDOW_BASE, heap);

	i->heap = (uint32_t)heap;
	i->sp = NULL;
	to = put(to, mpck_window.data, mpck_window.data_size);
	for (int k = 0; k < 2; k++) {
		if (mpck_window.pages[k].nlist || i->pages[k].count)
			mpck_pages_save(&mpck_window.pages[k], &i->pages[k]);
	}
	*image = i;
	return to;
}

static unsigned char *put_stack(unsigned char *to, unsigned slot, void *sp)
{
	size_t size = stack_bytes(slot, sp);

	mpck_tell_memory(sp, size);
	memcpy(to, &sp, sizeof(sp));
	to = put(to + sizeof(sp), sp, size);
	if (MPCK_ASAN)
		to = put(to, mpck_shadow(sp), mpck_shadow_size(size));
	return to;
}

/*
 * The usual process has one task, an untouched heap and a few bytes of data:
 * its image is a few chunks, and exchanging two such is most of a search.
 */
static bool is_simple(mpck_taskset slots)
{
	return !MPCK_ASAN && !(slots & (slots - 1)) && !MPCK_BLOCK->used &&
	       !mpck_window.pages[0].nlist && !mpck_window.pages[1].nlist;
}

static size_t chunks_from(unsigned slot, const void *sp)
{
	return ((uintptr_t)mpck_stack_top(slot) - (uintptr_t)sp +
		MPCK_CHUNK - 1) / MPCK_CHUNK;
}

/* Where the chunk of sp begins; below sp all is zero. */
static void *chunk_of(const void *sp)
{
	return (void *)((uintptr_t)sp & ~(uintptr_t)(MPCK_CHUNK - 1));
}

static struct mpck_image *save_simple(struct mpck_image *image,
				      mpck_taskset slots, void *sp)
{
	unsigned slot = mpck_set_first(slots);
	void *base = chunk_of(sp);
	size_t chunks = chunks_from(slot, sp);
	size_t stack = chunks * MPCK_CHUNK;

	if (__builtin_expect(!image || image->capacity < stack +
					       mpck_window.data_size ||
			     image->pages[0].count || image->pages[1].count, 0))
		image = image_clean(image, stack + mpck_window.data_size);
	mpck_tell_memory(base, stack);
	image->size = (uint32_t)(stack + mpck_window.data_size);
	image->slots = slots;
	image->heap = 0;
	image->sp = sp;
	image->base = base;
	image->chunks = (uint32_t)chunks;
	mpck_copy_chunks(image->bytes, base, chunks);
	mpck_copy(image->bytes + stack, mpck_window.data,
		  mpck_window.data_size);
	return image;
}

/* What is loaded is simple too, and has the same stack. */
static void load_simple(const struct mpck_image *image)
{
	unsigned slot = mpck_set_first(image->slots);
	char *to = image->base;
	char *old = chunk_of(mpck_window.low[slot]);

	if (__builtin_expect(mpck_on_valgrind, 0))
		mpck_tell_memory(old < to ? old : to,
				 (size_t)((char *)mpck_stack_top(slot) -
					  (old < to ? old : to)));
	if (old < to)
		mpck_zero_lines(old, (size_t)(to - old) / 64);
	mpck_copy_chunks(to, image->bytes, image->chunks);
	mpck_copy(mpck_window.data, image->bytes + image->chunks * MPCK_CHUNK,
		  mpck_window.data_size);
	mpck_window.low[slot] = image->sp;
}

static struct mpck_image *save_any(struct mpck_image *image, mpck_taskset slots,
				   void *const *sp)
{
	size_t stacks = 0;
	unsigned char *to;

	for (mpck_taskset s = slots; s; s &= s - 1) {
		unsigned slot = mpck_set_first(s);
		size_t size = stack_bytes(slot, sp[slot]);

		stacks += sizeof(void *) + size + mpck_shadow_size(size);
	}
	to = save_memory(&image, stacks);
	image->slots = slots;
	for (mpck_taskset s = slots; s; s &= s - 1)
		to = put_stack(to, mpck_set_first(s), sp[mpck_set_first(s)]);
	return image;
}

struct mpck_image *mpck_image_save(struct mpck_image *image,
				   mpck_taskset slots, void *const *sp)
{
	if (is_simple(slots))
		return save_simple(image, slots, sp[mpck_set_first(slots)]);
	return save_any(image, slots, sp);
}

/* A stack that begins with a copy of arg, over the parent's from `base` up. */
static unsigned char *put_child_stack(unsigned char *to, unsigned slot,
				      const void *arg, size_t arg_size,
				      unsigned char *base, bool inherit,
				      void **sp)
{
	unsigned char *top = mpck_stack_top(slot);
	size_t copied = (arg_size + 15) & ~(size_t)15;
	size_t size = (size_t)(top - base) + copied;

	*sp = base - copied;
	memcpy(to, sp, sizeof(*sp));
	to += sizeof(*sp);
	mpck_zero(to, size + mpck_shadow_size(size));
	mpck_copy(to, arg, arg_size);
	if (!inherit) {
		/* errno is inherited, as with fork(2). */
		memcpy(to + copied, mpck_window.error_number, sizeof(int));
		mpck_copy(to + copied + 16, mpck_window.tls,
			  mpck_window.tls_size);
		return to + size + mpck_shadow_size(size);
	}
	mpck_tell_memory(base, (size_t)(top - base));
	mpck_copy(to + copied, base, (size_t)(top - base));
	if (MPCK_ASAN)
		mpck_copy(to + size + mpck_shadow_size(copied),
			  mpck_shadow(base),
			  mpck_shadow_size((size_t)(top - base)));
	return to + size + mpck_shadow_size(size);
}

struct mpck_image *mpck_image_fork(struct mpck_image *image, unsigned slot,
				   const void *arg, size_t arg_size,
				   mpck_taskset inherited, void **sp)
{
	unsigned char *top = mpck_stack_top(slot);
	bool inherit = mpck_set_has(inherited, slot);
	unsigned char *base = inherit
		? (unsigned char *)((uintptr_t)sp[slot] & ~(uintptr_t)15)
		: top - mpck_top_bytes();
	size_t own = (size_t)(top - base) + ((arg_size + 15) & ~(size_t)15);
	size_t stacks = sizeof(void *) + own + mpck_shadow_size(own);
	mpck_taskset slots = inherited | mpck_set_of(slot);
	unsigned char *to;

	for (mpck_taskset s = inherited & ~mpck_set_of(slot); s; s &= s - 1) {
		size_t size = stack_bytes(mpck_set_first(s),
					  sp[mpck_set_first(s)]);

		stacks += sizeof(void *) + size + mpck_shadow_size(size);
	}
	to = save_memory(&image, stacks);
	image->slots = slots;
	for (mpck_taskset s = slots; s; s &= s - 1) {
		unsigned i = mpck_set_first(s);

		to = i == slot ? put_child_stack(to, slot, arg, arg_size, base,
						 inherit, &sp[slot])
			       : put_stack(to, i, sp[i]);
	}
	return image;
}

static void load_memory(const struct mpck_image *image)
{
	size_t old = mpck_heap_bytes();

	mpck_copy((void *)MPCK_WINDOW_BASE, image->bytes, image->heap);
	if (image->heap < old)
		mpck_zero((void *)(MPCK_WINDOW_BASE + image->heap),
			  old - image->heap);
	mpck_copy(mpck_window.data, image->bytes + image->heap,
		  mpck_window.data_size);
	for (int k = 0; k < 2; k++) {
		if (mpck_window.pages[k].nlist || image->pages[k].count)
			mpck_pages_load(&mpck_window.pages[k],
					&image->pages[k]);
	}
}

/* This and the next are kept out of mpck_image_load(): inside it they cost the
 * simple form registers to save. */
__attribute__((noinline)) static void
load_any(const struct mpck_image *image)
{
	const unsigned char *from = image->bytes + image->heap +
				    mpck_window.data_size;

	load_memory(image);
	/* Of the old process's stacks, what the new one does not cover. */
	for (mpck_taskset s = mpck_window.loaded & ~image->slots; s; s &= s - 1)
		mpck_stack_clear_to(mpck_set_first(s),
				    mpck_stack_top(mpck_set_first(s)));
	for (mpck_taskset s = image->slots; s; s &= s - 1) {
		unsigned slot = mpck_set_first(s);
		void *sp;
		size_t size;

		memcpy(&sp, from, sizeof(sp));
		size = stack_bytes(slot, sp);
		mpck_stack_reach(slot, sp);
		mpck_stack_clear_to(slot, sp);
		mpck_tell_memory(sp, size);
		mpck_copy(sp, from + sizeof(sp), size);
		from += sizeof(sp) + size;
		if (MPCK_ASAN)
			mpck_copy(mpck_shadow(sp), from, mpck_shadow_size(size));
		from += mpck_shadow_size(size);
		mpck_window.low[slot] = sp;
	}
	mpck_window.loaded = image->slots;
}

/* A simple image over anything: as if it had been saved the other way. */
__attribute__((noinline)) static void
load_simple_over_any(const struct mpck_image *image)
{
	unsigned slot = mpck_set_first(image->slots);
	size_t chunks = image->chunks;

	mpck_window_empty();
	mpck_stack_reach(slot, image->sp);
	mpck_tell_memory(chunk_of(image->sp), chunks * MPCK_CHUNK);
	mpck_copy_chunks(chunk_of(image->sp), image->bytes, chunks);
	mpck_copy(mpck_window.data, image->bytes + chunks * MPCK_CHUNK,
		  mpck_window.data_size);
	mpck_window.low[slot] = image->sp;
	mpck_window.loaded = image->slots;
}

void mpck_image_load(const struct mpck_image *image)
{
	if (!image->sp)
		load_any(image);
	else if (mpck_window.loaded == image->slots && is_simple(image->slots))
		load_simple(image);
	else
		load_simple_over_any(image);
}

void mpck_image_free(struct mpck_image *image)
{
	if (!image)
		return;
	mpck_page_set_clear(&image->pages[0]);
	mpck_page_set_clear(&image->pages[1]);
	free(image->bytes);
	free(image);
}

/* It will not be saved into. */
static struct mpck_image *image_exactly(size_t size)
{
	struct mpck_image *image = calloc(1, sizeof(*image));
	size_t capacity = (size + 63) & ~(size_t)63;

	if (!image)
		abort();
	image->capacity = (uint32_t)capacity;
	image->size = (uint32_t)size;
	image->bytes = aligned_alloc(64, capacity ? capacity : 64);
	if (!image->bytes)
		abort();
	return image;
}

struct mpck_image *mpck_image_copy(const struct mpck_image *image)
{
	struct mpck_image *copy = image_exactly(image->size);

	mpck_copy(copy->bytes, image->bytes, image->size);
	copy->heap = image->heap;
	copy->sp = image->sp;
	copy->base = image->base;
	copy->chunks = image->chunks;
	copy->slots = image->slots;
	mpck_page_set_copy(&copy->pages[0], &image->pages[0]);
	mpck_page_set_copy(&copy->pages[1], &image->pages[1]);
	return copy;
}

mpck_taskset mpck_image_slots(const struct mpck_image *image)
{
	return image->slots;
}

void mpck_image_hash(const struct mpck_image *image, uint64_t hash[2])
{
	uint64_t all[6] = { hash[0], hash[1], image->heap, image->slots,
			    (uintptr_t)image->sp, image->size };
	XXH128_hash_t h;

	mpck_tell_memory(image->bytes, image->size);
	h = XXH3_128bits_withSeed(image->bytes, image->size,
				  XXH3_64bits(all, sizeof(all)));
	for (int k = 0; k < 2; k++)
		mpck_page_set_hash(&mpck_window.pages[k], &image->pages[k],
				   hash);
	all[0] = hash[0];
	all[1] = hash[1];
	all[4] = h.low64;
	all[5] = h.high64;
	h = XXH3_128bits(all, sizeof(all));
	hash[0] = h.low64;
	hash[1] = h.high64;
}

size_t mpck_image_footprint(const struct mpck_image *image)
{
	return sizeof(*image) + image->capacity +
	       (image->pages[0].count + image->pages[1].count) *
	       (sizeof(image->pages[0].entries[0]) + MPCK_PAGE);
}

const void *mpck_image_bytes(const struct mpck_image *image, size_t *size)
{
	*size = image ? image->size : 0;
	return image ? image->bytes : NULL;
}
