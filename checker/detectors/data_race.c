/* SPDX-License-Identifier: MIT */
/*
 * data_race.c - two accesses to one place, one of them a write, that nothing
 * orders.
 *
 * Idea:    each task has a vector clock.  Whoever starts a task, ends, or
 *          leaves something at a shared object passes its clock on; whoever
 *          comes behind takes it over.  An access races with an earlier one of
 *          another task that its clock has not reached.
 * Source:  Flanagan, Freund, "FastTrack: efficient and precise dynamic race
 *          detection", PLDI 2009: of the writes the last one is enough, of the
 *          reads the last of each task that are not ordered among themselves.
 *          Unlike it, a race changes nothing: what lies behind it is looked at
 *          as if the two were not ordered, so that more may be said than the
 *          first race of each kind.
 * Objects: each operation on a primitive comes behind all earlier ones on it
 *          that may have changed it, as under a lock inside; failed attempts as
 *          well, which depend on what they found.  So what is ordered here is
 *          never less than what the program can rely on.  All of a shared
 *          object is one: the two ways of a pipe, a Value and its lock.
 * Orders:  atomic accesses order what their memory order says, no more.
 */
#include "detectors/detector.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "detectors/access.h"
#include "detectors/shadow.h"
#include "detectors/vector_clock.h"
#include "explore/describe.h"
#include "machine/segment.h"
#include "machine/world.h"

enum { REPORTS = 64 };	/* of an execution, as MPCK_FAULTS */

/* What a shared object passes on. */
struct object {
	struct mpck_clock clock;
	/* Who has left its whole clock here last, and at which count: whoever
	 * knows that of him knows all of it.  count 0: nobody. */
	uint32_t last;
	int32_t count;
};

struct race {
	struct mpck_shadow *shadow;
	struct mpck_clock tasks[MPCK_MAX_TASKS];
	struct mpck_clock signals[MPCK_MAX_TASKS];	/* by who is to die */
	/* What the task knew at its last releasing fence; what its accesses
	 * that do not acquire have found since the last acquiring one. */
	struct mpck_clock fenced[MPCK_MAX_TASKS], found[MPCK_MAX_TASKS];
	mpck_taskset ended, signalled, has_fenced, has_found;
	uint32_t process[MPCK_MAX_TASKS], parent[MPCK_MAX_TASKS];
	mpck_taskset tasks_of[MPCK_MAX_TASKS];	/* by process */
	struct object *objects;		/* index 0 is not used */
	uint32_t nobjects, objects_room;
	uint64_t reported[REPORTS];	/* keys */
	size_t nreported;
	const struct mpck_happening *now;	/* the access at hand */
};

static void *new_race(void)
{
	/* Its clocks are aligned; malloc() need not know of vectors. */
	struct race *r = mpck_checked(aligned_alloc(16, sizeof(*r)));

	memset(r, 0, sizeof(*r));
	r->shadow = mpck_shadow_new();
	return r;
}

static void free_race(void *state)
{
	struct race *r = state;

	mpck_shadow_free(r->shadow);
	free(r->objects);
	free(r);
}

/* A task that knows what `from` says, and of itself that it is there. */
static void begin_task(struct race *r, uint32_t task,
		       const struct mpck_clock *from)
{
	struct mpck_clock *c = &r->tasks[task];
	struct mpck_task_view v = mpck_machine_task(task);

	if (v.parent == UINT32_MAX || r->process[v.parent] != v.process)
		r->tasks_of[v.process] = 0;
	r->tasks_of[v.process] |= mpck_set_of(task);
	r->process[task] = v.process;
	r->parent[task] = v.parent;
	mpck_clock_clear(c);
	if (from)
		mpck_clock_copy(c, from);
	mpck_clock_set(c, task, 1);
}

static void begin(void *state)
{
	struct race *r = state;

	mpck_shadow_begin(r->shadow);
	r->ended = r->signalled = r->has_fenced = r->has_found = 0;
	r->nobjects = 1;
	r->nreported = 0;
	begin_task(r, 0, NULL);
}

/*
 * Order.
 */

static uint32_t add_object(struct race *r)
{
	struct object *o;

	if (r->nobjects >= r->objects_room) {
		struct object *old = r->objects;
		size_t size = r->nobjects * sizeof(*old);

		/* Their clocks are aligned. */
		r->objects_room = r->objects_room * 2 + 16;
		r->objects = mpck_checked(aligned_alloc(
			16, r->objects_room * sizeof(*old)));
		if (old)
			memcpy(r->objects, old, size);
		free(old);
	}
	o = &r->objects[r->nobjects];
	mpck_clock_clear(&o->clock);
	o->count = 0;
	return r->nobjects++;
}

