/* SPDX-License-Identifier: MIT */
/*
 * machine.c - opening the machine for a module, and single executions.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* pthread_getattr_np */
#endif
#include "machine/machine.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpp/cpu.h>

#include "machine/core.h"
#include "machine/elf.h"
#include "machine/image.h"
#include "machine/snapshot.h"

static const struct mpck_scenario *scenario;

/* The bounds of the stack that the explorer and all handlers use. */
static void find_own_stack(void)
{
	pthread_attr_t attr;

	if (pthread_getattr_np(pthread_self(), &attr))
		return;
	pthread_attr_getstack(&attr, &mpck_run.stack_bottom,
			      &mpck_run.stack_size);
	pthread_attr_destroy(&attr);
}

static int fail(char sentence[MPCK_SENTENCE], const char *what)
{
	snprintf(sentence, MPCK_SENTENCE, "cannot set up the machine: %s", what);
	mpck_machine_close();
	return MPCK_EINTERNAL;
}

int mpck_machine_open(struct mpck_module *module,
		      const struct mpck_machine_options *options,
		      char sentence[MPCK_SENTENCE])
{
	void *handle = mpck_module_handle(module);
	struct mpck_layout layout;

	scenario = mpck_module_scenario(module);
	mpck_module_select(module);
	memset(&mpck_run.learned, 0, sizeof(mpck_run.learned));
	mpck_run.module = module;
	mpck_run.threads = false;
	mpck_run.options = *options;
	if (!mpck_layout_of(handle, &layout, sentence) ||
	    !mpck_control_module(handle, sentence))
		return MPCK_EUSAGE;
	if (!mpck_window_open(layout.data, layout.data_size, layout.tls,
			      layout.tls_size))
		return fail(sentence, "its address range is taken");
	if (!mpck_segments_open() || !mpck_schedule_open())
		return fail(sentence, "no memory for shared segments");
	if (!mpck_abort_open())
		return fail(sentence, "no timer or signal stack");
	mpck_frames_open(&layout);
	find_own_stack();
	mpck_run.loaded = MPCK_NOBODY;
	mpp_hooks_installed = options->nstops ? &mpck_stopping_hooks
					      : &mpck_hooks;
	(void)mpp_cpu_count();	/* it remembers: no task looks */
	mpck_stops_open();
	return 0;
}

void mpck_machine_close(void)
{
	mpp_hooks_installed = NULL;
	mpck_abort_close();
	mpck_snapshot_forget();
	mpck_records_reset();
	for (int i = 0; i < MPCK_MAX_TASKS; i++) {
		mpck_image_free(mpck_run.own[i]);
		mpck_run.own[i] = NULL;
	}
	mpck_schedule_close();
	mpck_segments_close();
	mpck_window_close();
	mpck_control_reset(mpck_module_handle(mpck_run.module));
	mpck_observe_forget();
	mpck_run.listener = NULL;
}

void mpck_machine_record(bool record)
{
	mpck_run.options.record = record;
	mpck_snapshot_forget();
}

bool mpck_machine_is_recorded(void)
{
	return mpck_run.options.record;
}

void mpck_machine_picker(uint32_t (*pick)(void *, const struct mpck_point *),
			 void *context,
			 void (*observe)(void *, uint32_t,
					 const struct mpp_op *, int))
{
	mpck_run.options.pick = pick;
	mpck_run.options.pick_context = context;
	mpck_run.options.observe = observe;
}

uint64_t mpck_machine_limit(uint64_t steps)
{
	uint64_t before = mpck_run.options.max_steps;

	mpck_run.options.max_steps = steps;
	return before;
}

/* Of libmpp built for step grain (steps.h); elsewhere nothing has these names. */
extern void *mpp_futexes __attribute__((weak));
extern const size_t mpp_futexes_size __attribute__((weak));

/*
 * Then tasks keep in private memory whom they have seen holding a lock, and go
 * on in the middle of calls: nobody may be renamed.
 */
bool mpck_step_grain(void)
{
	return &mpp_futexes_size != NULL;
}

static void provide_futexes(void)
{
	if (mpck_step_grain())
		mpp_futexes = (char *)mpck_segment_new(mpp_futexes_size,
						       "futexes") + MPCK_DOOR;
}

static int first_process(void *arg)
{
	(void)arg;
	return scenario->main();
}

