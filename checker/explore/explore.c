/* SPDX-License-Identifier: MIT */
/*
 * explore.c - the loop: begin, execute, tally, end; then the report's texts.
 *
 * Three things make it go back:
 *  - residue below a stack (the execution is repeated with longer zeroing);
 *  - something learnt that makes more operations visible (all starts again);
 *  - audit (every execution runs twice and the events are compared).
 * Each finding is replayed once before it is reported: its texts come from the
 * replay, and one that does not replay is an error of ours.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/explore.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "detectors/detector.h"
#include "explain/explain.h"
#include "explain/round.h"
#include "explain/trace.h"
#include "explore/comeback.h"
#include "explore/deadlock.h"
#include "explore/describe.h"
#include "explore/disturbed.h"
#include "explore/judge.h"
#include "explore/look_on.h"
#include "explore/named.h"
#include "explore/rounds.h"
#include "explore/serial.h"
#include "explore/suppress.h"
#include "explore/token.h"
#include "explore/where.h"
#include "prove/prove.h"

enum {
	DEFAULT_MAX_STEPS = 100000,
	LOOK_AT_CLOCK = 64,		/* executions between looks */
	LEARNING = 64,			/* executions that learn stack depths */
	LOOK_FOR_RESIDUE = 16,		/* of a sample: every so many */
	DEFAULT_PROVE_SECONDS = 2,
	DEFAULT_EXPLAIN_SECONDS = 5,
};

struct explorer {
	const struct mpck_options *options;
	struct mpck_module *module;
	const struct mpck_strategy_ops *strategy;
	void *state;
	struct mpck_expect *expect;
	struct mpck_suppressions *suppressions;
	struct mpck_tally tally;
	struct mpck_learned learned;
	struct mpck_round round;	/* the token's */
	struct mpck_result *result;
	char *sentence;
	double started, shown;
};

static int error(struct explorer *x, int code, const char *text)
{
	snprintf(x->sentence, MPCK_SENTENCE, "%s", text);
	return code;
}

static bool same_learned(struct mpck_learned a, struct mpck_learned b)
{
	return a.clock == b.clock && a.exits == b.exits;
}

/* The first executions learn how deep stacks go; later ones trust that, and
 * are repeated when it was wrong.  Looking costs as much as some operations: a
 * sample does where nothing is claimed of all executions. */
static bool execute(struct explorer *x, uint64_t index, enum mpck_end *end)
{
	bool exact = index < LEARNING || x->options->audit;

	if (!x->strategy->begin(x->state, index))
		return false;
	mpck_machine_exact(exact);
	*end = mpck_machine_execute();
	if (exact || (!x->strategy->exhaustive && index % LOOK_FOR_RESIDUE) ||
	    !mpck_machine_unclean())
		return true;
	mpck_machine_exact(true);
	x->strategy->begin(x->state, index);
	*end = mpck_machine_execute();
	return true;
}

static uint64_t record_hash(const struct mpck_record *r)
{
	uint64_t words[] = { r->kind, r->task, r->step, r->op.kind,
			     (uintptr_t)r->op.pc, (uintptr_t)r->op.object,
			     (uint64_t)r->result, r->value,
			     r->text ? XXH3_64bits(r->text, strlen(r->text))
				     : 0 };

	return XXH3_64bits(words, sizeof(words));
}

/* The events of the last execution as one hash each, malloc'd. */
static uint64_t *event_hashes(size_t *count)
{
	const struct mpck_record *r = mpck_machine_records(count);
	uint64_t *hashes = malloc((*count + 1) * sizeof(*hashes));

	if (!hashes)
		abort();
	for (size_t i = 0; i < *count; i++)
		hashes[i] = record_hash(&r[i]);
	return hashes;
}

static int audit_difference(struct explorer *x, uint64_t index, size_t at)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);

	snprintf(x->sentence, MPCK_SENTENCE,
		 "audit: execution %llu differs when repeated, first at event "
		 "%zu (%s); the program depends on something the machine does "
		 "not control", (unsigned long long)index, at + 1,
		 at < n ? mpck_machine_task(r[at].task).name : "the end");
	return MPCK_EINTERNAL;
}

