/* SPDX-License-Identifier: MIT */
/*
 * window.c - images of simulated processes and their exchange; see window.h.
 *
 * The hot path is save, load and stopped: a few hundred bytes of memcpy each.
 * Dead bytes below a stack pointer are cleared whenever a task stops, so an
 * uninitialised variable reads 0 whatever ran before, and equal states are
 * equal bytes.  How far below is learnt while the window is exact (then all
 * below is looked at); later that much is cleared unseen, and
 * mpck_window_residue() tells if it was too little.
 */
#include "machine/window.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "machine/bytes.h"
#include "machine/pages.h"
#include "machine/tools.h"

bool mpck_on_valgrind;

enum { REACH_START = 64, FIRST_STACK_BYTES = 4096 };

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

static struct {
	unsigned char *data;		/* the module's, when small */
	size_t data_size;
	unsigned char *initial;		/* its bytes when opened */
	unsigned char *tls;
	size_t tls_size;
	int *error_number;		/* errno of the one thread we are */
	unsigned char *tls_initial;
	struct mpck_pages pages[2];	/* heap beyond MPCK_SMALL, big data */
	mpck_taskset loaded;		/* slots in use by what is loaded */
	void *low[MPCK_MAX_TASKS];	/* per slot: all below is zero */
	uintptr_t mapped[MPCK_MAX_TASKS]; /* per slot: lowest usable address */
	mpck_taskset used;		/* slots ever used */
	size_t reaches[2];		/* of children, of the first process */
	bool exact;			/* look instead of trusting them */
} window;

static bool reserve(uintptr_t at, size_t size, int protection)
{
	void *p = mmap((void *)at, size, protection,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		       MAP_FIXED_NOREPLACE, -1, 0);

	return p == (void *)at;
}

static bool open_data(void *data, size_t size)
{
	uintptr_t low = (uintptr_t)data & ~(uintptr_t)(MPCK_PAGE - 1);
	uintptr_t high = ((uintptr_t)data + size + MPCK_PAGE - 1) &
			 ~(uintptr_t)(MPCK_PAGE - 1);

	if (size > MPCK_SMALL)
		return mpck_pages_open(&window.pages[1], (void *)low,
				       high - low, true);
	window.data = data;
	window.data_size = size;
	window.initial = malloc(size + 1);
	if (!window.initial)
		return false;
	mpck_copy(window.initial, data, size);
	return true;
}

static bool open_tls(void *tls, size_t size)
{
	window.tls = tls;
	window.tls_size = (size + 15) & ~(size_t)15;
	if (!size)
		return true;
	window.tls_initial = calloc(1, window.tls_size);
	if (!window.tls_initial)
		return false;
	mpck_copy(window.tls_initial, tls, size);
	window.tls_size = size;
	return true;
}

bool mpck_window_open(void *data, size_t data_size, void *tls, size_t tls_size)
{
	mpck_on_valgrind = RUNNING_ON_VALGRIND;
	window.error_number = &errno;
	window.reaches[0] = window.reaches[1] = REACH_START;
	if (!reserve(MPCK_WINDOW_BASE, MPCK_HEAP_LIMIT, PROT_READ | PROT_WRITE))
		return false;
	/* The gaps before and after stay PROT_NONE. */
	if (!reserve(MPCK_WINDOW_BASE + MPCK_HEAP_LIMIT,
		     (1 << 20) + MPCK_MAX_TASKS * MPCK_STACK_SIZE + (1 << 20),
		     PROT_NONE) ||
	    !reserve(MPCK_WINDOW_BASE - (1 << 20), 1 << 20, PROT_NONE))
		return false;
	if (!mpck_pages_open(&window.pages[0],
			     (void *)(MPCK_WINDOW_BASE + MPCK_SMALL),
			     MPCK_HEAP_LIMIT - MPCK_SMALL, false))
		return false;
	return open_data(data, data_size) && open_tls(tls, tls_size);
}

