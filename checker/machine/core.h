/* SPDX-License-Identifier: MIT */
/*
 * core.h - what the machine's own files share: tasks, processes, the state of
 * the execution.  Nobody outside this folder includes it.
 *
 * struct mpck_core is what a snapshot copies: the tasks' hot part and the sets
 * that say who may run.  What is written once at a task's start is in
 * struct mpck_task_info, outside.
 */
#ifndef MPCK_CORE_H
#define MPCK_CORE_H

#include "machine/machine.h"
#include "machine/segment.h"
#include "machine/switch.h"
#include "machine/window.h"
#include "machine/world.h"

#define MPCK_NOBODY UINT32_MAX
#define MPCK_CLOCK_START INT64_C(1000000000000)	/* ns */

enum { MPCK_MAX_HELD = 64 };

struct mpck_task {
	struct mpp_op op;	/* PENDING, JOINING: announced; else the last */
	void *sp;		/* where it stopped, or its stack begins */
	int64_t result;		/* what its hook returns when it goes on */
	int64_t wake_ns;	/* the clock is at least this when it goes on */
	mpck_taskset group;	/* JOINING, stepping: whom it waits for */
	uint32_t line;		/* PENDING: where it waits */
	int32_t status;		/* ENDED, or an announced exit */
	uint16_t joining;
	uint8_t state;		/* enum mpck_task_state */
	uint8_t process;
	uint8_t slot;		/* of its process's stacks */
	bool fresh;		/* has no first frame yet */
	uint16_t rounding;	/* fegetround() where it was started */
};

struct mpck_process {
	mpck_taskset tasks;	/* not ended */
	mpck_taskset slots;	/* their stacks, and inherited dead ones */
	struct mpck_image *image; /* while not loaded; own or the prefix's */
	uint32_t main;		/* the task whose end is the process's */
	uint32_t made[2];	/* processes, threads: numbers their names */
};

struct mpck_held {
	void *object;
	uint32_t *death;	/* NULL: unowned */
	uint32_t task;
	uint32_t levels;
};

struct mpck_core {
	mpck_taskset live;	/* started, not ended */
	mpck_taskset runnable;	/* run to their next visible operation first */
	mpck_taskset pending;	/* have announced one */
	mpck_taskset enabled;	/* of the pending: may be chosen */
	mpck_taskset woken;	/* of the runnable: after a join, so last */
	mpck_taskset joining;	/* wait for a task's end */
	mpck_taskset joined;	/* ended, and their parent knows */
	mpck_taskset silent;	/* of the pending: need no scheduling point */
	mpck_taskset signals;	/* on their way, not tasks of the program */
	mpck_taskset daemons;	/* end when their parent has */
	uint32_t ntasks, nprocesses;
	uint32_t current;	/* task */
	uint32_t executing;	/* task whose operation was granted, until it
				 * announces the next; MPCK_NOBODY */
	uint32_t last;		/* task granted last */
	uint32_t nheld;
	int64_t clock_ns;
	uint64_t steps;
	struct mpck_held held[MPCK_MAX_HELD];
	struct mpck_process processes[MPCK_MAX_TASKS];
	struct mpck_task tasks[MPCK_MAX_TASKS];
};

struct mpck_task_info {
	int (*fn)(void *);
	struct mpp_life *life;	/* inside address; NULL: main */
	uint32_t parent;
	bool thread;
	char name[32];
	uint64_t class;		/* equal for twins: parent, fn, argument */
	const void *exit_pc;	/* recording: where exit() was called; NULL */
};

