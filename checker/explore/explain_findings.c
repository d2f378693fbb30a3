/* SPDX-License-Identifier: MIT */
/* explain_findings.c - each finding gets its explanation, as long as there is
 * time; see explorer.h. */
#include "explore/explorer.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/explain.h"
#include "explore/judge.h"
#include "explore/token.h"

enum { DEFAULT_EXPLAIN_SECONDS = 5 };

static bool trail_of(const struct explorer *x, const char *token,
		     struct mpck_trail *trail)
{
	struct mpck_token t;
	char ignored[MPCK_SENTENCE];

	if (!token || !*token || mpck_token_read(&t, token, x->module, ignored))
		return false;
	*trail = (struct mpck_trail){ t.choices, t.count, t.round };
	return true;
}

/* Everything was seen, and there is no execution without it: without a
 * deadlock, without a wrong value, without this very finding. */
static bool is_always(const struct explorer *x, const struct mpck_found *f)
{
	const struct mpck_result *r = x->result;
	bool of_values = f->kind == MPCK_UNEXPECTED_VALUE;

	if (!r->complete)
		return false;
	if (!of_values && f->kind != MPCK_DEADLOCK)
		return r->executions && f->executions == r->executions;
	for (size_t i = 0; i < r->noutcomes; i++) {
		const struct mpck_outcome *o = &r->outcomes[i];

		if (of_values ? o->final && o->right
			      : strcmp(o->text, "(deadlock)") != 0)
			return false;
	}
	return true;
}

/* The finding is shown by the shrunk schedule from now on: its message names
 * the tasks of that one, and its outcome. */
static void show_shrunk(struct explorer *x, struct mpck_found *f,
			const struct mpck_trail *trail)
{
	const struct mpck_seen_finding seen = {
		.kind = f->kind, .key = f->key, .trail = *trail };
	struct mpck_places places = { 0 };
	char *text;

	free(f->token);
	f->token = mpck_token_of(x->learned, trail, x->module);
	text = f->kind == MPCK_UNEXPECTED_VALUE
		       ? mpck_unexpected_text(x->result, x->expect,
					      f->why->trace.outcome)
	       : f->outcome || f->kind == MPCK_NON_TERMINATION ||
			       trail->round.count
		       ? NULL : mpck_explorer_describe(x, &seen, &places);
	mpck_places_fini(&places);
	if (!text)
		return;		/* it stays what it was */
	free(f->message);
	f->message = text;
}

/* Who replays a token wants to know of its outcome, and of no other. */
static char *wanted_outcome(const struct explorer *x,
			    const struct mpck_found *f)
{
	bool fixed = x->options->token && x->result->noutcomes == 1 &&
		     f->kind == MPCK_UNEXPECTED_VALUE;

	return fixed ? x->result->outcomes[0].text : f->outcome;
}

/* Of the first right outcome that has one. */
static struct mpck_trail passing_trail(const struct explorer *x)
{
	const struct mpck_result *r = x->result;
	struct mpck_trail trail = { 0 };

	for (size_t i = 0; i < r->noutcomes && !trail.choices; i++) {
		if (r->outcomes[i].right)
			trail_of(x, r->outcomes[i].token, &trail);
	}
	return trail;
}

static void explain_one(struct explorer *x, struct mpck_found *f,
			const struct mpck_trail *passing, double deadline)
{
	struct mpck_trail trail;
	struct mpck_target target = {
		.kind = f->kind, .key = f->key, .expect = x->expect,
		.outcome = wanted_outcome(x, f), .module = x->module,
		.learned = x->learned, .deadline = deadline,
		.always = is_always(x, f), .passing = *passing };

	if (!trail_of(x, f->token, &trail))
		return;
	mpck_machine_teach(x->learned);
	f->why = mpck_explain(&target, &trail);
	if (f->why && !x->options->token)
		show_shrunk(x, f, &trail);
	free(trail.choices);
}

void mpck_explorer_explain(struct explorer *x)
{
	struct mpck_result *r = x->result;
	double seconds = x->options->explain_seconds > 0
				 ? x->options->explain_seconds
				 : DEFAULT_EXPLAIN_SECONDS;
	double deadline = mpck_seconds() + seconds;
	struct mpck_trail passing = passing_trail(x);

	for (size_t i = 0; i < r->nfindings; i++) {
		if (mpck_seconds() < deadline)
			explain_one(x, &r->findings[i], &passing, deadline);
	}
	free(passing.choices);
}
