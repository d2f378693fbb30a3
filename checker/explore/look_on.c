/* SPDX-License-Identifier: MIT */
/*
 * look_on.c - executions for the detectors; see look_on.h.
 *
 *  - A search of states executes next to nothing as a whole.  So the schedules
 *    that it claims are executed again with the detectors looking on, and some
 *    random ones.
 *  - Then each detector may conclude: run executions of its own choice, to
 *    confirm what it only suspects.
 *
 * What is run is bounded by counts, never by the clock: the same program gives
 * the same report.
 */
#include "explore/look_on.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "detectors/detector.h"
#include "explain/rerun.h"
#include "explore/waits.h"
#include "prove/prove.h"
#include "strategies/strategy.h"

enum {
	SAMPLES = 100,		/* random executions after a search */
	AGAIN = 200,		/* schedules of a search, executed again */
	CONFIRMING = 500,	/* executions of all detectors that conclude */
	OPERATIONS = 1000000,	/* of each of these three, about */
};

struct looker {
	struct mpck_conclusion conclusion;	/* first: see run() */
	struct mpck_look *look;
	uint64_t runs, operations;
};

/* Kinds of which the search found all there is. */
static unsigned known(const struct looker *l)
{
	return mpck_prove_knows_races(&l->look->result->space)
		       ? MPCK_BIT(MPCK_DATA_RACE) : 0;
}

/* false: enough; or the program turned out to do more than the schedules so
 * far know, and a schedule of now would not fit to them. */
static bool looked(struct looker *l, enum mpck_end end)
{
	struct mpck_learned now = mpck_machine_learned();
	struct mpck_learned then = l->look->learned;

	l->runs++;
	l->operations += mpck_machine_steps();
	if (now.clock != then.clock || now.exits != then.exits ||
	    end == MPCK_END_LIMIT || end == MPCK_END_DIVERGED)
		return false;
	mpck_tally_look(l->look->tally, end, known(l));
	return end != MPCK_END_STUCK;	/* each would take a second */
}

static bool may_go_on(const struct looker *l, uint64_t most)
{
	const volatile sig_atomic_t *stop = l->look->options->stop;

	return l->runs < most && l->operations < OPERATIONS &&
	       !(stop && *stop);
}

static void again(struct looker *l, const struct mpck_trail *trail)
{
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count };

	if (!trail->choices || !may_go_on(l, AGAIN))
		return;
	mpck_rerun(&r);
	looked(l, r.end);
}

static void look_at_claims(struct looker *l)
{
	struct mpck_tally *t = l->look->tally;
	size_t nfindings = t->nfindings;	/* more will come */

	l->runs = l->operations = 0;
	for (size_t i = 0; i < t->noutcomes; i++)
		again(l, &t->outcomes[i].trail);
	for (size_t i = 0; i < nfindings; i++)
		again(l, &t->findings[i].trail);
}

static void sample(struct looker *l)
{
	const struct mpck_strategy_ops *s = mpck_strategy_find("random");
	void *state = mpck_checked(calloc(1, s->state_size));
	struct mpck_options options = *l->look->options;
	char ignored[MPCK_SENTENCE];
	uint64_t index = 0;

	options.seed = 1;
	l->runs = l->operations = 0;
	if (s->init(state, &options, NULL, ignored) == 0) {
		mpck_machine_record(false);
		mpck_machine_picker(s->pick, state, s->observe);
		while (may_go_on(l, SAMPLES) && s->begin(state, index++)) {
			if (!looked(l, mpck_machine_execute()) ||
			    mpck_machine_forced())
				break;
		}
	}
	free(state);
}

static bool run(struct mpck_conclusion *c,
		uint32_t (*pick)(void *, const struct mpck_point *),
		void *context, enum mpck_end *end)
{
	struct looker *l = (struct looker *)c;

	if (!may_go_on(l, CONFIRMING))
		return false;
	mpck_machine_picker(pick, context, NULL);
	*end = mpck_machine_execute();
	return looked(l, *end);
}

static void note(struct mpck_conclusion *c, const char *text)
{
	struct looker *l = (struct looker *)c;
	struct mpck_result *r = l->look->result;

	if (!l->look->options->unconfirmed)
		return;
	r->notes = mpck_checked(realloc(r->notes, (r->nnotes + 1) *
					sizeof(*r->notes)));
	r->notes[r->nnotes++] = mpck_checked(strdup(text));
}

void mpck_look_on(struct mpck_look *look)
{
	struct looker l = {
		.conclusion = { .finished = look->finished,
				.run = run, .note = note,
				.place = mpck_place_text },
		.look = look };

	mpck_machine_teach(look->learned);
	mpck_machine_exact(true);
	if (look->searched && mpck_detectors_want_samples()) {
		look_at_claims(&l);
		sample(&l);
	}
	l.runs = l.operations = 0;
	mpck_machine_record(false);
	mpck_detectors_conclude(&l.conclusion);
}
