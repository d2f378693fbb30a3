/* SPDX-License-Identifier: MIT */
/*
 * life.c - how tasks begin and end.
 *
 * The machine plays the kernel's part: it copies a child's memory at start,
 * writes the life record at the end, and marks the locks of the dead.
 */
#include "machine/core.h"

#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/bytes.h"
#include "machine/image.h"
#include "machine/waiting.h"
#include "prove/mutants.h"

bool mpck_task_has_ended(uint32_t task)
{
	return task < mpck_core.ntasks &&
	       mpck_core.tasks[task].state == MPCK_TASK_ENDED;
}

bool mpck_is_child(uint32_t task, uint32_t parent)
{
	uint32_t starter = task < mpck_core.ntasks
				   ? mpck_task_infos[task].parent : MPCK_NOBODY;

	return starter != MPCK_NOBODY &&
	       mpck_core.tasks[starter].process ==
		       mpck_core.tasks[parent].process;
}

/* A task without memory or stack yet; MPCK_NOBODY: no room. */
uint32_t mpck_task_new(uint32_t parent, int (*fn)(void *), struct mpp_life *life,
		       const char *name, bool thread)
{
	uint32_t task = mpck_core.ntasks;
	struct mpck_task_info *info;

	if (task == MPCK_MAX_TASKS) {
		mpck_run.out_of_room = true;
		return MPCK_NOBODY;
	}
	mpck_core.ntasks++;
	mpck_core.tasks[task] = (struct mpck_task){
		.state = MPCK_TASK_READY, .fresh = true };
	info = &mpck_task_infos[task];
	*info = (struct mpck_task_info){ .fn = fn, .life = life,
					 .parent = parent, .thread = thread };
	if (name && *name)
		snprintf(info->name, sizeof(info->name), "%s", name);
	else
		snprintf(info->name, sizeof(info->name), "%s-%u",
			 thread ? "Thread" : "Process", task);
	mpck_core.live |= mpck_set_of(task);
	mpck_core.runnable |= mpck_set_of(task);
	return task;
}

static uint32_t new_process(uint32_t main)
{
	uint32_t p = mpck_core.nprocesses++;

	mpck_core.processes[p] = (struct mpck_process){ .main = main };
	return p;
}

static void belong(uint32_t task, uint32_t process, unsigned slot)
{
	struct mpck_process *p = &mpck_core.processes[process];

	mpck_core.tasks[task].process = (uint8_t)process;
	mpck_core.tasks[task].slot = (uint8_t)slot;
	p->tasks |= mpck_set_of(task);
	p->slots |= mpck_set_of(slot);
}

/*
 * The child inherits its parent's stack only if something it inherits points
 * there (a conservative look, as a garbage collector's): a child that cannot
 * reach the stack starts with an empty one, so twins have equal memory.  A
 * process of several threads passes on all their stacks.
 */
static mpck_taskset inherited(const struct mpck_task *parent, const void *arg,
			      size_t size, uintptr_t low)
{
	const struct mpck_process *p = &mpck_core.processes[parent->process];
	uintptr_t top = (uintptr_t)mpck_stack_top(parent->slot);

	if (p->slots != mpck_set_of(parent->slot))
		return p->slots;
	return mpck_window_points_into(arg, size, low, top) ? p->slots : 0;
}

static void start_process(uint32_t task, const void *arg, size_t size)
{
	struct mpck_task *t = &mpck_core.tasks[task];
	struct mpck_task *parent = &mpck_core.tasks[mpck_core.current];
	const struct mpck_process *from = &mpck_core.processes[parent->process];
	void *low = mpck_switch_caller_sp();
	mpck_taskset slots = inherited(parent, arg, size, (uintptr_t)low);
	unsigned slot = slots ? parent->slot : 0;
	uint32_t p = new_process(task);
	void *sp[MPCK_MAX_TASKS];

	mpck_stacks_of(from, sp);
	sp[parent->slot] = low;
	mpck_task_state_save(parent->slot);
	mpck_run.own[p] = mpck_image_fork(mpck_run.own[p], slot, arg, size,
					  slots, sp);
	t->sp = sp[slot];
	belong(task, p, slot);
	mpck_core.processes[p].slots |= slots;
	mpck_core.processes[p].image = mpck_run.own[p];
}

