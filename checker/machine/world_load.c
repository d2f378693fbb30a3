/* SPDX-License-Identifier: MIT */
/*
 * world_load.c - a state that numbers stand for; see world.h.
 *
 * Parts of anonymous processes say not whose they are: they are handed out to
 * processes that they fit.
 */
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>

#include "machine/definedness.h"
#include "machine/world_parts.h"

static void load_rest(uint32_t number)
{
	const struct mpck_saved_rest *r = mpck_world.rests.objects[number];

	mpck_core.ntasks = r->ntasks;
	mpck_core.nprocesses = r->nprocesses;
	mpck_core.joined = r->joined;
	mpck_core.signals = r->signals;
	mpck_core.daemons = r->daemons;
	for (uint32_t p = 0; p < r->nprocesses; p++)
		mpck_core.processes[p].main = r->main[p];
	for (uint32_t t = 0; t < r->ntasks; t++) {
		mpck_task_infos[t] = r->tasks[t].info;
		mpck_core.tasks[t].process =
			(uint8_t)r->tasks[t].process;
	}
	mpck_observe_load(r->outcome, r->outcome_size);
}

/* The anonymous part may be this process's. */
static bool fits(const struct mpck_part_view *v, uint32_t process)
{
	const struct mpck_task_info *info =
		&mpck_task_infos[mpck_core.processes[process].main];

	return info->parent == v->parent && info->class == v->class;
}

/* Gives processes a part that fits them, if one is left. */
static uint32_t hand_out(uint32_t nparts, uint32_t *part, uint32_t *left,
			 uint32_t nleft, bool (*may)(uint32_t process,
						     uint32_t part))
{
	for (uint32_t p = 0; nleft && p < nparts; p++) {
		for (uint32_t i = 0; !part[p] && i < nleft; i++) {
			if (!fits(mpck_world_part(left[i]), p) ||
			    !may(p, left[i]))
				continue;
			part[p] = left[i];
			left[i] = left[--nleft];
		}
	}
	return nleft;
}

/* It has the part already. */
static bool may_stay(uint32_t process, uint32_t part)
{
	return mpck_world.loaded.part[process] == part &&
	       (!mpck_is_joined(process) || mpck_world_part(part)->ended);
}

static bool may_be_joined(uint32_t process, uint32_t part)
{
	return mpck_is_joined(process) && mpck_world_part(part)->ended;
}

static bool may_take(uint32_t process, uint32_t part)
{
	(void)part;
	return !mpck_is_joined(process);
}

/*
 * Which process gets which part.  The named ones have one each; of the others,
 * those that were joined get one that has ended, then each stays where it is if
 * it can, and the rest goes where it fits.
 */
static void assign(const struct mpck_state *state, uint32_t *part)
{
	uint32_t left[MPCK_MAX_TASKS], nleft = 0;

	memset(part, 0, state->nparts * sizeof(*part));
	for (uint32_t i = 0; i < state->nparts; i++) {
		int32_t p = mpck_world_part(state->part[i])->process;

		if (p == MPCK_ANYBODY)
			left[nleft++] = state->part[i];
		else
			part[p] = state->part[i];
	}
	nleft = hand_out(state->nparts, part, left, nleft, may_be_joined);
	nleft = hand_out(state->nparts, part, left, nleft, may_stay);
	nleft = hand_out(state->nparts, part, left, nleft, may_take);
	if (nleft)
		abort();	/* the parts are of no one state */
}

static void count_tasks(void)
{
	mpck_core.live = mpck_core.pending = mpck_core.joining = 0;
	mpck_core.woken = 0;
	mpck_core.runnable = mpck_core.enabled = mpck_core.silent = 0;
	for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
		const struct mpck_task *task = &mpck_core.tasks[t];

		if (task->state != MPCK_TASK_ENDED)
			mpck_core.live |= mpck_set_of(t);
		if (task->state == MPCK_TASK_PENDING)
			mpck_core.pending |= mpck_set_of(t);
		else if (task->state == MPCK_TASK_JOINING)
			mpck_core.joining |= mpck_set_of(t);
	}
}

void mpck_world_show_ids(uint32_t to_task)
{
	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		const struct mpck_held *h = &mpck_core.held[i];
		uint32_t id = to_task == MPCK_NOBODY ? h->task + 1
			      : to_task == h->task ? MPCK_SELF : MPCK_OTHER;

		if (h->death && !mpck_step_grain())
			*h->death = (*h->death & ~(uint32_t)FUTEX_TID_MASK) |
				    id;
	}
}

/* Who holds what, and whose end is known, goes back into shared memory. */
static void show_ids(void)
{
	mpck_world_show_ids(MPCK_NOBODY);
	for (uint32_t p = 0; p < mpck_core.nprocesses; p++) {
		const struct mpck_part_view *v =
			mpck_world_part(mpck_world.loaded.part[p]);
		uint32_t main = mpck_core.processes[p].main;
		struct mpp_life *life = mpck_task_infos[main].life;

		if (v->process == MPCK_ANYBODY &&
		    !mpck_set_has(mpck_core.joined, main))
			*life = (struct mpp_life){ .ended = v->ended };
	}
}

static void load_shared(uint32_t number)
{
	const struct mpck_saved_shared *s = mpck_world.shared.objects[number];

	bool same = mpck_world.table.number == s->table &&
		    mpck_world.table.generation == mpck_segments_generation();

	mpck_segments_load(same ? NULL : mpck_world.tables.objects[s->table],
			   s->bytes, s->size);
	mpck_definedness_load(s->bytes + s->size, s->undefined);
	mpck_world.table.number = s->table;
	mpck_world.table.generation = mpck_segments_generation();
	/* Else it would run on for ever through all transitions. */
	mpck_core.clock_ns = s->clock_ns ? s->clock_ns : MPCK_CLOCK_START;
	show_ids();
}

void mpck_world_load(const struct mpck_state *state)
{
	uint32_t part[MPCK_MAX_TASKS];

	if (mpck_world.rest.number != state->rest || !mpck_rest_is_known())
		load_rest(state->rest);
	mpck_know_rest(state->rest);
	mpck_world.loaded.rest = state->rest;
	assign(state, part);
	mpck_core.nheld = 0;
	for (uint32_t p = 0; p < state->nparts; p++) {
		if (mpck_world.loaded.part[p] != part[p]) {
			mpck_part_load(mpck_part_at(part[p]), p);
			mpck_world.loaded.part[p] = part[p];
		}
		mpck_part_load_held(mpck_part_at(part[p]), p);
	}
	mpck_world.loaded.nparts = state->nparts;
	count_tasks();
	load_shared(state->shared);
	mpck_world.loaded.shared = state->shared;
	mpck_core.executing = MPCK_NOBODY;
	mpck_run.loaded = MPCK_NOBODY;
	mpck_run.touched = 0;
}
