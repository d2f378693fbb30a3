/* SPDX-License-Identifier: MIT */
/*
 * both.c - two accesses that nothing orders, in either order.
 *
 * That is what a data race is: there is a state in which both are about to be
 * made.  It is looked for by holding one task up right before its access until
 * the other is about to make its own: on the shortest way, or else with all
 * others doing what they did.  From there each of the two is executed directly
 * before the other.
 */
#include "explain/cause.h"

#include "basics.h"

struct both {
	struct mpck_base *base;
	size_t first, then;	/* as they are in the base */
	struct mpck_course course;	/* then, first */
	size_t at;		/* in there */
};

static const struct mpck_move *move(const struct both *b, size_t i)
{
	return &b->base->all[i];
}

/* The access, wherever its task has been before. */
static bool is_access_of(const struct mpck_move *m, const struct mpck_move *as)
{
	return m->task == as->task && m->op.pc == as->op.pc &&
	       m->op.kind == as->op.kind && m->op.object == as->op.object;
}

static bool are_next(const struct mpck_course *c, size_t at,
		     const struct mpck_move *one, const struct mpck_move *other)
{
	return c->known && at + 1 < c->nmoves &&
	       is_access_of(&c->moves[at], one) &&
	       is_access_of(&c->moves[at + 1], other);
}

static void drive(struct both *b, struct mpck_plan *plan,
		  struct mpck_course *course)
{
	mpck_drive(b->base->driver, plan, course);
	b->base->flips++;
}

/* The tasks go on in this order, of which each place holds. */
static void drive_order(struct both *b, const uint16_t *tasks, size_t count,
			const struct mpck_course *like,
			struct mpck_course *course)
{
	struct mpck_order o = mpck_order_new(tasks, count, like);
	struct mpck_plan plan = { .order = &o, .follow = count };

	drive(b, &plan, course);
	mpck_order_fini(&o);
}

static bool is_found(struct both *b)
{
	for (b->at = b->first; b->at + 1 < b->course.nmoves; b->at++) {
		if (are_next(&b->course, b->at, move(b, b->then),
			     move(b, b->first)))
			return true;
	}
	return false;
}

/* While the first is held, the other goes on. */
static bool meet_soon(struct both *b)
{
	struct mpck_plan plan = {
		.order = &b->base->order, .follow = b->first,
		.hold = { .task = move(b, b->first)->task,
			  .until = move(b, b->then), .after = MPCK_AT_ONCE } };

	drive(b, &plan, &b->course);
	return plan.reached && is_found(b);
}

/* While the first is held, all others do what they did. */
static bool meet_later(struct both *b)
{
	uint16_t *tasks = mpck_checked(malloc((b->then + 2) * sizeof(*tasks)));
	size_t n = 0;

	for (size_t i = 0; i < b->then; i++) {
		if (i < b->first || move(b, i)->task != move(b, b->first)->task)
			tasks[n++] = (uint16_t)move(b, i)->task;
	}
	tasks[n++] = (uint16_t)move(b, b->then)->task;
	tasks[n++] = (uint16_t)move(b, b->first)->task;
	drive_order(b, tasks, n, &b->base->course, &b->course);
	free(tasks);
	return is_found(b);
}

/* The same up to there, and then the two the other way round. */
static bool is_swapped_too(struct both *b)
{
	uint16_t *tasks = mpck_checked(malloc((b->at + 2) * sizeof(*tasks)));
	struct mpck_course c = { 0 };
	bool swapped;

	for (size_t i = 0; i < b->at; i++)
		tasks[i] = (uint16_t)b->course.moves[i].task;
	tasks[b->at] = (uint16_t)move(b, b->first)->task;
	tasks[b->at + 1] = (uint16_t)move(b, b->then)->task;
	drive_order(b, tasks, b->at + 2, &b->course, &c);
	swapped = are_next(&c, b->at, move(b, b->first), move(b, b->then));
	mpck_course_fini(&c);
	free(tasks);
	return swapped;
}

static bool is_proved(struct both *b, bool (*meet)(struct both *),
		      struct mpck_decisive *found)
{
	if (!meet(b))
		return false;
	mpck_keep_proof(found, b->course.end);
	if (!is_swapped_too(b))
		mpck_drop_proof(found);
	return found->verified;
}

bool mpck_both_orders(struct mpck_base *base, size_t first, size_t then,
		      struct mpck_decisive *found)
{
	struct both b = { .base = base, .first = first, .then = then };
	bool proved = is_proved(&b, meet_soon, found) ||
		      is_proved(&b, meet_later, found);

	mpck_course_fini(&b.course);
	return proved;
}