static void start_thread(uint32_t task, const void *arg, size_t size)
{
	uint32_t p = mpck_core.tasks[mpck_core.current].process;
	unsigned slot = mpck_set_first(~mpck_core.processes[p].slots);

	mpck_run.threads = true;
	mpck_core.tasks[task].sp = mpck_stack_fresh(slot, arg, size);
	belong(task, p, slot);
}

static uint64_t class_of(int (*fn)(void *), const void *arg, size_t size)
{
	return XXH3_64bits_withSeed(arg, size,
				    (uintptr_t)fn * 64 + mpck_core.current);
}

/* Runs on the scheduler's stack; the parent's window is loaded. */
int mpck_life_start(uint32_t *child, int (*fn)(void *), const void *arg,
		    size_t size, bool shares_memory, struct mpp_life *life,
		    const char *name)
{
	uint32_t task = mpck_task_new(mpck_core.current, fn, life, name,
				      shares_memory);

	if (task == MPCK_NOBODY)
		return MPP_ENOMEM;
	/* Who has children can be told from its twins by them. */
	mpck_world_named(mpck_core.current);
	mpck_run.effect = true;
	mpck_core.tasks[task].rounding = (uint16_t)fegetround();
	mpck_task_infos[task].class = class_of(fn, arg, size);
	mpck_wake(mpck_core.current);
	if (shares_memory)
		start_thread(task, arg, size);
	else
		start_process(task, arg, size);
	*child = task;
	if (mpck_run.options.record)
		mpck_record_life(MPCK_EVENT_START, mpck_core.current,
				 (int)task);
	mpck_tell_life(MPCK_HAPPENED_START, mpck_core.current, task, 0);
	return 0;
}

/* An untimed join is no choice: it passes when the child has ended, which it
 * has not yet. */
struct mpck_resume mpck_life_join(uint32_t task, const struct mpp_op *op)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	t->op = *op;
	t->result = 0;
	t->state = MPCK_TASK_JOINING;
	mpck_core.joining |= mpck_set_of(task);
	t->joining = (uint16_t)op->arg[0];
	t->group = 0;
	return mpck_next();
}

/* Can anybody notice when these tasks of a process end?  A process that ends
 * stops its other tasks somewhere, so their ends are noticed as well. */
static bool exit_visible(uint32_t task, mpck_taskset tasks, int status)
{
	return status || mpck_run.learned.exits || tasks & ~mpck_set_of(task) ||
	       (mpck_hold_owned(tasks) && !MPCK_MUTANT(EAGER_EXIT));
}

struct mpck_resume mpck_life_exit(uint32_t task, int status, bool whole)
{
	struct mpck_task *t = &mpck_core.tasks[task];
	mpck_taskset tasks = whole ? mpck_core.processes[t->process].tasks
				   : mpck_set_of(task);

	mpck_run.effect = true;
	if (status && whole)
		mpck_world_named(task);
	if (exit_visible(task, tasks, status)) {
		/* Nobody will use its stack; its own threads still might. */
		if (tasks == mpck_core.processes[t->process].tasks &&
		    tasks == mpck_set_of(task))
			mpck_task_stopped(t, mpck_stack_unused(t->slot));
		t->status = status;
		mpck_announce(task, &(struct mpp_op){
			.kind = MPP_OP_EXIT, .timeout_ns = MPP_FOREVER,
			.arg = { whole } });
		return mpck_next();
	}
	mpck_wake(task);
	if (whole)
		mpck_process_end(t->process, status);
	else
		mpck_task_end(task, status);
	return mpck_next();
}

/* Stepping, the one who steps does it: mpck_world_wake(). */
static void wake_joiners(uint32_t ended)
{
	if (mpck_run.stepping)
		return;
	for (mpck_taskset s = mpck_core.joining; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);
		struct mpck_task *t = &mpck_core.tasks[task];

		if (t->joining != ended)
			continue;
		t->state = MPCK_TASK_READY;
		mpck_core.joined |= mpck_set_of(ended);
		mpck_core.joining &= ~mpck_set_of(task);
		mpck_core.runnable |= mpck_set_of(task);
		mpck_core.woken |= mpck_set_of(task);
		mpck_tell_life(MPCK_HAPPENED_JOIN, task, ended, 0);
	}
}

