/* SPDX-License-Identifier: MIT */
/*
 * waiting.h - who may be chosen: the announced operations, and what those that
 * have to wait are waiting for.
 *
 * Written here is what each step does; a call would cost more than its work.
 */
#ifndef MPCK_WAITING_H
#define MPCK_WAITING_H

#include "machine/core.h"

/*
 * By line of shared memory: who waits there for a change, and for what.  All
 * that wait for one lock get the same answer from ready(): its holder, who
 * alone would get another, is not among them when he changes it.
 */
struct mpck_waiters {
	mpck_taskset tasks;
	const void *object;	/* what they all wait for; NULL: several */
};

extern struct mpck_waiters *mpck_waiting __attribute__((visibility("hidden")));
#define MPCK_NO_LINE UINT32_MAX

bool mpck_waiting_open(void);
void mpck_waiting_close(void);

/* The task's operation is pending, and enabled if it need not wait. */
void mpck_announce(uint32_t task, const struct mpp_op *op);
/* Lists the task where its operation waits, if it may have to. */
void mpck_wait_line(uint32_t task);
/* After an operation that may have changed it: who can go on now? */
void mpck_recheck_after(const struct mpp_op *op);
void mpck_recheck_line(uint32_t line);
/* A task ended: those that look at lives may go on now. */
void mpck_recheck_lives(void);

static inline bool mpck_ready(uint32_t task)
{
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	/* What is gone has no answer; its user is stopped when it goes on. */
	return !op->ready || mpck_segment_is_dead(op->object) ||
	       op->ready(op, task + 1);
}

static inline void mpck_wait_no_more(uint32_t task)
{
	uint32_t line = mpck_core.tasks[task].line;

	if (line != MPCK_NO_LINE)
		mpck_waiting[line].tasks &= ~mpck_set_of(task);
}

/* Takes back what the task announced. */
static inline void mpck_withdraw(uint32_t task)
{
	mpck_wait_no_more(task);
	mpck_core.pending &= ~mpck_set_of(task);
	mpck_core.enabled &= ~mpck_set_of(task);
	mpck_core.silent &= ~mpck_set_of(task);
}

/* What an operation can change for others that wait on its object: a refused
 * lock operation nothing (and its lock's holder may be among those that wait,
 * with an answer of its own), a guarded access leaves its guard as it found
 * it, and some kinds change nothing. */
static inline bool mpck_may_change_readiness(const struct mpp_op *op,
					     int result)
{
	const uint32_t looks = 1u << MPP_OP_READ | 1u << MPP_OP_POLL |
			       1u << MPP_OP_SLEEP | 1u << MPP_OP_CLOCK;
	const uint32_t changes_one = 1u << MPP_OP_WRITE | 1u << MPP_OP_RMW;
	uint32_t kind = 1u << op->kind;

	if (op->kind == MPP_OP_ACQUIRE || op->kind == MPP_OP_RELEASE)
		return result >= 0 || result == MPP_EOWNERDEAD;
	return !(kind & looks) && !(op->guard && kind & changes_one);
}

#endif
