/* SPDX-License-Identifier: MIT */
/* words.c - steps and tasks in a few words; see rows.h. */
#include "reporters/rows.h"

#include <stdio.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

/* " value#1"; "" where no name is wanted, or there is none. */
static char *object(const struct mpck_trace *t, const struct mpck_step *s,
		    enum mpck_wording wording)
{
	if (s->op == MPP_OP_JOIN || s->op == MPP_OP_POLL ||
	    s->op == MPP_OP_SIGNAL)
		return mpck_text(" %s", mpck_lane_name(t, s->other));
	if (wording == MPCK_WORDS_SHORT || s->variable >= t->nvariables)
		return mpck_text("%s", "");
	return mpck_text(" %s", t->variables[s->variable].name);
}

static char *wait_words(const struct mpck_trace *t, const struct mpck_step *s,
			const char *name)
{
	if (s->op == MPP_OP_JOIN)
		return s->other < t->nlanes
			? mpck_text("waits for the end of%s", name)
			: mpck_text("waits for its children");
	if (s->op == MPP_OP_READ || s->op == MPP_OP_WRITE ||
	    s->op == MPP_OP_RMW)
		return mpck_text("waits to access%s", name);
	return *name ? mpck_text("waits for%s", name) : mpck_text("waits");
}

static char *op_words(const struct mpck_step *s, const char *name,
		      enum mpck_wording wording)
{
	size_t verb = strcspn(s->brief, " :");
	bool was = wording == MPCK_WORDS_ALL && s->decisive && s->before &&
		   s->op == MPP_OP_WRITE;

	return mpck_text("%.*s%s%s%s%s%s", (int)verb, s->brief, name,
			 s->brief + verb, was ? " (was " : "",
			 was ? s->before : "", was ? ")" : "");
}

/* Nothing that moves a terminal's cursor. */
static char *tamed(char *text)
{
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	}
	return text;
}

char *mpck_step_words(const struct mpck_trace *t, size_t step,
		      enum mpck_wording wording)
{
	const struct mpck_step *s = &t->steps[step];
	char *name, *text;

	switch (s->kind) {
	case MPCK_STEP_OP:
	case MPCK_STEP_WAIT:
		name = object(t, s, wording);
		text = s->kind == MPCK_STEP_OP ? op_words(s, name, wording)
					       : wait_words(t, s, name);
		free(name);
		return tamed(text);
	case MPCK_STEP_END:
		return s->result < 0
			? mpck_text("dies of signal %d", -s->result)
			: mpck_text("exit %d", s->result);
	case MPCK_STEP_OUTPUT:
		return tamed(mpck_text("prints %.*s",
				       (int)strcspn(s->text, "\n"), s->text));
	case MPCK_STEP_OBSERVE:
		return tamed(mpck_text("final %s", s->text));
	default:
		return tamed(mpck_text("%s", s->brief));
	}
}

bool mpck_is_in_round(const struct mpck_trace *t, size_t step)
{
	return step >= t->nsteps - t->round;
}

/* It begins with an operation, and its last one is the last of all. */
char *mpck_round_words(const struct mpck_trace *t)
{
	uint64_t first = t->steps[t->nsteps - t->round].number;

	return first == t->operations
		? mpck_text("step %" PRIu64 " repeats for ever", first)
		: mpck_text("steps %" PRIu64 " to %" PRIu64 " repeat for "
			     "ever", first, t->operations);
}

enum { NAMED_TASKS = 4 };

char *mpck_tasks_words(const struct mpck_trace *t, mpck_taskset tasks)
{
	uint32_t n = mpck_set_count(tasks);

	if (!n)
		return mpck_text("nobody");
	if (n <= NAMED_TASKS)
		return mpck_trace_names(t, tasks);
	return mpck_text("%s ... %s (%u tasks)",
			 mpck_lane_name(t, mpck_set_first(tasks)),
			 mpck_lane_name(t, mpck_set_last(tasks)), n);
}
