/* SPDX-License-Identifier: MIT */
/*
 * window.c - the window's mapping, and the stacks in it; see window.h.
 *
 * The hot path is mpck_window_stopped(): a few chunks of zeros.  Dead bytes
 * below a stack pointer are cleared whenever a task stops, so an uninitialised
 * variable reads 0 whatever ran before, and equal states are equal bytes.  How
 * far below is learnt while the window is exact (then all below is looked at);
 * later that much is cleared unseen, and mpck_window_residue() tells if it was
 * too little.
 */
#include "machine/window.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "machine/bytes.h"
#include "machine/tools.h"
#include "machine/window_parts.h"

bool mpck_on_valgrind;
struct mpck_window mpck_window;

enum { REACH_START = 64, FIRST_STACK_BYTES = 4096 };

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
		return mpck_pages_open(&mpck_window.pages[1], (void *)low,
				       high - low, true);
	mpck_window.data = data;
	mpck_window.data_size = size;
	mpck_window.initial = malloc(size + 1);
	if (!mpck_window.initial)
		return false;
	mpck_copy(mpck_window.initial, data, size);
	return true;
}

static bool open_tls(void *tls, size_t size)
{
	mpck_window.tls = tls;
	mpck_window.tls_size = (size + 15) & ~(size_t)15;
	if (!size)
		return true;
	mpck_window.tls_initial = calloc(1, mpck_window.tls_size);
	if (!mpck_window.tls_initial)
		return false;
	mpck_copy(mpck_window.tls_initial, tls, size);
	mpck_window.tls_size = size;
	return true;
}

bool mpck_window_open(void *data, size_t data_size, void *tls, size_t tls_size)
{
	mpck_on_valgrind = RUNNING_ON_VALGRIND;
	mpck_window.error_number = &errno;
	mpck_window.reaches[0] = mpck_window.reaches[1] = REACH_START;
	if (!reserve(MPCK_WINDOW_BASE, MPCK_HEAP_LIMIT, PROT_READ | PROT_WRITE))
		return false;
	/* The gaps before and after stay PROT_NONE. */
	if (!reserve(MPCK_WINDOW_BASE + MPCK_HEAP_LIMIT,
		     (1 << 20) + MPCK_MAX_TASKS * MPCK_STACK_SIZE + (1 << 20),
		     PROT_NONE) ||
	    !reserve(MPCK_WINDOW_BASE - (1 << 20), 1 << 20, PROT_NONE))
		return false;
	if (!mpck_pages_open(&mpck_window.pages[0],
			     (void *)(MPCK_WINDOW_BASE + MPCK_SMALL),
			     MPCK_HEAP_LIMIT - MPCK_SMALL, false))
		return false;
	return open_data(data, data_size) && open_tls(tls, tls_size);
}

void mpck_window_close(void)
{
	mpck_window_reset();
	mpck_pages_close(&mpck_window.pages[0]);
	mpck_pages_close(&mpck_window.pages[1]);
	free(mpck_window.initial);
	free(mpck_window.tls_initial);
	munmap((void *)(MPCK_WINDOW_BASE - (1 << 20)), (1 << 20) +
	       MPCK_HEAP_LIMIT + (2 << 20) + MPCK_MAX_TASKS * MPCK_STACK_SIZE);
	memset(&mpck_window, 0, sizeof(mpck_window));
}

/* Stacks: pages appear on first use, so that the lowest one bounds what a
 * task can have written. */
static bool open_slot(unsigned slot, uintptr_t down_to)
{
	uintptr_t top = (uintptr_t)mpck_stack_top(slot);

	if (mprotect((void *)down_to, top - down_to, PROT_READ | PROT_WRITE))
		return false;
	if (!mpck_set_has(mpck_window.used, slot))
		mpck_tell_new_stack((void *)(top - MPCK_STACK_SIZE),
				    (void *)top);
	mpck_window.mapped[slot] = down_to;
	mpck_window.used |= mpck_set_of(slot);
	return true;
}

void mpck_stack_open(unsigned slot, const void *low)
{
	uintptr_t first = (uintptr_t)mpck_stack_top(slot) - FIRST_STACK_BYTES;

	if (!mpck_set_has(mpck_window.used, slot) && !open_slot(slot, first))
		abort();
	if ((uintptr_t)low < mpck_window.mapped[slot])
		open_slot(slot, (uintptr_t)low & ~(uintptr_t)(MPCK_PAGE - 1));
}

void *mpck_window_usable(unsigned slot, void *sp)
{
	return (uintptr_t)sp < mpck_window.mapped[slot]
		       ? (void *)mpck_window.mapped[slot] : sp;
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
		       mpck_set_has(mpck_window.used, slot) &&
		       page < mpck_window.mapped[slot] && open_slot(slot, page);
	if (!write)
		return false;
	return mpck_pages_fault(&mpck_window.pages[0], address) ||
	       mpck_pages_fault(&mpck_window.pages[1], address);
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
	uintptr_t low = (deepest - reach) & ~(uintptr_t)63;
	uintptr_t high = sp & ~(uintptr_t)63;

	if (low < mpck_window.mapped[slot])
		low = mpck_window.mapped[slot];
	mpck_tell_memory((void *)low, sp - low);
	mpck_zero_lines((void *)low, (high - low) / 64);
	mpck_zero_words((void *)high, (void *)sp);
	if (MPCK_ASAN)
		mpck_zero(mpck_shadow((void *)low), mpck_shadow_size(sp - low));
}

