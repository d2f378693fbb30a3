/* SPDX-License-Identifier: MIT */
/*
 * round.c - see round.h.
 *
 * That the round leads back has been compared.  What is said of it is verified
 * by giving a starving task its turn where it could go on: then the program
 * ends.  A livelock is verified likewise, by letting somebody else go on at one
 * point.
 */
#include "explain/round.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/rerun.h"
#include "explain/trace.h"
#include "explore/judge.h"
#include "explore/token.h"

enum { MOST_FLIPS = 100, MORE_STEPS = 10000 };

struct verifier {
	const struct mpck_target *target;
	const struct mpck_trail *trail;
	const struct mpck_comeback *found;
	struct mpck_explanation *e;
};

void mpck_round_record(const struct mpck_trail *trail)
{
	uint64_t limit = mpck_machine_limit(trail->round.before +
					    trail->round.count);
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count, .record = true };

	mpck_rerun(&r);
	mpck_machine_limit(limit);
}

void mpck_round_trace(struct mpck_trace *trace, const struct mpck_round *round)
{
	mpck_trace_make(trace, MPCK_END_STEPS);
	for (size_t i = 0; i < trace->nsteps; i++) {
		if (trace->steps[i].number == round->before + 1)
			trace->round = trace->nsteps - i;
	}
}

/* The trail up to the lap, and there the task instead. */
static bool ends_with(struct verifier *x, size_t lap, uint32_t task,
		      enum mpck_rest rest)
{
	struct mpck_cause *c = &x->e->cause;
	size_t n = x->found->laps[lap].choices;
	uint16_t *choices = mpck_checked(malloc((n + 1) * sizeof(*choices)));
	uint64_t limit = mpck_machine_limit(x->trail->round.before +
					    x->trail->round.count +
					    MORE_STEPS);
	struct mpck_rerun r = { .choices = choices, .count = n + 1,
				.rest = rest };
	struct mpck_trail flipped;

	memcpy(choices, x->trail->choices, n * sizeof(*choices));
	choices[n] = (uint16_t)task;
	mpck_rerun(&r);
	x->e->executions++;
	mpck_machine_limit(limit);
	free(choices);
	if (r.used <= n || !mpck_passes(x->target, r.end))
		return false;
	flipped = mpck_trail_now();
	c->verified = true;
	c->evidence = MPCK_FLIPPED;
	c->flipped_outcome = mpck_outcome_now(r.end);
	c->flipped_token = mpck_token_of(x->target->learned, &flipped,
					 x->target->module);
	free(flipped.choices);
	return true;
}

/* Who starves goes on where it could, or anybody where others do. */
static void verify(struct verifier *x)
{
	mpck_taskset passed = x->found->passed;

	for (size_t lap = 0; lap < x->found->count; lap++) {
		const struct mpck_lap *l = &x->found->laps[lap];
		mpck_taskset others = l->enabled & ~mpck_set_of(l->task);

		if (passed)
			others &= passed;
		for (; others; others &= others - 1) {
			if (x->e->executions >= MOST_FLIPS ||
			    (x->target->deadline &&
			     mpck_seconds() > x->target->deadline))
				return;
			if (ends_with(x, lap, mpck_set_first(others),
				      passed ? MPCK_REST_FAIR
					     : MPCK_REST_STAY))
				return;
		}
	}
}

struct mpck_explanation *mpck_explain_round(const struct mpck_target *target,
					    const struct mpck_trail *trail)
{
	double started = mpck_seconds();
	struct mpck_comeback found;
	struct verifier x = { .target = target, .trail = trail,
			    .found = &found };

	if (!mpck_comeback_look(trail, &found))
		return NULL;
	if (mpck_comeback_kind(&found) == target->kind) {
		x.e = mpck_checked(calloc(1, sizeof(*x.e)));
		mpck_round_record(trail);
		mpck_round_trace(&x.e->trace, &trail->round);
		mpck_round_say(trail, &found, x.e);
		verify(&x);
		x.e->operations_found = x.e->trace.operations;
		x.e->preemptions_found = x.e->trace.preemptions;
		x.e->executions += 2;
		x.e->seconds = mpck_seconds() - started;
	}
	mpck_comeback_fini(&found);
	return x.e;
}
