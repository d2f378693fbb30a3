/* SPDX-License-Identifier: MIT */
/* course.c - courses and orders as data; see course.h.  drive.c executes. */
#include "explain/course.h"

#include <string.h>

#include "basics.h"

void mpck_course_fini(struct mpck_course *c)
{
	free(c->moves);
	free(c->forks);
	*c = (struct mpck_course){ 0 };
}

static void *copy(const void *from, size_t size)
{
	void *to = mpck_checked(malloc(size + 1));

	if (size)
		memcpy(to, from, size);
	return to;
}

void mpck_course_copy(struct mpck_course *to, const struct mpck_course *from)
{
	mpck_course_fini(to);
	*to = *from;
	to->moves = copy(from->moves, from->nmoves * sizeof(*from->moves));
	to->forks = copy(from->forks, from->nforks * sizeof(*from->forks));
	to->room = to->nmoves;
	to->fork_room = to->nforks;
}

static bool only_looks(const struct mpp_op *op)
{
	return op->kind == MPP_OP_READ;
}

/* On lives and time, and not on an object of shared memory. */
static bool is_general(const struct mpp_op *op)
{
	return op->kind == MPP_OP_EXIT || op->kind == MPP_OP_SIGNAL ||
	       op->kind == MPP_OP_POLL || op->kind == MPP_OP_JOIN ||
	       op->kind == MPP_OP_SLEEP || op->kind == MPP_OP_CLOCK;
}

static bool touch(const void *a, size_t a_size, const void *b, size_t b_size)
{
	const char *x = a, *y = b;

	return a && b && x < y + (b_size ? b_size : 1) &&
	       y < x + (a_size ? a_size : 1);
}

bool mpck_moves_conflict(const struct mpp_op *a, const struct mpp_op *b)
{
	if (is_general(a) || is_general(b))
		return is_general(a) && is_general(b);
	if (only_looks(a) && only_looks(b))
		return false;
	return touch(a->object, a->size, b->object, b->size) ||
	       touch(a->guard, 1, b->object, b->size) ||
	       touch(a->object, a->size, b->guard, 1) ||
	       (a->guard && a->guard == b->guard);
}

/*
 * Orders.
 */
static void find_places(struct mpck_order *o)
{
	uint32_t next[MPCK_MAX_TASKS];

	for (size_t i = 0; i < o->count; i++)
		o->first[o->tasks[i] + 1]++;
	for (size_t t = 0; t < MPCK_MAX_TASKS; t++) {
		next[t] = o->first[t];
		o->first[t + 1] += o->first[t];
	}
	for (size_t i = 0; i < o->count; i++)
		o->places[next[o->tasks[i]]++] = (uint32_t)i;
}

static void find_alternatives(struct mpck_order *o,
			      const struct mpck_course *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nmoves; i++)
		n += c->moves[i].op.kind == MPP_OP_CHOOSE;
	o->alternatives = mpck_checked(calloc(n + 1,
					      sizeof(*o->alternatives)));
	for (size_t i = 0; i < c->nmoves; i++) {
		const struct mpck_move *m = &c->moves[i];

		if (m->op.kind == MPP_OP_CHOOSE && m->result >= 0)
			o->alternatives[o->nalternatives++] =
				(struct mpck_alternative){
					m->task, m->own, (uint16_t)m->result };
	}
}

struct mpck_order mpck_order_new(const uint16_t *tasks, size_t count,
				 const struct mpck_course *course)
{
	struct mpck_order o = { .count = count };

	o.tasks = copy(tasks, count * sizeof(*tasks));
	o.places = mpck_checked(calloc(count + 1, sizeof(*o.places)));
	find_places(&o);
	find_alternatives(&o, course);
	return o;
}

struct mpck_order mpck_order_of(const struct mpck_course *c)
{
	uint16_t *tasks = mpck_checked(malloc((c->nmoves + 1) *
					      sizeof(*tasks)));
	struct mpck_order o;

	for (size_t i = 0; i < c->nmoves; i++)
		tasks[i] = (uint16_t)c->moves[i].task;
	o = mpck_order_new(tasks, c->nmoves, c);
	free(tasks);
	return o;
}

void mpck_order_fini(struct mpck_order *o)
{
	free(o->tasks);
	free(o->places);
	free(o->alternatives);
	*o = (struct mpck_order){ 0 };
}
