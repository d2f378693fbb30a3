/* SPDX-License-Identifier: MIT */
/*
 * sentence.c - what decides, as one sentence.
 *
 * Tasks, objects and places are named as the trace names them.  An object that
 * was named already is "it", and a line that was given is not given again.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* open_memstream */
#endif
#include "explain/cause.h"

#include <stdio.h>
#include <string.h>

#include "basics.h"
#include "explain/verbs.h"
#include "explore/token.h"

struct speaker {
	FILE *out;
	const struct mpck_base *base;
	struct mpck_explanation *explanation;
	const struct mpck_step *placed[MPCK_CAUSE_STEPS];
	size_t nplaced;
	uint32_t named;		/* variable that is "it" now */
};

/* The step of a move; what was never done: where it was waited for. */
static size_t step_of(const struct speaker *s, long move)
{
	const struct mpck_trace *t = &s->explanation->trace;
	const struct mpck_move *m;

	if (move < 0)
		return SIZE_MAX;
	m = &s->base->all[move];
	for (size_t i = t->nsteps; i--;) {
		if ((size_t)move < s->base->course.nmoves
			    ? t->steps[i].number == (uint64_t)move + 1
			    : t->steps[i].kind == MPCK_STEP_WAIT &&
			      t->steps[i].task == m->task)
			return i;
	}
	return SIZE_MAX;
}

static const struct mpck_step *step(const struct speaker *s, long move)
{
	size_t at = step_of(s, move);

	return at == SIZE_MAX ? NULL : &s->explanation->trace.steps[at];
}

static const char *task_name(const struct speaker *s, uint32_t task)
{
	return task < s->explanation->trace.nlanes
		       ? s->explanation->trace.lanes[task].name : "a task";
}

static const struct mpck_frame *place(const struct mpck_step *p)
{
	return p->nframes && p->frames[0].file ? &p->frames[0] : NULL;
}

static bool same_place(const struct mpck_step *a, const struct mpck_step *b)
{
	return place(a)->line == place(b)->line &&
	       !strcmp(place(a)->file, place(b)->file);
}

static bool same_function(const struct mpck_step *a, const struct mpck_step *b)
{
	return !strcmp(place(a)->function, place(b)->function);
}

/* " (balance.c:21 in increase)" */
static void say_place(struct speaker *s, const struct mpck_step *p)
{
	bool in = true;

	if (!p || !place(p))
		return;
	for (size_t i = 0; i < s->nplaced; i++) {
		if (same_place(s->placed[i], p))
			return;
		in = in && !same_function(s->placed[i], p);
	}
	if (s->nplaced < MPCK_CAUSE_STEPS)
		s->placed[s->nplaced++] = p;
	fprintf(s->out, " (%s:%u", place(p)->file, place(p)->line);
	if (in && strcmp(place(p)->function, "?") != 0)
		fprintf(s->out, " in %s", place(p)->function);
	fputc(')', s->out);
}

static void say_object(struct speaker *s, const struct mpck_step *p)
{
	const struct mpck_trace *t = &s->explanation->trace;

	if (p->op == MPP_OP_JOIN || p->op == MPP_OP_POLL ||
	    p->op == MPP_OP_SIGNAL) {
		fprintf(s->out, " %s", task_name(s, p->other));
	} else if (p->variable < t->nvariables) {
		fprintf(s->out, " %s", p->variable == s->named
					      ? "it"
					      : t->variables[p->variable].name);
		s->named = p->variable;
	}
}

static const char *waiting(enum mpp_op_kind op)
{
	return op == MPP_OP_RECEIVE ? "waits for a message in"
	       : op == MPP_OP_SEND ? "waits for room in"
	       : op == MPP_OP_TAKE ? "waits for a permit of"
	       : op == MPP_OP_JOIN ? "waits for the end of"
				   : "waits for";
}

/* The end that it brings is its only operation. */
static bool is_signal(const struct speaker *s, const struct mpck_step *p)
{
	return p->op == MPP_OP_EXIT &&
	       !strncmp(task_name(s, p->task), "signal ", 7);
}

enum manner { NOW, BEFORE, AGAIN };

