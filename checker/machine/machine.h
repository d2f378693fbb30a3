/* SPDX-License-Identifier: MIT */
/*
 * machine.h - simulated processes under our scheduler: one execution at a time.
 *
 * The machine runs a scenario's program from its start to its end.  At each
 * point with two or more options it asks `pick`; everything else is decided by
 * the program.  It knows nothing of strategies, outcomes or reports.
 *
 * Rules it keeps (docs/design/002-machine.md gives the reasons):
 *  - a start runs the child up to its first visible operation and is no choice;
 *    neither is an untimed join, nor an exit that nobody can notice;
 *  - what happens before the first choice is executed once and restored;
 *  - the same picks give the same execution, byte for byte.
 *
 * One machine exists at a time in a process; nothing here may overlap.
 */
#ifndef MPCK_MACHINE_H
#define MPCK_MACHINE_H

#include <mpp/hooks.h>

#include <stdio.h>

#include "machine/module.h"
#include "machine/taskset.h"
#include "strategies/strategy.h"

/* libmpp announces its words instead of calls. */
bool mpck_step_grain(void);

/* Of MPCK_END_LIMIT. */
#define MPCK_LIMITS_SENTENCE \
	"the program needs more than the machine offers: 64 tasks, 64 locks " \
	"held at once, 32 observed names, 1 GiB of shared memory"

/*
 * mpp_op.flags, by the machine alone: a write of nothing, after which the bytes
 * are undefined (mpck_undefined()).  libmpp's own flags are smaller.
 */
#define MPCK_UNDEFINES 0x80
static inline bool mpck_undefines(const struct mpp_op *op)
{
	return op->flags & MPCK_UNDEFINES;
}

/* How an execution ended. */
enum mpck_end {
	MPCK_END_NORMAL,	/* every task ended */
	MPCK_END_DEADLOCK,	/* some tasks wait for ever */
	MPCK_END_STUCK,		/* a task runs without a visible operation */
	MPCK_END_STEPS,		/* max_steps visible operations, no end */
	MPCK_END_OUTSIDE,	/* shared memory touched without libmpp */
	MPCK_END_DIVERGED,	/* pick refused (replay does not fit) */
	MPCK_END_LIMIT,		/* the program needs more than the machine has */
	MPCK_END_PAUSED,	/* stepping: not an end, a choice is to be made */
};

enum { MPCK_FAULTS = 64 };	/* of an execution; more are not kept */

/* Something wrong that a task did; valid until the next execution. */
struct mpck_fault {
	enum mpck_finding_kind kind;
	uint32_t task;
	const void *pc;		/* where, or NULL */
	uint64_t key;		/* what makes it the same finding; 0: pc */
	/* The second place of a finding that has two; else NULL and 0. */
	uint32_t other;		/* task */
	const void *other_pc;
	const void *object;	/* inside address, or NULL */
	/* The visible operations, as mpck_record.step; 0: not known. */
	uint64_t step, other_step;
	char text[200];
};

/* What the program turned out to use; each makes more things visible, so an
 * exhaustive search starts again when one is learnt. */
struct mpck_learned {
	bool clock;		/* somebody reads the time: sleeps are visible */
	bool exits;		/* somebody polls a task's end: exits are visible */
};

/* Kinds of record the event log holds beside operations. */
enum mpck_event_kind {
	MPCK_EVENT_OP, MPCK_EVENT_OUTPUT, MPCK_EVENT_START, MPCK_EVENT_END,
	MPCK_EVENT_OBSERVE,
	MPCK_EVENT_WAIT,	/* announced, but has to wait: from now on */
};

enum { MPCK_STACK_DEPTH = 24 };	/* return addresses kept of a stack */

struct mpck_record {
	enum mpck_event_kind kind;
	uint32_t task;
	uint64_t step;
	struct mpp_op op;	/* OP */
	int result;		/* OP; END: exit status; START: child id */
	uint64_t value;		/* OP: value read or written */
	uint64_t before, after;	/* OP on a cell: its bytes */
	char *text;		/* OUTPUT, OBSERVE */
	/* OP, WAIT: return addresses in the module, innermost first. */
	const void *stack[MPCK_STACK_DEPTH];
	uint32_t nstack;
	mpck_taskset blocked;	/* who waits afterwards */
	bool preempts;		/* OP: the task before could have gone on */
	uint32_t holder;	/* WAIT: who holds it; UINT32_MAX: nobody */
	char object[64];	/* OP, WAIT: the object's name then, as
				 * mpck_machine_object_name() gives it, or "" */
};

/*
 * What happens, for those who look on (detectors/).  Not told while a search
 * steps (world.h).
 */
enum mpck_happening_kind {
	MPCK_HAPPENED_OP,	/* had its effect, or expired, or failed */
	MPCK_HAPPENED_START,
	MPCK_HAPPENED_JOIN,	/* the end of `other` is known to `task` */
	MPCK_HAPPENED_END,
	MPCK_HAPPENED_FORGET,	/* `other` needs no join: it was let go, or is
				 * a daemon */
	MPCK_HAPPENED_SHARE,	/* shared memory: there is a new segment */
	MPCK_HAPPENED_UNSHARE,
	MPCK_HAPPENED_FENCE,	/* value: its memory order */
};

struct mpck_happening {
	enum mpck_happening_kind kind;
	uint32_t task;
	uint32_t other;		/* START, FORGET: child; JOIN: whose end */
	uint64_t step;		/* OP: number of the operation, from 1 */
	const struct mpp_op *op;	/* OP */
	int result;		/* OP; END: exit status */
	uint64_t value;		/* OP: read or written, widened; FENCE */
	uint64_t before;	/* OP on a cell of up to 8 bytes: its bytes
				 * before, in their low end */
	const void *inside;	/* SHARE, UNSHARE: inside address */
	size_t size;
	const char *name;	/* SHARE: what it is, "queue"; lasts */
	const void *pc;		/* START, SHARE, UNSHARE, while recording: the
				 * place in the module; else NULL */
};

