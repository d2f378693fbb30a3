/* SPDX-License-Identifier: MIT */
/*
 * hold.c - who holds which lock, as acquire and release told.
 *
 * A dead holder's owned locks are marked as the kernel would mark robust
 * futexes; an unowned lock keeps its entry, so that a deadlock can be blamed
 * on a holder that is gone.
 */
#include "machine/core.h"

#include <linux/futex.h>

#include "machine/machine.h"
#include "machine/waiting.h"

/* Of libmpp built for step grain: see steps.h. */
extern void mpp_step_died(const uint32_t *word) __attribute__((weak));

static struct mpck_held *find(const void *object)
{
	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		if (mpck_core.held[i].object == object)
			return &mpck_core.held[i];
	}
	return NULL;
}

/* The holder's process is not what it was. */
static void touched(const struct mpck_held *h)
{
	mpck_run.touched |= mpck_set_of(mpck_core.tasks[h->task].process);
}

void mpck_hold(uint32_t task, const struct mpp_op *op)
{
	struct mpck_held *h = find(op->object);

	if (h && h->task == task) {
		h->levels++;
		return;
	}
	if (h) {
		touched(h);	/* of a holder that is gone, or was robbed */
	} else {
		if (mpck_core.nheld == MPCK_MAX_HELD) {
			mpck_run.out_of_room = true;
			return;
		}
		h = &mpck_core.held[mpck_core.nheld++];
	}
	*h = (struct mpck_held){ .object = op->object, .task = task,
				 .levels = 1,
				 .death = op->flags & MPP_OWNED ? op->death
								: NULL };
}

void mpck_unhold(uint32_t task, const struct mpp_op *op)
{
	struct mpck_held *h = find(op->object);

	/* An unowned lock may be released by anybody, but who means that? */
	if (h && h->task != task) {
		mpck_run.robbed = h->task + 1;
		touched(h);
	}
	if (h && --h->levels == 0)
		*h = mpck_core.held[--mpck_core.nheld];
}

bool mpck_hold_owned(mpck_taskset tasks)
{
	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		if (mpck_set_has(tasks, mpck_core.held[i].task) &&
		    mpck_core.held[i].death)
			return true;
	}
	return false;
}

bool mpck_hold_any(uint32_t task)
{
	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		if (mpck_core.held[i].task == task)
			return true;
	}
	return false;
}

void mpck_holder_died(uint32_t task)
{
	for (uint32_t i = 0; i < mpck_core.nheld;) {
		struct mpck_held h = mpck_core.held[i];

		if (h.task != task || !h.death) {
			i++;
			continue;
		}
		*h.death = (*h.death & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
		if (mpck_step_grain())
			mpp_step_died(h.death);
		mpck_core.held[i] = mpck_core.held[--mpck_core.nheld];
		mpck_recheck_line(mpck_segment_line(h.object));
		mpck_recheck_line(mpck_segment_line(h.death));
	}
}

void mpck_hold_forget(const void *inside, size_t size)
{
	for (uint32_t i = 0; i < mpck_core.nheld;) {
		if ((uintptr_t)mpck_core.held[i].object - (uintptr_t)inside >=
		    size) {
			i++;
			continue;
		}
		touched(&mpck_core.held[i]);
		mpck_core.held[i] = mpck_core.held[--mpck_core.nheld];
	}
}

uint32_t mpck_machine_holder(const void *object, bool *ended)
{
	const struct mpck_held *h = find(object);

	if (!h)
		return MPCK_NOBODY;
	*ended = mpck_task_has_ended(h->task);
	return h->task;
}
