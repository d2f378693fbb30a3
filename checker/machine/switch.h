/* SPDX-License-Identifier: MIT */
/*
 * switch.h - moving between the scheduler's stack and the tasks' stacks.
 *
 * A hook called by a task continues on the scheduler's stack: the machine can
 * then exchange the memory under the task's stack.  A handler returns the
 * context to go on with, which may be another task's, or the explorer's.
 *
 * Two implementations: switch_x86_64.S with switch_asm.c (one file per
 * architecture) and switch_ucontext.c (everywhere else; slower).
 */
#ifndef MPCK_SWITCH_H
#define MPCK_SWITCH_H

#include <mpp/hooks.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* Registers that no call keeps are cleared before a task goes on; ucontext
 * leaves that to the C library. */
extern bool mpck_switch_clean __attribute__((visibility("hidden")));

/* Where to go on: a stack pointer saved by a switch, and what the hook that
 * was suspended there returns. */
struct mpck_resume {
	void *sp;
	int64_t result;
};

/* Implemented by schedule.c; run on the scheduler's stack.  sp: the caller's
 * stack pointer, everything at or above it is live. */
struct mpck_resume mpck_on_before(const struct mpp_op *op, void *sp);
struct mpck_resume mpck_on_exit(int status, void *sp);
struct mpck_resume mpck_on_abort(void);

/* Hooks as the tasks call them. */
int mpck_hook_before(const struct mpp_op *op);
void mpck_hook_exit(int status) __attribute__((noreturn));

/* Calls fn(a, b, c, d, e) on the scheduler's stack for a task. */
uint64_t mpck_on_scheduler(uint64_t (*fn)(uint64_t, uint64_t, uint64_t,
					  uint64_t, uint64_t),
			   uint64_t a, uint64_t b, uint64_t c, uint64_t d,
			   uint64_t e);

/* The stack pointer of the task that called mpck_on_scheduler(). */
void *mpck_switch_caller_sp(void);

/* Leaves the explorer for a task; returns when a handler resumes explorer. */
void mpck_switch_run(struct mpck_resume first);

/* The context of the explorer inside mpck_switch_run(). */
void *mpck_switch_explorer(void);

/*
 * Makes the first context of a task: fn(arg), then mpck_hook_exit with its
 * result, on a stack whose live part begins at top.  The task's window is
 * loaded.  It rounds as fegetround() says.  Returns its sp.
 */
void *mpck_switch_make(uint32_t task, void *top, int (*fn)(void *), void *arg,
		       int rounding);

/* In a signal handler that interrupted a task: goes to mpck_on_abort() on the
 * scheduler's stack instead of back. */
void mpck_switch_abort(ucontext_t *interrupted);

/* Tells the switch which task goes on (ucontext needs it). */
void mpck_switch_current(uint32_t task);
/* Contexts of the first `tasks` tasks that are outside the window, which a
 * snapshot must carry; size 0: none. */
void *mpck_switch_state(uint32_t tasks, size_t *size);

/* One task's, in a form that does not depend on the task's id; size 0: all of
 * it is on the task's stack.  hash: replaced by one of the context and of
 * itself. */
size_t mpck_switch_context_size(void);
void mpck_switch_context_save(uint32_t task, void *to);
void mpck_switch_context_load(uint32_t task, const void *from);
void mpck_switch_context_hash(uint32_t task, uint64_t hash[2]);

/* The registers of a task that stopped at sp, for unwinding.  false: not
 * known. */
bool mpck_switch_registers(uint32_t task, const void *sp, ucontext_t *out);
/* The same of the task that called mpck_on_scheduler(), as far as unwinding
 * needs them. */
void mpck_switch_caller(ucontext_t *out);

/* pc and stack pointer of an interrupted context; NULL: not known. */
void *mpck_context_pc(const ucontext_t *context);
void *mpck_context_sp(const ucontext_t *context);

#endif
