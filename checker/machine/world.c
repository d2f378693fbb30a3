/* SPDX-License-Identifier: MIT */
/*
 * world.c - stepping, and states as numbers; see world.h.
 *
 * Saving copies shared memory and makes the copy anonymous: the holder's id in
 * the word of an owned lock becomes 1 (that it is held stays, who holds it is
 * in the holder's part), the life record of an anonymous process becomes zero
 * (its part says whether it has ended).  Loading undoes both for whoever got
 * the part.
 *
 * The join group (DESIGN.md, section 6): a parent that joins one child after
 * the other, with nothing in between that anybody could notice, waits for all
 * of them in one place.  Which children these are is found by letting it run
 * on as if each had ended with 0, and taking that back.
 */
#include "machine/world.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "machine/bytes.h"
#include "machine/core.h"
#include "machine/intern.h"
#include "machine/part.h"
#include "machine/tools.h"
#include "machine/waiting.h"
#include "prove/mutants.h"

enum { HELD = 1 };	/* stands for the holder's id in a lock's word */

struct shared {
	size_t size;
	uint32_t table;
	int64_t clock_ns;	/* 0: nobody reads it */
	unsigned char bytes[];
};

struct rest_task {
	struct mpck_task_info info;
	uint32_t process;
};

struct rest {
	uint32_t ntasks, nprocesses;
	mpck_taskset joined, signals, daemons;
	uint32_t main[MPCK_MAX_TASKS];
	size_t outcome_size;
	unsigned char *outcome;		/* behind tasks[] */
	struct rest_task tasks[];
};

static struct {
	struct mpck_intern parts, shared, tables, rests;
	struct mpck_state loaded;	/* 0: changed since, or nothing is */
	unsigned char *copy;		/* of shared memory, while it is saved */
	size_t copy_room;
	size_t bytes;			/* of all that is interned */
	struct mpck_grant *log;
	size_t nlog, log_room;
	struct { uint32_t number; uint64_t generation; } table;	/* loaded */
	/* What the loaded rest depends on: looked at instead of all of it. */
	struct {
		uint32_t number, ntasks;
		mpck_taskset joined, signals, daemons;
		uint64_t observed;
	} rest;
} world;

void *const *mpck_world_parts;

static void forget_loaded(void)
{
	memset(&world.loaded, 0, sizeof(world.loaded));
	world.rest.number = world.table.number = 0;
}

void mpck_world_unload(void)
{
	forget_loaded();
}

void mpck_world_open(const struct mpck_watcher *watcher, void *context)
{
	mpck_run.watcher = watcher;
	mpck_run.watcher_context = context;
	forget_loaded();
}

void mpck_world_close(void)
{
	mpck_run.watcher = NULL;
	mpck_intern_fini(&world.parts, mpck_part_free);
	mpck_intern_fini(&world.shared, free);
	mpck_intern_fini(&world.tables, free);
	mpck_intern_fini(&world.rests, free);
	free(world.copy);
	free(world.log);
	memset(&world, 0, sizeof(world));
}

size_t mpck_world_footprint(void)
{
	return world.bytes + mpck_intern_footprint(&world.parts) +
	       mpck_intern_footprint(&world.shared) +
	       mpck_intern_footprint(&world.tables) +
	       mpck_intern_footprint(&world.rests);
}

/*
 * Running.
 */
static enum mpck_end run(struct mpck_resume (*first)(uint32_t), uint32_t task)
{
	struct mpck_resume r;

	mpck_run.stepping = true;
	mpck_run.ended = false;
	mpck_run.nfaults = 0;
	mpck_run.silent_steps = 0;
	mpck_run.robbed = 0;
	mpck_run.whole = false;
	mpck_window_exact(true, false);
	mpp_hooks_installed = &mpck_stepping_hooks;
	mpck_switch_clean = true;
	r = first(task);
	if (!mpck_run.ended)
		mpck_switch_run(mpck_tell_resume(r));
	mpp_hooks_installed = &mpck_hooks;
	mpck_switch_clean = false;
	mpck_run.stepping = false;
	mpck_core.silent = 0;
	return mpck_run.end;
}

static struct mpck_resume go_on(uint32_t unused)
{
	(void)unused;
	return mpck_next();
}

static void find_groups(void);

enum mpck_end mpck_world_begin(void)
{
	enum mpck_end end;

	mpck_machine_begin();
	forget_loaded();
	mpck_run.stepping = true;
	mpck_run.touched = ~(mpck_taskset)0;
	end = run(go_on, 0);
	if (end == MPCK_END_PAUSED)
		find_groups();
	return end;
}

