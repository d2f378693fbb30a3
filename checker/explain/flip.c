/* SPDX-License-Identifier: MIT */
/* flip.c - see flip.h. */
#include "explain/flip.h"

#include <string.h>

#include "basics.h"
#include "explore/tally.h"

enum { MOST_CUTS = 12 };

/* Where the finding was: nothing behind that matters. */
static size_t finding_at(const struct mpck_target *t, size_t nmoves)
{
	size_t n, at = 0;
	const struct mpck_fault *f = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		if (f[i].kind == t->kind && mpck_fault_key(&f[i]) == t->key &&
		    f[i].step > at)
			at = f[i].step;
	}
	return at && at < nmoves ? at : nmoves;
}

static void add_undone(struct mpck_base *b)
{
	const struct mpck_course *c = &b->course;
	uint32_t n = mpck_machine_tasks();

	b->all = mpck_checked(malloc((c->nmoves + n + 1) * sizeof(*b->all)));
	if (c->nmoves)
		memcpy(b->all, c->moves, c->nmoves * sizeof(*b->all));
	b->nall = c->nmoves;
	for (uint32_t i = 0; c->end == MPCK_END_DEADLOCK && i < n; i++) {
		struct mpck_task_view v = mpck_machine_task(i);

		if (v.state == MPCK_TASK_PENDING ||
		    v.state == MPCK_TASK_JOINING)
			b->all[b->nall++] = (struct mpck_move){
				.op = *v.op, .task = i, .own = c->own[i] };
	}
}

void mpck_base_open(struct mpck_base *b, struct mpck_driver *d,
		    const struct mpck_course *course)
{
	struct mpck_plan plan;

	*b = (struct mpck_base){ .driver = d,
				 .order = mpck_order_of(course) };
	plan = (struct mpck_plan){ .order = &b->order,
				   .follow = b->order.count };
	mpck_drive(d, &plan, &b->course);
	b->until = finding_at(d->target, b->course.nmoves);
	add_undone(b);
}

void mpck_base_close(struct mpck_base *b)
{
	mpck_course_fini(&b->course);
	mpck_course_fini(&b->flipped);
	mpck_order_fini(&b->order);
	free(b->all);
	*b = (struct mpck_base){ 0 };
}

/* As the base up to `cut`; then the task is held until the move happened. */
static enum mpck_flipped flip_at(struct mpck_base *b, size_t cut, uint32_t task,
				 const struct mpck_move *until,
				 enum mpck_after after)
{
	struct mpck_course *c = &b->flipped;
	struct mpck_plan plan = {
		.order = &b->order, .follow = cut,
		.hold = { .task = task, .until = until,
			  .after = after } };

	mpck_drive(b->driver, &plan, c);
	b->flips++;
	if (!c->known || !plan.reached || plan.broken)
		return MPCK_FLIP_IMPOSSIBLE;
	return mpck_passes(b->driver->target, c->end) ? MPCK_FLIP_PASSES
						      : MPCK_FLIP_FAILS;
}

enum mpck_flipped mpck_flip(struct mpck_base *b, size_t first, size_t then,
			    enum mpck_after after)
{
	const struct mpck_move *until = &b->all[then];
	uint32_t task = b->all[first].task;
	int cuts = 0;

	for (size_t cut = first + 1; cut-- && cuts < MOST_CUTS;) {
		enum mpck_flipped f;

		if (b->all[cut].task != task)
			continue;
		if (mpck_driver_spent(b->driver))
			break;
		f = flip_at(b, cut, task, until, after);
		if (f != MPCK_FLIP_IMPOSSIBLE)
			return f;
		cuts++;
	}
	return MPCK_FLIP_IMPOSSIBLE;
}

bool mpck_keep_passes(struct mpck_base *b, size_t count, uint32_t task)
{
	struct mpck_plan plan = { .order = &b->order, .follow = count,
				  .go_on = task + 1 };

	mpck_drive(b->driver, &plan, &b->flipped);
	b->flips++;
	return b->flipped.known &&
	       mpck_passes(b->driver->target, b->flipped.end);
}

bool mpck_loose_passes(struct mpck_base *b, size_t first, size_t then)
{
	return flip_at(b, 0, b->all[then].task, &b->all[first],
		       MPCK_PLAINLY) == MPCK_FLIP_PASSES;
}
