/* SPDX-License-Identifier: MIT */
/* details.c - see details.h. */
#include "reporters/details.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/phrases.h"
#include "reporters/rows.h"

static void print_wrapped(FILE *out, const struct mpck_style *style,
			  char *sentence)
{
	fputs("  ", out);
	mpck_wrap(out, style, 2, 2, sentence);
	free(sentence);
}

static void print_evidence(FILE *out, const struct mpck_style *style,
			   const struct mpck_cause *c)
{
	if (mpck_is_doubtful(c))
		print_wrapped(out, style, mpck_text("not verified: %s",
						    mpck_doubt(c)));
	else if (c->verified && c->evidence == MPCK_BOTH_ORDERS)
		print_wrapped(out, style, mpck_text("verified: both orders "
			"were executed, one directly after the other"));
	else if (c->verified && c->evidence == MPCK_FLIPPED)
		print_wrapped(out, style, mpck_text("verified: with the "
			"order flipped it ends with %s", c->flipped_outcome
				? c->flipped_outcome : "another value"));
}

/* That the state is the same again was compared, whatever else is known. */
static void print_round(FILE *out, const struct mpck_style *style,
			const struct mpck_explanation *e)
{
	const struct mpck_cause *c = &e->cause;
	char *round = mpck_round_words(&e->trace);

	print_wrapped(out, style, c->verified
		? mpck_text("verified: %s, and with another turn in them it "
			    "ends with %s", round, c->flipped_outcome)
		: mpck_text("verified: %s", round));
	free(round);
}

void mpck_print_cause(FILE *out, const struct mpck_style *style,
		      const struct mpck_found *f)
{
	const struct mpck_cause *c = f->why ? &f->why->cause : NULL;

	if (!c || !c->sentence)
		return;
	mpck_paint(out, style, MPCK_BOLD);
	print_wrapped(out, style, mpck_text("%s", c->sentence));
	mpck_paint(out, style, MPCK_PLAIN);
	if (f->why->trace.round)
		print_round(out, style, f->why);
	else
		print_evidence(out, style, c);
}

void mpck_print_stack(FILE *out, const struct mpck_style *style, int indent,
		      const struct mpck_step *s)
{
	if (!s->nframes)
		return;
	for (size_t i = 0; i < s->nframes; i++) {
		const struct mpck_frame *f = &s->frames[i];
		char *line = f->file
			? mpck_text("%s (%s:%u)", f->function, f->file,
				    f->line)
			: mpck_text("%s (no debug information)", f->function);

		mpck_paint(out, style, i ? MPCK_DIM : MPCK_PLAIN);
		fprintf(out, "%*s%s", indent, "", i ? "by " : "in ");
		mpck_wrap(out, style, indent + 3, indent + 3, line);
		mpck_paint(out, style, MPCK_PLAIN);
		free(line);
	}
}

/* One that decides; without a cause, one that waits for ever. */
static bool is_told(const struct mpck_trace *t, size_t i, bool decided)
{
	if (decided)
		return t->steps[i].decisive;
	if (t->steps[i].kind != MPCK_STEP_WAIT)
		return false;
	for (size_t j = i + 1; j < t->nsteps; j++) {
		if (t->steps[j].task == t->steps[i].task)
			return false;
	}
	return true;
}

static bool has_cause(const struct mpck_trace *t)
{
	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].decisive)
			return true;
	}
	return false;
}

static void print_stacks(FILE *out, const struct mpck_style *style,
			 const struct mpck_trace *t)
{
	bool decided = has_cause(t);

	for (size_t i = 0; i < t->nsteps; i++) {
		const struct mpck_step *s = &t->steps[i];
		char *words, *number;

		if (!is_told(t, i, decided))
			continue;
		words = mpck_step_words(t, i, MPCK_WORDS_ALL);
		number = s->number ? mpck_text("step %" PRIu64 ", ", s->number)
				   : mpck_text("%s", "");
		print_wrapped(out, style, mpck_text("%s%s: %s", number,
						    t->lanes[s->task].name,
						    words));
		free(words);
		free(number);
		mpck_print_stack(out, style, 4, s);
	}
}

static char *amounts(uint64_t operations, unsigned preemptions)
{
	return mpck_text("%" PRIu64 " operation%s and %u preemption%s",
			 operations, operations == 1 ? "" : "s", preemptions,
			 preemptions == 1 ? "" : "s");
}

static void print_shrinking(FILE *out, const struct mpck_style *style,
			    const struct mpck_explanation *e)
{
	char *now = amounts(e->trace.operations, e->trace.preemptions);
	char *then = amounts(e->operations_found, e->preemptions_found);

	print_wrapped(out, style, strcmp(now, then)
		? mpck_text("this schedule has %s; when found it had %s", now,
			    then)
		: mpck_text("this schedule has %s, as when it was found",
			    now));
	mpck_paint(out, style, MPCK_DIM);
	fprintf(out, "took %.3f s to explain: %" PRIu64 " execution%s\n",
		e->seconds, e->executions, e->executions == 1 ? "" : "s");
	mpck_paint(out, style, MPCK_PLAIN);
	free(now);
	free(then);
}

static void print_flipped(FILE *out, const struct mpck_report *report,
			  const struct mpck_style *style,
			  const struct mpck_cause *c)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n;

	if (!c->verified || !c->flipped_token || !*c->flipped_token)
		return;
	n = mpck_command_words(report, "replay", c->flipped_token, words);
	fputs("  flipped ", out);
	mpck_print_command(out, style, 10, words, n);
	mpck_words_fini(words, n);
}

void mpck_print_details(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style,
			const struct mpck_found *f)
{
	print_stacks(out, style, &f->why->trace);
	print_shrinking(out, style, f->why);
	print_flipped(out, report, style, &f->why->cause);
}
