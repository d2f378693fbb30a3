/* SPDX-License-Identifier: MIT */
/*
 * schedule.c - the heart: tasks announce operations, one is chosen, it runs.
 *
 * A task that announces is stopped; its effect happens when it is granted, by
 * its own code, after the hook returned.  What the effect changed for others is
 * looked at when the task announces next (settle), before anybody chooses.
 */
#include "machine/core.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "machine/bytes.h"
#include "machine/image.h"
#include "machine/snapshot.h"
#include "machine/tools.h"
#include "machine/undefined.h"
#include "machine/waiting.h"

struct mpck_core mpck_core;
struct mpck_run mpck_run;
struct mpck_task_info mpck_task_infos[MPCK_MAX_TASKS];

bool mpck_schedule_open(void)
{
	mpck_select_init();
	return mpck_waiting_open();
}

void mpck_schedule_close(void)
{
	mpck_waiting_close();
	free(mpck_run.schedule);
	mpck_run.schedule = NULL;
	mpck_run.schedule_room = 0;
}

static void report_robbery(uint32_t task, const struct mpp_op *op)
{
	uint32_t holder = mpck_run.robbed - 1;
	char object[64];

	mpck_run.robbed = 0;
	mpck_segment_name(op->object, object);
	mpck_fault_add(MPCK_MISUSE, task, op->pc,
		       "%s released %s, which %s holds",
		       mpck_task_infos[task].name, object,
		       mpck_task_infos[holder].name);
}

/* The effect of the operation granted last has happened. */
void mpck_settle(void)
{
	uint32_t task = mpck_core.executing;
	const struct mpp_op *op;

	if (task == MPCK_NOBODY)
		return;
	mpck_core.executing = MPCK_NOBODY;
	op = &mpck_core.tasks[task].op;
	if (mpck_run.robbed)
		report_robbery(task, op);
	if (!mpck_run.stepping &&
	    mpck_may_change_readiness(op, mpck_run.op_result))
		mpck_recheck_after(op);
	if (mpck_run.options.observe)
		mpck_run.options.observe(mpck_run.options.pick_context, task,
					 op, mpck_run.op_result);
	mpck_tell_op(task, op, mpck_run.op_result, mpck_run.op_value);
}

void mpck_task_stopped(struct mpck_task *t, void *sp)
{
	mpck_window_stopped(t->slot, sp, t->sp, t->process == 0);
	t->sp = sp;
}

/* The current task will not be the next: what the processor and the C library
 * hold of it goes to its stack. */
static void put_away_current(void)
{
	const struct mpck_task *t = &mpck_core.tasks[mpck_core.current];

	if (t->process == mpck_run.loaded && t->state != MPCK_TASK_ENDED)
		mpck_task_state_save(t->slot);
}

void mpck_stacks_of(const struct mpck_process *process, void **sp)
{
	const struct mpck_task *only =
		&mpck_core.tasks[mpck_set_first(process->tasks)];

	if (process->slots == mpck_set_of(only->slot)) {
		sp[only->slot] = only->sp;
		return;
	}
	/* A forking thread's siblings are gone, but not their stacks. */
	for (mpck_taskset s = process->slots; s; s &= s - 1)
		sp[mpck_set_first(s)] = mpck_window_low(mpck_set_first(s));
	for (mpck_taskset s = process->tasks; s; s &= s - 1) {
		const struct mpck_task *t = &mpck_core.tasks[mpck_set_first(s)];

		sp[t->slot] = t->sp;
	}
}

void mpck_save_loaded(void)
{
	uint32_t p = mpck_run.loaded;
	struct mpck_process *process;

	if (p == MPCK_NOBODY)
		return;
	process = &mpck_core.processes[p];
	if (!process->tasks)
		return;
	put_away_current();
	mpck_stacks_of(process, mpck_run.sp_by_slot);
	mpck_run.own[p] = mpck_image_save(mpck_run.own[p], process->slots,
					  mpck_run.sp_by_slot);
	process->image = mpck_run.own[p];
}

void mpck_save_without_dead(uint32_t p)
{
	struct mpck_process *process = &mpck_core.processes[p];

	if (!process->tasks ||
	    mpck_image_slots(process->image) == process->slots)
		return;
	mpck_image_load(process->image);
	mpck_stacks_of(process, mpck_run.sp_by_slot);
	mpck_run.own[p] = mpck_image_save(mpck_run.own[p], process->slots,
					  mpck_run.sp_by_slot);
	process->image = mpck_run.own[p];
	mpck_run.loaded = MPCK_NOBODY;
}

