/* SPDX-License-Identifier: MIT */
/*
 * world.c - which states there are, and questions about the loaded one; see
 * world.h.
 */
#include "machine/world.h"

#include <stdlib.h>
#include <string.h>

#include "machine/waiting.h"
#include "machine/world_parts.h"
#include "prove/mutants.h"

struct mpck_world mpck_world;
void *const *mpck_world_parts;

void mpck_world_unload(void)
{
	memset(&mpck_world.loaded, 0, sizeof(mpck_world.loaded));
	mpck_world.rest.number = mpck_world.table.number = 0;
}

void mpck_world_open(const struct mpck_watcher *watcher, void *context)
{
	mpck_run.watcher = watcher;
	mpck_run.watcher_context = context;
	mpck_world_unload();
}

void mpck_world_close(void)
{
	mpck_run.watcher = NULL;
	mpck_intern_fini(&mpck_world.parts, mpck_part_free);
	mpck_intern_fini(&mpck_world.shared, free);
	mpck_intern_fini(&mpck_world.tables, free);
	mpck_intern_fini(&mpck_world.rests, free);
	free(mpck_world.copy);
	free(mpck_world.log);
	memset(&mpck_world, 0, sizeof(mpck_world));
}

size_t mpck_world_footprint(void)
{
	return mpck_world.bytes + mpck_intern_footprint(&mpck_world.parts) +
	       mpck_intern_footprint(&mpck_world.shared) +
	       mpck_intern_footprint(&mpck_world.tables) +
	       mpck_intern_footprint(&mpck_world.rests);
}

/*
 * The loaded state.
 */
uint32_t mpck_world_task(uint32_t process, uint32_t local)
{
	return mpck_task_at(process, local);
}

uint32_t mpck_world_process(uint32_t task, uint32_t *local)
{
	uint32_t process = mpck_core.tasks[task].process;

	*local = 0;
	for (uint32_t t = 0; t < task; t++)
		*local += mpck_core.tasks[t].process == process;
	return process;
}

const struct mpp_op *mpck_world_pending(uint32_t process, uint32_t local,
					uint32_t *task)
{
	*task = mpck_task_at(process, local);
	return &mpck_core.tasks[*task].op;
}

bool mpck_world_ready(uint32_t process, uint32_t local)
{
	uint32_t task = mpck_task_at(process, local);

	return mpck_core.tasks[task].op.timeout_ns != MPP_FOREVER ||
	       mpck_ready(task);
}

bool mpck_world_waits(uint32_t process, uint32_t local)
{
	uint32_t task = mpck_task_at(process, local);
	const struct mpp_op *op = &mpck_core.tasks[task].op;

	if (op->kind == MPP_OP_JOIN)
		return !mpck_task_has_ended((uint32_t)op->arg[0]);
	return !mpck_ready(task);
}

mpck_taskset mpck_world_touched(void)
{
	return mpck_run.touched;
}

bool mpck_world_went_beyond(void)
{
	return mpck_run.beyond;
}

mpck_taskset mpck_world_live(void)
{
	return mpck_core.live;
}

uint32_t mpck_world_silent_steps(void)
{
	return mpck_run.silent_steps;
}

const struct mpck_state *mpck_world_loaded(void)
{
	return &mpck_world.loaded;
}

/* Only the first process can be: its end nobody joins. */
bool mpck_world_is_alone(uint32_t task)
{
	mpck_taskset others = mpck_set_of(mpck_core.ntasks - 1) * 2 - 2;

	if (task != 0 || mpck_core.live != 1)
		return false;
	return MPCK_MUTANT(UNJOINED_IS_GONE) ||
	       (mpck_core.joined & others) == others;
}

uint32_t mpck_world_user(uint32_t task)
{
	uint64_t class = mpck_task_infos[task].class;
	uint32_t twins = 0;

	if (mpck_task_infos[task].parent == MPCK_NOBODY || mpck_has_name(task))
		return task;
	for (uint32_t t = 1; t < mpck_core.ntasks; t++)
		twins += mpck_task_infos[t].class == class;
	return twins > 1 ? MPCK_NOBODY : task;
}

bool mpck_world_sleeps(uint32_t task)
{
	return mpck_run.learned.clock &&
	       mpck_core.tasks[task].wake_ns > mpck_core.clock_ns;
}

const void *mpck_world_segment(const void *inside)
{
	return mpck_segment_start(inside);
}

bool mpck_world_has_siblings(uint32_t task)
{
	return mpck_has_siblings(task);
}

size_t mpck_world_locks(uint32_t task, const void **locks, size_t room)
{
	size_t n = 0;

	for (uint32_t i = 0; i < mpck_core.nheld && n < room; i++) {
		const struct mpck_held *h = &mpck_core.held[i];

		if (h->task == task &&
		    (h->death || MPCK_MUTANT(UNOWNED_PROTECTS)))
			locks[n++] = h->object;
	}
	return n;
}

const struct mpp_op *mpck_world_announcement(uint32_t part, uint32_t local)
{
	return mpck_part_op(mpck_part_at(part), local);
}

bool mpck_world_is_joined(uint32_t process)
{
	return mpck_is_joined(process);
}

uint32_t mpck_world_process_of(uint32_t part)
{
	for (uint32_t p = 0; p < mpck_world.loaded.nparts; p++) {
		if (mpck_world.loaded.part[p] == part)
			return p;
	}
	return MPCK_NOBODY;
}

bool mpck_world_is_over(const struct mpck_state *state)
{
	for (uint32_t i = 0; i < state->nparts; i++) {
		if (!mpck_world_part(state->part[i])->ended)
			return false;
	}
	return true;
}

bool mpck_world_all_joined(uint32_t rest)
{
	const struct mpck_saved_rest *r = mpck_world.rests.objects[rest];
	mpck_taskset others = mpck_set_of(r->ntasks - 1) * 2 - 2;

	return (r->joined & others) == others;
}

const void *mpck_world_outcome(uint32_t rest, size_t *size)
{
	const struct mpck_saved_rest *r = mpck_world.rests.objects[rest];

	*size = r->outcome_size;
	return r->outcome;
}
