/* SPDX-License-Identifier: MIT */
/* places.c - where a finding happened; see places.h. */
#include "explore/places.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/describe.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void place_fini(struct mpck_place *p)
{
	free(p->function);
	free(p->path);
}

static bool is_known(const struct mpck_places *p, const struct mpck_place *new)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->at[i].line == new->line &&
		    same_text(p->at[i].path, new->path) &&
		    same_text(p->at[i].function, new->function))
			return true;
	}
	return false;
}

void mpck_places_add(struct mpck_places *p, const void *pc, bool is_return)
{
	struct mpck_place place = mpck_place_of(pc, is_return);

	if ((!place.path && !place.function) || is_known(p, &place)) {
		place_fini(&place);
		return;
	}
	if (p->count == p->room) {
		p->room = 2 * p->room + 8;
		p->at = mpck_checked(realloc(p->at,
					     p->room * sizeof(*p->at)));
	}
	p->at[p->count++] = place;
}

static void add_object(struct mpck_places *p, const char *name)
{
	for (size_t i = 0; i < p->nobjects; i++) {
		if (!strcmp(p->objects[i], name))
			return;
	}
	if (*name && p->nobjects < MPCK_PLACES_OBJECTS)
		snprintf(p->objects[p->nobjects++], sizeof(p->objects[0]),
			 "%s", name);
}

/* Addresses inside an object are the object's. */
static void add_address(struct mpck_places *p, const void *object)
{
	char name[64];

	if (!object)
		return;
	mpck_machine_object_name(object, name);
	name[strcspn(name, "+")] = '\0';
	add_object(p, name);
}

static void add_op(struct mpck_places *p, const struct mpp_op *op)
{
	char name[80];

	mpck_places_add(p, op->pc, true);
	mpck_describe_object(op, name);
	add_object(p, name);
	add_address(p, op->object);
}

static void add_record(struct mpck_places *p, const struct mpck_record *r)
{
	for (uint32_t i = 0; i < r->nstack; i++)
		mpck_places_add(p, r->stack[i], true);
	add_op(p, &r->op);
}

void mpck_places_add_step(struct mpck_places *p, uint32_t task, uint64_t step)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);

	/* A step is counted whosever it is. */
	for (size_t i = 0; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_OP && r[i].step == step &&
		    r[i].task == task)
			add_record(p, &r[i]);
	}
}

/* The last thing each task was about to do. */
static void add_waiting(struct mpck_places *p)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);
	bool seen[MPCK_MAX_TASKS] = { false };

	for (size_t i = n; i-- > 0;) {
		if (seen[r[i].task] ||
		    mpck_machine_task(r[i].task).state == MPCK_TASK_ENDED)
			continue;
		if (r[i].kind != MPCK_EVENT_WAIT && r[i].kind != MPCK_EVENT_OP)
			continue;
		seen[r[i].task] = true;
		add_record(p, &r[i]);
	}
}

void mpck_places_of(struct mpck_places *p, const struct mpck_fault *f)
{
	*p = (struct mpck_places){ 0 };
	if (!f) {
		add_waiting(p);
		return;
	}
	mpck_places_add(p, f->pc, mpck_is_return(f->kind));
	mpck_places_add(p, f->other_pc, true);
	add_address(p, f->object);
	if (f->step)
		mpck_places_add_step(p, f->task, f->step);
	if (f->other_step)
		mpck_places_add_step(p, f->other, f->other_step);
}

void mpck_places_fini(struct mpck_places *p)
{
	for (size_t i = 0; i < p->count; i++)
		place_fini(&p->at[i]);
	free(p->at);
	*p = (struct mpck_places){ 0 };
}
