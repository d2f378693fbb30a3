/* SPDX-License-Identifier: MIT */
/*
 * part.c - parts of a state; see part.h.
 *
 * Everything is copied field by field into zeroed records, so that padding and
 * what is dead (results, clocks nobody reads) cannot make equal parts differ.
 * An anonymous part has no task ids in it.
 */
#include "machine/part.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/image.h"
#include "prove/mutants.h"

struct part_task {
	struct mpp_op op;
	void *sp;
	int64_t wake_ns;
	mpck_taskset group;
	uint32_t id;		/* MPCK_NOBODY in an anonymous part */
	int32_t status;
	uint16_t joining;
	uint16_t rounding;
	uint8_t state, slot, fresh, signal;
};

struct part_held {
	void *object;
	uint32_t *death;
	uint32_t local;		/* whose, by place in tasks[] */
	uint32_t levels;
};

/* What is hashed before the records. */
struct head {
	uint64_t slots, class;
	int32_t process;
	uint32_t parent, ntasks, nheld;
	uint32_t made[2];
};

struct mpck_part {
	struct mpck_part_view view;	/* first: see part.h */
	struct head head;
	struct mpck_image *image;	/* NULL: nobody lives in it */
	size_t context_size;		/* of each task's, outside the window */
	unsigned char *contexts;
	struct part_task *tasks;
	struct part_held *held;
};

/* A part under construction. */
static struct part_task tasks[MPCK_MAX_TASKS];
static struct part_held held[MPCK_MAX_HELD];

static void copy_op(struct mpp_op *to, const struct mpp_op *from)
{
	to->pc = from->pc;
	to->object = from->object;
	to->guard = from->guard;
	to->ready = from->ready;
	to->arg[0] = from->arg[0];
	to->arg[1] = from->arg[1];
	to->death = from->death;
	to->timeout_ns = from->timeout_ns;
	to->size = from->size;
	to->choices = from->choices;
	to->kind = from->kind;
	to->order = from->order;
	to->typecode = from->typecode;
	to->flags = from->flags;
}

static void save_task(struct part_task *to, uint32_t task, bool anonymous)
{
	const struct mpck_task *t = &mpck_core.tasks[task];

	memset(to, 0, sizeof(*to));
	to->id = anonymous ? MPCK_NOBODY : task;
	to->state = t->state;
	to->slot = t->slot;
	to->signal = mpck_set_has(mpck_core.signals, task);
	if (t->state == MPCK_TASK_ENDED) {
		to->status = t->status;
		to->slot = 0;
		return;
	}
	copy_op(&to->op, &t->op);
	to->sp = t->sp;
	to->rounding = t->rounding;
	to->fresh = t->fresh;
	if (t->op.kind == MPP_OP_EXIT)
		to->status = t->status;
	if (mpck_run.learned.clock)
		to->wake_ns = t->wake_ns;
	if (t->state == MPCK_TASK_JOINING) {
		to->joining = t->joining;
		to->group = t->group;
	}
}

static uint32_t save_tasks(uint32_t process, bool anonymous)
{
	uint32_t n = 0;

	for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
		if (mpck_core.tasks[t].process == process)
			save_task(&tasks[n++], t, anonymous);
	}
	return n;
}

static int by_object(const void *a, const void *b)
{
	const struct part_held *x = a, *y = b;

	return x->object < y->object ? -1 : x->object > y->object;
}

static uint32_t local_of(uint32_t task)
{
	uint32_t local = 0;

	for (uint32_t t = 0; t < task; t++)
		local += mpck_core.tasks[t].process ==
			 mpck_core.tasks[task].process;
	return local;
}

static uint32_t save_held(uint32_t process)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		const struct mpck_held *h = &mpck_core.held[i];

		if (mpck_core.tasks[h->task].process != process)
			continue;
		memset(&held[n], 0, sizeof(held[n]));
		held[n].object = h->object;
		held[n].death = h->death;
		held[n].local = local_of(h->task);
		held[n++].levels = h->levels;
	}
	if (n > 1)
		qsort(held, n, sizeof(held[0]), by_object);
	return MPCK_MUTANT(OWNER_STAYS) ? 0 : n;
}

static struct head save_head(uint32_t process, bool anonymous)
{
	const struct mpck_process *p = &mpck_core.processes[process];
	const struct mpck_task_info *info = &mpck_task_infos[p->main];
	struct head h;

	memset(&h, 0, sizeof(h));
	h.process = anonymous ? MPCK_ANYBODY : (int32_t)process;
	h.parent = info->parent;
	h.class = info->class;
	h.slots = p->tasks ? p->slots : 0;
	h.made[0] = p->tasks ? p->made[0] : 0;
	h.made[1] = p->tasks ? p->made[1] : 0;
	h.ntasks = save_tasks(process, anonymous);
	h.nheld = save_held(process);
	return h;
}

/* Who is about to end never does. */
static bool comes_back(uint32_t task)
{
	return mpck_core.tasks[task].state != MPCK_TASK_PENDING ||
	       mpck_core.tasks[task].op.kind != MPP_OP_EXIT;
}

static struct mpck_key hash(const struct head *h, uint32_t process)
{
	const struct mpck_process *p = &mpck_core.processes[process];
	XXH128_hash_t sum = XXH3_128bits(h, sizeof(*h));
	uint64_t pair[2];