struct mpck_listener {
	void (*begin)(void *context);	/* an execution, from its start */
	/* What happened until now is common to all executions: kept; and an
	 * execution begins behind it. */
	void (*keep)(void *context);
	void (*restore)(void *context);
	void (*happened)(void *context, const struct mpck_happening *h);
	void (*end)(void *context, enum mpck_end end);
};

/*
 * Where mpck_gdb_here() is called, for a debugger's breakpoint: with the task
 * loaded and on its stack.  Each once.
 */
struct mpck_stop {
	uint64_t step;		/* chosen, before its effect; 0: not chosen */
	/* step 0: when the task announces an operation of this kind and has
	 * performed `done` before. */
	uint32_t task;
	uint8_t kind;		/* enum mpp_op_kind */
	uint64_t done;
};
enum { MPCK_STOPS = 16 };

struct mpck_machine_options {
	uint32_t (*pick)(void *context, const struct mpck_point *point);
	void *pick_context;
	void (*observe)(void *context, uint32_t task, const struct mpp_op *op,
			int result);	/* NULL: not wanted */
	uint64_t max_steps;
	bool record;		/* keep events; no restored prefix */
	const struct mpck_stop *stops;	/* borrowed; up to MPCK_STOPS */
	size_t nstops;
};

/* pick's answer when it cannot go on: the execution ends DIVERGED. */
#define MPCK_PICK_REFUSED UINT32_MAX

/* Loads a module into the machine.  MPCK_EUSAGE/MPCK_EINTERNAL + sentence. */
int mpck_machine_open(struct mpck_module *module,
		      const struct mpck_machine_options *options,
		      char sentence[MPCK_SENTENCE]);
void mpck_machine_close(void);

/* Changes recording and forgets the prefix. */
void mpck_machine_record(bool record);
/* Are texts wanted?  Nobody reads them of an execution that is not recorded. */
bool mpck_machine_is_recorded(void);

/* Asks somebody else from the next execution on; observe may be NULL. */
void mpck_machine_picker(uint32_t (*pick)(void *, const struct mpck_point *),
			 void *context,
			 void (*observe)(void *, uint32_t,
					 const struct mpp_op *, int));

/* Executions end after so many steps (STEPS); returns after how many they did
 * until now. */
uint64_t mpck_machine_limit(uint64_t steps);

/* Who looks on from the next execution on; NULL: nobody. */
void mpck_machine_listen(const struct mpck_listener *listener, void *context);
/* For who looks on: this is wrong.  The fault is copied. */
void mpck_machine_report(const struct mpck_fault *fault);

/* Runs one execution to its end. */
enum mpck_end mpck_machine_execute(void);

/*
 * The rest speaks of the execution that ended last.
 */

/* From the next execution on: exact, each stop of a task looks at its whole
 * stack (some 50 ns) and learns; not, what was learnt is trusted. */
void mpck_machine_exact(bool exact);
/* What was trusted was too little: a variable may have had a value that
 * another task left.  The execution has to be repeated exactly, with the same
 * picks. */
bool mpck_machine_unclean(void);
uint64_t mpck_machine_steps(void);
/* Nobody wrote into the machine's own tables; asked before a proof. */
bool mpck_machine_intact(void);
/* The choices taken, as task ids and alternatives, in order. */
const uint16_t *mpck_machine_schedule(size_t *count);
/* True: no point had two options. */
bool mpck_machine_forced(void);
const struct mpck_fault *mpck_machine_faults(size_t *count);
struct mpck_learned mpck_machine_learned(void);
/* Starts with what an earlier run learnt (a token says so). */
void mpck_machine_teach(struct mpck_learned learned);
/* The observed values as bytes that are equal iff the values are. */
const void *mpck_machine_outcome(size_t *size);
/* Prints such bytes: "balance=350". */
void mpck_outcome_print(FILE *out, const void *outcome, size_t size);
const struct mpck_record *mpck_machine_records(size_t *count);

/* Names of functions called that the machine does not control; count 0: all
 * of the past executions stayed inside. */
const char *const *mpck_machine_uncontrolled(size_t *count);

/* Some process of some execution had threads: their plain accesses to common
 * memory are not seen. */
bool mpck_machine_had_threads(void);

/* Tasks of the execution. */
enum mpck_task_state {
	MPCK_TASK_NONE,
	MPCK_TASK_READY,	/* runs up to its next visible operation */
	MPCK_TASK_PENDING,	/* has announced one */
	MPCK_TASK_JOINING,	/* waits for a task's end */
	MPCK_TASK_ENDED,
};

struct mpck_task_view {
	enum mpck_task_state state;
	const char *name;
	uint32_t process;	/* tasks with the same number share memory */
	uint32_t parent;
	const struct mpp_op *op;	/* PENDING, JOINING */
	uint32_t joining;	/* JOINING: whom */
	int status;		/* ENDED */
};

uint32_t mpck_machine_tasks(void);
struct mpck_task_view mpck_machine_task(uint32_t task);
/* Who holds the object (inside address)?  UINT32_MAX: nobody.  *ended: the
 * holder has ended. */
uint32_t mpck_machine_holder(const void *object, bool *ended);
/* "lock#1", "value#2 + 4": what an inside address belongs to. */
void mpck_machine_object_name(const void *object, char text[64]);

#endif
