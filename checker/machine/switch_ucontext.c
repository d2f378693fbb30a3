/* SPDX-License-Identifier: MIT */
/*
 * switch_ucontext.c - the switch of switch.h for any architecture with
 * ucontext(3); two system calls a switch, so some ten times slower.
 *
 * A task that calls a hook leaves a note of the call and switches to the loop
 * in mpck_switch_run(), which runs the handler on the explorer's stack and
 * switches to whom the handler chose.  Contexts are kept by task, outside the
 * window.  mpck_on_scheduler() does the same and comes back at once: what it
 * leaves on a stack would else show in the task's memory.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* gregs */
#endif
#undef _FORTIFY_SOURCE	/* its longjmp() does not believe in other stacks */
#include "machine/switch.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/taskset.h"

enum {
	STACK_FOR_MAKECONTEXT = 4096,
	ENTRY_FRAME = 256,
	FP_FLAGS = 63,		/* "this happened", of both FP units */
};

bool mpck_switch_clean;
static ucontext_t contexts[MPCK_MAX_TASKS];
static ucontext_t loop;
static sigjmp_buf abandoned;
static char explorer;			/* its address stands for the explorer */
static uint32_t current;
static int64_t resumed_with;
static void *caller_sp;

static struct {
	const struct mpp_op *op;	/* NULL: exit */
	int status;
} call;

/* A call to be made on the explorer's stack. */
static struct {
	uint64_t (*fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
	uint64_t argument[5], result;
	int rounding;		/* the caller's */
} wanted;

static struct {
	int (*fn)(void *);
	void *arg;
} entries[MPCK_MAX_TASKS];

/*
 * What a call may leave in registers is the explorer's; a task that stored some
 * of it without meaning to would have memory that depends on it, and that
 * matters where states are compared.  (See FORGET in switch_x86_64.S.)
 */
static inline void forget(void)
{
#if defined(__x86_64__)
	if (mpck_switch_clean)
		__asm__ volatile(
			"xor %%eax, %%eax\n\t"
			"xor %%ecx, %%ecx\n\t"
			"xor %%edx, %%edx\n\t"
			"xor %%esi, %%esi\n\t"
			"xor %%edi, %%edi\n\t"
			"xor %%r8d, %%r8d\n\t"
			"xor %%r9d, %%r9d\n\t"
			"xor %%r10d, %%r10d\n\t"
			"xor %%r11d, %%r11d\n\t"
			".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "
			"14, 15\n\t"
			"pxor %%xmm\\n, %%xmm\\n\n\t"
			".endr"
			: : : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
			"r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
			"xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
			"xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc");
#endif
}

static int64_t suspend(void)
{
	swapcontext(&contexts[current], &loop);
	forget();
	return resumed_with;
}

int mpck_hook_before(const struct mpp_op *op)
{
	call.op = op;
	return (int)suspend();
}

void mpck_hook_exit(int status)
{
	call.op = NULL;
	call.status = status;
	suspend();
	abort();	/* nobody resumes a task that ended */
}

uint64_t mpck_on_scheduler(uint64_t (*fn)(uint64_t, uint64_t, uint64_t,
					  uint64_t, uint64_t),
			   uint64_t a, uint64_t b, uint64_t c, uint64_t d,
			   uint64_t e)
{
	wanted.fn = fn;
	wanted.rounding = fegetround();
	wanted.argument[0] = a;
	wanted.argument[1] = b;
	wanted.argument[2] = c;
	wanted.argument[3] = d;
	wanted.argument[4] = e;
	suspend();
	return wanted.result;
}

/* In the loop, for a task that goes on at once. */
static void perform(void)
{
	const uint64_t *a = wanted.argument;
	int usual = fegetround();
	uint64_t (*fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) =
		wanted.fn;

	wanted.fn = NULL;
	caller_sp = mpck_context_sp(&contexts[current]);
	fesetround(wanted.rounding);
	wanted.result = fn(a[0], a[1], a[2], a[3], a[4]);
	fesetround(usual);
}

void *mpck_switch_caller_sp(void)
{
	return caller_sp;
}

static struct mpck_resume handle(void)
{
	void *sp = mpck_context_sp(&contexts[current]);