static void leave(uint32_t task, int status)
{
	struct mpck_task *t = &mpck_core.tasks[task];
	struct mpck_process *p = &mpck_core.processes[t->process];
	struct mpp_life *life = mpck_task_infos[task].life;

	if (t->state == MPCK_TASK_PENDING)
		mpck_withdraw(task);
	mpck_run.touched |= mpck_set_of(t->process);
	t->state = MPCK_TASK_ENDED;
	t->status = status;
	mpck_core.live &= ~mpck_set_of(task);
	mpck_core.joining &= ~mpck_set_of(task);
	mpck_core.daemons &= ~mpck_set_of(task);
	mpck_core.runnable &= ~mpck_set_of(task);
	p->tasks &= ~mpck_set_of(task);
	p->slots &= ~mpck_set_of(t->slot);
	if (life) {
		life->status = status;
		life->ended = 1;
	}
	mpck_tell_life(MPCK_HAPPENED_END, task, MPCK_NOBODY, status);
	mpck_holder_died(task);
	/* What it leaves locked can be told from what its twins leave. */
	if (mpck_hold_any(task))
		mpck_world_named(task);
	wake_joiners(task);
	if (mpck_run.options.record)
		mpck_record_life(MPCK_EVENT_END, task, status);
}

/* A non-zero exit is a failure even when every value is right. */
static void report_failure(uint32_t task, int status)
{
	if (status > 0 && !mpck_task_infos[task].thread)
		mpck_fault_add(MPCK_CHILD_FAILURE, task,
			       mpck_task_infos[task].exit_pc,
			       "%s ended with exit code %d",
			       mpck_task_infos[task].name, status);
}

/*
 * A signal ends its process some time after it was sent, whatever the process
 * does meanwhile.  So it travels as a task of its own, whose only operation,
 * always enabled, is that process's end.
 */
static void send(uint32_t to, int signo)
{
	char name[32];
	uint32_t task;
	struct mpck_task *t;

	snprintf(name, sizeof(name), "signal %d", signo);
	task = mpck_task_new(to, NULL, NULL, name, true);
	if (task == MPCK_NOBODY)
		return;
	t = &mpck_core.tasks[task];
	t->fresh = false;
	mpck_core.signals |= mpck_set_of(task);
	t->process = mpck_core.tasks[to].process;
	t->status = -signo;
	mpck_run.touched |= mpck_set_of(t->process);
	mpck_world_named(to);
	mpck_core.runnable &= ~mpck_set_of(task);
	mpck_announce(task, &(struct mpp_op){
		.kind = MPP_OP_EXIT, .timeout_ns = MPP_FOREVER, .arg = { 1 } });
}

/* Nobody is left for the signals that are still on their way to a process; the
 * one that ended it has arrived. */
static void drop_signals(uint32_t process)
{
	for (mpck_taskset s = mpck_core.signals; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);
		struct mpck_task *t = &mpck_core.tasks[task];

		if (t->process != process)
			continue;
		if (t->state == MPCK_TASK_PENDING)
			mpck_withdraw(task);
		t->state = MPCK_TASK_ENDED;
		mpck_run.touched |= mpck_set_of(t->process);
		mpck_core.live &= ~mpck_set_of(task);
		mpck_core.signals &= ~mpck_set_of(task);
	}
}

static void end_daemons(uint32_t parent)
{
	for (mpck_taskset s = mpck_core.daemons; s; s &= s - 1) {
		if (mpck_is_child(mpck_set_first(s), parent))
			send(mpck_set_first(s), SIGTERM);
	}
}

/* The end of a task; of its whole process when it is the main line. */
void mpck_task_end(uint32_t task, int status)
{
	struct mpck_process *p =
		&mpck_core.processes[mpck_core.tasks[task].process];
	bool thread = p->main != task;

	if (!thread && status >= 0)
		status &= 255;
	leave(task, status);
	if (!thread) {
		for (mpck_taskset s = p->tasks; s; s &= s - 1)
			leave(mpck_set_first(s), status);
		drop_signals(mpck_core.tasks[task].process);
		end_daemons(task);
	}
	report_failure(task, status);
	mpck_recheck_lives();
}

void mpck_process_end(uint32_t process, int status)
{
	mpck_task_end(mpck_core.processes[process].main, status);
}

int mpck_life_signal(uint32_t child, int signo)
{
	if (child >= mpck_core.ntasks)
		return MPP_EINVAL;
	if (!mpck_task_has_ended(child))
		send(child, signo);
	return 0;
}

void mpck_life_daemon(uint32_t child)
{
	mpck_core.daemons |= mpck_set_of(child);
	mpck_world_killed();	/* or not, by who is first */
	mpck_world_named(child);
	mpck_run.effect = true;
}