/* "Process-2 reads value#1 (balance.c:21 in increase)" */
static void say(struct speaker *s, long move, enum manner manner)
{
	const struct mpck_step *p = step(s, move);
	struct mpck_verb verb;

	if (!p) {
		fprintf(s->out, "%s goes on",
			task_name(s, s->base->all[move].task));
		return;
	}
	verb = is_signal(s, p) ? (struct mpck_verb){ "arrives", "arrived" }
			       : mpck_verb_of(&s->explanation->trace, p);
	fprintf(s->out, "%s %s", task_name(s, p->task),
		p->kind == MPCK_STEP_WAIT ? waiting(p->op)
		: manner == BEFORE ? verb.before : verb.now);
	say_object(s, p);
	fputs(manner == AGAIN ? " again" : "", s->out);
	if (p->op != MPP_OP_EXIT)
		say_place(s, p);
}

/* It did the same before. */
static bool is_again(const struct speaker *s, const long *m)
{
	const struct mpck_step *a = step(s, m[0]), *c = step(s, m[2]);

	return a && c && a->op == c->op;
}

static void say_order(struct speaker *s, const struct mpck_decisive *d)
{
	const long *m = d->moves;

	fputs(d->exact ? "fails exactly when " : "fails when ", s->out);
	if (d->shape == MPCK_SHAPE_TRIPLE) {
		say(s, m[1], NOW);
		fputs(" after ", s->out);
		say(s, m[0], BEFORE);
		fputs(" and before ", s->out);
		say(s, m[2], is_again(s, m) ? AGAIN : NOW);
		return;
	}
	say(s, m[0], NOW);
	fputs(" before ", s->out);
	say(s, m[1], NOW);
	if (d->shape != MPCK_SHAPE_TWO_PAIRS)
		return;
	fputs(", and ", s->out);
	s->named = MPCK_NO_VARIABLE;
	say(s, m[2], NOW);
	fputs(" before ", s->out);
	say(s, m[3], NOW);
}

static void say_race(struct speaker *s, const struct mpck_decisive *d)
{
	static const char *const nouns[MPP_OP_KINDS] = {
		[MPP_OP_READ] = "read", [MPP_OP_WRITE] = "write",
		[MPP_OP_RMW] = "update",
	};

	const struct mpck_step *a = step(s, d->moves[0]);
	const struct mpck_step *b = step(s, d->moves[1]);
	bool same = a && b && place(a) && place(b) && same_place(a, b);

	fputs("nothing orders ", s->out);
	for (size_t i = 0; i < 2; i++) {
		const struct mpck_step *p = i ? b : a;

		fputs(i ? " and " : "", s->out);
		if (!p)
			continue;
		fprintf(s->out, "%s's %s of", task_name(s, p->task),
			nouns[p->op] ? nouns[p->op] : "use");
		say_object(s, p);
		if (same && i)
			fputs(", both at the same line", s->out);
		if (!same || i)
			say_place(s, p);
	}
}

/* "Process-1 took lock#1 (a.c:10 in f) and waits for lock#2 (a.c:11)" */
static void say_link(struct speaker *s, long took, long waits)
{
	const struct mpck_step *t = step(s, took), *w = step(s, waits);
	const struct mpck_step *any = t ? t : w;

	s->named = MPCK_NO_VARIABLE;
	if (!any)
		return;
	fputs(task_name(s, any->task), s->out);
	if (t) {
		fputs(" took", s->out);
		say_object(s, t);
		say_place(s, t);
		fputs(w ? " and" : "", s->out);
		s->named = MPCK_NO_VARIABLE;
	}
	if (w) {
		fprintf(s->out, " %s", waiting(w->op));
		say_object(s, w);
		say_place(s, w);
	}
}

/* Somebody waits for what it has itself. */
static void say_itself(struct speaker *s, const long *m)
{
	say_link(s, MPCK_NO_MOVE, m[1]);
	fputs(", which it took before", s->out);
	say_place(s, step(s, m[0]));
}

/* ... or for what somebody has who is gone. */
static void say_gone(struct speaker *s, const long *wait, long took)
{
	const struct mpck_step *t = step(s, took);

	say_link(s, MPCK_NO_MOVE, wait[1]);
	if (!t)
		return;
	fprintf(s->out, ", which %s took", task_name(s, t->task));
	say_place(s, t);
	fputs(" and had not released when it ended", s->out);
}