void mpck_window_close(void)
{
	mpck_window_reset();
	mpck_pages_close(&window.pages[0]);
	mpck_pages_close(&window.pages[1]);
	free(window.initial);
	free(window.tls_initial);
	munmap((void *)(MPCK_WINDOW_BASE - (1 << 20)), (1 << 20) +
	       MPCK_HEAP_LIMIT + (2 << 20) + MPCK_MAX_TASKS * MPCK_STACK_SIZE);
	memset(&window, 0, sizeof(window));
}

/* Stacks: pages appear on first use, so that the lowest one bounds what a
 * task can have written. */
static bool open_slot(unsigned slot, uintptr_t down_to)
{
	uintptr_t top = (uintptr_t)mpck_stack_top(slot);

	if (mprotect((void *)down_to, top - down_to, PROT_READ | PROT_WRITE))
		return false;
	if (!mpck_set_has(window.used, slot))
		mpck_tell_new_stack((void *)(top - MPCK_STACK_SIZE),
				    (void *)top);
	window.mapped[slot] = down_to;
	window.used |= mpck_set_of(slot);
	return true;
}

static void use_slot(unsigned slot)
{
	if (!mpck_set_has(window.used, slot) &&
	    !open_slot(slot, (uintptr_t)mpck_stack_top(slot) -
			     FIRST_STACK_BYTES))
		abort();
}

void *mpck_window_usable(unsigned slot, void *sp)
{
	return (uintptr_t)sp < window.mapped[slot]
		       ? (void *)window.mapped[slot] : sp;
}

bool mpck_window_in_guard(const void *address)
{
	uintptr_t offset = (uintptr_t)address - MPCK_STACKS_BASE;

	return offset < MPCK_MAX_TASKS * MPCK_STACK_SIZE &&
	       offset % MPCK_STACK_SIZE < MPCK_STACK_GUARD;
}

bool mpck_window_fault(const void *address, bool write)
{
	uintptr_t offset = (uintptr_t)address - MPCK_STACKS_BASE;
	unsigned slot = (unsigned)(offset / MPCK_STACK_SIZE);
	uintptr_t page = (uintptr_t)address & ~(uintptr_t)(MPCK_PAGE - 1);

	if (offset < MPCK_MAX_TASKS * MPCK_STACK_SIZE)
		return !mpck_window_in_guard(address) &&
		       mpck_set_has(window.used, slot) &&
		       page < window.mapped[slot] && open_slot(slot, page);
	if (!write)
		return false;
	return mpck_pages_fault(&window.pages[0], address) ||
	       mpck_pages_fault(&window.pages[1], address);
}

/* Clears [low, high) of a stack, and its shadow. */
static void clear_stack(void *low, void *high)
{
	size_t size = (size_t)((char *)high - (char *)low);

	mpck_tell_memory(low, size);
	mpck_zero(low, size);
	if (MPCK_ASAN)
		mpck_zero(mpck_shadow(low), mpck_shadow_size(size));
}

/* Clears at least reach bytes below deepest, and up to sp; deepest <= sp. */
static void clear_reach(unsigned slot, uintptr_t deepest, uintptr_t sp,
			size_t reach)
{
	uintptr_t low = (deepest - reach) & ~(uintptr_t)(MPCK_CHUNK - 1);
	uintptr_t high = sp & ~(uintptr_t)(MPCK_CHUNK - 1);

	if (low < window.mapped[slot])
		low = window.mapped[slot];
	mpck_tell_memory((void *)low, sp - low);
	mpck_zero_chunks((void *)low, (high - low) / MPCK_CHUNK);
	mpck_zero_words((void *)high, (void *)sp);
	if (MPCK_ASAN)
		mpck_zero(mpck_shadow((void *)low), mpck_shadow_size(sp - low));
}