static void switch_to(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	if (t->process != mpck_run.loaded) {
		mpck_save_loaded();
		mpck_image_load(mpck_core.processes[t->process].image);
		mpck_run.loaded = t->process;
	} else {
		put_away_current();
	}
	mpck_core.current = task;
	mpck_switch_current(task);
	if (t->fresh) {
		t->fresh = false;
		mpck_tell_memory((char *)t->sp - 1024, 1024);
		t->sp = mpck_switch_make(task, t->sp, mpck_task_infos[task].fn,
					 t->sp, t->rounding);
	}
	mpck_task_state_load(t->slot);
}

struct mpck_resume mpck_go(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	t->state = MPCK_TASK_READY;
	mpck_run.touched |= mpck_set_of(t->process);
	if (task != mpck_core.current || t->process != mpck_run.loaded ||
	    t->fresh)
		switch_to(task);
	if (mpck_run.stepping)
		mpck_world_show_ids(task);
	return (struct mpck_resume){ t->sp, t->result };
}

struct mpck_resume mpck_finish(enum mpck_end end)
{
	mpck_run.ended = true;
	mpck_run.end = end;
	/* A deadlock leaves announcements; the next execution needs none. */
	for (mpck_taskset s = mpck_core.pending; s; s &= s - 1)
		mpck_wait_no_more(mpck_set_first(s));
	return (struct mpck_resume){ mpck_switch_explorer(), 0 };
}

static void note_choice(uint32_t what)
{
	if (mpck_run.nschedule == mpck_run.schedule_room) {
		mpck_run.schedule_room = mpck_run.schedule_room * 2 + 1024;
		mpck_run.schedule = realloc(mpck_run.schedule,
					    mpck_run.schedule_room *
					    sizeof(*mpck_run.schedule));
		if (!mpck_run.schedule)
			abort();
	}
	mpck_run.schedule[mpck_run.nschedule++] = (uint16_t)what;
}

static uint32_t ask(struct mpck_point *point)
{
	point->step = mpck_core.steps;
	point->last = mpck_core.last;
	point->live = mpck_core.pending;
	point->tasks = mpck_core.tasks;
	mpck_run.choices = true;
	return mpck_run.options.pick(mpck_run.options.pick_context, point);
}

const struct mpp_op *mpck_pending(const struct mpck_point *p, uint32_t task)
{
	return &p->tasks[task].op;
}

static void first_choice(void)
{
	if (!mpck_run.options.record) {
		mpck_snapshot_take();
		if (mpck_is_watched())
			mpck_run.listener->keep(mpck_run.listener_context);
	}
	mpck_window_exact(mpck_run.exact, true);
}

/* One of two or more enabled tasks; MPCK_NOBODY: pick refused. */
static uint32_t choose_among(mpck_taskset enabled)
{
	struct mpck_point point = { .enabled = enabled,
				    .count = mpck_set_count(enabled) };
	uint32_t index, task;

	if (!mpck_run.choices)
		first_choice();
	index = ask(&point);
	if (index >= point.count)
		return MPCK_NOBODY;
	task = mpck_set_nth(enabled, index);
	note_choice(task);
	return task;
}

static uint32_t choose_task(void)
{
	mpck_taskset enabled = mpck_core.enabled;

	return enabled & (enabled - 1) ? choose_among(enabled)
				       : mpck_set_first(enabled);
}

static uint32_t choose_alternative(uint32_t task, uint32_t count)
{
	struct mpck_point point = { .alternatives = true, .count = count,
				    .task = task };
	uint32_t index;

	if (count < 2)
		return 0;
	if (mpck_run.stepping)
		return mpck_run.alternative;
	index = ask(&point);
	if (index >= count)
		return MPCK_NOBODY;
	note_choice(index);
	return index;
}

/* A wait that is not ready expires, and the time it waited has passed. */
static int64_t expire(const struct mpp_op *op)
{
	if (op->timeout_ns <= 0)
		return MPP_EAGAIN;
	mpck_core.clock_ns += op->timeout_ns;
	return MPP_ETIMEDOUT;
}

/* What before() returns for the granted operation. */
static int64_t answer(uint32_t task)
{
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	switch (op->kind) {
	case MPP_OP_CHOOSE:
		return choose_alternative(task, op->choices);
	case MPP_OP_JOIN:
		if (!mpck_task_has_ended((uint32_t)op->arg[0]))
			return expire(op);
		mpck_core.joined |= mpck_set_of((uint32_t)op->arg[0]);
		mpck_run.beyond = true;
		mpck_tell_life(MPCK_HAPPENED_JOIN, task, (uint32_t)op->arg[0],
			       0);
		return 0;
	case MPP_OP_SLEEP:
		mpck_core.tasks[task].wake_ns = mpck_core.clock_ns +
						op->timeout_ns;
		return 0;
	default:
		return op->timeout_ns == MPP_FOREVER || mpck_ready(task)
			       ? 0 : expire(op);
	}
}