static uint32_t task_at(uint32_t process, uint32_t local)
{
	for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
		if (mpck_core.tasks[t].process == process && local-- == 0)
			return t;
	}
	return MPCK_NOBODY;
}

uint32_t mpck_world_task(uint32_t process, uint32_t local)
{
	return task_at(process, local);
}

uint32_t mpck_world_process(uint32_t task, uint32_t *local)
{
	uint32_t process = mpck_core.tasks[task].process;

	*local = 0;
	for (uint32_t t = 0; t < task; t++)
		*local += mpck_core.tasks[t].process == process;
	return process;
}

enum mpck_end mpck_world_step(uint32_t process, uint32_t local,
			      uint32_t alternative)
{
	enum mpck_end end;

	world.loaded.shared = world.loaded.rest = 0;
	world.loaded.part[process] = 0;
	mpck_run.touched = mpck_set_of(process);
	mpck_run.beyond = false;
	mpck_run.alternative = alternative;
	end = run(mpck_grant, task_at(process, local));
	if (end == MPCK_END_PAUSED)
		find_groups();
	else if (end != MPCK_END_NORMAL)
		forget_loaded();
	return end;
}

const struct mpp_op *mpck_world_pending(uint32_t process, uint32_t local,
					uint32_t *task)
{
	*task = task_at(process, local);
	return &mpck_core.tasks[*task].op;
}

bool mpck_world_ready(uint32_t process, uint32_t local)
{
	uint32_t task = task_at(process, local);

	return mpck_core.tasks[task].op.timeout_ns != MPP_FOREVER ||
	       mpck_ready(task);
}

bool mpck_world_waits(uint32_t process, uint32_t local)
{
	uint32_t task = task_at(process, local);
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
	return &world.loaded;
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

/* May the search take children of this kind for interchangeable? */
static bool has_name(uint32_t task)
{
	return mpck_run.watcher->has_name(mpck_run.watcher_context,
					  mpck_task_infos[task].class);
}

uint32_t mpck_world_user(uint32_t task)
{
	uint64_t class = mpck_task_infos[task].class;
	uint32_t twins = 0;

	if (mpck_task_infos[task].parent == MPCK_NOBODY || has_name(task))
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
	mpck_taskset tasks =
		mpck_core.processes[mpck_core.tasks[task].process].tasks;

	return (tasks & ~mpck_set_of(task)) != 0;
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

void mpck_world_log(bool on)
{
	mpck_run.log = on;
	world.nlog = 0;
}

const struct mpck_grant *mpck_world_logged(size_t *count)
{
	*count = world.nlog;
	return world.log;
}

void mpck_world_granted(uint32_t task)
{
	if (mpck_run.supposing)
		return;
	if (world.nlog == world.log_room) {
		world.log_room = world.log_room * 2 + 256;
		world.log = mpck_checked(realloc(world.log, world.log_room *
					    sizeof(*world.log)));
	}
	world.log[world.nlog++] = (struct mpck_grant){
		(uint16_t)task, (uint16_t)mpck_run.alternative };
}

/*
 * Joins.
 */
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

	forget_loaded();
	mpck_run.touched = 0;
	end = run(wake, first_over());
	if (end == MPCK_END_PAUSED)
		find_groups();
	return end;
}

static bool may_be_in_group(uint32_t task, uint32_t parent)
{
	return task < mpck_core.ntasks && !mpck_world_has_siblings(parent) &&
	       mpck_set_has(mpck_core.live, task) &&
	       !mpck_task_infos[task].thread &&
	       mpck_task_infos[task].parent == parent && !has_name(task);
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
		if (run(wake, task) != MPCK_END_PAUSED)
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
	forget_loaded();
	mpck_world_load(&before);
	mpck_run.touched = touched;
	memcpy(mpck_run.faults, faults, nfaults * sizeof(faults[0]));
	mpck_run.nfaults = nfaults;
	mpck_run.end = end;
	mpck_run.ended = true;
	return group;
}

/* For those who began to join. */
static void find_groups(void)
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
		world.loaded.part[t->process] = 0;
		/* Its children's parts depend on it. */
		mpck_run.touched |= mpck_set_of(t->process);
	}
}

/*
 * Saving.
 */

/* Can nothing tell the process from its twins?  A child that its parent can
 * name by its handle is no twin, unless the parent waits for all of them, or
 * has (then all have ended alike: who does not has a name). */
static bool is_anonymous(uint32_t process)
{
	uint32_t main = mpck_core.processes[process].main;
	const struct mpck_task_info *info = &mpck_task_infos[main];
	const struct mpck_task *parent;

	if (info->parent == MPCK_NOBODY || has_name(main) || mpck_step_grain())
		return false;
	if (mpck_set_has(mpck_core.joined, main) || MPCK_MUTANT(NO_GROUP))
		return true;
	/* The other threads of its parent could name it meanwhile. */
	if (mpck_world_has_siblings(info->parent))
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
	world.bytes += size;
	return copy;
}