	sum = XXH3_128bits_withSeed(tasks, h->ntasks * sizeof(tasks[0]),
				    sum.low64 ^ sum.high64 * 3);
	if (h->nheld)
		sum = XXH3_128bits_withSeed(held, h->nheld * sizeof(held[0]),
					    sum.low64 ^ sum.high64 * 3);
	pair[0] = sum.low64;
	pair[1] = sum.high64;
	if (p->tasks) {
		mpck_image_hash(p->image, pair);
		for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
			if (mpck_set_has(p->tasks, t) && comes_back(t))
				mpck_switch_context_hash(t, pair);
		}
	}
	return (struct mpck_key){ pair[0], pair[1] };
}

static struct mpck_part_view view(const struct head *h, uint32_t process)
{
	struct mpck_part_view v = {
		.process = h->process, .parent = h->parent,
		.class = h->class,
		.ended = !mpck_core.processes[process].tasks,
		.ntasks = (uint16_t)h->ntasks };

	for (uint32_t i = 0; i < h->ntasks; i++) {
		if (tasks[i].state == MPCK_TASK_PENDING) {
			v.pending |= mpck_set_of(i);
			v.npending++;
		} else if (tasks[i].state == MPCK_TASK_JOINING) {
			v.group |= tasks[i].group |
				   mpck_set_of(tasks[i].joining);
			v.joiners |= mpck_set_of(tasks[i].id);
		}
		if (tasks[i].state != MPCK_TASK_ENDED &&
		    v.process != MPCK_ANYBODY)
			v.live |= mpck_set_of(tasks[i].id);
	}
	return v;
}

static void *copy_of(const void *from, size_t size)
{
	void *copy = malloc(size + 1);

	if (!copy)
		abort();
	memcpy(copy, from, size);
	return copy;
}

static void keep_contexts(struct mpck_part *part, uint32_t process)
{
	size_t size = mpck_switch_context_size();
	uint32_t n = 0;

	part->context_size = size;
	if (!size)
		return;
	part->contexts = malloc(part->head.ntasks * size);
	if (!part->contexts)
		abort();
	for (uint32_t t = 0; t < mpck_core.ntasks; t++) {
		if (mpck_core.tasks[t].process == process)
			mpck_switch_context_save(t, part->contexts +
						 n++ * size);
	}
}

static struct mpck_part *keep(const struct head *h, uint32_t process)
{
	struct mpck_part *part = calloc(1, sizeof(*part));

	if (!part)
		abort();
	part->view = view(h, process);
	part->head = *h;
	part->tasks = copy_of(tasks, h->ntasks * sizeof(tasks[0]));
	part->held = copy_of(held, h->nheld * sizeof(held[0]));
	if (!part->view.ended) {
		part->image = mpck_image_copy(
			mpck_core.processes[process].image);
		keep_contexts(part, process);
	}
	return part;
}

uint32_t mpck_part_save(struct mpck_intern *parts, uint32_t process,
			bool anonymous)
{
	struct head h = save_head(process, anonymous);
	struct mpck_key key = hash(&h, process);
	uint32_t number = mpck_intern_find(parts, key);

	return number ? number
		      : mpck_intern_add(parts, key, keep(&h, process));
}

static void load_task(const struct part_task *from, uint32_t task,
		      uint32_t process)
{
	mpck_core.tasks[task] = (struct mpck_task){
		.op = from->op, .sp = from->sp, .wake_ns = from->wake_ns,
		.group = from->group, .line = UINT32_MAX,
		.status = from->status, .joining = from->joining,
		.state = from->state, .process = (uint8_t)process,
		.slot = from->slot, .fresh = from->fresh,
		.rounding = from->rounding };
}

static uint32_t task_of(const struct mpck_part *part, uint32_t local,
			uint32_t process)
{
	return part->head.process == MPCK_ANYBODY
		       ? mpck_core.processes[process].main
		       : part->tasks[local].id;
}

void mpck_part_load(const struct mpck_part *part, uint32_t process)
{
	struct mpck_process *p = &mpck_core.processes[process];

	p->tasks = 0;
	p->slots = part->head.slots;
	p->made[0] = part->head.made[0];
	p->made[1] = part->head.made[1];
	p->image = part->image;
	for (uint32_t i = 0; i < part->head.ntasks; i++) {
		uint32_t task = task_of(part, i, process);

		load_task(&part->tasks[i], task, process);
		if (part->tasks[i].state == MPCK_TASK_ENDED)
			continue;
		if (!part->tasks[i].signal)
			p->tasks |= mpck_set_of(task);
		if (part->context_size)
			mpck_switch_context_load(task, part->contexts +
						 i * part->context_size);
	}
}

void mpck_part_load_held(const struct mpck_part *part, uint32_t process)
{
	for (uint32_t i = 0; i < part->head.nheld; i++) {
		const struct part_held *h = &part->held[i];

		mpck_core.held[mpck_core.nheld++] = (struct mpck_held){
			.object = h->object, .death = h->death,
			.task = task_of(part, h->local, process),
			.levels = h->levels };
	}
}

const struct mpp_op *mpck_part_op(const struct mpck_part *part, uint32_t local)
{
	return &part->tasks[local].op;
}

bool mpck_part_holds(const struct mpck_part *part)
{
	return part->head.nheld;
}

size_t mpck_part_footprint(const struct mpck_part *part)
{
	return sizeof(*part) + part->head.ntasks * sizeof(part->tasks[0]) +
	       part->head.nheld * sizeof(part->held[0]) +
	       part->context_size * part->head.ntasks +
	       (part->image ? mpck_image_footprint(part->image) : 0);
}

void mpck_part_free(void *object)
{
	struct mpck_part *part = object;

	mpck_image_free(part->image);
	free(part->contexts);
	free(part->tasks);
	free(part->held);
	free(part);
}