/* Of the shared object that has the address; 0: it is not shared. */
static uint32_t object_at(struct race *r, const void *inside)
{
	uint32_t *tag = mpck_shadow_tag(r->shadow, inside), *whole;

	if (!tag || *tag)
		return tag ? *tag : 0;
	whole = mpck_shadow_tag(r->shadow, mpck_segment_start(inside));
	if (!*whole)
		*whole = add_object(r);
	*tag = *whole;
	return *tag;
}

static void acquire(struct race *r, uint32_t task, uint32_t object)
{
	const struct object *o = &r->objects[object];
	struct mpck_clock *c = &r->tasks[task];

	if (object && (!o->count || mpck_clock_of(c, o->last) < o->count))
		mpck_clock_join(c, &o->clock);
}

/* What the task does from now on is not in what it has passed on. */
static void go_on(struct race *r, uint32_t task)
{
	r->tasks[task].at[task / 4][task % 4]++;
}

/* By who has acquired the object: so all that it has passed on is known to
 * him. */
static void release(struct race *r, uint32_t task, uint32_t object)
{
	struct object *o = &r->objects[object];

	if (!object)
		return;
	mpck_clock_copy(&o->clock, &r->tasks[task]);
	o->last = task;
	o->count = mpck_clock_of(&o->clock, task);
	go_on(r, task);
}

static bool acquires(uint64_t order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE;
}

static bool releases(uint64_t order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_ACQUIRE &&
	       order != __ATOMIC_CONSUME;
}

/* A fence makes releases of the relaxed writes behind it, and acquires what the
 * relaxed reads before it have found. */
static void order_fence(struct race *r, uint32_t task, uint64_t order)
{
	mpck_taskset one = mpck_set_of(task);

	if (acquires(order) && r->has_found & one)
		mpck_clock_join(&r->tasks[task], &r->found[task]);
	if (!releases(order))
		return;
	mpck_clock_copy(&r->fenced[task], &r->tasks[task]);
	r->has_fenced |= one;
	go_on(r, task);
}

static void read_atomic(struct race *r, uint32_t task, const struct mpp_op *op,
			const struct mpck_clock *o)
{
	if (acquires(op->order)) {
		mpck_clock_join(&r->tasks[task], o);
		return;
	}
	if (!mpck_set_has(r->has_found, task))
		mpck_clock_clear(&r->found[task]);
	r->has_found |= mpck_set_of(task);
	mpck_clock_join(&r->found[task], o);
}

/* Who reads the word later on comes behind this write only, and behind those
 * that it changed by one access after the other. */
static void order_atomic(struct race *r, uint32_t task, const struct mpp_op *op)
{
	uint32_t object = object_at(r, op->object);
	struct object *o = &r->objects[object];

	if (!object)
		return;
	if (op->kind != MPP_OP_WRITE)
		read_atomic(r, task, op, &o->clock);
	if (op->kind == MPP_OP_READ)
		return;
	o->count = 0;
	if (op->kind == MPP_OP_WRITE)
		mpck_clock_clear(&o->clock);
	if (releases(op->order)) {
		mpck_clock_join(&o->clock, &r->tasks[task]);
		go_on(r, task);
	} else if (mpck_set_has(r->has_fenced, task)) {
		mpck_clock_join(&o->clock, &r->fenced[task]);
	}
}

static bool is_on_object(const struct mpp_op *op)
{
	const uint32_t kinds =
		1u << MPP_OP_READ | 1u << MPP_OP_WRITE | 1u << MPP_OP_RMW |
		1u << MPP_OP_ACQUIRE | 1u << MPP_OP_RELEASE |
		1u << MPP_OP_ENQUEUE | 1u << MPP_OP_AWAIT |
		1u << MPP_OP_NOTIFY | 1u << MPP_OP_SEND |
		1u << MPP_OP_RECEIVE | 1u << MPP_OP_TAKE | 1u << MPP_OP_GIVE;

	return op->object && kinds >> op->kind & 1;
}