/* Time passes for a task that slept when it does something again. */
void mpck_wake(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	if (t->wake_ns > mpck_core.clock_ns)
		mpck_core.clock_ns = t->wake_ns;
	t->wake_ns = 0;
}

/* Performs the announced exit of a task; nobody goes on by it. */
static void grant_exit(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	if (mpck_run.options.observe)
		mpck_run.options.observe(mpck_run.options.pick_context, task,
					 &t->op, 0);
	mpck_tell_op(task, &t->op, 0, 0);
	if (t->op.arg[0])
		mpck_process_end(t->process, t->status);
	else
		mpck_task_end(task, t->status);
}

static bool is_ready(uint32_t task)
{
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	return op->timeout_ns != MPP_FOREVER || mpck_ready(task);
}

/* Stepping: a task whose operation needs no scheduling point; MPCK_NOBODY. */
static uint32_t silent_task(void)
{
	for (mpck_taskset s = mpck_core.silent; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);

		/* One that has to wait has others to wait for. */
		mpck_core.silent &= ~mpck_set_of(task);
		if (is_ready(task) &&
		    mpck_run.silent_steps < MPCK_SILENT_STEPS) {
			mpck_run.silent_steps++;
			return task;
		}
	}
	return MPCK_NOBODY;
}

static struct mpck_resume pause_here(void)
{
	mpck_run.ended = true;
	mpck_run.end = mpck_core.live ? MPCK_END_PAUSED : MPCK_END_NORMAL;
	return (struct mpck_resume){ mpck_switch_explorer(), 0 };
}

/*
 * What was given back is zeros, or something else soon: a task that uses it is
 * stopped before libmpp believes what it finds there.  At step grain a word may
 * be touched late: who released a lock wakes the next one afterwards.
 */
static bool uses_dead(const struct mpp_op *op)
{
	return mpck_segment_is_dead(op->object) && !mpck_step_grain();
}

static void report_dead(uint32_t task, const struct mpp_op *op)
{
	char object[64];

	mpck_segment_name(op->object, object);
	object[strcspn(object, "+")] = '\0';
	mpck_fault_add(MPCK_USE_AFTER_DESTROY, task, op->pc,
		       "%s used %s, which had been given back",
		       mpck_task_infos[task].name, object);
}

struct mpck_resume mpck_grant(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	if (mpck_run.log)
		mpck_world_granted(task);
	if (mpck_run.options.record)
		mpck_record_grant(task);
	mpck_withdraw(task);
	mpck_core.steps++;
	mpck_core.last = task;
	mpck_wake(task);
	if (t->op.kind == MPP_OP_EXIT) {
		grant_exit(task);	/* or a signal's */
		return mpck_next();
	}
	if (uses_dead(&t->op)) {	/* given back since it was announced */
		report_dead(task, &t->op);
		mpck_process_end(t->process, -SIGSEGV);
		return mpck_next();
	}
	t->result = answer(task);
	if (t->result == MPCK_NOBODY)
		return mpck_finish(MPCK_END_DIVERGED);
	mpck_run.op_result = (int)t->result;
	mpck_run.op_value = 0;
	if (mpck_run.options.record || mpck_is_watched())
		mpck_run.op_before = mpck_cell_bytes(&t->op);
	if (t->result >= 0)
		mpck_look_for_undefined(task, &t->op);
	mpck_core.executing = task;
	return mpck_go(task);
}

struct mpck_resume mpck_next(void)
{
	uint32_t task;

	if (mpck_run.out_of_room)
		return mpck_finish(MPCK_END_LIMIT);
	if (mpck_core.runnable) {
		mpck_taskset others = mpck_core.runnable & ~mpck_core.woken;

		task = mpck_set_first(others ? others : mpck_core.runnable);
		mpck_core.runnable &= ~mpck_set_of(task);
		mpck_core.woken &= ~mpck_set_of(task);
		return mpck_go(task);
	}
	if (mpck_run.stepping) {
		task = silent_task();
		return task == MPCK_NOBODY ? pause_here() : mpck_grant(task);
	}
	if (mpck_run.options.record)
		mpck_record_waits();
	if (!mpck_core.enabled)
		return mpck_finish(mpck_core.live ? MPCK_END_DEADLOCK
						  : MPCK_END_NORMAL);
	if (mpck_core.steps >= mpck_run.options.max_steps)
		return mpck_finish(MPCK_END_STEPS);
	task = choose_task();
	if (task == MPCK_NOBODY)
		return mpck_finish(MPCK_END_DIVERGED);
	return mpck_grant(task);
}

/*
 * What needs no choice: a sleep that nobody can measure moves the clock when
 * its task is chosen next, and the join of a task that has ended passes.
 * false: the operation is to be announced.
 */
