/* SPDX-License-Identifier: MIT */
/*
 * loop.c - begin, execute, tally, end; see explorer.h.
 *
 * Three things make it go back:
 *  - residue below a stack (the execution is repeated with longer zeroing);
 *  - something learnt that makes more operations visible (all starts again);
 *  - audit (every execution runs twice and the events are compared).
 */
#include "explore/explorer.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "explore/comeback.h"
#include "explore/rounds.h"
#include "prove/prove.h"

enum {
	LOOK_AT_CLOCK = 64,		/* executions between looks */
	LEARNING = 64,			/* executions that learn stack depths */
	LOOK_FOR_RESIDUE = 16,		/* of a sample: every so many */
	DEFAULT_PROVE_SECONDS = 2,
};

int mpck_explorer_error(struct explorer *x, int code, const char *text)
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
		return mpck_explorer_error(x, MPCK_EUSAGE,
					   MPCK_LIMITS_SENTENCE);
	if (end != MPCK_END_DIVERGED)
		return 0;
	if (x->options->token)
		return mpck_explorer_error(
			x, MPCK_EUSAGE, "the token does not fit the program "
			"any more: a task it names cannot run there");
	return mpck_explorer_error(
		x, MPCK_EINTERNAL, "the program took other choices when "
		"repeated; run with --audit to see where");
}

int mpck_explorer_start(struct explorer *x)
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
	return mpck_explorer_start(x);
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

/* Does what was executed hold? */
static int check(struct explorer *x, enum mpck_end end)
{
	int err = end_problem(x, end);

	return err || !x->options->audit ? err : audit(x, x->result->executions);
}

static int take_in(struct explorer *x, enum mpck_end end)
{
	count(x, end);
	if (x->round.count && end == MPCK_END_STEPS &&
	    !mpck_round_note(&x->tally, &x->round))
		return mpck_explorer_error(
			x, MPCK_EUSAGE, "the token does not fit the program "
			"any more: its last operations do not lead back to "
			"where they began");
	if (x->strategy->end)
		x->strategy->end(x->state);
	return 0;
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
		err = check(x, end);
		if (err)
			return err;
		if (!same_learned(mpck_machine_learned(), x->learned)) {
			err = restart(x);
			if (err)
				return err;
			continue;
		}
		err = take_in(x, end);
		if (err)
			return err;
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
		return mpck_explorer_error(x, MPCK_EINTERNAL, "no memory left");
	mpck_machine_picker(x->strategy->pick, x->state, x->strategy->observe);
	err = mpck_explorer_start(x);
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

int mpck_explorer_run(struct explorer *x)
{
	int err;

	x->started = x->shown = mpck_seconds();
	err = x->strategy->searches ? search(x) : loop(x);
	x->result->seconds = mpck_seconds() - x->started;
	return err;
}
