/* SPDX-License-Identifier: MIT */
/* explore.c - an exploration from its options to its report; see explorer.h. */
#include "explore/explore.h"

#include <stdlib.h>
#include <string.h>

#include "detectors/detector.h"
#include "explore/comeback.h"
#include "explore/disturbed.h"
#include "explore/explorer.h"
#include "explore/judge.h"
#include "explore/look_on.h"
#include "explore/named.h"
#include "explore/serial.h"
#include "explore/token.h"
#include "explore/where.h"

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

	err = mpck_explorer_run(x);
	if (err)
		return err;
	look_on(x);
	if (!mpck_machine_intact())
		return mpck_explorer_error(
			x, MPCK_EINTERNAL, "the program wrote into mpcheck's "
			"own memory; nothing can be said");
	err = mpck_explorer_report(x);
	if (err)
		return err;
	look_back(x);
	report_suppressions(x);
	mpck_explorer_report_events(x);
	if (x->strategy->note)
		r->note = x->strategy->note(x->state);
	list_expected(x);
	mpck_judge(r, &x->tally, x->expect,
		   x->strategy->exhaustive || r->complete, x->learned,
		   x->module);
	if (x->options->explain)
		mpck_explorer_explain(x);
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
		.max_steps = mpck_explorer_max_steps(x),
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
		return mpck_explorer_error(&x, MPCK_EINTERNAL,
					   "no memory left");
	err = mpck_explorer_start(&x);
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