static uint32_t save_table(void)
{
	uint64_t generation = mpck_segments_generation();
	const void *table;
	struct mpck_key key;
	uint32_t number;
	size_t size;

	if (world.table.number && world.table.generation == generation)
		return world.table.number;
	size = mpck_segments_table(&table);
	key = key_of(table, size, 0);
	number = mpck_intern_find(&world.tables, key);
	if (!number)
		number = mpck_intern_add(&world.tables, key,
					 keep(table, size));
	world.table.number = number;
	world.table.generation = generation;
	return number;
}

static uint32_t save_shared(mpck_taskset anonymous)
{
	size_t size = mpck_segments_end();
	size_t total = sizeof(struct shared) + size;
	struct shared *s;
	struct mpck_key key;
	uint32_t number;

	if (world.copy_room < total) {
		world.copy_room = total * 2;
		free(world.copy);
		world.copy = mpck_checked(malloc(world.copy_room));
	}
	s = (struct shared *)(void *)world.copy;
	memset(s, 0, sizeof(*s));
	s->size = size;
	s->table = save_table();
	s->clock_ns = mpck_run.learned.clock ? mpck_core.clock_ns : 0;
	memcpy(s->bytes, (void *)MPCK_SHARED_INSIDE, size);
	hide_ids(s->bytes, anonymous);
	key = key_of(s, total, 0);
	number = mpck_intern_find(&world.shared, key);
	return number ? number : mpck_intern_add(&world.shared, key,
						 keep(s, total));
}

/* Of what is said of a task once it exists nothing ever changes. */
static bool rest_is_known(void)
{
	return world.rest.number && world.rest.ntasks == mpck_core.ntasks &&
	       world.rest.joined == mpck_core.joined &&
	       world.rest.signals == mpck_core.signals &&
	       world.rest.daemons == mpck_core.daemons &&
	       world.rest.observed == mpck_observe_generation();
}

static void know_rest(uint32_t number)
{
	world.rest.number = number;
	world.rest.ntasks = mpck_core.ntasks;
	world.rest.joined = mpck_core.joined;
	world.rest.signals = mpck_core.signals;
	world.rest.daemons = mpck_core.daemons;
	world.rest.observed = mpck_observe_generation();
}

/* Field by field: padding is not compared. */
static void save_info(struct rest_task *to, uint32_t task)
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

static void fill_rest(struct rest *r, const void *outcome, size_t size)
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
	size_t fixed = sizeof(struct rest) +
		       mpck_core.ntasks * sizeof(struct rest_task);
	struct rest *r = mpck_checked(calloc(1, fixed + outcome_size));
	struct mpck_key key;
	uint32_t number;

	fill_rest(r, outcome, outcome_size);
	key = key_of(r, fixed + outcome_size, 0);
	number = mpck_intern_find(&world.rests, key);
	if (number) {
		free(r);
		return number;
	}
	r->outcome = (unsigned char *)r + fixed;
	world.bytes += fixed + outcome_size;
	return mpck_intern_add(&world.rests, key, r);
}

/* Parts to save again: of processes that ran, are new, or have a parent that
 * did: whether they have a name depends on it. */
static mpck_taskset changed(void)
{
	mpck_taskset set = mpck_run.touched;

	for (uint32_t p = 0; p < mpck_core.nprocesses; p++) {
		uint32_t parent = mpck_task_infos[
			mpck_core.processes[p].main].parent;

		if (!world.loaded.part[p] ||
		    (parent != MPCK_NOBODY &&
		     mpck_set_has(mpck_run.touched,
				  mpck_core.tasks[parent].process)))
			set |= mpck_set_of(p);
	}
	return set;
}

static void save_part(uint32_t process, bool anonymous)
{
	uint32_t known = world.parts.count, number;
	const struct mpck_part *part;

	mpck_save_without_dead(process);
	number = mpck_part_save(&world.parts, process, anonymous);
	part = world.parts.objects[number];
	if (number > known)
		world.bytes += mpck_part_footprint(part);
	mpck_world_parts = world.parts.objects;
	world.loaded.part[process] = number;
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
	world.loaded.nparts = mpck_core.nprocesses;
	world.loaded.rest = rest_is_known() ? world.rest.number : save_rest();
	know_rest(world.loaded.rest);
	world.loaded.shared = save_shared(anonymous);
	memcpy(state, &world.loaded, offsetof(struct mpck_state, part) +
	       world.loaded.nparts * sizeof(state->part[0]));
}