/* Runs the execution again and compares its events. */
static int audit(struct explorer *x, uint64_t index)
{
	size_t n, m, at = 0;
	uint64_t *first = event_hashes(&n), *second;
	enum mpck_end end;

	execute(x, index, &end);
	second = event_hashes(&m);
	while (at < n && at < m && first[at] == second[at])
		at++;
	free(first);
	free(second);
	return n == m && at == n ? 0 : audit_difference(x, index, at);
}

static int end_problem(struct explorer *x, enum mpck_end end)
{
	if (end == MPCK_END_LIMIT)
		return error(x, MPCK_EUSAGE, MPCK_LIMITS_SENTENCE);
	if (end != MPCK_END_DIVERGED)
		return 0;
	if (x->options->token)
		return error(x, MPCK_EUSAGE,
			     "the token does not fit the program any more: a "
			     "task it names cannot run there");
	return error(x, MPCK_EINTERNAL,
		     "the program took other choices when repeated; run with "
		     "--audit to see where");
}

static int start_strategy(struct explorer *x)
{
	memset(x->state, 0, x->strategy->state_size);
	if (!x->strategy->init)
		return 0;
	return x->strategy->init(x->state, x->options, x->module, x->sentence);
}

/* Something learnt changes what is visible: nothing counted so far holds. */
static int restart(struct explorer *x)
{
	struct mpck_result *r = x->result;

	x->learned = mpck_machine_learned();
	mpck_machine_teach(x->learned);
	mpck_tally_fini(&x->tally);
	r->executions = r->steps = r->longest = 0;
	if (x->strategy->fini)
		x->strategy->fini(x->state);
	return start_strategy(x);
}

static void count(struct explorer *x, enum mpck_end end)
{
	struct mpck_result *r = x->result;
	uint64_t steps = mpck_machine_steps();

	mpck_tally_add(&x->tally, end, r->executions);
	r->executions++;
	r->steps += steps;
	if (steps > r->longest)
		r->longest = steps;
}

/* True: stop now, because of time or the user. */
static bool interrupted(struct explorer *x)
{
	struct mpck_result *r = x->result;
	double now;

	if (x->options->stop && *x->options->stop) {
		r->interrupted = true;
		return true;
	}
	if (r->executions % LOOK_AT_CLOCK && r->longest < 1000)
		return false;
	now = mpck_seconds();
	r->seconds = now - x->started;
	if (x->options->seconds > 0 && r->seconds >= x->options->seconds) {
		r->out_of_time = true;
		return true;
	}
	if (x->options->progress && now - x->shown >= 0.1) {
		x->shown = now;
		x->options->progress(r, x->options->progress_context);
	}
	return false;
}

/* A token by names does not know where its round begins.  Executed again, it
 * ends there, if the state at the round's end was there before. */
static void stop_behind_round(struct explorer *x, enum mpck_end *end)
{
	uint64_t operations = x->strategy->turned(x->state);
	struct mpck_trail trail;
	struct mpck_round round;
	bool found;

	if (!operations)
		return;
	trail = mpck_trail_now();
	found = mpck_comeback_find(&trail, operations, &round);
	free(trail.choices);
	if (found) {
		x->round = round;
		mpck_machine_limit(operations);
	}
	mpck_machine_record(x->options->audit);
	execute(x, 0, end);
}

static int loop(struct explorer *x)
{
	struct mpck_result *r = x->result;
	uint64_t most = x->options->interleavings;
	enum mpck_end end;
	int err;

	while (!most || r->executions < most) {
		if (!execute(x, r->executions, &end)) {
			r->complete = x->strategy->exhaustive;
			return 0;
		}
		if (x->strategy->turned && !x->round.count)
			stop_behind_round(x, &end);
		err = end_problem(x, end);
		if (!err && x->options->audit)
			err = audit(x, r->executions);
		if (err)
			return err;
		if (!same_learned(mpck_machine_learned(), x->learned)) {
			err = restart(x);
			if (err)
				return err;
			continue;
		}
		count(x, end);
		if (x->round.count && end == MPCK_END_STEPS &&
		    !mpck_round_note(&x->tally, &x->round))
			return error(x, MPCK_EUSAGE, "the token does not fit "
				     "the program any more: its last "
				     "operations do not lead back to where "
				     "they began");
		if (x->strategy->end)
			x->strategy->end(x->state);
		/* Without a single choice there is one execution. */
		if (r->executions == 1 && mpck_machine_forced()) {
			r->complete = true;
			return 0;
		}
		if (interrupted(x))
			return 0;
	}
	/* An exhaustive strategy may have finished with its last one. */
	if (x->strategy->exhaustive && !x->strategy->begin(x->state, most))
		r->complete = true;
	return 0;
}

