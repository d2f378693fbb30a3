/* SPDX-License-Identifier: MIT */
/* world_tell.c - what the machine tells whoever steps; see world.h. */
#include "machine/waiting.h"
#include "machine/world_parts.h"
#include "prove/mutants.h"

static bool is_watched(void)
{
	return mpck_run.stepping && mpck_run.watcher;
}

void mpck_world_announced(uint32_t task)
{
	const struct mpck_watcher *w = mpck_run.watcher;
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	if (!is_watched() || mpck_run.supposing)
		return;
	if (w->touched &&
	    (!MPCK_MUTANT(WAITING_IS_NO_ACCESS) || mpck_ready(task)))
		w->touched(mpck_run.watcher_context, task, op);
	if (w->is_silent(mpck_run.watcher_context, task, op))
		mpck_core.silent |= mpck_set_of(task);
}

void mpck_world_killed(void)
{
	if (is_watched() && !mpck_run.supposing && mpck_run.watcher->killed)
		mpck_run.watcher->killed(mpck_run.watcher_context);
}

void mpck_world_named(uint32_t task)
{
	if (is_watched() && !mpck_run.supposing && mpck_run.watcher->named &&
	    task < mpck_core.ntasks &&
	    mpck_task_infos[task].parent != MPCK_NOBODY)
		mpck_run.watcher->named(mpck_run.watcher_context,
					mpck_task_infos[task].class);
}

void mpck_world_observed(const char *name)
{
	mpck_run.effect = true;
	if (!MPCK_MUTANT(OBSERVING_IS_LOCAL))
		mpck_run.beyond = true;
	if (is_watched() && !mpck_run.supposing && mpck_run.watcher->observed)
		mpck_run.watcher->observed(mpck_run.watcher_context,
					   mpck_core.current, name);
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
	bool handle;

	if (!is_watched())
		return;
	handle = !allocated && is_handle(inside, size);
	if (!handle)
		mpck_run.effect = true;
	if (!mpck_run.supposing && !handle && mpck_run.watcher->allocated)
		mpck_run.watcher->allocated(mpck_run.watcher_context,
					    mpck_core.current, !allocated);
}
