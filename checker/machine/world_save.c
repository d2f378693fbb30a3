/* SPDX-License-Identifier: MIT */
/*
 * world_save.c - a state as numbers; see world.h.
 *
 * Saving copies shared memory and makes the copy anonymous: the holder's id in
 * the word of an owned lock becomes 1 (that it is held stays, who holds it is
 * in the holder's part), the life record of an anonymous process becomes zero
 * (its part says whether it has ended).  Loading undoes both for whoever got
 * the part (world_load.c).
 */
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "machine/definedness.h"
#include "machine/world_parts.h"
#include "prove/mutants.h"

enum { HELD = 1 };	/* stands for the holder's id in a lock's word */

/* Can nothing tell the process from its twins?  A child that its parent can
 * name by its handle is no twin, unless the parent waits for all of them, or
 * has (then all have ended alike: who does not has a name). */
static bool is_anonymous(uint32_t process)
{
	uint32_t main = mpck_core.processes[process].main;
	const struct mpck_task_info *info = &mpck_task_infos[main];
	const struct mpck_task *parent;

	if (info->parent == MPCK_NOBODY || mpck_has_name(main) ||
	    mpck_step_grain())
		return false;
	if (mpck_set_has(mpck_core.joined, main) || MPCK_MUTANT(NO_GROUP))
		return true;
	/* The other threads of its parent could name it meanwhile. */
	if (mpck_has_siblings(info->parent))
		return false;
	parent = &mpck_core.tasks[info->parent];
	return parent->state == MPCK_TASK_JOINING &&
	       mpck_set_has(parent->group, main);
}

static mpck_taskset anonymous_ones(void)
{
	mpck_taskset set = 0;

	for (uint32_t p = 1; p < mpck_core.nprocesses; p++) {
		if (is_anonymous(p))
			set |= mpck_set_of(p);
	}
	return set;
}

static uint32_t *word_of(unsigned char *bytes, const void *inside)
{
	return (uint32_t *)(void *)(bytes + ((uintptr_t)inside -
					     MPCK_SHARED_INSIDE));
}

static void hide_ids(unsigned char *bytes, mpck_taskset anonymous)
{
	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		uint32_t *word;

		if (!mpck_core.held[i].death || mpck_step_grain())
			continue;
		word = word_of(bytes, mpck_core.held[i].death);
		*word = (*word & ~(uint32_t)FUTEX_TID_MASK) | HELD;
	}
	for (mpck_taskset s = anonymous; s; s &= s - 1) {
		uint32_t main = mpck_core.processes[mpck_set_first(s)].main;

		if (mpck_set_has(mpck_core.joined, main))
			continue;	/* its record may be gone */
		memset(word_of(bytes, mpck_task_infos[main].life), 0,
		       sizeof(struct mpp_life));
	}
}

static struct mpck_key key_of(const void *bytes, size_t size, uint64_t seed)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(bytes, size, seed);

	return (struct mpck_key){ h.low64, h.high64 };
}

static void *keep(const void *bytes, size_t size)
{
	void *copy = mpck_checked(malloc(size + 1));

	memcpy(copy, bytes, size);
	mpck_world.bytes += size;
	return copy;
}

static uint32_t save_table(void)
{
	uint64_t generation = mpck_segments_generation();
	const void *table;
	struct mpck_key key;
	uint32_t number;
	size_t size;

	if (mpck_world.table.number &&
	    mpck_world.table.generation == generation)
		return mpck_world.table.number;
	size = mpck_segments_table(&table);
	key = key_of(table, size, 0);
	number = mpck_intern_find(&mpck_world.tables, key);
	if (!number)
		number = mpck_intern_add(&mpck_world.tables, key,
					 keep(table, size));
	mpck_world.table.number = number;
	mpck_world.table.generation = generation;
	return number;
}

static uint32_t save_shared(mpck_taskset anonymous)
{
	const void *bits = NULL;
	size_t size = mpck_segments_end();
	size_t undefined = MPCK_MUTANT(ALL_IS_DEFINED)
				   ? 0 : mpck_definedness(size, &bits);
	size_t total = sizeof(struct mpck_saved_shared) + size + undefined;
	struct mpck_saved_shared *s;
	struct mpck_key key;
	uint32_t number;

	if (mpck_world.copy_room < total) {
		mpck_world.copy_room = total * 2;
		free(mpck_world.copy);
		mpck_world.copy = mpck_checked(malloc(mpck_world.copy_room));
	}
	s = (struct mpck_saved_shared *)(void *)mpck_world.copy;
	memset(s, 0, sizeof(*s));
	s->size = size;
	s->undefined = undefined;
	s->table = save_table();
	s->clock_ns = mpck_run.learned.clock ? mpck_core.clock_ns : 0;
	memcpy(s->bytes, (void *)MPCK_SHARED_INSIDE, size);
	hide_ids(s->bytes, anonymous);
	if (undefined)
		memcpy(s->bytes + size, bits, undefined);
	key = key_of(s, total, 0);
	number = mpck_intern_find(&mpck_world.shared, key);
	return number ? number : mpck_intern_add(&mpck_world.shared, key,
						 keep(s, total));
}