/* Who samples when a search did not finish. */
static int sample_instead(struct explorer *x)
{
	int err;

	x->strategy = mpck_strategy_find(x->strategy->otherwise);
	free(x->state);
	x->state = calloc(1, x->strategy->state_size + 1);
	if (!x->state)
		return error(x, MPCK_EINTERNAL, "no memory left");
	mpck_machine_picker(x->strategy->pick, x->state, x->strategy->observe);
	err = start_strategy(x);
	return err ? err : loop(x);
}

static double search_seconds(const struct explorer *x)
{
	double limit = x->options->seconds;
	double budget = x->options->prove_seconds > 0
				? x->options->prove_seconds
				: DEFAULT_PROVE_SECONDS;

	if (!x->strategy->otherwise)
		return limit;
	return limit > 0 && limit < budget ? limit : budget;
}

static int search(struct explorer *x)
{
	struct mpck_result *r = x->result;
	struct mpck_prove_job job = {
		.options = x->options, .seconds = search_seconds(x),
		.result = r, .tally = &x->tally };
	int err = mpck_prove(&job, x->sentence);

	x->learned = mpck_machine_learned();
	r->complete = r->space.finished;
	if (err || r->complete || r->interrupted)
		return err;
	if (x->strategy->otherwise)
		return sample_instead(x);
	r->out_of_time = !r->space.out_of_memory;
	return 0;
}

/* Replaying a trail for its texts. */

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

/* Which fault of the execution that ended last it is; NULL: none. */
static const struct mpck_fault *fault_of(const struct mpck_seen_finding *f)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == f->kind &&
		    mpck_fault_key(&faults[i]) == f->key)
			return &faults[i];
	}
	return NULL;
}

static char *describe(struct explorer *x, const struct mpck_seen_finding *f,
		      struct mpck_places *places)
{
	const struct mpck_fault *fault;
	enum mpck_end end;