/* What must not be snapshotted: facts about the run as a whole. */
struct mpck_run {
	struct mpck_machine_options options;
	struct mpck_module *module;
	struct mpck_learned learned;
	uint32_t loaded;	/* process in the window; MPCK_NOBODY */
	bool ended;		/* the execution is over */
	enum mpck_end end;
	bool exact;		/* look below every stack that stops */
	bool choices;		/* this execution had a point with options */
	uint32_t robbed;	/* 1 + task whose lock another one released */
	bool whole;		/* the exit under way ends its process */
	const void *exit_pc;	/* recording: where it was called; NULL */
	int op_result;		/* after()'s words about the operation */
	uint64_t op_value;
	volatile uint64_t entries;	/* hooks entered; the watchdog looks */
	bool stepping;		/* stop where a choice would be (world.h) */
	bool supposing;		/* what happens now is taken back */
	bool effect;		/* ... and was more than a join */
	bool beyond;		/* stepping: something was done that is neither
				 * in a process's part nor in shared memory */
	bool log;		/* tell mpck_world_granted() */
	uint32_t alternative;	/* stepping: of the operation granted */
	uint32_t silent_steps;	/* since the last scheduling point */
	mpck_taskset touched;	/* stepping: processes that changed */
	const struct mpck_watcher *watcher;	/* stepping */
	void *watcher_context;
	const struct mpck_listener *listener;	/* NULL: nobody looks on */
	void *listener_context;
	uint64_t op_before;	/* of the cell about to be accessed */
	bool threads;		/* a process of several tasks was seen */
	bool out_of_room;	/* a limit of the machine was met */
	struct mpck_image *own[MPCK_MAX_TASKS];	/* images by process */
	void *stack_bottom;	/* the explorer's own stack, for ASan */
	size_t stack_size;
	void *sp_by_slot[MPCK_MAX_TASKS];
	uint16_t *schedule;
	size_t nschedule, schedule_room;
	struct mpck_fault faults[MPCK_FAULTS];
	size_t nfaults;
};

/* The compiler option hides definitions only; said here as well, it saves a
 * look into the offset table at each use. */
#pragma GCC visibility push(hidden)
extern struct mpck_core mpck_core;
extern struct mpck_run mpck_run;
extern struct mpck_task_info mpck_task_infos[MPCK_MAX_TASKS];
#pragma GCC visibility pop

/* schedule.c: the heart */
void mpck_task_stopped(struct mpck_task *t, void *sp);
void mpck_settle(void);
struct mpck_resume mpck_next(void);
struct mpck_resume mpck_go(uint32_t task);
/* Performs the pending operation of a task, which goes on; or its end. */
struct mpck_resume mpck_grant(uint32_t task);
int mpck_before(const struct mpp_op *op);
/* stop.c: the same, and where a debugger wants to stop. */
int mpck_before_stopping(const struct mpp_op *op);
void mpck_stops_open(void);
/* Where it crashes: in the handler, above the program's frame. */
void mpck_stop_at_fault(void);
void mpck_save_loaded(void);
/* A process that is not loaded: its image without the stacks of threads that
 * were ended meanwhile. */
void mpck_save_without_dead(uint32_t process);
/* Where each stack of the loaded process begins, by slot. */
void mpck_stacks_of(const struct mpck_process *process, void **sp);
struct mpck_resume mpck_finish(enum mpck_end end);
bool mpck_schedule_open(void);
void mpck_tell_scheduler(void);
struct mpck_resume mpck_tell_resume(struct mpck_resume r);
void mpck_schedule_close(void);

/*
 * world_load.c, stepping: whose locks are whose in shared memory.  For the scheduler
 * (MPCK_NOBODY), each word has its holder's id.  For a task that runs, its own
 * have MPCK_SELF and the others' MPCK_OTHER: so no task ever sees an id, and
 * none stays on its stack.
 */
enum { MPCK_SELF = 1, MPCK_OTHER = 2 };
void mpck_world_show_ids(uint32_t to_task);

/* machine.c: the program at its very start, nothing of it executed. */
void mpck_machine_begin(void);

/* life.c: start, join, exit, signal */
void mpck_wake(uint32_t task);	/* its sleep is over: so late it is */
uint32_t mpck_task_new(uint32_t parent, int (*fn)(void *), struct mpp_life *life,
		       const char *name, bool thread);
int mpck_life_start(uint32_t *child, int (*fn)(void *), const void *arg,
		    size_t size, bool shares_memory, struct mpp_life *life,
		    const char *name);
