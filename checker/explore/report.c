/* SPDX-License-Identifier: MIT */
/*
 * report.c - what was found, as texts; see explorer.h.
 *
 * Each finding is replayed once before it is reported: its texts come from the
 * replay, and one that does not replay is an error of ours.
 */
#include "explore/explorer.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/round.h"
#include "explain/trace.h"
#include "explore/deadlock.h"
#include "explore/describe.h"
#include "explore/named.h"
#include "explore/rounds.h"
#include "explore/token.h"

struct follower {
	const struct mpck_trail *trail;
	size_t at;
};

static uint32_t follow(void *context, const struct mpck_point *p)
{
	struct follower *f = context;
	uint32_t wanted;

	if (f->at == f->trail->count)
		return MPCK_PICK_REFUSED;
	wanted = f->trail->choices[f->at++];
	if (p->alternatives)
		return wanted;
	if (!mpck_set_has(p->enabled, wanted))
		return MPCK_PICK_REFUSED;
	return mpck_set_count(p->enabled & (mpck_set_of(wanted) - 1));
}

static enum mpck_end replay(struct explorer *x, const struct mpck_trail *trail)
{
	struct follower f = { .trail = trail };

	mpck_machine_teach(x->learned);
	if (trail->round.count) {
		mpck_round_record(trail);
		return MPCK_END_STEPS;
	}
	mpck_machine_picker(follow, &f, NULL);
	mpck_machine_record(true);
	mpck_machine_exact(true);
	return mpck_machine_execute();
}

char *mpck_explorer_describe(struct explorer *x,
			     const struct mpck_seen_finding *f,
			     struct mpck_places *places)
{
	const struct mpck_fault *fault;
	enum mpck_end end;

	if (f->trail.round.count) {
		mpck_machine_teach(x->learned);
		return mpck_round_describe(f, places);
	}
	end = replay(x, &f->trail);
	fault = mpck_fault_find(f->kind, f->key);
	mpck_places_of(places, fault);
	if (f->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK ? mpck_describe_deadlock()
						: NULL;
	if (fault && f->kind == MPCK_LOCK_ORDER)
		return mpck_describe_lock_order();
	if (fault)
		return mpck_describe_fault(fault);
	return end == MPCK_END_STEPS
		       ? mpck_describe_steps(mpck_explorer_max_steps(x))
		       : NULL;
}

/* Who expects that tasks go round for ever expects that an execution which
 * nobody searched is long. */
static bool is_expected(const struct explorer *x,
			const struct mpck_seen_finding *f)
{
	if (f->kind == MPCK_NON_TERMINATION && !f->key &&
	    mpck_expect_allows_no_end(x->expect))
		return true;
	return mpck_expect_allows(x->expect, f->kind);
}

static int report_finding(struct explorer *x,
			  const struct mpck_seen_finding *f)
{
	struct mpck_result *r = x->result;
	struct mpck_places places = { 0 };
	char *message = mpck_explorer_describe(x, f, &places);
	bool unwanted = message && mpck_suppress(x->suppressions, f->kind,
						 &places, r);

	mpck_places_fini(&places);
	if (!message)
		return mpck_explorer_error(
			x, MPCK_EINTERNAL, "a finding does not replay: the "
			"program depends on something the machine does not "
			"control; run with --audit");
	if (unwanted) {
		free(message);
		return 0;
	}
	r->findings[r->nfindings++] = (struct mpck_found){
		.kind = f->kind, .key = f->key, .message = message,
		.executions = f->executions,
		.expected = is_expected(x, f),
		.token = mpck_token_of(x->learned, &f->trail, x->module) };
	return 0;
}

int mpck_explorer_report(struct explorer *x)
{
	struct mpck_result *r = x->result;
	int err = 0;

	r->findings = calloc(x->tally.nfindings + 1, sizeof(*r->findings));
	if (!r->findings)
		abort();
	for (size_t i = 0; i < x->tally.nfindings && !err; i++)
		err = report_finding(x, &x->tally.findings[i]);
	return err;
}

/* options.record: the events of the execution that was counted last. */
void mpck_explorer_report_events(struct explorer *x)
{
	size_t last = 0;
	enum mpck_end end;

	if (!x->options->record || !x->tally.noutcomes)
		return;
	for (size_t i = 0; i < x->tally.noutcomes; i++) {
		if (x->tally.outcomes[i].index >
		    x->tally.outcomes[last].index)
			last = i;
	}
	end = replay(x, &x->tally.outcomes[last].trail);
	mpck_describe_events(x->result);
	x->result->trace = mpck_checked(calloc(1, sizeof(*x->result->trace)));
	if (x->tally.outcomes[last].trail.round.count)
		mpck_round_trace(x->result->trace,
				 &x->tally.outcomes[last].trail.round);
	else
		mpck_trace_make(x->result->trace, end);
	x->result->named = mpck_named_write(
		x->learned, x->tally.outcomes[last].trail.round.count != 0);
}