/* Who waits may have been told by the end of a child: so does a pool's maker. */
static void see_children(struct race *r, uint32_t task)
{
	for (mpck_taskset s = r->ended & ~(mpck_taskset)1; s; s &= s - 1) {
		uint32_t t = mpck_set_first(s);

		if (r->process[r->parent[t]] == r->process[task])
			mpck_clock_join(&r->tasks[task], &r->tasks[t]);
	}
}

static void order_object(struct race *r, uint32_t task, const struct mpp_op *op,
			 bool failed)
{
	uint32_t object = object_at(r, op->object);
	uint32_t guard = op->guard ? object_at(r, op->guard) : 0;

	acquire(r, task, object);
	acquire(r, task, guard);
	if (op->kind == MPP_OP_AWAIT)
		see_children(r, task);
	if (failed || op->kind == MPP_OP_READ)
		return;
	release(r, task, object);
	release(r, task, guard);
}

/*
 * Races.
 */
uint64_t mpck_race_key(const void *object, const void *pc,
		       const void *other_pc)
{
	uintptr_t a = (uintptr_t)pc, b = (uintptr_t)other_pc;
	uint64_t about[3] = { (uintptr_t)mpck_segment_start(object),
			      a < b ? a : b, a < b ? b : a };
	uint64_t key = XXH3_64bits(about, sizeof(about));

	return key ? key : 1;
}

static bool is_new(struct race *r, uint64_t key)
{
	for (size_t i = 0; i < r->nreported; i++) {
		if (r->reported[i] == key)
			return false;
	}
	if (r->nreported == REPORTS)
		return false;
	r->reported[r->nreported++] = key;
	return true;
}

static void report(struct race *r, const struct mpck_past *past)
{
	static const char *const does[] = { [MPP_OP_READ] = "reads",
					    [MPP_OP_WRITE] = "writes",
					    [MPP_OP_RMW] = "updates" };
	static const char *const did[] = { [MPP_OP_READ] = "read",
					   [MPP_OP_WRITE] = "written",
					   [MPP_OP_RMW] = "updated" };
	const struct mpck_happening *h = r->now;
	struct mpck_fault f = {
		.kind = MPCK_DATA_RACE, .task = h->task, .pc = h->op->pc,
		.key = mpck_race_key(h->op->object, h->op->pc, past->pc),
		.other = past->task, .other_pc = past->pc,
		.object = h->op->object, .step = h->step,
		.other_step = past->step };
	char name[80];

	if (!is_new(r, f.key))
		return;
	if (!mpck_machine_is_recorded()) {
		mpck_report(&f);
		return;
	}
	mpck_describe_object(h->op, name);
	mpck_report_text(f, "%s %s %s, which %s has %s: nothing orders the two",
			 mpck_machine_task(h->task).name, does[h->op->kind],
			 name, mpck_machine_task(past->task).name,
			 did[past->kind]);
}

static bool is_ordered(const struct race *r, const struct mpck_past *past)
{
	return past->clock <= mpck_clock_of(&r->tasks[r->now->task],
					    past->task);
}

static void compare(struct race *r, const struct mpck_past *past)
{
	if (!is_ordered(r, past) &&
	    !(past->atomic && mpck_is_atomic(r->now->op)))
		report(r, past);
}

static void remember(const struct race *r, struct mpck_past *past)
{
	const struct mpck_happening *h = r->now;

	past->pc = h->op->pc;
	past->step = h->step;
	past->task = h->task;
	past->clock = mpck_clock_of(&r->tasks[h->task], h->task);
	past->kind = h->op->kind;
	past->atomic = mpck_is_atomic(h->op);
}

static void write_cell(struct race *r, struct mpck_cell *cell)
{
	while (cell->reads) {
		uint32_t read = cell->reads;
		const struct mpck_past *past = mpck_shadow_read(r->shadow,
								read);

		compare(r, past);
		cell->reads = past->next;
		mpck_shadow_drop_read(r->shadow, read);
	}
	remember(r, &cell->write);
}

/* May the earlier read be forgotten for this one?  Whoever races with it races
 * with this one as well. */
static bool is_covered(const struct race *r, const struct mpck_past *read)
{
	return (read->atomic || !mpck_is_atomic(r->now->op)) &&
	       is_ordered(r, read);
}

static void read_cell(struct race *r, struct mpck_cell *cell)
{
	uint32_t *at = &cell->reads, mine;

	while (*at) {
		uint32_t read = *at;
		struct mpck_past *past = mpck_shadow_read(r->shadow, read);

		if (!is_covered(r, past)) {
			at = &past->next;
			continue;
		}
		*at = past->next;
		mpck_shadow_drop_read(r->shadow, read);
	}
	mine = mpck_shadow_add_read(r->shadow);
	remember(r, mpck_shadow_read(r->shadow, mine));
	mpck_shadow_read(r->shadow, mine)->next = cell->reads;
	cell->reads = mine;
}

