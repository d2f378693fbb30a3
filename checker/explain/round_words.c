/* SPDX-License-Identifier: MIT */
/*
 * round_words.c - a round in words; see round.h.
 *
 * Who starves could go on somewhere in the round, and cannot elsewhere: between
 * the two somebody takes what it waits for, and somebody gave it back before.
 * These two operations and the wait are the story.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* open_memstream */
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/round.h"
#include "explain/verbs.h"

enum { TOLD_LINES = 4 };

struct teller {
	const struct mpck_trail *trail;
	const struct mpck_comeback *found;
	struct mpck_explanation *e;
	const struct mpck_trace *trace;	/* its */
	FILE *out;
};

static void say_tasks(FILE *out, const struct mpck_trace *t,
		      mpck_taskset tasks)
{
	char *names = mpck_trace_names(t, tasks);

	fputs(names, out);
	free(names);
}

static void say_place(FILE *out, const struct mpck_step *s)
{
	if (!s->nframes || !s->frames[0].file)
		return;
	fprintf(out, " (%s:%u", s->frames[0].file, s->frames[0].line);
	if (strcmp(s->frames[0].function, "?") != 0)
		fprintf(out, " in %s", s->frames[0].function);
	fputc(')', out);
}

/* Where it begins to wait, the last time; NULL: it never does. */
static const struct mpck_step *wait_of(const struct mpck_trace *t,
				       uint32_t task)
{
	for (size_t i = t->nsteps; i--;) {
		if (t->steps[i].kind == MPCK_STEP_WAIT &&
		    t->steps[i].task == task)
			return &t->steps[i];
	}
	return NULL;
}

/* "for lock#1" of "waits for lock#1, held by Process-1" */
static void say_what_for(FILE *out, const struct mpck_step *wait)
{
	const char *text = wait->text;

	if (!strncmp(text, "waits ", 6))
		text += 6;
	fprintf(out, "%.*s", (int)strcspn(text, ","), text);
}

static void say_starving(FILE *out, const struct mpck_trace *t,
			 mpck_taskset passed)
{
	const struct mpck_step *wait = wait_of(t, mpck_set_first(passed));
	bool several = passed & (passed - 1);

	say_tasks(out, t, passed);
	fputs(" can wait for ever", out);
	if (wait && !several) {
		fputc(' ', out);
		say_what_for(out, wait);
		say_place(out, wait);
	}
	fprintf(out, ", though %s could go on again and again",
		several ? "each of them" : "it");
}

char *mpck_round_message(const struct mpck_trail *trail,
			 const struct mpck_comeback *found)
{
	struct mpck_trace t;
	char *text = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));

	mpck_round_trace(&t, &trail->round);
	if (found->passed) {
		say_starving(out, &t, found->passed);
	} else {
		say_tasks(out, &t, found->taken);
		fputs(" can go on for ever, and the state comes back: no order "
		      "of turns has to end it", out);
	}
	fclose(out);
	mpck_trace_fini(&t);
	return text;
}

/*
 * What decides.
 */

/* The step of an operation of the round. */
static size_t step_of(const struct teller *x, size_t lap)
{
	uint64_t number = x->trail->round.before + lap + 1;
	size_t i = 0;

	while (i < x->trace->nsteps && x->trace->steps[i].number != number)
		i++;
	return i;
}

static bool could(const struct teller *x, size_t lap, uint32_t task)
{
	return mpck_set_has(x->found->laps[lap % x->found->count].enabled,
			    task);
}

/* *taker: behind it the task could not go on any more, *giver: behind it it
 * could, so that the taker was faster. */
static bool find_race(const struct teller *x, uint32_t task, size_t *giver,
		      size_t *taker)
{
	size_t n = x->found->count;

	for (*taker = 0; *taker < n; ++*taker) {
		if (could(x, *taker, task) && !could(x, *taker + 1, task))
			break;
	}
	if (*taker == n)
		return false;
	*giver = *taker + n - 1;
	while (could(x, *giver, task))
		--*giver;
	*giver %= n;
	return true;
}

static void decides(struct teller *x, size_t step)
{
	struct mpck_cause *c = &x->e->cause;
	size_t at = c->nsteps;

	if (step >= x->trace->nsteps || x->trace->steps[step].decisive ||
	    at == MPCK_CAUSE_STEPS)
		return;
	x->e->trace.steps[step].decisive = true;
	c->nsteps++;
	for (; at && c->steps[at - 1] > step; at--)
		c->steps[at] = c->steps[at - 1];
	c->steps[at] = step;
}

