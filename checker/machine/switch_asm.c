/* SPDX-License-Identifier: MIT */
/*
 * switch_asm.c - the C half of a hand-written switch: first frames, aborts.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* REG_RIP */
#endif
#include "machine/switch.h"

#include <stdlib.h>
#include <string.h>

#include "machine/tools.h"

enum { HANDLERS_STACK = 1 << 17 };

void *mpck_scheduler_sp __attribute__((visibility("hidden")));
void *mpck_explorer_sp __attribute__((visibility("hidden")));
void *mpck_task_sp __attribute__((visibility("hidden")));

/* For switch_x86_64.S under valgrind: "this is stack, with nothing in it yet";
 * the address is filled in there. */
uint64_t mpck_valgrind_request[6] __attribute__((visibility("hidden"))) = {
#if MPCK_VALGRIND
	VG_USERREQ__MAKE_MEM_UNDEFINED, 0, HANDLERS_STACK
#endif
};

bool mpck_switch_clean;

void mpck_task_entry(void);
void mpck_abort_landing(void);

/* What RESTORE of switch_x86_64.S pops, lowest address first. */
struct frame {
	uint32_t mxcsr;
	uint32_t x87;		/* control word; the upper half is not used */
	uint64_t r15, r14, r13;
	uint64_t r12;		/* the argument */
	uint64_t rbx;		/* the function */
	uint64_t rbp;		/* 0 ends frame-pointer walks */
	uint64_t pc;
};

void *mpck_switch_explorer(void)
{
	return mpck_explorer_sp;
}

void *mpck_switch_caller_sp(void)
{
	return mpck_task_sp;
}

void *mpck_switch_make(uint32_t task, void *top, int (*fn)(void *), void *arg,
		       int rounding)
{
	struct frame *f = (struct frame *)((uintptr_t)top & ~(uintptr_t)15) - 1;

	(void)task;
	*f = (struct frame){
		/* The ABI's start values; FE_UPWARD and so on are x87's. */
		.mxcsr = 0x1f80 | (uint32_t)rounding << 3,
		.x87 = 0x037f | (uint32_t)rounding,
		.r12 = (uintptr_t)arg,
		.rbx = (uintptr_t)fn,
		.pc = (uintptr_t)mpck_task_entry,
	};
	return f;
}

bool mpck_switch_registers(uint32_t task, const void *sp, ucontext_t *out)
{
	const struct frame *f = sp;
	greg_t *g = out->uc_mcontext.gregs;

	(void)task;
	memset(out, 0, sizeof(*out));
	g[REG_RIP] = (greg_t)f->pc;
	g[REG_RSP] = (greg_t)(uintptr_t)(f + 1);
	g[REG_RBP] = (greg_t)f->rbp;
	g[REG_RBX] = (greg_t)f->rbx;
	g[REG_R12] = (greg_t)f->r12;
	g[REG_R13] = (greg_t)f->r13;
	g[REG_R14] = (greg_t)f->r14;
	g[REG_R15] = (greg_t)f->r15;
	return true;
}

/* mpck_on_scheduler() pushed rbp, above it is where it returns to. */
void mpck_switch_caller(ucontext_t *out)
{
	const uint64_t *sp = mpck_task_sp;
	greg_t *g = out->uc_mcontext.gregs;

	memset(out, 0, sizeof(*out));
	g[REG_RIP] = (greg_t)sp[1];
	g[REG_RSP] = (greg_t)(uintptr_t)(sp + 2);
	g[REG_RBP] = (greg_t)sp[0];
}

void mpck_switch_abort(ucontext_t *interrupted)
{
	interrupted->uc_mcontext.gregs[REG_RIP] = (greg_t)mpck_abort_landing;
	interrupted->uc_mcontext.gregs[REG_RSP] = (greg_t)mpck_scheduler_sp;
}

void mpck_switch_current(uint32_t task)
{
	(void)task;
}

void *mpck_switch_state(uint32_t tasks, size_t *size)
{
	(void)tasks;
	*size = 0;
	return NULL;
}

size_t mpck_switch_context_size(void)
{
	return 0;
}

void mpck_switch_context_save(uint32_t task, void *to)
{
	(void)task, (void)to;
}

void mpck_switch_context_load(uint32_t task, const void *from)
{
	(void)task, (void)from;
}

void mpck_switch_context_hash(uint32_t task, uint64_t hash[2])
{
	(void)task, (void)hash;
}
