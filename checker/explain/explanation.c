/* SPDX-License-Identifier: MIT */
/* explanation.c - releasing what explanation.h describes. */
#include "explain/explanation.h"

#include <stdlib.h>

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
