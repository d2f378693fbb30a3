/* SPDX-License-Identifier: MIT */
/*
 * window.h - private memory of simulated processes: one range of addresses,
 * many images.
 *
 * Every simulated process lives at the same addresses, the window.  The loaded
 * process's memory is in place; the others' live parts are kept in images
 * (image.h):
 *
 *   block    heap bookkeeping and the C library's state we supply (rand ...)
 *   heap     from the block's end to the break
 *   data     the module's writable data
 *   tls      the module's thread-local data, per task
 *   stacks   per task, from its stack pointer up
 *
 * Parts beyond MPCK_SMALL bytes are exchanged by pages (pages.h).
 */
#ifndef MPCK_WINDOW_H
#define MPCK_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/taskset.h"

/* Below the 32 TiB that valgrind can map, above ASan's low shadow. */
#define MPCK_WINDOW_BASE ((uintptr_t)0x110000000000)
#define MPCK_HEAP_LIMIT ((size_t)1 << 30)
#define MPCK_STACKS_BASE (MPCK_WINDOW_BASE + MPCK_HEAP_LIMIT + (1 << 20))
#define MPCK_STACK_SIZE ((size_t)1 << 18)	/* of one task, with its guard */
#define MPCK_STACK_GUARD ((size_t)1 << 14)
#define MPCK_SMALL ((size_t)16 << 10)

/* Heap bookkeeping and supplied state; the first bytes of the window. */
enum { MPCK_HEAP_CLASSES = 28 };
struct mpck_block {
	uint32_t used;			/* 0: all else here is 0 as well */
	uint32_t heap_end;		/* bytes from the heap's start in use */
	uint32_t lowest_free[MPCK_HEAP_CLASSES];	/* offset + 1; 0: none */
	uint32_t rand_seeded;
	uint64_t rand_state;
	char *strtok_next;
};

#define MPCK_BLOCK ((struct mpck_block *)MPCK_WINDOW_BASE)
#define MPCK_HEAP_BASE (MPCK_WINDOW_BASE + 256)

/* Maps the window.  data: the module's writable bytes; tls likewise. */
bool mpck_window_open(void *data, size_t data_size, void *tls, size_t tls_size);
void mpck_window_close(void);

/* Back to the state the module had when the window was opened. */
void mpck_window_reset(void);

static inline void *mpck_stack_top(unsigned slot)
{
	return (void *)(MPCK_STACKS_BASE + (slot + 1) * MPCK_STACK_SIZE);
}

/* The stack pointer of a task without frames. */
void *mpck_stack_unused(unsigned slot);

/* Where the live part of the loaded process's stack in `slot` begins. */
void *mpck_window_low(unsigned slot);
/* A new stack in the loaded process, with a copy of arg; returns where. */
void *mpck_stack_fresh(unsigned slot, const void *arg, size_t arg_size);

/* The running task of the loaded process stopped at sp: what lies below is
 * dead, and is cleared.  previous: where it had stopped before; how far tasks
 * go below the deeper of the two is learnt, for the first process apart. */
void mpck_window_stopped(unsigned slot, void *sp, const void *previous,
			 bool first_process);
/* As stopped, for a task that will not go on. */
void mpck_window_ended(unsigned slot, void *sp, const void *previous,
		       bool thread, bool first_process);

/* errno and thread-local data of the task in `slot`, before and after. */
void mpck_task_state_save(unsigned slot);
void mpck_task_state_load(unsigned slot);

/* Exact: each stop looks at all below; learning: and remembers how far tasks
 * reach.  A beginning goes deeper than what follows and teaches nothing. */
void mpck_window_exact(bool exact, bool learning);

/* True: something below a stack was not cleared in time (it is now); the
 * execution has to be repeated, exactly. */
bool mpck_window_residue(void);

/* A fault at address: true if it was the first use of stack pages (now there)
 * or a page of a big part (now this process's own). */
bool mpck_window_fault(const void *address, bool write);
/* sp, or the lowest address of the slot that can be used: a stack that ran
 * over has its pointer in the guard. */
void *mpck_window_usable(unsigned slot, void *sp);
/* Inside a stack's guard? */
bool mpck_window_in_guard(const void *address);
/* Any word of the bytes given, or of the loaded process's block, heap, data or
 * thread-local data, that points into [low, high)? */
bool mpck_window_points_into(const void *bytes, size_t size, uintptr_t low,
			     uintptr_t high);

#endif
