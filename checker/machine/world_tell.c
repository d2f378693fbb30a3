/* SPDX-License-Identifier: MIT */
/* world_tell.c - what the machine tells whoever steps; see world.h. */
#include "machine/waiting.h"
#include "machine/world_parts.h"
#include "prove/mutants.h"

static bool is_watched(void)
{
	return mpck_run.stepping && mpck_run.watcher;
}

/* Who is told of what happens now; NULL: nobody, or it is only supposed. */
static const struct mpck_watcher *watcher(void)
{
	return is_watched() && !mpck_run.supposing ? mpck_run.watcher : NULL;
}

void mpck_world_announced(uint32_t task)
{
	const struct mpck_watcher *w = watcher();
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	if (!w)
		return;
	if (w->touched &&
	    (!MPCK_MUTANT(WAITING_IS_NO_ACCESS) || mpck_ready(task)))
		w->touched(mpck_run.watcher_context, task, op);
	if (w->is_silent(mpck_run.watcher_context, task, op))
		mpck_core.silent |= mpck_set_of(task);
}

void mpck_world_killed(void)
{
	const struct mpck_watcher *w = watcher();

	if (w && w->killed)
		w->killed(mpck_run.watcher_context);
}

void mpck_world_named(uint32_t task)
{
	const struct mpck_watcher *w = watcher();

	if (w && w->named && task < mpck_core.ntasks &&
	    mpck_task_infos[task].parent != MPCK_NOBODY)
		w->named(mpck_run.watcher_context,
			 mpck_task_infos[task].class);
}

void mpck_world_observed(const char *name)
{
	const struct mpck_watcher *w = watcher();

	mpck_run.effect = true;
	if (!MPCK_MUTANT(OBSERVING_IS_LOCAL))
		mpck_run.beyond = true;
	if (w && w->observed)
		w->observed(mpck_run.watcher_context, mpck_core.current, name);
}

/* A process's record that its parent gives back after the join. */
static bool is_handle(const void *inside, size_t size)
{
	for (uint32_t t = 1; t < mpck_core.ntasks; t++) {
		const void *life = mpck_task_infos[t].life;

		if ((uintptr_t)life - (uintptr_t)inside < size &&
		    mpck_core.tasks[t].state == MPCK_TASK_ENDED)
			return true;
	}
	return false;
}

void mpck_world_shared(bool allocated, const void *inside, size_t size)
{
	const struct mpck_watcher *w = watcher();

	if (!is_watched() || (!allocated && is_handle(inside, size)))
		return;
	mpck_run.effect = true;
	if (w && w->allocated)
		w->allocated(mpck_run.watcher_context, mpck_core.current,
			     !allocated);
}