/* Clears all that is not zero below sp, and learns how far that reached. */
static void clear_exactly(unsigned slot, uintptr_t deepest, uintptr_t sp,
			  size_t *reach)
{
	uintptr_t low = mpck_window.mapped[slot];
	uintptr_t at;

	mpck_tell_memory((void *)low, sp - low);
	at = (uintptr_t)mpck_first_nonzero((void *)low, (void *)sp);
	if (!at)
		return;
	if (mpck_window.learning && at < deepest && *reach < deepest - at)
		*reach = (deepest - at + 63) & ~(size_t)63;
	clear_stack((void *)at, (void *)sp);
}

void mpck_window_stopped(unsigned slot, void *sp, const void *previous,
			 bool first_process)
{
	uintptr_t deepest = (uintptr_t)(previous < sp ? previous : sp);
	size_t *reach = &mpck_window.reaches[first_process];

	mpck_window.low[slot] = sp;
	if (__builtin_expect(mpck_window.exact, 0))
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

void mpck_window_exact(bool exact, bool learning)
{
	mpck_window.exact = exact;
	mpck_window.learning = learning;
}

bool mpck_window_residue(void)
{
	bool found = false;

	for (mpck_taskset s = mpck_window.used; s; s &= s - 1) {
		unsigned slot = mpck_set_first(s);
		void *high = mpck_set_has(mpck_window.loaded, slot)
				     ? mpck_window.low[slot]
				     : mpck_stack_top(slot);
		const uint64_t *at;

		high = (void *)((uintptr_t)high & ~(uintptr_t)7);
		mpck_tell_memory((void *)mpck_window.mapped[slot],
				 (uintptr_t)high - mpck_window.mapped[slot]);
		at = mpck_first_nonzero((void *)mpck_window.mapped[slot], high);
		if (!at)
			continue;
		clear_stack((void *)(uintptr_t)at, high);
		found = true;
	}
	return found;
}

void mpck_stack_clear_to(unsigned slot, void *high)
{
	void *low = mpck_window.low[slot];

	if (mpck_set_has(mpck_window.loaded, slot) && low < high)
		clear_stack(low, high);
}

void mpck_window_empty(void)
{
	static const struct mpck_page_set none;

	mpck_zero((void *)MPCK_WINDOW_BASE, mpck_heap_bytes());
	for (int k = 0; k < 2; k++)
		mpck_pages_load(&mpck_window.pages[k], &none);
	for (mpck_taskset s = mpck_window.loaded; s; s &= s - 1)
		mpck_stack_clear_to(mpck_set_first(s),
				    mpck_stack_top(mpck_set_first(s)));
	mpck_window.loaded = 0;
}

void mpck_window_reset(void)
{
	mpck_window_empty();
	*mpck_window.error_number = 0;
	if (mpck_window.data_size)
		mpck_copy(mpck_window.data, mpck_window.initial,
			  mpck_window.data_size);
	if (mpck_window.tls_size)
		mpck_copy(mpck_window.tls, mpck_window.tls_initial,
			  mpck_window.tls_size);
}

void *mpck_window_low(unsigned slot)
{
	return mpck_window.low[slot];
}

void *mpck_stack_unused(unsigned slot)
{
	return (unsigned char *)mpck_stack_top(slot) - mpck_top_bytes();
}

void *mpck_stack_fresh(unsigned slot, const void *arg, size_t arg_size)
{
	unsigned char *top = mpck_stack_top(slot);
	unsigned char *start = top - mpck_top_bytes() -
			       ((arg_size + 15) & ~(size_t)15);

	mpck_stack_reach(slot, start);
	clear_stack(start, top);
	mpck_copy(start, arg, arg_size);
	mpck_copy(top - mpck_top_bytes() + 16, mpck_window.tls_initial,
		  mpck_window.tls_size);
	mpck_window.loaded |= mpck_set_of(slot);
	mpck_window.low[slot] = start;
	return start;
}

/* errno and thread-local data travel at the top of the task's stack. */
void mpck_task_state_save(unsigned slot)
{
	unsigned char *top = (unsigned char *)mpck_stack_top(slot);

	*(int *)(top - mpck_top_bytes()) = *mpck_window.error_number;
	if (mpck_window.tls_size)
		mpck_copy(top - mpck_top_bytes() + 16, mpck_window.tls,
			  mpck_window.tls_size);
}

void mpck_task_state_load(unsigned slot)
{
	unsigned char *top = (unsigned char *)mpck_stack_top(slot);

	*mpck_window.error_number = *(int *)(top - mpck_top_bytes());
	if (mpck_window.tls_size)
		mpck_copy(mpck_window.tls, top - mpck_top_bytes() + 16,
			  mpck_window.tls_size);
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
	       words_point_into((void *)MPCK_WINDOW_BASE, mpck_heap_bytes(),
				low, high) ||
	       words_point_into(mpck_window.data, mpck_window.data_size, low,
				high) ||
	       words_point_into(mpck_window.tls, mpck_window.tls_size, low,
				high) ||
	       pages_point_into(&mpck_window.pages[0], low, high) ||
	       pages_point_into(&mpck_window.pages[1], low, high);
}