/* "Process-1 acquires it again (starved.c:35 in work)" */
static void say_step(const struct teller *x, const struct mpck_step *s,
		     uint32_t it, const char *how)
{
	const struct mpck_trace *t = x->trace;
	const char *object = s->variable < t->nvariables
				     ? t->variables[s->variable].name : "";

	fprintf(x->out, "%s %s", mpck_lane_name(t, s->task), mpck_verb_of(t, s).now);
	if (*object)
		fprintf(x->out, " %s", s->variable == it ? "it" : object);
	fputs(how, x->out);
	say_place(x->out, s);
}

static void say_race(struct teller *x, const struct mpck_step *wait,
		     size_t giver, size_t taker)
{
	size_t gives = step_of(x, giver), takes = step_of(x, taker);
	const struct mpck_trace *t = x->trace;

	fputs(": each time ", x->out);
	say_step(x, &t->steps[gives], wait->variable, "");
	fputs(", ", x->out);
	say_step(x, &t->steps[takes], wait->variable,
		 t->steps[gives].task == t->steps[takes].task ? " again"
							      : " first");
	decides(x, gives);
	decides(x, takes);
}

static void tell_starvation(struct teller *x)
{
	mpck_taskset passed = x->found->passed;
	uint32_t task = mpck_set_first(passed);
	const struct mpck_step *wait = wait_of(x->trace, task);
	size_t giver, taker;

	fputs(mpck_lane_name(x->trace, task), x->out);
	fputs(" waits ", x->out);
	if (wait) {
		say_what_for(x->out, wait);
		say_place(x->out, wait);
		fputc(' ', x->out);
		decides(x, (size_t)(wait - x->trace->steps));
	}
	fputs("for ever", x->out);
	if (wait && find_race(x, task, &giver, &taker))
		say_race(x, wait, giver, taker);
	passed &= passed - 1;
	if (!passed)
		return;
	fputs("; ", x->out);
	say_tasks(x->out, x->trace, passed);
	fprintf(x->out, " starve%s as well",
		passed & (passed - 1) ? "" : "s");
}

/* " (polite.c:20, 21, 24)": what the task does in the round. */
static void say_lines(const struct teller *x, uint32_t task)
{
	unsigned told[TOLD_LINES] = { 0 };
	size_t n = 0;

	for (size_t lap = 0; lap < x->found->count; lap++) {
		const struct mpck_step *s = &x->trace->steps[step_of(x, lap)];
		size_t i = 0;

		if (s->task != task || !s->nframes || !s->frames[0].file)
			continue;
		while (i < n && told[i] != s->frames[0].line)
			i++;
		if (i < n)
			continue;
		if (n == TOLD_LINES) {
			fputs(" ...", x->out);
			break;
		}
		told[n] = s->frames[0].line;
		if (n++)
			fprintf(x->out, ", %u", s->frames[0].line);
		else
			fprintf(x->out, " (%s:%u", s->frames[0].file,
				s->frames[0].line);
	}
	if (n)
		fputc(')', x->out);
}

static void tell_livelock(struct teller *x)
{
	mpck_taskset tasks = x->found->taken;
	bool several = tasks & (tasks - 1);

	for (mpck_taskset s = tasks; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);

		if (s != tasks)
			fputs(s & (s - 1) ? ", " : " and ", x->out);
		fputs(mpck_lane_name(x->trace, task), x->out);
		say_lines(x, task);
	}
	fprintf(x->out, " go%s round for ever: each time everything is again "
		"as it was, though %s", several ? "" : "es",
		several ? "each of them had its turn"
			: "nobody else could go on");
}

void mpck_round_say(const struct mpck_trail *trail,
		    const struct mpck_comeback *found,
		    struct mpck_explanation *e)
{
	struct teller x = { .trail = trail, .found = found, .e = e,
			    .trace = &e->trace };
	size_t size;

	e->cause.evidence = MPCK_SAID;	/* that it leads back was compared */
	x.out = mpck_checked(open_memstream(&e->cause.sentence, &size));
	if (found->passed)
		tell_starvation(&x);
	else
		tell_livelock(&x);
	fclose(x.out);
}