static void say_circle(struct speaker *s, const struct mpck_decisive *d)
{
	const long *m = d->moves;
	size_t n = d->nmoves;

	if (n == 2) {
		say_itself(s, m);
	} else if (m[n - 1] == MPCK_NO_MOVE) {
		say_gone(s, m + n - 4, m[n - 2]);
	} else {
		for (size_t i = 0; i < n; i += 2) {
			fputs(i ? ", while " : "", s->out);
			say_link(s, m[i], m[i + 1]);
		}
	}
}

/* All interleavings are known. */
static void say_always(struct speaker *s)
{
	const struct mpck_target *t = s->base->driver->target;

	fputs(!s->base->course.nforks ? "there is one interleaving only"
	      : t->kind == MPCK_DEADLOCK ? "every interleaving ends in a deadlock"
	      : t->kind == MPCK_UNEXPECTED_VALUE ? "no interleaving ends right"
	      : "every interleaving shows it", s->out);
	fputs(": no order of operations decides", s->out);
}

/* What was tried, when nothing that was tried passes. */
static void say_never(struct speaker *s, const struct mpck_decisive *d)
{
	if (d->shape == MPCK_SHAPE_CYCLE && (d->always || d->flips))
		fputs("; ", s->out);
	if (d->always)
		say_always(s);
	else if (d->flips == 1)
		fputs("the one changed schedule that was tried does not avoid "
		      "it", s->out);
	else if (d->flips)
		fprintf(s->out, "none of %u changed schedules that were tried "
			"avoids it", d->flips);
	else if (d->shape == MPCK_SHAPE_NONE)
		fputs("no operation of another task has a part in it", s->out);
}

static void say_cause(struct speaker *s, const struct mpck_decisive *d)
{
	switch (d->shape) {
	case MPCK_SHAPE_TRIPLE:
	case MPCK_SHAPE_PAIR:
	case MPCK_SHAPE_TWO_PAIRS:
		say_order(s, d);
		return;
	case MPCK_SHAPE_RACE:
		say_race(s, d);
		return;
	case MPCK_SHAPE_CYCLE:
		say_circle(s, d);
		break;
	case MPCK_SHAPE_WAIT:
		if (d->always || d->flips)
			break;
		say_link(s, MPCK_NO_MOVE, d->moves[0]);
		fputs(", and nobody is left who could end that", s->out);
		return;
	default:
		break;
	}
	if (!d->flipped_outcome)
		say_never(s, d);
}

static int by_index(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

static void mark(struct speaker *s, const struct mpck_decisive *d)
{
	struct mpck_cause *c = &s->explanation->cause;

	for (size_t i = 0; i < d->nmoves; i++) {
		size_t at = step_of(s, d->moves[i]);

		if (at == SIZE_MAX || s->explanation->trace.steps[at].decisive)
			continue;
		s->explanation->trace.steps[at].decisive = true;
		c->steps[c->nsteps++] = at;
	}
	qsort(c->steps, c->nsteps, sizeof(*c->steps), by_index);
}

void mpck_cause_say(const struct mpck_base *b, const struct mpck_decisive *d,
		    struct mpck_explanation *e)
{
	const struct mpck_target *t = b->driver->target;
	struct speaker s = { .base = b, .explanation = e,
			     .named = MPCK_NO_VARIABLE };
	size_t size;

	s.out = mpck_checked(open_memstream(&e->cause.sentence, &size));
	say_cause(&s, d);
	fclose(s.out);
	if (!size) {
		free(e->cause.sentence);
		e->cause.sentence = NULL;
	}
	mark(&s, d);
	e->cause.verified = d->verified;
	e->cause.evidence = d->evidence;
	e->cause.restates = d->shape == MPCK_SHAPE_RACE ||
			    d->shape == MPCK_SHAPE_CYCLE;
	if (!d->flipped_outcome)
		return;
	e->cause.flipped_outcome = mpck_checked(strdup(d->flipped_outcome));
	e->cause.flipped_token = mpck_token_of(t->learned, &d->flipped,
					       t->module);
}