	if (f->trail.round.count) {
		mpck_machine_teach(x->learned);
		return mpck_round_describe(f, places);
	}
	end = replay(x, &f->trail);
	fault = fault_of(f);
	mpck_places_of(places, fault);
	if (f->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK ? mpck_describe_deadlock()
						: NULL;
	if (fault && f->kind == MPCK_LOCK_ORDER)
		return mpck_describe_lock_order();
	if (fault)
		return mpck_describe_fault(fault);
	return end == MPCK_END_STEPS
		       ? mpck_describe_steps(x->options->max_steps
						     ? x->options->max_steps
						     : DEFAULT_MAX_STEPS)
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
	char *message = describe(x, f, &places);
	bool unwanted = message && mpck_suppress(x->suppressions, f->kind,
						 &places, r);

	mpck_places_fini(&places);
	if (!message)
		return error(x, MPCK_EINTERNAL,
			     "a finding does not replay: the program depends "
			     "on something the machine does not control; run "
			     "with --audit");
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

static int report_findings(struct explorer *x)
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

/* One schedule says nothing of what else could be found; and looking at the
 * source takes some milliseconds, which is much where thousands of programs are
 * explored without detectors. */
static void report_suppressions(struct explorer *x)
{
	if (!x->options->token &&
	    (x->options->detect || x->options->suppressions))
		mpck_suppressions_end(x->suppressions, ~x->result->unsought,
				      x->result);
}

static bool is_on(const struct mpck_options *o, unsigned detector)
{
	return o->detect && !(o->undetected >> detector & 1);
}

/* What only detectors find that do not look on. */
static unsigned kinds_off(const struct mpck_options *o)
{
	unsigned off = 0, on = 0;

	for (unsigned i = 0; mpck_detectors[i]; i++) {
		if (is_on(o, i) && (mpck_detectors[i]->happened ||
				    !o->proof_only))
			on |= mpck_detectors[i]->kinds;
		else
			off |= mpck_detectors[i]->kinds;
	}
	return off & ~on;
}

/* What only the whole of the outcomes shows. */
static void look_back(struct explorer *x)
{
	struct mpck_aftermath a = {
		.options = x->options, .result = x->result, .tally = &x->tally,
		.expect = x->expect, .suppressions = x->suppressions,
		.module = x->module, .learned = x->learned };

	x->result->unsought |= kinds_off(x->options);
	/* Only a search sees that something comes back. */
	if (!x->result->space.finished)
		x->result->unsought |= MPCK_ROUNDS;
	if (!x->options->detect || x->options->proof_only)
		return;
	mpck_serial_look(&a);
	if (is_on(x->options, MPCK_DETECTOR_not_serialisable))
		mpck_find_unserialisable(&a);
	if (is_on(x->options, MPCK_DETECTOR_lost_update))
		mpck_find_disturbed(&a);
	mpck_serial_fini(&a.serial);
}

/* options.record: the events of the execution that was counted last. */
static void report_events(struct explorer *x)
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

static void list_expected(struct explorer *x)
{
	struct mpck_result *r = x->result;
	size_t n = mpck_expect_right_count(x->expect);

	r->nexpected = n;
	r->expected_text = calloc(8, sizeof(char *));
	for (size_t i = 0; r->expected_text && i < n && i < 8; i++)
		r->expected_text[i] =
			strdup(mpck_expect_right_text(x->expect, i));
}

/*
 * Explaining: each finding's schedule becomes the shrunk one.
 */
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

/* The finding is shown by the shrunk schedule from now on: its message names the
 * tasks of that one, and its outcome. */
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
		       ? NULL : describe(x, &seen, &places);
	mpck_places_fini(&places);
	if (!text)
		return;		/* it stays what it was */
	free(f->message);
	f->message = text;
}

/* Who replays a token wants to know of its outcome, and of no other. */
static char *wanted_outcome(const struct explorer *x, const struct mpck_found *f)
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

static void explain_findings(struct explorer *x)
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

/* Detectors get the executions that they want. */
static void look_on(struct explorer *x)
{
	struct mpck_result *r = x->result;

	if (!x->options->detect || x->options->proof_only ||
	    x->options->token || r->interrupted)
		return;
	mpck_look_on(&(struct mpck_look){
		.options = x->options, .result = r, .tally = &x->tally,
		.learned = x->learned,
		.searched = r->space.searched && !r->executions,
		.finished = r->complete });
}

static int explore(struct explorer *x)
{
	struct mpck_result *r = x->result;
	int err;

	x->started = x->shown = mpck_seconds();
	err = x->strategy->searches ? search(x) : loop(x);
	r->seconds = mpck_seconds() - x->started;
	if (err)
		return err;
	look_on(x);
	if (!mpck_machine_intact())
		return error(x, MPCK_EINTERNAL, "the program wrote into "
			     "mpcheck's own memory; nothing can be said");
	err = report_findings(x);
	if (err)
		return err;
	look_back(x);
	report_suppressions(x);
	report_events(x);
	if (x->strategy->note)
		r->note = x->strategy->note(x->state);
	list_expected(x);
	mpck_judge(r, &x->tally, x->expect,
		   x->strategy->exhaustive || r->complete, x->learned,
		   x->module);
	if (x->options->explain)
		explain_findings(x);
	return 0;
}

static int unknown_strategy(struct explorer *x)
{
	int at = snprintf(x->sentence, MPCK_SENTENCE,
			  "unknown strategy '%s'; there are:",
			  x->options->strategy);

	for (size_t i = 0; i < mpck_nstrategies && at < MPCK_SENTENCE; i++)
		at += snprintf(x->sentence + at, (size_t)(MPCK_SENTENCE - at),
			       " %s", mpck_strategies[i]->name);
	return MPCK_EUSAGE;
}

static int open_machine(struct explorer *x)
{
	struct mpck_machine_options o = {
		.pick = x->strategy->pick,
		.pick_context = x->state,
		.observe = x->strategy->observe,
		.max_steps = x->options->max_steps ? x->options->max_steps
						   : DEFAULT_MAX_STEPS,
		.record = x->options->audit,
		.stops = x->options->stops,
		.nstops = x->options->nstops,
	};

	return mpck_machine_open(x->module, &o, x->sentence);
}

/* A token says what its exploration had learnt. */
static void learn_from_token(struct explorer *x)
{
	const char *text = x->options->token;
	struct mpck_token token;
	struct mpck_named *named;
	char ignored[MPCK_SENTENCE];

	if (!text)
		return;
	if (mpck_is_named(text) && !mpck_named_read(&named, text, ignored)) {
		x->learned = mpck_named_learned(named);
		mpck_named_free(named);
	} else if (!mpck_token_read(&token, text, x->module, ignored)) {
		x->learned = token.learned;
		x->round = token.round;
		free(token.choices);
	}
	mpck_machine_teach(x->learned);
	if (x->round.count)
		mpck_machine_limit(x->round.before + x->round.count);
}

int mpck_explore(struct mpck_module *module, const struct mpck_options *options,
		 struct mpck_result *result, char sentence[MPCK_SENTENCE])
{
	struct explorer x = { .options = options, .module = module,
			      .result = result, .sentence = sentence };
	int err;