/* Clears all that is not zero below sp, and learns how far that reached. */
static void clear_exactly(unsigned slot, uintptr_t deepest, uintptr_t sp,
			  size_t *reach)
{
	uintptr_t low = window.mapped[slot];
	uintptr_t at;

	mpck_tell_memory((void *)low, sp - low);
	at = (uintptr_t)mpck_first_nonzero((void *)low, (void *)sp);
	if (!at)
		return;
	if (at < deepest && *reach < deepest - at)
		*reach = (deepest - at + 63) & ~(size_t)63;
	clear_stack((void *)at, (void *)sp);
}

void mpck_window_stopped(unsigned slot, void *sp, const void *previous,
			 bool first_process)
{
	uintptr_t deepest = (uintptr_t)(previous < sp ? previous : sp);
	size_t *reach = &window.reaches[first_process];

	window.low[slot] = sp;
	if (__builtin_expect(window.exact, 0))
		clear_exactly(slot, deepest, (uintptr_t)sp, reach);
	else
		clear_reach(slot, deepest, (uintptr_t)sp, *reach);
}

void mpck_window_ended(unsigned slot, void *sp, const void *previous,
		       bool thread, bool first_process)
{
	/* What a process's last task left is cleared when others are loaded;
	 * a thread's place may be taken before. */
	if (thread)
		sp = mpck_stack_top(slot);
	else if (previous < sp)
		sp = (void *)(uintptr_t)previous;
	mpck_window_stopped(slot, sp, previous, first_process);
}

void mpck_window_exact(bool exact)
{
	window.exact = exact;
}

bool mpck_window_residue(void)
{
	bool found = false;

	for (mpck_taskset s = window.used; s; s &= s - 1) {
		unsigned slot = mpck_set_first(s);
		void *high = mpck_set_has(window.loaded, slot)
				     ? window.low[slot] : mpck_stack_top(slot);
		const uint64_t *at;

		high = (void *)((uintptr_t)high & ~(uintptr_t)7);
		mpck_tell_memory((void *)window.mapped[slot],
				 (uintptr_t)high - window.mapped[slot]);
		at = mpck_first_nonzero((void *)window.mapped[slot], high);
		if (!at)
			continue;
		clear_stack((void *)(uintptr_t)at, high);
		found = true;
	}
	return found;
}

/* Of the block and the small heap; a process that never used them has none. */
static size_t heap_bytes(void)
{
	size_t size = MPCK_HEAP_BASE - MPCK_WINDOW_BASE + MPCK_BLOCK->heap_end;

	if (!MPCK_BLOCK->used)
		return 0;
	return size < MPCK_SMALL ? size : MPCK_SMALL;
}

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
	size_t heap = heap_bytes();
	struct mpck_image *i = image_room(*image, heap + window.data_size +
					  stacks);
	unsigned char *to = put(i->bytes, (void *)MPCK_WINDOW_BASE, heap);

	i->heap = (uint32_t)heap;
	i->sp = NULL;
	to = put(to, window.data, window.data_size);
	for (int k = 0; k < 2; k++) {
		if (window.pages[k].nlist || i->pages[k].count)
			mpck_pages_save(&window.pages[k], &i->pages[k]);
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
	       !window.pages[0].nlist && !window.pages[1].nlist;
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
					       window.data_size ||
			     image->pages[0].count || image->pages[1].count, 0))
		image = image_clean(image, stack + window.data_size);
	mpck_tell_memory(base, stack);
	image->size = (uint32_t)(stack + window.data_size);
	image->slots = slots;
	image->heap = 0;
	image->sp = sp;
	image->base = base;
	image->chunks = (uint32_t)chunks;
	mpck_copy_chunks(image->bytes, base, chunks);
	mpck_copy(image->bytes + stack, window.data, window.data_size);
	return image;
}