static void access_cell(void *context, struct mpck_cell *cell)
{
	struct race *r = context;

	if (cell->write.clock)
		compare(r, &cell->write);
	if (mpck_is_write(r->now->op))
		write_cell(r, cell);
	else
		read_cell(r, cell);
}

static void access_memory(struct race *r, const struct mpck_happening *h,
			  bool failed)
{
	const struct mpp_op *op = h->op;
	uint32_t guard = op->guard ? object_at(r, op->guard) : 0;

	acquire(r, h->task, guard);
	if (failed)
		return;
	r->now = h;
	mpck_shadow_each(r->shadow, op->object, op->size, access_cell, r);
	release(r, h->task, guard);
	if (mpck_is_atomic(op))
		order_atomic(r, h->task, op);
}

/*
 * Lives.
 */

/* The target knows when it ends. */
static void signal_task(struct race *r, uint32_t task, uint32_t target)
{
	if (!mpck_set_has(r->signalled, target))
		mpck_clock_clear(&r->signals[target]);
	r->signalled |= mpck_set_of(target);
	mpck_clock_join(&r->signals[target], &r->tasks[task]);
	go_on(r, task);
}

static void ask_about(struct race *r, uint32_t task, uint32_t target)
{
	if (mpck_set_has(r->ended, target))
		mpck_clock_join(&r->tasks[task], &r->tasks[target]);
}

/* A task may end because its process does, because its parent has (a daemon),
 * or by a signal; and what it leaves locked shows that it has. */
static void end_task(struct race *r, uint32_t task)
{
	const void *locks[MPCK_MAX_TASKS];
	size_t n = mpck_world_locks(task, locks, MPCK_MAX_TASKS);

	if (task != 0)
		ask_about(r, task, r->parent[task]);
	for (mpck_taskset s = r->tasks_of[r->process[task]]; s; s &= s - 1) {
		uint32_t t = mpck_set_first(s);

		ask_about(r, task, t);
		if (mpck_set_has(r->signalled, t))
			mpck_clock_join(&r->tasks[task], &r->signals[t]);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t object = object_at(r, locks[i]);

		acquire(r, task, object);
		release(r, task, object);
	}
	r->ended |= mpck_set_of(task);
}

static void operate(struct race *r, const struct mpck_happening *h)
{
	const struct mpp_op *op = h->op;
	bool failed = h->result < 0 && h->result != MPP_EOWNERDEAD;

	if (mpck_is_access(op))
		access_memory(r, h, failed);
	else if (is_on_object(op))
		order_object(r, h->task, op, failed);
	else if (op->kind == MPP_OP_POLL)
		ask_about(r, h->task, (uint32_t)op->arg[0]);
	else if (op->kind == MPP_OP_SIGNAL && !failed) {
		ask_about(r, h->task, (uint32_t)op->arg[0]);
		signal_task(r, h->task, (uint32_t)op->arg[0]);
	}
}

static void happened(void *state, const struct mpck_happening *h)
{
	struct race *r = state;

	if (mpck_step_grain())
		return;		/* libmpp's own words are no program's data */
	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		operate(r, h);
		break;
	case MPCK_HAPPENED_START:
		begin_task(r, h->other, &r->tasks[h->task]);
		go_on(r, h->task);
		break;
	case MPCK_HAPPENED_JOIN:
		mpck_clock_join(&r->tasks[h->task], &r->tasks[h->other]);
		break;
	case MPCK_HAPPENED_END:
		end_task(r, h->task);
		break;
	case MPCK_HAPPENED_UNSHARE:
		mpck_shadow_forget(r->shadow, h->inside, h->size);
		break;
	case MPCK_HAPPENED_FENCE:
		order_fence(r, h->task, h->value);
		break;
	case MPCK_HAPPENED_SHARE:
		break;
	}
}

const struct mpck_detector_ops mpck_detector_data_race = {
	.name = "data-race",
	.summary = "accesses that nothing orders, one of them a write",
	.kinds = MPCK_BIT(MPCK_DATA_RACE),
	.new = new_race,
	.free = free_race,
	.begin = begin,
	.happened = happened,
};
