/* SPDX-License-Identifier: MIT */
/*
 * circle.c - tasks that wait for each other: each for what the next one has.
 *
 * Who has what is the machine's knowledge for locks.  The permits of a
 * semaphore have no owner: whoever took more than it gave back counts as one.
 */
#include "explain/cause.h"

#include "basics.h"

enum { NOBODY = UINT32_MAX, MOST = MPCK_CAUSE_STEPS / 2 };

/* Its last operation that took the object; MPCK_NO_MOVE: none. */
static long taken_by(const struct mpck_base *b, uint32_t task,
		     const void *object)
{
	for (size_t i = b->course.nmoves; i--;) {
		const struct mpck_move *m = &b->all[i];

		if (m->task == task && m->op.object == object &&
		    (m->op.kind == MPP_OP_ACQUIRE ||
		     m->op.kind == MPP_OP_TAKE) && m->result >= 0)
			return (long)i;
	}
	return MPCK_NO_MOVE;
}

/* Somebody else if there is one. */
static uint32_t permit_holder(const struct mpck_base *b, uint32_t task,
			      const void *object)
{
	int held[MPCK_MAX_TASKS] = { 0 };

	for (size_t i = 0; i < b->course.nmoves; i++) {
		const struct mpck_move *m = &b->all[i];

		if (m->op.object == object && m->result >= 0)
			held[m->task] += (m->op.kind == MPP_OP_TAKE) -
					 (m->op.kind == MPP_OP_GIVE);
	}
	for (uint32_t i = 0; i < MPCK_MAX_TASKS; i++) {
		if (held[i] > 0 && i != task)
			return i;
	}
	return held[task] > 0 ? task : NOBODY;
}

static long waiting(const struct mpck_base *b, uint32_t task)
{
	for (size_t i = b->course.nmoves; i < b->nall; i++) {
		if (b->all[i].task == task)
			return (long)i;
	}
	return MPCK_NO_MOVE;
}

/* Whom the move waits for, and by what; NOBODY: it cannot be said. */
static uint32_t blocker(const struct mpck_base *b, long wait,
			const void **object)
{
	const struct mpck_move *m = &b->all[wait];
	bool ended;
	uint32_t task;

	*object = m->op.object;
	if (m->op.kind == MPP_OP_JOIN)
		return (uint32_t)m->op.arg[0];
	task = mpck_machine_holder(*object, &ended);
	if (task == NOBODY && m->op.guard) {
		task = mpck_machine_holder(m->op.guard, &ended);
		if (task != NOBODY)
			*object = m->op.guard;
	}
	/* Who waits in what it has, as a writer for readers to leave, waits for
	 * those who have it as well. */
	if ((task == NOBODY && m->op.kind == MPP_OP_TAKE) ||
	    (task == m->task && m->op.kind == MPP_OP_AWAIT))
		task = permit_holder(b, m->task, m->op.object);
	return task;
}

struct link {
	uint32_t task;
	long took, waits;
};

/* Follows who waits for whom from a task; returns how many form a circle, or
 * end with one that has ended and left what it took. */
static size_t follow(const struct mpck_base *b, uint32_t from,
		     struct link links[MOST])
{
	uint32_t task = from;
	const void *object = NULL, *next;

	for (size_t n = 0; n < MOST; n++) {
		long wait = waiting(b, task);

		links[n] = (struct link){ task, MPCK_NO_MOVE, wait };
		if (n)
			links[n].took = taken_by(b, task, object);
		if (wait == MPCK_NO_MOVE)
			return n && links[n].took != MPCK_NO_MOVE ? n + 1 : 0;
		task = blocker(b, wait, &next);
		if (task == NOBODY)
			return 0;
		object = next;
		if (task == from) {
			links[0].took = taken_by(b, from, object);
			return n + 1;
		}
	}
	return 0;
}

/* The holder takes it later than the one that waits for it. */
static void verify(struct mpck_base *b, struct mpck_decisive *found,
		   const struct link *links, size_t n)
{
	for (int after = 0; after < MPCK_AFTERS && !found->verified; after++) {
		for (size_t i = 0; i < n && !found->verified; i++) {
			const struct link *holder = &links[(i + 1) % n];

			if (holder->took < 0 || links[i].waits < 0 ||
			    holder->task == links[i].task)
				continue;
			if (mpck_flip(b, (size_t)holder->took,
				      (size_t)links[i].waits, after) ==
			    MPCK_FLIP_PASSES)
				mpck_keep_proof(found, MPCK_END_NORMAL);
		}
	}
}

bool mpck_circle_find(struct mpck_base *b, struct mpck_decisive *found)
{
	struct link best[MOST], links[MOST];
	size_t n = 0;

	for (size_t i = b->course.nmoves; i < b->nall; i++) {
		size_t found_now = follow(b, b->all[i].task, links);

		if (found_now && (!n || found_now < n)) {
			n = found_now;
			for (size_t k = 0; k < n; k++)
				best[k] = links[k];
		}
	}
	if (!n)
		return false;
	found->shape = MPCK_SHAPE_CYCLE;
	for (size_t i = 0; i < n; i++) {
		found->moves[found->nmoves++] = best[i].took;
		found->moves[found->nmoves++] = best[i].waits;
	}
	verify(b, found, best, n);
	return true;
}
