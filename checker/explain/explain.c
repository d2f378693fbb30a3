/* SPDX-License-Identifier: MIT */
/* explain.c - see explain.h. */
#include "explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/cause.h"
#include "explain/nearest.h"
#include "explain/rerun.h"
#include "explain/round.h"
#include "explain/shrink.h"
#include "explain/trace.h"
#include "explore/judge.h"

#define SWAP(a, b) \
	do { \
		__typeof__(a) swapped = (a); \
		(a) = (b); \
		(b) = swapped; \
	} while (0)

static bool is_of_values(const struct mpck_target *t)
{
	return t->kind == MPCK_UNEXPECTED_VALUE ||
	       t->kind == MPCK_NOT_SERIALISABLE ||
	       t->kind == MPCK_LOST_UPDATE ||
	       t->kind == MPCK_UNSERIALISABLE_TRIPLE;
}

static bool is_wrong(const struct mpck_target *t, enum mpck_end end)
{
	char *outcome = mpck_outcome_now(end);
	bool wrong = end == MPCK_END_NORMAL &&
		     (t->outcome ? !strcmp(outcome, t->outcome)
				 : !mpck_expect_is_right(t->expect, outcome));

	free(outcome);
	return wrong;
}

bool mpck_shows(const struct mpck_target *t, enum mpck_end end)
{
	if (is_of_values(t))
		return is_wrong(t, end);
	if (t->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK &&
		       mpck_deadlock_key() == t->key;
	if (end == MPCK_END_STEPS && t->kind == MPCK_NON_TERMINATION)
		return true;
	return mpck_fault_find(t->kind, t->key);
}

static bool has_fault(enum mpck_finding_kind kind)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == kind)
			return true;
	}
	return false;
}

/* Where the author says what is right, that. */
bool mpck_passes(const struct mpck_target *t, enum mpck_end end)
{
	char *outcome;
	bool right;

	if (t->passes)
		return t->passes(t, end);
	if (end != MPCK_END_NORMAL || mpck_shows(t, end) || has_fault(t->kind))
		return false;
	if (!mpck_expect_right_count(t->expect))
		return true;
	outcome = mpck_outcome_now(end);
	right = mpck_expect_is_right(t->expect, outcome);
	free(outcome);
	return right;
}

/* How long an execution lasts is the finding. */
static bool can_shrink(const struct mpck_target *t)
{
	return t->kind != MPCK_NON_TERMINATION;
}

/* The trail of a course, driven once more. */
static struct mpck_trail trail_of(struct mpck_driver *d,
				  struct mpck_course *c)
{
	struct mpck_order o = mpck_order_of(c);
	struct mpck_plan plan = { .order = &o, .follow = o.count };

	mpck_drive(d, &plan, c);
	mpck_order_fini(&o);
	return mpck_trail_now();
}

static void shrink(struct mpck_driver *d, struct mpck_best *best,
		   struct mpck_trail *trail)
{
	struct mpck_trail less;

	best->cost = mpck_cost_of(&best->course);
	mpck_driver_limit(d, 2 * best->course.nmoves + 200);
	mpck_shrink(d, best);
	less = trail_of(d, &best->course);
	if (mpck_drive_shows(d, &best->course)) {
		free(trail->choices);
		*trail = less;
	} else {
		free(less.choices);
	}
}

static void record(struct mpck_explanation *e, const struct mpck_trail *trail)
{
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count,
				.rest = MPCK_REST_LOWEST, .record = true };

	mpck_rerun(&r);
	mpck_trace_make(&e->trace, r.end);
}

/* What is known of the schedule that is explained. */
struct closely {
	struct mpck_driver *driver;
	struct mpck_base base;
	struct mpck_decisive found;
	struct mpck_trail *trail;
};

/* Does something decide in this one?  Then it is the one that is explained. */
static bool decides(void *context, const struct mpck_course *failing)
{
	struct closely *c = context;
	struct mpck_base base;
	struct mpck_decisive found;
	struct mpck_course course = { 0 };
	struct mpck_trail trail = { 0 };
	bool better;

	mpck_base_open(&base, c->driver, failing);
	mpck_cause_find(&base, &found);
	better = found.verified;
	if (better) {
		mpck_course_copy(&course, failing);
		trail = trail_of(c->driver, &course);
		SWAP(*c->trail, trail);
		SWAP(c->base, base);
		SWAP(c->found, found);
	}
	free(trail.choices);
	mpck_course_fini(&course);
	mpck_decisive_fini(&found);
	mpck_base_close(&base);
	return better;
}

/* Of the schedule as it is now: its trace, and what decides. */
static void look_closely(struct mpck_driver *d, const struct mpck_course *c,
			 struct mpck_trail *trail, struct mpck_explanation *e)
{
	struct closely x = { .driver = d, .trail = trail };

	if (!can_shrink(d->target)) {
		record(e, trail);
		return;
	}
	mpck_driver_more(d);
	mpck_base_open(&x.base, d, c);
	mpck_cause_find(&x.base, &x.found);
	/* Nothing does: perhaps in a schedule next to one that passes. */
	if (x.found.evidence == MPCK_SAID && d->target->passing.choices)
		mpck_nearest_find(d, &d->target->passing, decides, &x);
	record(e, trail);
	mpck_cause_say(&x.base, &x.found, e);
	mpck_decisive_fini(&x.found);
	mpck_base_close(&x.base);
}

struct mpck_explanation *mpck_explain(const struct mpck_target *target,
				      struct mpck_trail *trail)
{
	struct mpck_driver d;
	struct mpck_best best = { 0 };
	struct mpck_plan plan = { .trail = trail->choices,
				  .ntrail = trail->count };
	struct mpck_explanation *e = NULL;
	double started = mpck_seconds();

	if (trail->round.count)
		return mpck_explain_round(target, trail);
	mpck_driver_open(&d, target);
	mpck_drive(&d, &plan, &best.course);
	if (mpck_drive_shows(&d, &best.course)) {
		e = mpck_checked(calloc(1, sizeof(*e)));
		e->operations_found = best.course.nmoves;
		e->preemptions_found = best.course.preemptions;
		if (can_shrink(target))
			shrink(&d, &best, trail);
		look_closely(&d, &best.course, trail, e);
		e->executions = d.executions + 1;
	}
	mpck_driver_close(&d);
	if (e)
		e->seconds = mpck_seconds() - started;
	mpck_course_fini(&best.course);
	return e;
}
