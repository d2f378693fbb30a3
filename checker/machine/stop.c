/* SPDX-License-Identifier: MIT */
/*
 * stop.c - a place for a debugger's breakpoint: the task that is to be looked
 * at is in the window, and its own stack is the one in use.
 *
 * The program's frame is a few calls up; a debugger finds it by its address.
 * What is called here leaves bytes below the task's stack pointer: an execution
 * that reads variables before they are set may differ from the recorded one.
 */
#include "machine/core.h"

#include <string.h>

/* A copy would have another name. */
#if __has_attribute(noclone)
#define NO_CLONE __attribute__((noclone))
#else
#define NO_CLONE
#endif

/* The module's code. */
MPP_API uintptr_t mpck_gdb_low, mpck_gdb_high;
uintptr_t mpck_gdb_low, mpck_gdb_high;

MPP_API void mpck_gdb_here(const char *task, uint64_t step);

static struct {
	uint64_t done[MPCK_MAX_TASKS];	/* operations, by task */
	uint32_t passed;	/* bit i: stops[i] was met */
	bool crashed;		/* once is enough: it is replayed for the text */
} now;

void mpck_stops_open(void)
{
	memset(&now, 0, sizeof(now));
	mpck_frames_code(&mpck_gdb_low, &mpck_gdb_high);
}

__attribute__((noinline)) NO_CLONE
void mpck_gdb_here(const char *task, uint64_t step)
{
	__asm__ volatile("" : : "r"(task), "r"(step) : "memory");
}

static void meet(size_t i, uint64_t step)
{
	now.passed |= 1u << i;
	mpck_gdb_here(mpck_task_infos[mpck_core.current].name, step);
}

void mpck_stop_at_fault(void)
{
	if (!mpck_run.options.nstops || now.crashed)
		return;
	now.crashed = true;
	mpck_gdb_here(mpck_task_infos[mpck_core.current].name,
		      mpck_core.steps);
}

static bool is_due(size_t i)
{
	return !(now.passed >> i & 1);
}

static void look_at_announcement(const struct mpp_op *op)
{
	for (size_t i = 0; i < mpck_run.options.nstops; i++) {
		const struct mpck_stop *s = &mpck_run.options.stops[i];

		if (!s->step && is_due(i) && s->task == mpck_core.current &&
		    s->kind == op->kind &&
		    s->done == now.done[mpck_core.current])
			meet(i, 0);
	}
}

static void look_at_grant(void)
{
	for (size_t i = 0; i < mpck_run.options.nstops; i++) {
		const struct mpck_stop *s = &mpck_run.options.stops[i];

		if (s->step && is_due(i) && s->step == mpck_core.steps)
			meet(i, s->step);
	}
}

int mpck_before_stopping(const struct mpp_op *op)
{
	uint32_t task = mpck_core.current;
	int result;

	look_at_announcement(op);
	result = mpck_before(op);
	/* Not behind a sleep or a join that passed. */
	if (mpck_core.executing == task &&
	    mpck_core.tasks[task].op.kind == op->kind) {
		now.done[task]++;
		look_at_grant();
	}
	return result;
}
