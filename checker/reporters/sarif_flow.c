/* SPDX-License-Identifier: MIT */
/*
 * sarif_flow.c - a schedule as SARIF's code flow: a thread flow for each task,
 * whose steps are numbered across all of them.
 */
#include <stdlib.h>

#include "basics.h"
#include "reporters/chosen.h"
#include "reporters/json_parts.h"
#include "reporters/sarif_parts.h"

enum {
	STEPS_AT_MOST = 1000,	/* viewers do not show more */
	VARIABLES_AT_MOST = 32,	/* at each step */
};

/* What a step of a thread flow needs to know. */
struct flow {
	const struct mpck_trace *trace;
	struct mpck_artifacts *places;
	const char **held;	/* by variable: what it holds now */
	json_t **lanes;		/* by task: its steps */
	int order;
};

static json_t *state(const struct flow *f)
{
	json_t *values = json_object();

	for (size_t i = 0; i < f->trace->nvariables && i < VARIABLES_AT_MOST;
	     i++)
		json_object_set_new(values, f->trace->variables[i].name,
				    mpck_message(f->held[i]));
	return values;
}

/* SARIF's own words for what happens at a step; NULL: it has none. */
static json_t *kinds(const struct mpck_step *s)
{
	if (s->kind != MPCK_STEP_OP)
		return NULL;
	switch (s->op) {
	case MPP_OP_READ:
	case MPP_OP_WRITE:
	case MPP_OP_RMW:
		return json_pack("[s, s]", "memory", "value");
	case MPP_OP_ACQUIRE:
		return json_pack("[s, s]", "acquire", "lock");
	case MPP_OP_RELEASE:
		return json_pack("[s, s]", "release", "lock");
	case MPP_OP_TAKE:
		return json_pack("[s, s]", "acquire", "resource");
	case MPP_OP_GIVE:
		return json_pack("[s, s]", "release", "resource");
	default:
		return NULL;
	}
}

static json_t *stack(struct flow *f, const struct mpck_step *s)
{
	json_t *frames = json_array();

	for (size_t i = 0; i < s->nframes; i++)
		json_array_append_new(frames, json_pack("{s:o}", "location",
			mpck_location(f->places, &s->frames[i], NULL, -1)));
	return json_pack("{s:o}", "frames", frames);
}

static const char *importance(const struct mpck_step *s)
{
	return s->decisive ? "essential"
	       : s->preempts || s->kind == MPCK_STEP_WAIT ? "important"
							  : "unimportant";
}

static void add_step(struct flow *f, const struct mpck_step *s)
{
	json_t *words = kinds(s);
	json_t *step = json_pack("{s:o, s:i, s:i, s:s, s:o}",
		"location", mpck_location(f->places, mpck_step_place(s),
					  s->text, -1),
		"executionOrder", ++f->order,
		"nestingLevel", s->nframes ? (int)s->nframes - 1 : 0,
		"importance", importance(s),
		"state", state(f));

	if (words)
		json_object_set_new(step, "kinds", words);
	if (s->nframes > 1)
		json_object_set_new(step, "stack", stack(f, s));
	if (s->number)
		json_object_set_new(step, "properties", json_pack(
			"{s:o}", "number", mpck_json_unsigned(s->number)));
	json_array_append_new(f->lanes[s->task], step);
}

/* Values are followed through the steps that are left out as well. */
static void add_steps(struct flow *f)
{
	const struct mpck_trace *t = f->trace;
	size_t n, *shown = mpck_shown_steps(t, STEPS_AT_MOST, &n);
	size_t at = 0;

	for (size_t i = 0; i < t->nsteps; i++) {
		const struct mpck_step *s = &t->steps[i];

		for (size_t j = 0; j < s->nchanges; j++)
			f->held[s->changes[j].variable] = s->changes[j].text;
		if (at < n && shown[at] == i) {
			add_step(f, s);
			at++;
		}
	}
	free(shown);
}

static json_t *thread_flow(const struct flow *f, size_t lane, json_t *initial)
{
	return json_pack("{s:o, s:O, s:O}",
		"id", mpck_json_text(f->trace->lanes[lane].name),
		"initialState", initial,
		"locations", f->lanes[lane]);
}

json_t *mpck_sarif_flow(const struct mpck_trace *trace,
			struct mpck_artifacts *places)
{
	json_t *flows = json_array(), *initial;
	struct flow f = {
		.trace = trace, .places = places,
		.held = mpck_checked(calloc(trace->nvariables + 1,
					    sizeof(*f.held))),
		.lanes = mpck_checked(calloc(trace->nlanes + 1,
					     sizeof(*f.lanes))),
	};

	for (size_t i = 0; i < trace->nvariables; i++)
		f.held[i] = trace->variables[i].initial;
	for (size_t i = 0; i < trace->nlanes; i++)
		f.lanes[i] = json_array();
	initial = state(&f);
	add_steps(&f);
	for (size_t i = 0; i < trace->nlanes; i++) {
		if (json_array_size(f.lanes[i]))
			json_array_append_new(flows,
					      thread_flow(&f, i, initial));
		json_decref(f.lanes[i]);
	}
	json_decref(initial);
	free(f.held);
	free(f.lanes);
	return json_pack("{s:o}", "threadFlows", flows);
}
