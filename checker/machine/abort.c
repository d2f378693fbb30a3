/* SPDX-License-Identifier: MIT */
/*
 * abort.c - what stops a task from outside: memory faults and the watchdog.
 *
 * Both are signals on an alternate stack.  If a task was interrupted, its
 * context is abandoned and the machine goes on in mpck_on_abort(); a fault of
 * mpcheck itself is left to kill it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* gregs */
#endif
#include "machine/core.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine/bytes.h"
#include "machine/tools.h"


enum { TICK_MS = 100, PATIENCE_NS = 1000000000 };

static struct {
	enum { NOTHING, FAULT, OUTSIDE, STUCK } why;
	int signo;
	const void *address;
	ucontext_t context;
} request;

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
static struct sigaction before[4], before_tick;
static stack_t stack_before;
static void *alternate;
static timer_t timer;
static bool timer_on;
static int64_t patience_ns;

/* Tasks run on the window's stacks and nowhere else; a frame that is larger
 * than the stack ends in the gap below. */
static bool in_task(const ucontext_t *context)
{
	uintptr_t low = MPCK_WINDOW_BASE + MPCK_HEAP_LIMIT;
	uintptr_t high = MPCK_STACKS_BASE + MPCK_MAX_TASKS * MPCK_STACK_SIZE;
	uintptr_t sp = (uintptr_t)mpck_context_sp(context);

	return sp >= low && sp < high;
}

static void request_abort(int why, int signo, const void *address,
			  ucontext_t *context)
{
	request.why = why;
	request.signo = signo;
	request.address = address;
	request.context = *context;
	mpck_switch_abort(context);
}

/* x86 tells whether a page fault was a write; elsewhere assume it. */
static bool was_write(const ucontext_t *context)
{
#if defined(__x86_64__)
	return context->uc_mcontext.gregs[REG_ERR] & 2;
#else
	(void)context;
	return true;
#endif
}

static void on_fault(int signo, siginfo_t *info, void *c)
{
	ucontext_t *context = c;

	if ((signo == SIGSEGV || signo == SIGBUS) &&
	    mpck_window_fault(info->si_addr, was_write(context)))
		return;
	if (!in_task(context)) {
		/* Ours: die of it, where it happened. */
		signal(signo, SIG_DFL);
		return;
	}
	mpck_stop_at_fault();
	request_abort(mpck_segment_is_user(info->si_addr) ? OUTSIDE : FAULT,
		      signo, info->si_addr, context);
}

static int64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void on_tick(int signo, siginfo_t *info, void *c)
{
	static uint64_t seen;
	static int64_t since;
	int64_t now = cpu_ns();

	(void)signo, (void)info;
	if (mpck_run.entries != seen || !in_task(c)) {
		seen = mpck_run.entries;
		since = now;
	} else if (now - since > patience_ns) {
		since = now;
		request_abort(STUCK, 0, NULL, c);
	}
}

/* On the scheduler's stack, instead of the interrupted task. */
static struct mpck_resume give_up(void)
{
	uint32_t task = mpck_core.current;
	struct mpck_task *t = &mpck_core.tasks[task];
	const char *name = mpck_task_infos[task].name;
	const void *pc = mpck_frame_of_module(&request.context);
	uintptr_t sp = (uintptr_t)mpck_context_sp(&request.context);

	mpck_run.entries++;
	mpck_task_stopped(t, mpck_window_usable(t->slot,
						(void *)(sp & ~(uintptr_t)15)));
	if (mpck_run.stepping)
		mpck_world_show_ids(MPCK_NOBODY);
	mpck_settle();
	if (mpck_run.options.record)
		mpck_record_stack_at(task, &request.context);
	if (request.why == STUCK) {
		mpck_fault_add(MPCK_NON_TERMINATION, task, pc,
			       "%s ran for a second without a visible operation",
			       name);
		return mpck_finish(MPCK_END_STUCK);
	}
	if (request.why == OUTSIDE) {
		char object[64];

		mpck_segment_name((const char *)request.address + MPCK_DOOR,
				  object);
		mpck_fault_add(MPCK_OUTSIDE_DOOR, task, pc,
			       "%s touched %s directly; use libmpp's calls",
			       name, object);
		return mpck_finish(MPCK_END_OUTSIDE);
	}
	mpck_fault_add(MPCK_CRASH, task, pc,
		       mpck_window_in_guard(request.address)
			       ? "%s: stack overflow (%s at address %p)"
			       : "%s was stopped by %s at address %p",
		       name, sigabbrev_np(request.signo)
				     ? sigabbrev_np(request.signo) : "a signal",
		       request.address);
	return mpck_life_exit(task, -request.signo, true);
}

struct mpck_resume mpck_on_abort(void)
{
	mpck_tell_scheduler();
	return mpck_tell_resume(give_up());
}

static bool open_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGVTALRM };
	struct itimerspec every = {
		.it_interval.tv_nsec = TICK_MS * 1000000L,
		.it_value.tv_nsec = TICK_MS * 1000000L };

	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		return false;
	timer_on = true;
	return timer_settime(timer, 0, &every, NULL) == 0;
}

bool mpck_abort_open(void)
{
	struct sigaction act = { .sa_sigaction = on_fault,
				 .sa_flags = SA_SIGINFO | SA_ONSTACK |
					     SA_NODEFER };
	size_t size = 64 << 10;
	stack_t stack = { .ss_size = size };

	patience_ns = PATIENCE_NS * (RUNNING_ON_VALGRIND ? INT64_C(100)
				     : MPCK_ASAN ? 10 : 1);
	alternate = malloc(size);
	if (!alternate)
		return false;
	stack.ss_sp = alternate;
	if (sigaltstack(&stack, &stack_before))
		return false;
	for (int i = 0; i < 4; i++)
		sigaction(faults[i], &act, &before[i]);
	act.sa_sigaction = on_tick;
	act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
	sigaction(SIGVTALRM, &act, &before_tick);
	return open_timer();
}

void mpck_abort_close(void)
{
	if (timer_on)
		timer_delete(timer);
	timer_on = false;
	sigaction(SIGVTALRM, &before_tick, NULL);
	for (int i = 0; i < 4; i++)
		sigaction(faults[i], &before[i], NULL);
	sigaltstack(&stack_before, NULL);
	free(alternate);
	alternate = NULL;
}
