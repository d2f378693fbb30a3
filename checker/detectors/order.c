/* SPDX-License-Identifier: MIT */
/*
 * order.c - see order.h.
 */
#include "detectors/order.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "detectors/access.h"
#include "detectors/shadow.h"
#include "machine/segment.h"
#include "machine/world.h"

/* What a shared object passes on. */
struct object {
	struct mpck_clock clock;
	/* Who has left its whole clock here last, and at which count: whoever
	 * knows that of him knows all of it.  count 0: nobody. */
	uint32_t last;
	int32_t count;
};

struct mpck_ordering {
	struct mpck_shadow *shadow;	/* borrowed; its tags are our objects */
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
};

struct mpck_ordering *mpck_ordering_new(struct mpck_shadow *shadow)
{
	/* Its clocks are aligned; malloc() need not know of vectors. */
	struct mpck_ordering *r = mpck_checked(aligned_alloc(16, sizeof(*r)));

	memset(r, 0, sizeof(*r));
	r->shadow = shadow;
	return r;
}

void mpck_ordering_free(struct mpck_ordering *r)
{
	free(r->objects);
	free(r);
}

/* A task that knows what `from` says, and of itself that it is there. */
static void begin_task(struct mpck_ordering *r, uint32_t task,
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

void mpck_ordering_begin(struct mpck_ordering *r)
{
	r->ended = r->signalled = r->has_fenced = r->has_found = 0;
	r->nobjects = 1;
	begin_task(r, 0, NULL);
}

int32_t mpck_ordering_count(const struct mpck_ordering *r, uint32_t task)
{
	return mpck_clock_of(&r->tasks[task], task);
}

bool mpck_ordering_knows(const struct mpck_ordering *r, uint32_t task,
			 uint32_t other, int32_t count)
{
	return count <= mpck_clock_of(&r->tasks[task], other);
}

/*
 * Objects.
 */
static uint32_t add_object(struct mpck_ordering *r)
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
static uint32_t object_at(struct mpck_ordering *r, const void *inside)
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

static void acquire(struct mpck_ordering *r, uint32_t task, uint32_t object)
{
	const struct object *o = &r->objects[object];
	struct mpck_clock *c = &r->tasks[task];

	if (object && (!o->count || mpck_clock_of(c, o->last) < o->count))
		mpck_clock_join(c, &o->clock);
}

/* What the task does from now on is not in what it has passed on. */
static void go_on(struct mpck_ordering *r, uint32_t task)
{
	r->tasks[task].at[task / 4][task % 4]++;
}

/* By who has acquired the object: so all that it has passed on is known to
 * him. */
static void release(struct mpck_ordering *r, uint32_t task, uint32_t object)
{
	struct object *o = &r->objects[object];

	if (!object)
		return;
	mpck_clock_copy(&o->clock, &r->tasks[task]);
	o->last = task;
	o->count = mpck_clock_of(&o->clock, task);
	go_on(r, task);
}

/*
 * Atomics.
 */
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
static void order_fence(struct mpck_ordering *r, uint32_t task, uint64_t order)
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

static void read_atomic(struct mpck_ordering *r, uint32_t task,
			const struct mpp_op *op, const struct mpck_clock *o)
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
static void order_atomic(struct mpck_ordering *r, uint32_t task,
			 const struct mpp_op *op)
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

/*
 * Primitives.
 */
/* Who waits may have been told by the end of a child: so does a pool's maker. */
static void see_children(struct mpck_ordering *r, uint32_t task)
{
	for (mpck_taskset s = r->ended & ~(mpck_taskset)1; s; s &= s - 1) {
		uint32_t t = mpck_set_first(s);

		if (r->process[r->parent[t]] == r->process[task])
			mpck_clock_join(&r->tasks[task], &r->tasks[t]);
	}
}

static void order_object(struct mpck_ordering *r, uint32_t task,
			 const struct mpp_op *op, bool failed)
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
 * Lives.
 */
/* The target knows when it ends. */
static void signal_task(struct mpck_ordering *r, uint32_t task, uint32_t target)
{
	if (!mpck_set_has(r->signalled, target))
		mpck_clock_clear(&r->signals[target]);
	r->signalled |= mpck_set_of(target);
	mpck_clock_join(&r->signals[target], &r->tasks[task]);
	go_on(r, task);
}

static void ask_about(struct mpck_ordering *r, uint32_t task, uint32_t target)
{
	if (mpck_set_has(r->ended, target))
		mpck_clock_join(&r->tasks[task], &r->tasks[target]);
}

/* A task may end because its process does, because its parent has (a daemon),
 * or by a signal; and what it leaves locked shows that it has. */
static void end_task(struct mpck_ordering *r, uint32_t task)
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

static void operate(struct mpck_ordering *r, const struct mpck_happening *h,
		    bool failed)
{
	const struct mpp_op *op = h->op;

	if (mpck_is_on_object(op))
		order_object(r, h->task, op, failed);
	else if (op->kind == MPP_OP_POLL)
		ask_about(r, h->task, (uint32_t)op->arg[0]);
	else if (op->kind == MPP_OP_SIGNAL && !failed) {
		ask_about(r, h->task, (uint32_t)op->arg[0]);
		signal_task(r, h->task, (uint32_t)op->arg[0]);
	}
}

void mpck_ordering_happened(struct mpck_ordering *r,
			    const struct mpck_happening *h)
{
	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		operate(r, h, mpck_has_failed(h));
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
	case MPCK_HAPPENED_FENCE:
		order_fence(r, h->task, h->value);
		break;
	case MPCK_HAPPENED_SHARE:
	case MPCK_HAPPENED_FORGET:
	case MPCK_HAPPENED_UNSHARE:
		break;
	}
}

void mpck_ordering_before_access(struct mpck_ordering *r,
				 const struct mpck_happening *h)
{
	if (h->op->guard)
		acquire(r, h->task, object_at(r, h->op->guard));
}

void mpck_ordering_after_access(struct mpck_ordering *r,
				const struct mpck_happening *h)
{
	if (h->op->guard)
		release(r, h->task, object_at(r, h->op->guard));
	else if (mpck_is_atomic(h->op))
		order_atomic(r, h->task, h->op);
}
