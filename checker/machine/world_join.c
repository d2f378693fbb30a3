/* SPDX-License-Identifier: MIT */
/*
 * world_join.c - who waits for the end of others, and of whom; see world.h.
 *
 * The join group (DESIGN.md, section 6): a parent that joins one child after
 * the other, with nothing in between that anybody could notice, waits for all
 * of them in one place.  Which children these are is found by letting it run
 * on as if each had ended with 0, and taking that back.
 */
#include <string.h>

#include "machine/world_parts.h"
#include "prove/mutants.h"

static bool is_over(const struct mpck_task *t)
{
	return !((t->group | mpck_set_of(t->joining)) & mpck_core.live);
}

static uint32_t first_over(void)
{
	for (mpck_taskset s = mpck_core.joining; s; s &= s - 1) {
		if (is_over(&mpck_core.tasks[mpck_set_first(s)]))
			return mpck_set_first(s);
	}
	return MPCK_NOBODY;
}

bool mpck_world_can_wake(void)
{
	return first_over() != MPCK_NOBODY;
}

static struct mpck_resume wake(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];

	mpck_core.joining &= ~mpck_set_of(task);
	mpck_core.joined |= mpck_set_of(t->joining);
	t->group = 0;
	mpck_run.touched |= mpck_set_of(t->process);
	mpck_core.runnable |= mpck_set_of(task);
	return mpck_next();
}

enum mpck_end mpck_world_wake(void)
{
	enum mpck_end end;

	mpck_world_unload();
	mpck_run.touched = 0;
	end = mpck_world_run(wake, first_over());
	if (end == MPCK_END_PAUSED)
		mpck_find_groups();
	return end;
}

/*
 * Groups.
 */
static bool may_be_in_group(uint32_t task, uint32_t parent)
{
	return task < mpck_core.ntasks && !mpck_has_siblings(parent) &&
	       mpck_set_has(mpck_core.live, task) &&
	       !mpck_task_infos[task].thread &&
	       mpck_task_infos[task].parent == parent && !mpck_has_name(task);
}

/* As if it had ended with 0, and nobody had noticed yet. */
static void suppose_ended(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];
	struct mpp_life *life = mpck_task_infos[task].life;

	t->state = MPCK_TASK_ENDED;
	mpck_core.live &= ~mpck_set_of(task);
	mpck_core.pending &= ~mpck_set_of(task);
	mpck_core.joining &= ~mpck_set_of(task);
	life->status = 0;
	life->ended = 1;
}

static mpck_taskset suppose_joins(uint32_t task)
{
	struct mpck_task *t = &mpck_core.tasks[task];
	mpck_taskset group = 0;

	mpck_run.effect = false;
	while (t->state == MPCK_TASK_JOINING &&
	       (!mpck_run.effect || MPCK_MUTANT(GROUP_GOES_ON)) &&
	       may_be_in_group(t->joining, task)) {
		group |= mpck_set_of(t->joining);
		suppose_ended(t->joining);
		t->group = 0;
		if (mpck_world_run(wake, task) != MPCK_END_PAUSED)
			break;
	}
	return group;
}

/* The children that the task joins from here on, one after the other. */
static mpck_taskset group_of(uint32_t task)
{
	static struct mpck_fault faults[MPCK_FAULTS];
	struct mpck_learned learned = mpck_run.learned;
	mpck_taskset touched = mpck_run.touched;
	size_t nfaults = mpck_run.nfaults;
	enum mpck_end end = mpck_run.end;
	struct mpck_state before;
	mpck_taskset group;

	mpck_core.tasks[task].group = mpck_set_of(
		mpck_core.tasks[task].joining);
	mpck_run.touched = ~(mpck_taskset)0;
	mpck_world_save(&before);
	memcpy(faults, mpck_run.faults, nfaults * sizeof(faults[0]));
	mpck_run.supposing = true;
	group = suppose_joins(task);
	mpck_run.supposing = false;
	mpck_run.learned = learned;
	mpck_world_unload();
	mpck_world_load(&before);
	mpck_run.touched = touched;
	memcpy(mpck_run.faults, faults, nfaults * sizeof(faults[0]));
	mpck_run.nfaults = nfaults;
	mpck_run.end = end;
	mpck_run.ended = true;
	return group;
}

void mpck_find_groups(void)
{
	if (!mpck_run.watcher)
		return;
	for (mpck_taskset s = mpck_core.joining; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);
		struct mpck_task *t = &mpck_core.tasks[task];
		mpck_taskset one = mpck_set_of(t->joining), group = 0;

		if (t->group)
			continue;
		if (mpck_set_has(mpck_core.live, t->joining) &&
		    may_be_in_group(t->joining, task))
			group = group_of(task);
		t->group = group | one;
		mpck_world.loaded.part[t->process] = 0;
		/* Its children's parts depend on it. */
		mpck_run.touched |= mpck_set_of(t->process);
	}
}