static bool passes(const struct mpp_op *op, int *result)
{
	struct mpck_task *t = &mpck_core.tasks[mpck_core.current];
	uint32_t child = (uint32_t)op->arg[0];

	*result = 0;
	if (op->kind == MPP_OP_SLEEP && !mpck_run.learned.clock) {
		if (t->wake_ns < mpck_core.clock_ns)
			t->wake_ns = mpck_core.clock_ns;
		t->wake_ns += op->timeout_ns;
		return true;
	}
	if (op->kind != MPP_OP_JOIN)
		return false;
	if (!mpck_is_child(child, mpck_core.current)) {
		*result = MPP_ECHILD;
		return true;
	}
	if (op->timeout_ns != MPP_FOREVER || !mpck_task_has_ended(child))
		return false;
	mpck_core.joined |= mpck_set_of(child);
	mpck_run.beyond = true;
	if (mpck_is_watched())
		mpck_tell_life(MPCK_HAPPENED_JOIN, mpck_core.current, child, 0);
	return true;
}

/* On the task's own stack: a switch would cost more than it. */
int mpck_before(const struct mpp_op *op)
{
	int result;

	/* Most are neither. */
	if (op->kind != MPP_OP_SLEEP && op->kind != MPP_OP_JOIN)
		return mpck_hook_before(op);
	return passes(op, &result) ? result : mpck_hook_before(op);
}

/* ASan follows the stacks; without it these two are nothing. */

void mpck_tell_scheduler(void)
{
	if (MPCK_ASAN)
		mpck_tell_stack(mpck_run.stack_bottom, mpck_run.stack_size);
}

struct mpck_resume mpck_tell_resume(struct mpck_resume r)
{
	const char *top;

	if (!MPCK_ASAN)
		return r;
	top = mpck_stack_top(mpck_core.tasks[mpck_core.current].slot);
	if (r.sp != mpck_switch_explorer())
		mpck_tell_stack(top - MPCK_STACK_SIZE, MPCK_STACK_SIZE);
	return r;
}

static inline struct mpck_resume before(const struct mpp_op *op, void *sp)
{
	uint32_t task = mpck_core.current;
	int result;

	mpck_run.entries++;
	mpck_task_stopped(&mpck_core.tasks[task], sp);
	if (mpck_run.stepping)
		mpck_world_show_ids(MPCK_NOBODY);
	mpck_settle();
	if (mpck_run.options.record)
		mpck_record_stack(task, sp);
	if (uses_dead(op)) {
		report_dead(task, op);
		return mpck_life_exit(task, -SIGSEGV, true);
	}
	if (mpck_run.stepping && passes(op, &result)) {
		mpck_core.tasks[task].result = result;
		return mpck_go(task);
	}
	switch (op->kind) {
	case MPP_OP_JOIN:
		if (op->timeout_ns == MPP_FOREVER)
			return mpck_life_join(task, op);
		mpck_run.learned.exits = true;
		mpck_world_named((uint32_t)op->arg[0]);
		break;
	case MPP_OP_SIGNAL:
		mpck_world_killed();	/* it or nobody, by who is first */
		/* fall through */
	case MPP_OP_POLL:
		mpck_run.learned.exits = true;
		mpck_world_named((uint32_t)op->arg[0]);
		break;
	case MPP_OP_CLOCK:
		mpck_run.learned.clock = true;
		break;
	case MPP_OP_IDENTITY:
		mpck_world_named(op->object ? (uint32_t)op->arg[0] : task);
		mpck_core.tasks[task].result = 0;
		return mpck_go(task);
	default:
		break;
	}
	mpck_announce(task, op);
	return mpck_next();
}

struct mpck_resume mpck_on_before(const struct mpp_op *op, void *sp)
{
	mpck_tell_scheduler();
	return mpck_tell_resume(before(op, sp));
}

static struct mpck_resume end(int status, void *sp)
{
	uint32_t task = mpck_core.current;
	struct mpck_task *t = &mpck_core.tasks[task];
	bool whole;

	mpck_run.entries++;
	mpck_window_ended(t->slot, sp, t->sp,
			  mpck_core.processes[t->process].main != task,
			  t->process == 0);
	if (t->sp > sp)
		t->sp = sp;
	if (mpck_run.stepping)
		mpck_world_show_ids(MPCK_NOBODY);
	mpck_settle();
	whole = mpck_run.whole ||
		mpck_core.processes[t->process].main == task;
	mpck_run.whole = false;
	mpck_task_infos[task].exit_pc = mpck_run.exit_pc;
	mpck_run.exit_pc = NULL;
	return mpck_life_exit(task, status, whole);
}

struct mpck_resume mpck_on_exit(int status, void *sp)
{
	mpck_tell_scheduler();
	return mpck_tell_resume(end(status, sp));
}
