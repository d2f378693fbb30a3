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

static struct mpck_record *records;
static size_t nrecords, room;

void mpck_records_reset(void)
{
	for (size_t i = 0; i < nrecords; i++)
		free(records[i].text);
	nrecords = 0;
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
	*r = (struct mpck_record){ .kind = kind, .task = task };
	return r;
}

void mpck_record_op(uint32_t task, const struct mpp_op *op, int result,
		    uint64_t value)
{
	struct mpck_record *r = add(MPCK_EVENT_OP, task);

	r->step = mpck_core.steps;
	r->op = *op;
	r->result = result;
	r->value = value;
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
	f->kind = kind;
	f->task = task;
	f->pc = pc;
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
}

const struct mpck_fault *mpck_machine_faults(size_t *count)
{
	*count = mpck_run.nfaults;
	return mpck_run.faults;
}