/* Field by field: padding is not compared. */
static void save_info(struct mpck_saved_task *to, uint32_t task)
{
	const struct mpck_task_info *info = &mpck_task_infos[task];

	to->info.fn = info->fn;
	to->info.life = info->life;
	to->info.parent = info->parent;
	to->info.thread = info->thread;
	memcpy(to->info.name, info->name, sizeof(info->name));
	to->info.class = info->class;
	to->process = mpck_core.tasks[task].process;
}

static void fill_rest(struct mpck_saved_rest *r, const void *outcome,
		      size_t size)
{
	r->ntasks = mpck_core.ntasks;
	r->nprocesses = mpck_core.nprocesses;
	r->joined = mpck_core.joined;
	r->signals = mpck_core.signals;
	r->daemons = mpck_core.daemons;
	r->outcome_size = size;
	for (uint32_t p = 0; p < mpck_core.nprocesses; p++)
		r->main[p] = mpck_core.processes[p].main;
	for (uint32_t t = 0; t < mpck_core.ntasks; t++)
		save_info(&r->tasks[t], t);
	if (size)
		memcpy(&r->tasks[r->ntasks], outcome, size);
}

static uint32_t save_rest(void)
{
	size_t outcome_size;
	const void *outcome = mpck_machine_outcome(&outcome_size);
	size_t fixed = sizeof(struct mpck_saved_rest) +
		       mpck_core.ntasks * sizeof(struct mpck_saved_task);
	struct mpck_saved_rest *r = mpck_checked(calloc(1, fixed + outcome_size));
	struct mpck_key key;
	uint32_t number;

	fill_rest(r, outcome, outcome_size);
	key = key_of(r, fixed + outcome_size, 0);
	number = mpck_intern_find(&mpck_world.rests, key);
	if (number) {
		free(r);
		return number;
	}
	r->outcome = (unsigned char *)r + fixed;
	mpck_world.bytes += fixed + outcome_size;
	return mpck_intern_add(&mpck_world.rests, key, r);
}

/* Parts to save again: of processes that ran, are new, or have a parent that
 * did: whether they have a name depends on it. */
static mpck_taskset changed(void)
{
	mpck_taskset set = mpck_run.touched;

	for (uint32_t p = 0; p < mpck_core.nprocesses; p++) {
		uint32_t parent = mpck_task_infos[
			mpck_core.processes[p].main].parent;

		if (!mpck_world.loaded.part[p] ||
		    (parent != MPCK_NOBODY &&
		     mpck_set_has(mpck_run.touched,
				  mpck_core.tasks[parent].process)))
			set |= mpck_set_of(p);
	}
	return set;
}

static void save_part(uint32_t process, bool anonymous)
{
	uint32_t known = mpck_world.parts.count, number;
	const struct mpck_part *part;

	mpck_save_without_dead(process);
	number = mpck_part_save(&mpck_world.parts, process, anonymous);
	part = mpck_world.parts.objects[number];
	if (number > known)
		mpck_world.bytes += mpck_part_footprint(part);
	mpck_world_parts = mpck_world.parts.objects;
	mpck_world.loaded.part[process] = number;
}

void mpck_world_save(struct mpck_state *state)
{
	mpck_taskset anonymous = anonymous_ones();

	mpck_save_loaded();
	for (mpck_taskset s = changed(); s; s &= s - 1) {
		uint32_t p = mpck_set_first(s);

		if (p >= mpck_core.nprocesses)
			break;
		save_part(p, mpck_set_has(anonymous, p));
	}
	mpck_world.loaded.nparts = mpck_core.nprocesses;
	mpck_world.loaded.rest =
		mpck_rest_is_known() ? mpck_world.rest.number : save_rest();
	mpck_know_rest(mpck_world.loaded.rest);
	mpck_world.loaded.shared = save_shared(anonymous);
	memcpy(state, &mpck_world.loaded, offsetof(struct mpck_state, part) +
	       mpck_world.loaded.nparts * sizeof(state->part[0]));
}
