/* SPDX-License-Identifier: MIT */
/*
 * waits.c - what each task waits for, and who took it; see waits.h.
 *
 * The records say what the machine does not keep: where a lock was taken, which
 * is the last acquisition without its release, and who used a queue.
 */
#include "explore/waits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/where.h"

const char *mpck_name_of(uint32_t task)
{
	return mpck_machine_task(task).name;
}

const struct mpp_op *mpck_op_of(uint32_t task)
{
	return mpck_machine_task(task).op;
}

/*
 * From the records.
 */
static bool is_lock_like(const struct mpp_op *op, bool takes)
{
	return takes ? op->kind == MPP_OP_ACQUIRE || op->kind == MPP_OP_TAKE
		     : op->kind == MPP_OP_RELEASE || op->kind == MPP_OP_GIVE;
}

/* The return address of the acquisition by which the task has the object. */
const void *mpck_taken_at(uint32_t task, const void *object)
{
	size_t n, levels = 0;
	const struct mpck_record *r = mpck_machine_records(&n);
	const void *pc = NULL;

	for (size_t i = 0; i < n; i++) {
		if (r[i].kind != MPCK_EVENT_OP || r[i].task != task ||
		    r[i].op.object != object)
			continue;
		if (is_lock_like(&r[i].op, true) &&
		    (r[i].result == 0 || r[i].result == MPP_EOWNERDEAD)) {
			if (levels++ == 0)
				pc = r[i].op.pc;
		} else if (is_lock_like(&r[i].op, false) && r[i].result >= 0) {
			levels -= levels > 0;
		}
	}
	return levels ? pc : NULL;
}

/* A semaphore does not know who has its permits.  Where everybody gives only
 * what he took, it is used as a lock is, and has holders. */
static mpck_taskset takers_of(const void *semaphore)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);
	int has[MPCK_MAX_TASKS] = { 0 };
	mpck_taskset takers = 0;

	for (size_t i = 0; i < n; i++) {
		if (r[i].kind != MPCK_EVENT_OP || r[i].result < 0 ||
		    r[i].op.object != semaphore)
			continue;
		has[r[i].task] += is_lock_like(&r[i].op, true) -
				  is_lock_like(&r[i].op, false);
		if (has[r[i].task] < 0)
			return 0;
	}
	for (uint32_t i = 0; i < mpck_machine_tasks(); i++)
		takers |= has[i] > 0 ? mpck_set_of(i) : 0;
	return takers;
}

/* Who did such a thing to the object. */
mpck_taskset mpck_who_did(enum mpp_op_kind kind, const void *object)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);
	mpck_taskset tasks = 0;

	for (size_t i = 0; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_OP && r[i].op.kind == kind &&
		    r[i].op.object == object && r[i].result >= 0)
			tasks |= mpck_set_of(r[i].task);
	}
	return tasks;
}

/*
 * Phrases.
 */
/* "lock#1", "the lock of value#2": what an address inside belongs to. */
char *mpck_object_name(const void *object)
{
	char name[64];
	size_t end;

	mpck_machine_object_name(object, name);
	end = strcspn(name, "+");
	/* The lock of a Value stands in front of it. */
	if (!name[end] && !mpck_machine_object_is(object, "value") &&
	    !mpck_machine_object_is(object, "array"))
		return mpck_text("%s", name);
	name[end] = '\0';
	return mpck_text("the lock of %s", name);
}

/* "for lock#1", "to read rwlock#1", "for the end of Process-2". */
char *mpck_wanted(const struct mpck_waits *w, uint32_t task)
{
	const struct mpck_blocker *b = &w->blocker[task];
	const struct mpp_op *op = mpck_op_of(task);
	char *object, *phrase;

	if (op->kind == MPP_OP_JOIN)
		return mpck_text("for the end of %s",
			    mpck_name_of((uint32_t)op->arg[0]));
	object = mpck_object_name(b->object ? b->object : op->object);
	if (mpck_machine_object_is(op->object, "rwlock"))
		phrase = mpck_text("to %s %s", op->flags & MPP_SHARED ? "read"
								  : "write",
			      object);
	else
		phrase = mpck_text("%s %s", op->kind == MPP_OP_RECEIVE
				   ? "for a message in"
				   : op->kind == MPP_OP_TAKE ? "for a permit of"
				   : op->kind == MPP_OP_SEND ? "for room in"
							  : "for", object);
	free(object);
	return phrase;
}

/* What somebody else would have to do. */
const char *mpck_remedy(const struct mpp_op *op)
{
	static const struct { const char *object, *deed; } deeds[] = {
		{ "event", "set it" }, { "condition", "notify it" },
		{ "barrier", "come to it" }, { "semaphore", "give one" },
		{ "bounded semaphore", "give one" }, { "once", "finish it" },
	};

	if (op->kind == MPP_OP_RECEIVE)
		return "send one";
	if (op->kind == MPP_OP_SEND)
		return "make any";
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++) {
		if (mpck_machine_object_is(op->object, deeds[i].object))
			return deeds[i].deed;
	}
	return "end that";
}

/* "Process-1", "Process-1 and Process-2", "Process-1 ... Process-9 (9 tasks)" */
char *mpck_names_of(mpck_taskset tasks)
{
	uint32_t count = mpck_set_count(tasks);
	const char *first = mpck_name_of(mpck_set_first(tasks));
	const char *last = mpck_name_of(mpck_set_nth(tasks, count - 1));

	return count == 1 ? mpck_text("%s", first)
	       : count == 2 ? mpck_text("%s and %s", first, last)
			    : mpck_text("%s ... %s (%u tasks)", first, last, count);
}

char *mpck_place_text(const void *pc)
{
	char *where = mpck_where(pc, true);

	return where ? where : mpck_text("an unknown place");
}

/*
 * All of them.
 */
void mpck_waits_look(struct mpck_waits *w)
{
	*w = (struct mpck_waits){ .waiting = mpck_machine_waiting() };
	for (mpck_taskset s = w->waiting; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);
		const struct mpp_op *op = mpck_op_of(task);
		struct mpck_blocker *b = &w->blocker[task];

		w->where[task] = mpck_place_text(op->pc);
		*b = mpck_machine_blocker(task);
		if (!b->tasks && mpck_machine_object_is(op->object, "semaphore"))
			*b = (struct mpck_blocker){ op->object,
						    takers_of(op->object) };
		if (!b->tasks)
			b->object = NULL;
	}
}

void mpck_waits_fini(struct mpck_waits *w)
{
	for (size_t i = 0; i < MPCK_MAX_TASKS; i++)
		free(w->where[i]);
}

mpck_taskset mpck_waits_alike(const struct mpck_waits *w, uint32_t task,
			      mpck_taskset among)
{
	const struct mpp_op *a = mpck_op_of(task);
	mpck_taskset tasks = 0;

	for (mpck_taskset s = w->waiting & among; s; s &= s - 1) {
		const struct mpp_op *b = mpck_op_of(mpck_set_first(s));

		if (a->kind == b->kind && a->object == b->object &&
		    a->pc == b->pc && a->guard == b->guard &&
		    (a->kind != MPP_OP_JOIN || a->arg[0] == b->arg[0]))
			tasks |= s & -s;
	}
	return tasks;
}