/*
 * Loading.
 */
static const struct mpck_part *part_at(uint32_t number)
{
	return world.parts.objects[number];
}

const struct mpp_op *mpck_world_announcement(uint32_t part, uint32_t local)
{
	return mpck_part_op(part_at(part), local);
}

static void load_rest(uint32_t number)
{
	const struct rest *r = world.rests.objects[number];

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

bool mpck_world_is_joined(uint32_t process)
{
	return mpck_set_has(mpck_core.joined,
			    mpck_core.processes[process].main);
}

/* It has the part already. */
static bool may_stay(uint32_t process, uint32_t part)
{
	return world.loaded.part[process] == part &&
	       (!mpck_world_is_joined(process) || mpck_world_part(part)->ended);
}

static bool may_be_joined(uint32_t process, uint32_t part)
{
	return mpck_world_is_joined(process) && mpck_world_part(part)->ended;
}

static bool may_take(uint32_t process, uint32_t part)
{
	(void)part;
	return !mpck_world_is_joined(process);
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
			mpck_world_part(world.loaded.part[p]);
		uint32_t main = mpck_core.processes[p].main;
		struct mpp_life *life = mpck_task_infos[main].life;

		if (v->process == MPCK_ANYBODY &&
		    !mpck_set_has(mpck_core.joined, main))
			*life = (struct mpp_life){ .ended = v->ended };
	}
}

static void load_shared(uint32_t number)
{
	const struct shared *s = world.shared.objects[number];

	bool same = world.table.number == s->table &&
		    world.table.generation == mpck_segments_generation();

	mpck_segments_load(same ? NULL : world.tables.objects[s->table],
			   s->bytes, s->size);
	world.table.number = s->table;
	world.table.generation = mpck_segments_generation();
	/* Else it would run on for ever through all transitions. */
	mpck_core.clock_ns = s->clock_ns ? s->clock_ns : MPCK_CLOCK_START;
	show_ids();
}

void mpck_world_load(const struct mpck_state *state)
{
	uint32_t part[MPCK_MAX_TASKS];

	if (world.rest.number != state->rest || !rest_is_known())
		load_rest(state->rest);
	know_rest(state->rest);
	world.loaded.rest = state->rest;
	assign(state, part);
	mpck_core.nheld = 0;
	for (uint32_t p = 0; p < state->nparts; p++) {
		if (world.loaded.part[p] != part[p]) {
			mpck_part_load(part_at(part[p]), p);
			world.loaded.part[p] = part[p];
		}
		mpck_part_load_held(part_at(part[p]), p);
	}
	world.loaded.nparts = state->nparts;
	count_tasks();
	load_shared(state->shared);
	world.loaded.shared = state->shared;
	mpck_core.executing = MPCK_NOBODY;
	mpck_run.loaded = MPCK_NOBODY;
	mpck_run.touched = 0;
}

uint32_t mpck_world_process_of(uint32_t part)
{
	for (uint32_t p = 0; p < world.loaded.nparts; p++) {
		if (world.loaded.part[p] == part)
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
	const struct rest *r = world.rests.objects[rest];
	mpck_taskset others = mpck_set_of(r->ntasks - 1) * 2 - 2;

	return (r->joined & others) == others;
}

const void *mpck_world_outcome(uint32_t rest, size_t *size)
{
	const struct rest *r = world.rests.objects[rest];

	*size = r->outcome_size;
	return r->outcome;
}

/*
 * What the machine tells.
 */
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
	if (!MPCK_MUTANT(WAITING_IS_NO_ACCESS) || mpck_ready(task))
		w->touched(mpck_run.watcher_context, task, op);
	if (w->is_silent(mpck_run.watcher_context, task, op))
		mpck_core.silent |= mpck_set_of(task);
}

void mpck_world_killed(void)
{
	if (is_watched() && !mpck_run.supposing)
		mpck_run.watcher->killed(mpck_run.watcher_context);
}

void mpck_world_named(uint32_t task)
{
	if (is_watched() && !mpck_run.supposing && task < mpck_core.ntasks &&
	    mpck_task_infos[task].parent != MPCK_NOBODY)
		mpck_run.watcher->named(mpck_run.watcher_context,
					mpck_task_infos[task].class);
}

void mpck_world_observed(const char *name)
{
	mpck_run.effect = true;
	if (!MPCK_MUTANT(OBSERVING_IS_LOCAL))
		mpck_run.beyond = true;
	if (is_watched() && !mpck_run.supposing)
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
	if (!mpck_run.supposing && !handle)
		mpck_run.watcher->allocated(mpck_run.watcher_context,
					    mpck_core.current, !allocated);
}