/* What is loaded is simple too, and has the same stack. */
static void load_simple(const struct mpck_image *image)
{
	unsigned slot = mpck_set_first(image->slots);
	char *to = image->base;
	char *old = chunk_of(window.low[slot]);

	if (__builtin_expect(mpck_on_valgrind, 0))
		mpck_tell_memory(old < to ? old : to,
				 (size_t)((char *)mpck_stack_top(slot) -
					  (old < to ? old : to)));
	if (old < to)
		mpck_zero_chunks(old, (size_t)(to - old) / MPCK_CHUNK);
	mpck_copy_chunks(to, image->bytes, image->chunks);
	mpck_copy(window.data, image->bytes + image->chunks * MPCK_CHUNK,
		  window.data_size);
	window.low[slot] = image->sp;
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

/* What stands at the top of every task's stack while it does not run. */
static size_t top_bytes(void)
{
	return 16 + ((window.tls_size + 15) & ~(size_t)15);
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
		memcpy(to + copied, window.error_number, sizeof(int));
		mpck_copy(to + copied + 16, window.tls, window.tls_size);
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
		: top - top_bytes();
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

void *mpck_window_low(unsigned slot)
{
	return window.low[slot];
}

void *mpck_stack_fresh(unsigned slot, const void *arg, size_t arg_size)
{
	unsigned char *top = mpck_stack_top(slot);
	unsigned char *start = top - top_bytes() -
			       ((arg_size + 15) & ~(size_t)15);

	use_slot(slot);
	if ((uintptr_t)start < window.mapped[slot])
		open_slot(slot, (uintptr_t)start & ~(uintptr_t)(MPCK_PAGE - 1));
	clear_stack(start, top);
	mpck_copy(start, arg, arg_size);
	mpck_copy(top - top_bytes() + 16, window.tls_initial, window.tls_size);
	window.loaded |= mpck_set_of(slot);
	window.low[slot] = start;
	return start;
}

static void load_memory(const struct mpck_image *image)
{
	size_t old = heap_bytes();

	mpck_copy((void *)MPCK_WINDOW_BASE, image->bytes, image->heap);
	if (image->heap < old)
		mpck_zero((void *)(MPCK_WINDOW_BASE + image->heap),
			  old - image->heap);
	mpck_copy(window.data, image->bytes + image->heap, window.data_size);
	for (int k = 0; k < 2; k++) {
		if (window.pages[k].nlist || image->pages[k].count)
			mpck_pages_load(&window.pages[k], &image->pages[k]);
	}
}

/* The old process's bytes above its stack pointer that the new one does not
 * cover. */
static void clear_uncovered(unsigned slot, void *new_low)
{
	void *old_low = window.low[slot];

	if (mpck_set_has(window.loaded, slot) && old_low < new_low)
		clear_stack(old_low, new_low);
}

static void load_any(const struct mpck_image *image)
{
	const unsigned char *from = image->bytes + image->heap +
				    window.data_size;

	load_memory(image);
	for (mpck_taskset s = window.loaded & ~image->slots; s; s &= s - 1)
		clear_uncovered(mpck_set_first(s),
				mpck_stack_top(mpck_set_first(s)));
	for (mpck_taskset s = image->slots; s; s &= s - 1) {
		unsigned slot = mpck_set_first(s);
		void *sp;
		size_t size;

		memcpy(&sp, from, sizeof(sp));
		size = stack_bytes(slot, sp);
		use_slot(slot);
		if ((uintptr_t)sp < window.mapped[slot])
			open_slot(slot, (uintptr_t)sp &
				  ~(uintptr_t)(MPCK_PAGE - 1));
		clear_uncovered(slot, sp);
		mpck_tell_memory(sp, size);
		mpck_copy(sp, from + sizeof(sp), size);
		from += sizeof(sp) + size;
		if (MPCK_ASAN)
			mpck_copy(mpck_shadow(sp), from, mpck_shadow_size(size));
		from += mpck_shadow_size(size);
		window.low[slot] = sp;
	}
	window.loaded = image->slots;
}

/* A simple image over anything: as if it had been saved the other way. */
static void load_simple_over_any(const struct mpck_image *image)
{
	static const struct mpck_page_set none;
	unsigned slot = mpck_set_first(image->slots);
	size_t chunks = image->chunks;

	mpck_zero((void *)MPCK_WINDOW_BASE, heap_bytes());
	for (int k = 0; k < 2; k++)
		mpck_pages_load(&window.pages[k], &none);
	for (mpck_taskset s = window.loaded; s; s &= s - 1)
		clear_uncovered(mpck_set_first(s),
				mpck_stack_top(mpck_set_first(s)));
	use_slot(slot);
	if ((uintptr_t)image->sp < window.mapped[slot])
		open_slot(slot, (uintptr_t)image->sp &
			  ~(uintptr_t)(MPCK_PAGE - 1));
	mpck_tell_memory(chunk_of(image->sp), chunks * MPCK_CHUNK);
	mpck_copy_chunks(chunk_of(image->sp), image->bytes, chunks);
	mpck_copy(window.data, image->bytes + chunks * MPCK_CHUNK, window.data_size);
	window.low[slot] = image->sp;
	window.loaded = image->slots;
}

void mpck_image_load(const struct mpck_image *image)
{
	if (!image->sp)
		load_any(image);
	else if (window.loaded == image->slots && is_simple(image->slots))
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

struct mpck_image *mpck_image_copy(const struct mpck_image *image)
{
	struct mpck_image *copy = image_room(NULL, image->size);

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

const void *mpck_image_bytes(const struct mpck_image *image, size_t *size)
{
	*size = image ? image->size : 0;
	return image ? image->bytes : NULL;
}

void mpck_window_reset(void)
{
	static const struct mpck_page_set none;

	mpck_zero((void *)MPCK_WINDOW_BASE, heap_bytes());
	if (window.data_size)
		mpck_copy(window.data, window.initial, window.data_size);
	mpck_pages_load(&window.pages[0], &none);
	mpck_pages_load(&window.pages[1], &none);
	for (mpck_taskset s = window.loaded; s; s &= s - 1)
		clear_uncovered(mpck_set_first(s),
				mpck_stack_top(mpck_set_first(s)));
	if (window.tls_size)
		mpck_copy(window.tls, window.tls_initial, window.tls_size);
	window.loaded = 0;
}

/* errno and thread-local data travel at the top of the task's stack. */
void mpck_task_state_save(unsigned slot)
{
	unsigned char *top = (unsigned char *)mpck_stack_top(slot);

	*(int *)(top - top_bytes()) = *window.error_number;
	if (window.tls_size)
		mpck_copy(top - top_bytes() + 16, window.tls, window.tls_size);
}

void mpck_task_state_load(unsigned slot)
{
	unsigned char *top = (unsigned char *)mpck_stack_top(slot);

	*window.error_number = *(int *)(top - top_bytes());
	if (window.tls_size)
		mpck_copy(window.tls, top - top_bytes() + 16, window.tls_size);
}

static bool words_point_into(const void *bytes, size_t size, uintptr_t low,
			     uintptr_t high)
{
	for (size_t i = 0; i + sizeof(uintptr_t) <= size;
	     i += sizeof(uintptr_t)) {
		uintptr_t word;

		mpck_copy(&word, (const char *)bytes + i, sizeof(word));
		if (word >= low && word < high)
			return true;
	}
	return false;
}

static bool pages_point_into(const struct mpck_pages *p, uintptr_t low,
			     uintptr_t high)
{
	for (uint32_t i = 0; i < p->nlist; i++) {
		if (words_point_into(p->base + (size_t)p->list[i] * MPCK_PAGE,
				     MPCK_PAGE, low, high))
			return true;
	}
	return false;
}

bool mpck_window_points_into(const void *bytes, size_t size, uintptr_t low,
			     uintptr_t high)
{
	return words_point_into(bytes, size, low, high) ||
	       words_point_into((void *)MPCK_WINDOW_BASE, heap_bytes(), low,
				high) ||
	       words_point_into(window.data, window.data_size, low, high) ||
	       words_point_into(window.tls, window.tls_size, low, high) ||
	       pages_point_into(&window.pages[0], low, high) ||
	       pages_point_into(&window.pages[1], low, high);
}
