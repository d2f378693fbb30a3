/* SPDX-License-Identifier: MIT */
/*
 * frames.c - where in the module a task was, when a fault stopped it elsewhere.
 *
 * A bad pointer given to memcpy() faults inside the C library; what helps is
 * the line that called it.  Unwinding is libunwind's, from the interrupted
 * context; it happens once a fault, never in a search that finds none.
 */
#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "machine/core.h"
#include "machine/elf.h"

enum { MOST_FRAMES = 64 };

static uintptr_t low, high;	/* the module's code */

void mpck_frames_open(const struct mpck_layout *layout)
{
	low = (uintptr_t)layout->code;
	high = low + layout->code_size;
}

void mpck_frames_code(uintptr_t *from, uintptr_t *to)
{
	*from = low;
	*to = high;
}

static bool in_module(uintptr_t pc)
{
	return pc >= low && pc < high;
}

uint32_t mpck_frames_of(ucontext_t *context, bool fault,
			const void *stack[MPCK_STACK_DEPTH])
{
	uint32_t n = 0;
	unw_cursor_t cursor;
	unw_word_t pc;

	if (unw_init_local2(&cursor, (unw_context_t *)context,
			    fault ? UNW_INIT_SIGNAL_FRAME : 0))
		return 0;
	for (int i = 0; i < MOST_FRAMES && n < MPCK_STACK_DEPTH; i++) {
		if (unw_get_reg(&cursor, UNW_REG_IP, &pc))
			break;
		if (in_module(pc))
			stack[n++] = (const void *)(uintptr_t)
				(pc + (fault && i == 0));
		if (unw_step(&cursor) <= 0)
			break;
	}
	return n;
}

const void *mpck_frame_of_caller(void)
{
	const void *stack[MPCK_STACK_DEPTH];
	ucontext_t context;

	if (!mpck_run.options.record)
		return NULL;
	mpck_switch_caller(&context);
	return mpck_frames_of(&context, false, stack) ? stack[0] : NULL;
}

const void *mpck_frame_of_module(ucontext_t *context)
{
	const void *here = mpck_context_pc(context);
	unw_cursor_t cursor;
	unw_word_t pc;

	if (in_module((uintptr_t)here) ||
	    unw_init_local2(&cursor, (unw_context_t *)context,
			    UNW_INIT_SIGNAL_FRAME))
		return here;
	for (int i = 0; i < MOST_FRAMES && unw_step(&cursor) > 0; i++) {
		if (unw_get_reg(&cursor, UNW_REG_IP, &pc))
			break;
		/* A return address: the call stands before it. */
		if (in_module(pc))
			return (const void *)(uintptr_t)(pc - 1);
	}
	return here;
}
