/* SPDX-License-Identifier: MIT */
/*
 * switch_ucontext.c - the switch of switch.h for any architecture with
 * ucontext(3); two system calls a switch, so some ten times slower.
 *
 * A task that calls a hook leaves a note of the call and switches to the loop
 * in mpck_switch_run(), which runs the handler on the explorer's stack and
 * switches to whom the handler chose.  Contexts are kept by task, outside the
 * window.  mpck_on_scheduler() needs no switch: what it leaves on the task's
 * stack is cleared with everything else below.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* gregs */
#endif
#undef _FORTIFY_SOURCE	/* its longjmp() does not believe in other stacks */
#include "machine/switch.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdlib.h>

#include "machine/taskset.h"

enum { STACK_FOR_MAKECONTEXT = 4096, ENTRY_FRAME = 256 };

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

static struct {
	int (*fn)(void *);
	void *arg;
} entries[MPCK_MAX_TASKS];

static int64_t suspend(void)
{
	swapcontext(&contexts[current], &loop);
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
	caller_sp = __builtin_frame_address(0);
	return fn(a, b, c, d, e);
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
	return (void *)(high - ENTRY_FRAME);
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