int mpck_life_signal(uint32_t child, int signo);
void mpck_life_daemon(uint32_t child);
struct mpck_resume mpck_life_join(uint32_t task, const struct mpp_op *op);
void mpck_task_end(uint32_t task, int status);
void mpck_process_end(uint32_t process, int status);
/* The current task ends, or its whole process does. */
struct mpck_resume mpck_life_exit(uint32_t task, int status, bool whole);
bool mpck_task_has_ended(uint32_t task);
/* Did the process of `parent` start it? */
bool mpck_is_child(uint32_t task, uint32_t parent);

/* hold.c: who holds which lock */
void mpck_hold(uint32_t task, const struct mpp_op *op);
void mpck_unhold(uint32_t task, const struct mpp_op *op);
bool mpck_hold_owned(mpck_taskset tasks);	/* any of them? */
bool mpck_hold_any(uint32_t task);
void mpck_holder_died(uint32_t task);
void mpck_hold_forget(const void *inside, size_t size);

/* observe.c: observed values */
void mpck_observe_reset(void);
void mpck_observe_forget(void);		/* all names */
void mpck_observe_snapshot(void);
void mpck_observe_restore(void);
/* Puts the values back that mpck_machine_outcome() gave. */
void mpck_observe_load(const void *outcome, size_t size);
/* Another number after every change. */
uint64_t mpck_observe_generation(void);
void mpck_observe(const char *name, const void *values, size_t count,
		  char typecode);

/* Does anybody look on? */
static inline bool mpck_is_watched(void)
{
	return mpck_run.listener && !mpck_run.stepping;
}
void mpck_happened(const struct mpck_happening *h);
/* An operation had its effect: told and recorded. */
void mpck_tell_op(uint32_t task, const struct mpp_op *op, int result,
		  uint64_t value);
void mpck_tell_life(enum mpck_happening_kind kind, uint32_t task,
		    uint32_t other, int status);

/* record.c: events and faults */
void mpck_records_reset(void);
/* Before a choice: who waits from now on. */
void mpck_record_waits(void);
/* The task stops at sp to announce, or was stopped by a fault. */
void mpck_record_stack(uint32_t task, const void *sp);
void mpck_record_stack_at(uint32_t task, ucontext_t *context);
/* The task is about to perform its operation. */
void mpck_record_grant(uint32_t task);
/* What a cell holds; 0: the operation is on no single cell. */
uint64_t mpck_cell_bytes(const struct mpp_op *op);
void mpck_record_op(uint32_t task, const struct mpp_op *op, int result,
		    uint64_t value);
void mpck_record_text(enum mpck_event_kind kind, uint32_t task, char *text);
void mpck_record_life(enum mpck_event_kind kind, uint32_t task, int result);
void mpck_fault_add(enum mpck_finding_kind kind, uint32_t task, const void *pc,
		    const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* hooks.c: the table given to libmpp */
extern const struct mpp_hooks mpck_hooks, mpck_stepping_hooks;
extern const struct mpp_hooks mpck_stopping_hooks;

/* control.c: the module's imports */
bool mpck_control_module(void *handle, char sentence[MPCK_SENTENCE]);
void mpck_control_reset(void *handle);

struct mpck_layout;	/* elf.h */

/* frames.c: the place in the module that led to an interrupted context */
void mpck_frames_open(const struct mpck_layout *layout);
/* Where the module's code is. */
void mpck_frames_code(uintptr_t *low, uintptr_t *high);
const void *mpck_frame_of_module(ucontext_t *context);
/* Return addresses in the module, innermost first; returns how many.  fault: it
 * was interrupted, and the first is the place itself plus 1. */
uint32_t mpck_frames_of(ucontext_t *context, bool fault,
			const void *stack[MPCK_STACK_DEPTH]);

/* Where in the module the task is that called mpck_on_scheduler(), while
 * recording; else NULL. */
const void *mpck_frame_of_caller(void);
/* hooks.c: a task is about to call for its process's end. */
void mpck_exit_called(void);

/* abort.c: faults and the watchdog */
bool mpck_abort_open(void);
void mpck_abort_close(void);

#endif