void mpck_machine_begin(void)
{
	uint32_t task;

	mpck_window_reset();
	mpck_segments_reset();
	mpck_observe_reset();
	provide_futexes();
	memset(&mpck_core, 0, offsetof(struct mpck_core, held));
	mpck_core.executing = mpck_core.last = MPCK_NOBODY;
	mpck_core.nheld = 0;
	mpck_run.out_of_room = false;
	mpck_core.clock_ns = MPCK_CLOCK_START;
	mpck_run.nfaults = 0;
	task = mpck_task_new(MPCK_NOBODY, first_process, NULL, "main", false);
	mpck_core.nprocesses = 1;
	mpck_core.processes[0] = (struct mpck_process){
		.tasks = mpck_set_of(task), .slots = 1, .main = task };
	mpck_core.tasks[task].sp = mpck_stack_fresh(0, NULL, 0);
	mpck_run.loaded = 0;
	mpck_core.current = task;
}

enum mpck_end mpck_machine_execute(void)
{
	struct mpck_resume first;

	mpck_run.ended = false;
	mpck_run.choices = false;
	mpck_run.whole = false;
	mpck_run.robbed = 0;
	mpck_run.out_of_room = false;
	mpck_run.nschedule = 0;
	if (mpck_run.options.record)
		mpck_records_reset();
	if (mpck_snapshot_restore()) {
		mpck_window_exact(mpck_run.exact, true);
		if (mpck_is_watched())
			mpck_run.listener->restore(mpck_run.listener_context);
	} else {
		/* A beginning goes deeper than what follows, and runs once. */
		mpck_window_exact(true, false);
		mpck_machine_begin();
		if (mpck_is_watched())
			mpck_run.listener->begin(mpck_run.listener_context);
	}
	first = mpck_next();
	if (!mpck_run.ended)
		mpck_switch_run(mpck_tell_resume(first));
	if (mpck_is_watched())
		mpck_run.listener->end(mpck_run.listener_context, mpck_run.end);
	return mpck_run.end;
}

void mpck_machine_listen(const struct mpck_listener *listener, void *context)
{
	mpck_run.listener = listener;
	mpck_run.listener_context = context;
	mpck_snapshot_forget();
}

void mpck_happened(const struct mpck_happening *h)
{
	mpck_run.listener->happened(mpck_run.listener_context, h);
}

void mpck_tell_op(uint32_t task, const struct mpp_op *op, int result,
		  uint64_t value)
{
	if (mpck_run.options.record)
		mpck_record_op(task, op, result, value);
	if (mpck_is_watched())
		mpck_happened(&(struct mpck_happening){
			.kind = MPCK_HAPPENED_OP, .task = task,
			.step = mpck_core.steps, .op = op, .result = result,
			.value = value, .before = mpck_run.op_before });
}

void mpck_tell_life(enum mpck_happening_kind kind, uint32_t task,
		    uint32_t other, int status)
{
	if (!mpck_is_watched())
		return;
	mpck_settle();
	mpck_happened(&(struct mpck_happening){
		.kind = kind, .task = task, .other = other, .result = status,
		.pc = kind == MPCK_HAPPENED_START ? mpck_frame_of_caller()
						  : NULL });
}

void mpck_machine_exact(bool exact)
{
	mpck_run.exact = exact;
}

bool mpck_machine_unclean(void)
{
	return mpck_window_residue();
}

uint64_t mpck_machine_steps(void)
{
	return mpck_core.steps;
}

const uint16_t *mpck_machine_schedule(size_t *count)
{
	*count = mpck_run.nschedule;
	return mpck_run.schedule;
}

bool mpck_machine_forced(void)
{
	return !mpck_run.choices;
}

struct mpck_learned mpck_machine_learned(void)
{
	return mpck_run.learned;
}

void mpck_machine_teach(struct mpck_learned learned)
{
	mpck_run.learned = learned;
	mpck_snapshot_forget();
}

bool mpck_machine_intact(void)
{
	return mpck_snapshot_intact();
}

bool mpck_machine_had_threads(void)
{
	return mpck_run.threads;
}

uint32_t mpck_machine_tasks(void)
{
	return mpck_core.ntasks;
}

struct mpck_task_view mpck_machine_task(uint32_t task)
{
	const struct mpck_task *t = &mpck_core.tasks[task];

	return (struct mpck_task_view){
		.state = t->state, .name = mpck_task_infos[task].name,
		.process = t->process, .parent = mpck_task_infos[task].parent,
		.op = &t->op, .joining = t->joining, .status = t->status };
}

void mpck_machine_object_name(const void *object, char text[64])
{
	mpck_segment_name(object, text);
}
