/* SPDX-License-Identifier: MIT */
/* grips.c - who holds which lock; see grips.h. */
#include "detectors/grips.h"

#include <stdio.h>
#include <string.h>

void mpck_grips_begin(struct mpck_grips *g)
{
	while (g->holders)
		mpck_grips_drop(g, mpck_set_first(g->holders));
}

void mpck_grips_drop(struct mpck_grips *g, uint32_t task)
{
	g->of[task].count = 0;
	g->holders &= ~mpck_set_of(task);
}

static struct mpck_grip *find(struct mpck_grips_of *of, const void *object)
{
	for (uint32_t i = of->count; i-- > 0;) {
		if (of->at[i].object == object)
			return &of->at[i];
	}
	return NULL;
}

const struct mpck_grip *mpck_grip(const struct mpck_grips *g, uint32_t task,
				  const void *object)
{
	return find((struct mpck_grips_of *)&g->of[task], object);
}

static void take(struct mpck_grips *g, const struct mpck_happening *h)
{
	struct mpck_grips_of *of = &g->of[h->task];
	struct mpck_grip *grip = find(of, h->op->object);

	if (grip) {
		grip->levels++;
		return;
	}
	if (of->count == MPCK_GRIPS_MOST)
		return;
	g->holders |= mpck_set_of(h->task);
	/* A reader that is told of a dead writer holds the lock alone. */
	of->at[of->count++] = (struct mpck_grip){
		.object = h->op->object, .pc = h->op->pc, .levels = 1,
		.shared = h->op->flags & MPP_SHARED &&
			  h->result != MPP_EOWNERDEAD };
}

static bool give(struct mpck_grips *g, uint32_t task, const void *object)
{
	struct mpck_grips_of *of = &g->of[task];
	struct mpck_grip *grip = find(of, object);

	if (!grip)
		return false;
	if (--grip->levels == 0)
		*grip = of->at[--of->count];
	if (!of->count)
		mpck_grips_drop(g, task);
	return true;
}

/* Of a lock without an owner: whoever has it loses it. */
static void give_any(struct mpck_grips *g, const void *object)
{
	for (mpck_taskset s = g->holders; s; s &= s - 1) {
		if (give(g, mpck_set_first(s), object))
			return;
	}
}

/* A lock that is given back is none any more, whoever held it. */
static void forget(struct mpck_grips *g, uint32_t task, const void *inside,
		   size_t size)
{
	struct mpck_grips_of *of = &g->of[task];

	for (uint32_t i = of->count; i-- > 0;) {
		if ((uintptr_t)of->at[i].object - (uintptr_t)inside < size)
			of->at[i] = of->at[--of->count];
	}
	if (!of->count)
		mpck_grips_drop(g, task);
}

void mpck_grips_follow(struct mpck_grips *g, const struct mpck_happening *h)
{
	if (h->kind == MPCK_HAPPENED_UNSHARE) {
		for (mpck_taskset s = g->holders; s; s &= s - 1)
			forget(g, mpck_set_first(s), h->inside, h->size);
	} else if (mpck_takes(h)) {
		take(g, h);
	} else if (mpck_gives(h) && !give(g, h->task, h->op->object)) {
		give_any(g, h->op->object);
	}
}

void mpck_grip_name(char name[MPCK_GRIP_NAME], const void *object)
{
	char whole[64];

	mpck_machine_object_name(object, whole);
	whole[strcspn(whole, "+")] = '\0';
	snprintf(name, MPCK_GRIP_NAME, "%.*s", MPCK_GRIP_NAME - 1, whole);
}
