/* SPDX-License-Identifier: MIT */
/*
 * undefined.c - what mpck_undefined() does to memory, and who reads it.
 *
 * Both happen where an operation is granted, so a step of a search finds what an
 * execution finds.  Who said that memory is undefined, and where, is for people:
 * it is kept in recorded executions only, and is no part of a state.
 */
#include "machine/undefined.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "machine/core.h"

static uint32_t offset_of(const void *inside)
{
	return (uint32_t)((uintptr_t)inside - MPCK_SHARED_INSIDE);
}

/*
 * Who said so.
 */
static struct mark {
	uint32_t offset, size;
	uint32_t task;
	const void *pc;
	uint64_t step;
} *marks;
static size_t nmarks, room;

void mpck_undefined_reset(void)
{
	mpck_definedness_reset();
	nmarks = 0;
}

void mpck_undefined_close(void)
{
	mpck_definedness_close();
	free(marks);
	marks = NULL;
	nmarks = room = 0;
}

static void remember_mark(uint32_t task, const struct mpp_op *op)
{
	if (nmarks == room) {
		room = 2 * room + 16;
		marks = mpck_checked(realloc(marks, room * sizeof(*marks)));
	}
	marks[nmarks++] = (struct mark){ offset_of(op->object), op->size, task,
					 op->pc, mpck_core.steps };
}

/* The last one that is about the byte. */
static const struct mark *mark_of(uint32_t offset)
{
	for (size_t i = nmarks; i--;) {
		if (offset - marks[i].offset < marks[i].size)
			return &marks[i];
	}
	return NULL;
}

/*
 * Who reads it.
 */

/* "buffer[3]": where the first undefined byte is. */
static void name_item(const void *inside, char name[80])
{
	uint32_t item = mpck_item_of(inside);
	size_t end;

	mpck_segment_name(inside, name);
	end = strcspn(name, "+");
	name[end] = '\0';
	if (item != UINT32_MAX)
		snprintf(name + end, 80 - end, "[%u]", item);
}

static void say(struct mpck_fault *f, const struct mpp_op *op)
{
	const struct mark *m = mark_of(offset_of(f->object));
	char name[80];

	name_item(f->object, name);
	if (m) {
		f->other = m->task;
		f->other_pc = m->pc;
		f->other_step = m->step;
	}
	snprintf(f->text, sizeof(f->text),
		 "%s %s %s, which nobody has written since %s called it "
		 "undefined", mpck_task_infos[f->task].name,
		 op->kind == MPP_OP_READ ? "reads" : "updates", name,
		 m ? mpck_task_infos[m->task].name : "a task");
}

/* A loop that looks again and again is one finding. */
static bool is_known(const struct mpck_fault *f)
{
	for (size_t i = 0; i < mpck_run.nfaults; i++) {
		const struct mpck_fault *known = &mpck_run.faults[i];

		if (known->kind == f->kind && known->pc == f->pc &&
		    mpck_segment_start(known->object) ==
			    mpck_segment_start(f->object))
			return true;
	}
	return false;
}

static void report(uint32_t task, const struct mpp_op *op, uint32_t offset)
{
	struct mpck_fault f = {
		.kind = MPCK_UNINITIALISED, .task = task, .pc = op->pc,
		.object = (const void *)(MPCK_SHARED_INSIDE + offset),
		.step = mpck_core.steps };

	mpck_run.effect = true;
	if (is_known(&f))
		return;
	if (mpck_run.options.record)
		say(&f, op);
	mpck_machine_report(&f);
}

void mpck_undefined_grant(uint32_t task, const struct mpp_op *op)
{
	bool reads = op->kind == MPP_OP_READ || op->kind == MPP_OP_RMW;
	bool writes = op->kind == MPP_OP_WRITE || op->kind == MPP_OP_RMW;
	uint32_t at = reads ? mpck_first_undefined(offset_of(op->object),
						   op->size)
			    : UINT32_MAX;

	if (at != UINT32_MAX)
		report(task, op, at);
	if (writes)
		mpck_define(offset_of(op->object), op->size,
			    !mpck_undefines(op));
	if (mpck_undefines(op) && mpck_run.options.record)
		remember_mark(task, op);
}
