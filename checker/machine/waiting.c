/* SPDX-License-Identifier: MIT */
/*
 * waiting.c - who may be chosen.
 *
 * That is kept up to date, never recomputed: an operation that may have to
 * wait is listed at the 64-byte line of its guard, or else of its object, and
 * asked again when an operation on that line was executed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* MAP_NORESERVE */
#endif
#include "machine/waiting.h"

#include <sys/mman.h>

#define WAITING_SIZE (MPCK_SHARED_LIMIT / 64 * sizeof(*mpck_waiting))

struct mpck_waiters *mpck_waiting;

bool mpck_waiting_open(void)
{
	mpck_waiting = mmap(NULL, WAITING_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return mpck_waiting != MAP_FAILED;
}

void mpck_waiting_close(void)
{
	munmap(mpck_waiting, WAITING_SIZE);
}

/* A timed operation may always be chosen: it expires when it is not ready. */
static bool waits(const struct mpp_op *op)
{
	return op->ready && op->timeout_ns == MPP_FOREVER;
}

void mpck_recheck_line(uint32_t line)
{
	if (line == MPCK_NO_LINE)
		return;
	for (mpck_taskset s = mpck_waiting[line].tasks; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);

		if (mpck_ready(task))
			mpck_core.enabled |= mpck_set_of(task);
		else
			mpck_core.enabled &= ~mpck_set_of(task);
	}
}

void mpck_recheck_lives(void)
{
	if (mpck_run.stepping)
		return;		/* asked when somebody wants to know */
	for (mpck_taskset s = mpck_core.pending & ~mpck_core.enabled; s;
	     s &= s - 1) {
		if (mpck_ready(mpck_set_first(s)))
			mpck_core.enabled |= s & -s;
	}
}

/* A lock was taken or released: one answer for all, if they wait for it. */
static void recheck_lock(const void *lock)
{
	uint32_t line = mpck_segment_line(lock);
	mpck_taskset tasks;

	if (line == MPCK_NO_LINE)
		return;
	tasks = mpck_waiting[line].tasks;
	if (mpck_waiting[line].object != lock)
		mpck_recheck_line(line);
	else if (tasks && mpck_ready(mpck_set_first(tasks)))
		mpck_core.enabled |= tasks;
	else
		mpck_core.enabled &= ~tasks;
}

void mpck_recheck_after(const struct mpp_op *op)
{
	uint32_t line, guard;

	if (op->kind == MPP_OP_ACQUIRE || op->kind == MPP_OP_RELEASE) {
		recheck_lock(op->object);
		return;
	}
	line = mpck_segment_line(op->object);
	guard = mpck_segment_line(op->guard);
	mpck_recheck_line(line);
	if (guard != line)
		mpck_recheck_line(guard);
}

void mpck_wait_line(uint32_t task)
{
	const struct mpp_op *op = &mpck_core.tasks[task].op;
	/* Where the answer of ready() can change. */
	const void *object = op->guard ? op->guard : op->object;
	uint32_t line = waits(op) ? mpck_segment_line(object) : MPCK_NO_LINE;
	struct mpck_waiters *w;

	mpck_core.tasks[task].line = line;
	if (line == MPCK_NO_LINE)
		return;
	w = &mpck_waiting[line];
	w->object = !w->tasks || w->object == object ? object : NULL;
	w->tasks |= mpck_set_of(task);
}

void mpck_announce(uint32_t task, const struct mpp_op *op)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	t->op = *op;
	t->state = MPCK_TASK_PENDING;
	mpck_core.pending |= mpck_set_of(task);
	if (mpck_run.stepping) {
		t->line = MPCK_NO_LINE;
		mpck_world_announced(task);
		return;
	}
	mpck_wait_line(task);
	if (!waits(op) || mpck_ready(task))
		mpck_core.enabled |= mpck_set_of(task);
}
