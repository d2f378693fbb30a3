/* SPDX-License-Identifier: MIT */
/* context.c - registers of an interrupted context, by architecture. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* REG_RIP */
#endif
#include "machine/switch.h"

#if defined(__x86_64__)
void *mpck_context_pc(const ucontext_t *context)
{
	return (void *)context->uc_mcontext.gregs[REG_RIP];
}

void *mpck_context_sp(const ucontext_t *context)
{
	return (void *)context->uc_mcontext.gregs[REG_RSP];
}
#elif defined(__aarch64__)
void *mpck_context_pc(const ucontext_t *context)
{
	return (void *)context->uc_mcontext.pc;
}

void *mpck_context_sp(const ucontext_t *context)
{
	return (void *)context->uc_mcontext.sp;
}
#else
#error "say here where this architecture keeps pc and sp"
#endif
