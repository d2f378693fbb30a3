/* SPDX-License-Identifier: MIT */
/*
 * window_parts.h - what window.c and image.c share: the parts of the window,
 * and what is known of the loaded process.  Nobody else includes it.
 */
#ifndef MPCK_WINDOW_PARTS_H
#define MPCK_WINDOW_PARTS_H

#include "machine/pages.h"
#include "machine/window.h"

struct mpck_window {
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
	bool learning;			/* and remember how far it was */
};

extern struct mpck_window mpck_window __attribute__((visibility("hidden")));

/* Of the block and the small heap; a process that never used them has none. */
static inline size_t mpck_heap_bytes(void)
{
	size_t size = MPCK_HEAP_BASE - MPCK_WINDOW_BASE + MPCK_BLOCK->heap_end;

	if (!MPCK_BLOCK->used)
		return 0;
	return size < MPCK_SMALL ? size : MPCK_SMALL;
}

/* What stands at the top of every task's stack while it does not run. */
static inline size_t mpck_top_bytes(void)
{
	return 16 + ((mpck_window.tls_size + 15) & ~(size_t)15);
}

/* For mpck_stack_reach(). */
void mpck_stack_open(unsigned slot, const void *low);

/* Makes the slot's stack usable from `low` up. */
static inline void mpck_stack_reach(unsigned slot, const void *low)
{
	if (!mpck_set_has(mpck_window.used, slot) ||
	    (uintptr_t)low < mpck_window.mapped[slot])
		mpck_stack_open(slot, low);
}

/* Clears the loaded process's stack in `slot` from its pointer up to `high`. */
void mpck_stack_clear_to(unsigned slot, void *high);

/* Clears the loaded process's heap, big parts and stacks: nothing is loaded.
 * Small data is left for the caller to overwrite. */
void mpck_window_empty(void);

#endif