	*result = (struct mpck_result){ .verdict = MPCK_UNKNOWN };
	x.strategy = mpck_strategy_find(options->strategy);
	if (!x.strategy)
		return unknown_strategy(&x);
	err = mpck_suppressions_new(&x.suppressions,
				    mpck_module_scenario(module)->main,
				    options->suppressions, sentence);
	if (err)
		return err;
	x.state = calloc(1, x.strategy->state_size + 1);
	if (!x.state)
		return error(&x, MPCK_EINTERNAL, "no memory left");
	err = start_strategy(&x);
	if (!err)
		err = open_machine(&x);
	if (!err) {
		x.expect = mpck_expect_new(module);
		mpck_expect_excuse(x.expect, mpck_detectors_missed(
			options->detect ? options->undetected : ~0u));
		learn_from_token(&x);
		if (options->detect)
			mpck_detectors_open(options->undetected);
		mpck_expect_no_look(x.expect, mpck_detectors_missing());
		err = explore(&x);
		mpck_detectors_close();
		mpck_machine_close();
		mpck_expect_free(x.expect);
		mpck_where_close();
	}
	if (x.strategy->fini)
		x.strategy->fini(x.state);
	free(x.state);
	mpck_suppressions_free(x.suppressions);
	mpck_tally_fini(&x.tally);
	return err;
}

void mpck_result_fini(struct mpck_result *r)
{
	for (size_t i = 0; i < r->noutcomes; i++) {
		free(r->outcomes[i].text);
		free(r->outcomes[i].token);
		free(r->outcomes[i].interleavings);
	}
	for (size_t i = 0; i < r->nfindings; i++) {
		free(r->findings[i].message);
		free(r->findings[i].token);
		free(r->findings[i].outcome);
		mpck_explanation_free(r->findings[i].why);
	}
	for (size_t i = 0; i < r->nsuppressed; i++)
		free(r->suppressed[i].by);
	for (size_t i = 0; i < r->nunmatched; i++)
		free(r->unmatched[i]);
	free(r->suppressed);
	free(r->unmatched);
	for (size_t i = 0; i < r->nnotes; i++)
		free(r->notes[i]);
	free(r->notes);
	for (size_t i = 0; i < r->nevents; i++) {
		free(r->events[i].text);
		free(r->events[i].where);
	}
	for (size_t i = 0; i < r->ntasks; i++)
		free((char *)r->task_names[i]);
	for (size_t i = 0; i < 8 && r->expected_text; i++)
		free(r->expected_text[i]);
	if (r->trace)
		mpck_trace_fini(r->trace);
	free(r->trace);
	free(r->outcomes);
	free(r->findings);
	free(r->events);
	free(r->task_names);
	free(r->expected_text);
	free(r->reason);
	free(r->named);
	free(r->note);
	free(r->interleavings);
	*r = (struct mpck_result){ 0 };
}
