/* SPDX-License-Identifier: MIT */
/*
 * record.c - what happened, for people: the event log and the faults.
 *
 * The log is written only when somebody wants to look at an execution; a
 * search keeps nothing but its choices.
 */
#include "machine/core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mpck_record *records;
static size_t nrecords, room;

static mpck_taskset waiting;	/* who was said to wait */
static bool preempts;		/* what is granted does */
static struct {
	const void *pc[MPCK_STACK_DEPTH];
	uint32_t count;
} stacks[MPCK_MAX_TASKS];	/* where each task stopped last */

void mpck_records_reset(void)
{
	for (size_t i = 0; i < nrecords; i++)
		free(records[i].text);
	nrecords = 0;
	waiting = 0;
	preempts = false;
}

void mpck_record_stack(uint32_t task, const void *sp)
{
	ucontext_t context;

	stacks[task].count = 0;
	if (mpck_switch_registers(task, sp, &context))
		stacks[task].count = mpck_frames_of(&context, false,
						    stacks[task].pc);
}

void mpck_record_stack_at(uint32_t task, ucontext_t *context)
{
	stacks[task].count = mpck_frames_of(context, true, stacks[task].pc);
}

/* Later the same address may be another object's. */
static void add_name(struct mpck_record *r)
{
	if (r->op.object)
		mpck_segment_name(r->op.object, r->object);
}

static void add_stack(struct mpck_record *r)
{
	r->nstack = stacks[r->task].count;
	memcpy(r->stack, stacks[r->task].pc, sizeof(r->stack));
}

static struct mpck_record *add(enum mpck_event_kind kind, uint32_t task)
{
	struct mpck_record *r;

	if (nrecords == room) {
		room = room * 2 + 256;
		records = realloc(records, room * sizeof(*records));
		if (!records)
			abort();
	}
	r = &records[nrecords++];
	*r = (struct mpck_record){ .kind = kind, .task = task,
				   .blocked = waiting,
				   .holder = MPCK_NOBODY };
	return r;
}

/* Whoever holds what the task waits for. */
static uint32_t holder_for(const struct mpp_op *op)
{
	bool ended;
	uint32_t holder = mpck_machine_holder(op->object, &ended);

	if (holder == MPCK_NOBODY && op->guard)
		holder = mpck_machine_holder(op->guard, &ended);
	return holder;
}

static void add_wait(uint32_t task)
{
	const struct mpck_task *t = &mpck_core.tasks[task];
	struct mpck_record *r = add(MPCK_EVENT_WAIT, task);

	r->op = t->op;
	if (t->state != MPCK_TASK_JOINING)
		r->holder = holder_for(&t->op);
	add_name(r);
	add_stack(r);
}

void mpck_record_waits(void)
{
	mpck_taskset now = (mpck_core.pending & ~mpck_core.enabled) |
			   mpck_core.joining;
	mpck_taskset since = now & ~waiting;

	waiting = now;
	for (; since; since &= since - 1)
		add_wait(mpck_set_first(since));
}

void mpck_record_grant(uint32_t task)
{
	uint32_t last = mpck_core.last;

	preempts = last != MPCK_NOBODY && last != task &&
		   mpck_set_has(mpck_core.enabled, last);
}

uint64_t mpck_cell_bytes(const struct mpp_op *op)
{
	uint64_t bytes = 0;

	if (op->typecode && op->object && op->size && op->size <= 8)
		memcpy(&bytes, op->object, op->size);
	return bytes;
}

void mpck_record_op(uint32_t task, const struct mpp_op *op, int result,
		    uint64_t value)
{
	struct mpck_record *r = add(MPCK_EVENT_OP, task);

	r->step = mpck_core.steps;
	r->op = *op;
	r->result = result;
	r->value = value;
	r->before = mpck_run.op_before;
	r->after = mpck_cell_bytes(op);
	r->preempts = preempts;
	add_name(r);
	add_stack(r);
}

/* What a task prints comes after the operation it performed before. */
void mpck_record_text(enum mpck_event_kind kind, uint32_t task, char *text)
{
	mpck_settle();
	add(kind, task)->text = text;
}

void mpck_record_life(enum mpck_event_kind kind, uint32_t task, int result)
{
	mpck_settle();
	add(kind, task)->result = result;
}

const struct mpck_record *mpck_machine_records(size_t *count)
{
	*count = nrecords;
	return records;
}

void mpck_fault_add(enum mpck_finding_kind kind, uint32_t task, const void *pc,
		    const char *format, ...)
{
	struct mpck_fault *f;
	va_list ap;

	mpck_run.effect = true;
	if (mpck_run.nfaults == MPCK_FAULTS)
		return;
	f = &mpck_run.faults[mpck_run.nfaults++];
	*f = (struct mpck_fault){ .kind = kind, .task = task, .pc = pc,
				  .step = mpck_core.steps };
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
}

void mpck_machine_report(const struct mpck_fault *fault)
{
	if (mpck_run.nfaults < MPCK_FAULTS)
		mpck_run.faults[mpck_run.nfaults++] = *fault;
}

const struct mpck_fault *mpck_machine_faults(size_t *count)
{
	*count = mpck_run.nfaults;
	return mpck_run.faults;
}