	return call.op ? mpck_on_before(call.op, sp)
		       : mpck_on_exit(call.status, sp);
}

void mpck_switch_run(struct mpck_resume first)
{
	static struct mpck_resume next;	/* lives through a siglongjmp() */

	next = first;
	if (sigsetjmp(abandoned, 1))
		next = mpck_on_abort();
	while (next.sp != &explorer) {
		resumed_with = next.result;
		swapcontext(&loop, &contexts[current]);
		while (wanted.fn) {
			perform();
			swapcontext(&loop, &contexts[current]);
		}
		next = handle();
	}
}

void *mpck_switch_explorer(void)
{
	return &explorer;
}

static void entry(void)
{
	mpck_hook_exit(entries[current].fn(entries[current].arg));
}

void *mpck_switch_make(uint32_t task, void *top, int (*fn)(void *), void *arg,
		       int rounding)
{
	ucontext_t *c = &contexts[task];
	int usual = fegetround();
	uintptr_t high = (uintptr_t)top & ~(uintptr_t)15;

	fesetround(rounding);
	getcontext(c);
	fesetround(usual);
	c->uc_link = NULL;
	c->uc_stack.ss_sp = (void *)(high - STACK_FOR_MAKECONTEXT);
	c->uc_stack.ss_size = STACK_FOR_MAKECONTEXT;
	entries[task].fn = fn;
	entries[task].arg = arg;
	makecontext(c, entry, 0);
#if defined(__x86_64__)
	/* getcontext() left ours there: a task begins with nothing. */
	for (int r = REG_R8; r <= REG_RCX; r++) {
		if (r != REG_RBX)
			c->uc_mcontext.gregs[r] = 0;
	}
	c->__fpregs_mem.mxcsr &= ~FP_FLAGS;
	c->__fpregs_mem.swd &= (uint16_t)~FP_FLAGS;
#endif
	return (void *)(high - ENTRY_FRAME);
}

bool mpck_switch_registers(uint32_t task, const void *sp, ucontext_t *out)
{
	(void)sp;
	*out = contexts[task];
	return true;
}

void mpck_switch_caller(ucontext_t *out)
{
	*out = contexts[current];
}

void mpck_switch_abort(ucontext_t *interrupted)
{
	(void)interrupted;
	siglongjmp(abandoned, 1);
}

void mpck_switch_current(uint32_t task)
{
	current = task;
}

void *mpck_switch_state(uint32_t tasks, size_t *size)
{
	*size = tasks * sizeof(contexts[0]);
	return contexts;
}

size_t mpck_switch_context_size(void)
{
	return sizeof(contexts[0]) + sizeof(entries[0]);
}

void mpck_switch_context_save(uint32_t task, void *to)
{
	ucontext_t c = contexts[task];

#if defined(__x86_64__)
	c.uc_mcontext.fpregs = NULL;	/* points into itself */
#endif
	memcpy(to, &c, sizeof(c));
	memcpy((char *)to + sizeof(c), &entries[task], sizeof(entries[0]));
}

void mpck_switch_context_load(uint32_t task, const void *from)
{
	ucontext_t *c = &contexts[task];

	memcpy(c, from, sizeof(*c));
	memcpy(&entries[task], (const char *)from + sizeof(*c),
	       sizeof(entries[0]));
#if defined(__x86_64__)
	c->uc_mcontext.fpregs = &c->__fpregs_mem;
#endif
}

/* What a call keeps decides the future: some registers, the control words. */
void mpck_switch_context_hash(uint32_t task, uint64_t hash[2])
{
	const ucontext_t *c = &contexts[task];
	XXH128_hash_t h;

#if defined(__x86_64__)
	const struct _libc_fpstate *f = &c->__fpregs_mem;
	uint32_t control[2] = { f->cwd, f->mxcsr };
	const greg_t *g = c->uc_mcontext.gregs;
	const greg_t kept[] = { g[REG_RBX], g[REG_RBP], g[REG_R12], g[REG_R13],
				g[REG_R14], g[REG_R15], g[REG_RSP],
				g[REG_RIP] };

	hash[0] += control[0] * UINT64_C(0x9e3779b97f4a7c15) + control[1];
	h = XXH3_128bits_withSeed(kept, sizeof(kept), hash[0] ^ hash[1] * 3);
#else
	h = XXH3_128bits_withSeed(&c->uc_mcontext, sizeof(c->uc_mcontext),
				  hash[0] ^ hash[1] * 3);
#endif
	hash[0] = h.low64;
	hash[1] = h.high64;
}
