/* SPDX-License-Identifier: MIT */
/* explanation.c - names in what explanation.h describes, and releasing it. */
#include "explain/explanation.h"

#include <stdlib.h>

#include "basics.h"

const char *mpck_lane_name(const struct mpck_trace *t, uint32_t task)
{
	return task < t->nlanes ? t->lanes[task].name : "?";
}

char *mpck_trace_names(const struct mpck_trace *t, mpck_taskset tasks)
{
	char *all = mpck_text("%s", mpck_lane_name(t, mpck_set_first(tasks)));

	for (tasks &= tasks - 1; tasks; tasks &= tasks - 1) {
		char *longer = mpck_text("%s%s%s", all,
					 tasks & (tasks - 1) ? ", " : " and ",
					 mpck_lane_name(t, mpck_set_first(tasks)));

		free(all);
		all = longer;
	}
	return all;
}

static void step_fini(struct mpck_step *s)
{
	for (size_t i = 0; i < s->nframes; i++) {
		free(s->frames[i].function);
		free(s->frames[i].file);
		free(s->frames[i].path);
	}
	for (size_t i = 0; i < s->nchanges; i++)
		free(s->changes[i].text);
	free(s->frames);
	free(s->changes);
	free(s->text);
	free(s->brief);
	free(s->value);
	free(s->before);
}

void mpck_trace_fini(struct mpck_trace *t)
{
	for (size_t i = 0; i < t->nsteps; i++)
		step_fini(&t->steps[i]);
	for (size_t i = 0; i < t->nlanes; i++)
		free(t->lanes[i].name);
	for (size_t i = 0; i < t->nvariables; i++) {
		free(t->variables[i].name);
		free(t->variables[i].initial);
	}
	free(t->steps);
	free(t->lanes);
	free(t->variables);
	free(t->outcome);
	*t = (struct mpck_trace){ 0 };
}

void mpck_explanation_free(struct mpck_explanation *e)
{
	if (!e)
		return;
	mpck_trace_fini(&e->trace);
	free(e->cause.sentence);
	free(e->cause.flipped_outcome);
	free(e->cause.flipped_token);
	free(e);
}
