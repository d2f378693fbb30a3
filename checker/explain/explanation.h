/* SPDX-License-Identifier: MIT */
/*
 * explanation.h - why a finding happens: one schedule, step by step, and the
 * operations whose order decides.
 *
 * Plain data, made by explain.h after a recorded replay; nothing in it points
 * into the machine.  Reporters read it, and nothing else knows how it is shown.
 * All texts are malloc'd and owned by the explanation.
 */
#ifndef MPCK_EXPLANATION_H
#define MPCK_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mpp/hooks.h>
#include <mpck/scenario.h>

#include "machine/taskset.h"

/* One call on a task's stack, in the module. */
struct mpck_frame {
	char *function;		/* "increase", also of static ones; "?" */
	char *file;		/* "balance.c"; NULL: no debug information */
	char *path;		/* as the compiler was given it, made absolute;
				 * NULL likewise */
	unsigned line;		/* of the call; 0: unknown */
};

/* A shared object as people know it: a cell, a lock, a queue. */
struct mpck_variable {
	char *name;		/* "value#1", "array#1[3]", "lock#2" */
	char *initial;		/* text before the first step; "?": unknown */
	bool cell;		/* holds a value; else a primitive's state:
				 * "free", "held by Process-2", "3 items" */
};

struct mpck_change {
	uint32_t variable;	/* index */
	char *text;		/* what it holds from this step on */
};

enum mpck_step_kind {
	MPCK_STEP_OP,		/* a visible operation had its effect */
	MPCK_STEP_WAIT,		/* a task announced one and has to wait; its
				 * next step ends the blocked span */
	MPCK_STEP_START,	/* task starts `other` */
	MPCK_STEP_END,		/* task ended with `result` */
	MPCK_STEP_OUTPUT,	/* task printed `text` */
	MPCK_STEP_OBSERVE,	/* task observed a final value: `text` */
};

#define MPCK_NO_VARIABLE UINT32_MAX
#define MPCK_NO_TASK UINT32_MAX

/* One line of a timeline. */
struct mpck_step {
	enum mpck_step_kind kind;
	uint32_t task;		/* lane */
	uint64_t number;	/* OP: of the visible operation, from 1, as
				 * `replay` counts; else 0 */
	char *text;		/* for people: "read balance: 100", "waits for
				 * lock#1, held by Process-2" */
	char *brief;		/* the same for a narrow lane: "read 100",
				 * "acquire", "wait lock#1" */
	enum mpp_op_kind op;	/* OP, WAIT: what; else MPP_OP_NONE */
	bool atomic;		/* OP: an access with a memory order */
	uint32_t variable;	/* OP, WAIT: on what; MPCK_NO_VARIABLE */
	uint32_t other;		/* START: child; JOIN, POLL, SIGNAL: whom; WAIT:
				 * who holds it; else MPCK_NO_TASK */
	int result;		/* OP: 0 or MPP_E*; END: exit status */
	char *value;		/* OP on a cell: read or written; NULL: none */
	char *before;		/* OP that writes a cell: what it overwrote;
				 * NULL: none */
	struct mpck_frame *frames;	/* innermost first; may be none */
	size_t nframes;
	struct mpck_change *changes;	/* of variables, by this step */
	size_t nchanges;
	mpck_taskset blocked;	/* tasks that wait after this step */
	bool preempts;		/* OP: another task than before goes on, though
				 * that one could have */
	bool decisive;		/* one of the cause's operations */
};

struct mpck_lane {
	char *name;		/* "main", "Process-2" */
	uint32_t process;	/* lanes with equal numbers share memory */
};

/* One execution, whole. */
struct mpck_trace {
	struct mpck_lane *lanes;	/* by task id */
	size_t nlanes;
	struct mpck_variable *variables;
	size_t nvariables;
	struct mpck_step *steps;
	size_t nsteps;
	/* The last so many steps go round for ever: behind them the state is
	 * what it was before them. */
	size_t round;		/* 0: they do not */
	uint64_t operations;	/* visible ones */
	unsigned preemptions;
	char *outcome;		/* "balance=50", "(deadlock)" */
};

enum { MPCK_CAUSE_STEPS = 8 };

/* What was executed that bears the sentence out. */
enum mpck_evidence {
	MPCK_FLIPPED,		/* the order was flipped, nothing else changed
				 * before it, and the execution passes */
	MPCK_BOTH_ORDERS,	/* two accesses, from one state: each of them
				 * directly before the other */
	MPCK_ALL_INTERLEAVINGS,	/* each of them shows it: nothing to flip */
	MPCK_SAID,		/* none: the sentence itself says what was
				 * tried, and claims no more */
};

/* What decides. */
struct mpck_cause {
	char *sentence;		/* "fails exactly when Process-2 reads value#1
				 * (balance.c:21) between ..."; NULL: none found */
	enum mpck_evidence evidence;
	bool verified;		/* there is such evidence */
	bool restates;		/* what the finding's message says, it says too:
				 * who waits for whom, which two race */
	size_t steps[MPCK_CAUSE_STEPS];	/* indices of trace.steps, in order */
	size_t nsteps;
	char *flipped_outcome;	/* of the flipped order, or the other one of
				 * both: how it ends; else NULL */
	char *flipped_token;	/* and the token of that execution */
};

struct mpck_explanation {
	struct mpck_trace trace;	/* of the shrunk schedule */
	struct mpck_cause cause;
	uint64_t operations_found;	/* of the schedule before shrinking */
	unsigned preemptions_found;
	uint64_t executions;	/* that shrinking and the cause took */
	double seconds;
};

/* "Process-1"; "?" of a task that the trace does not have. */
const char *mpck_lane_name(const struct mpck_trace *t, uint32_t task);
/* "Process-1, Process-2 and Process-3"; malloc'd.  tasks: one at least. */
char *mpck_trace_names(const struct mpck_trace *t, mpck_taskset tasks);

void mpck_trace_fini(struct mpck_trace *trace);
void mpck_explanation_free(struct mpck_explanation *e);

#endif
