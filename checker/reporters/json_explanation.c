/* SPDX-License-Identifier: MIT */
/*
 * json_explanation.c - why a finding happens, and every step of a trace, as
 * JSON: docs/json.md, "Explanations".
 *
 * Tasks and variables are written once and referred to by index.  A step keeps
 * its index when others are left out.
 */
#include "reporters/chosen.h"
#include "reporters/json_parts.h"

enum { STEPS_AT_MOST = 10000 };

static json_t *index_or_null(uint32_t index, uint32_t none)
{
	return index == none ? json_null() : json_integer(index);
}

static json_t *stack(const struct mpck_step *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->nframes; i++) {
		const struct mpck_frame *f = &s->frames[i];

		json_array_append_new(array, json_pack(
			"{s:o, s:o, s:o, s:o}",
			"function", mpck_json_text(f->function),
			"file", mpck_json_maybe(f->file),
			"path", mpck_json_maybe(f->path),
			"line", f->line ? json_integer(f->line)
					: json_null()));
	}
	return array;
}

static json_t *changes(const struct mpck_step *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->nchanges; i++)
		json_array_append_new(array, json_pack(
			"{s:i, s:o}",
			"variable", (int)s->changes[i].variable,
			"text", mpck_json_text(s->changes[i].text)));
	return array;
}

static json_t *tasks(mpck_taskset set)
{
	json_t *array = json_array();

	for (; set; set &= set - 1)
		json_array_append_new(array, json_integer(mpck_set_first(set)));
	return array;
}

static json_t *step(const struct mpck_step *s, size_t index)
{
	return json_pack("{s:I, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:i,"
			 " s:o, s:o, s:b, s:b, s:b, s:o, s:o, s:o}",
		"index", (json_int_t)index,
		"kind", mpck_step_name(s->kind),
		"task", (int)s->task,
		"number", s->number ? mpck_json_unsigned(s->number)
				    : json_null(),
		"operation", mpck_json_maybe(mpck_operation_name(s->op)),
		"text", mpck_json_text(s->text),
		"brief", mpck_json_text(s->brief),
		"variable", index_or_null(s->variable, MPCK_NO_VARIABLE),
		"other", index_or_null(s->other, MPCK_NO_TASK),
		"result", s->result,
		"value", mpck_json_maybe(s->value),
		"before", mpck_json_maybe(s->before),
		"atomic", s->atomic,
		"preempts", s->preempts,
		"decisive", s->decisive,
		"blocked", tasks(s->blocked),
		"changes", changes(s),
		"stack", stack(s));
}

static json_t *steps(const struct mpck_trace *t, size_t *left_out)
{
	size_t n, *shown = mpck_shown_steps(t, STEPS_AT_MOST, &n);
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, step(&t->steps[shown[i]],
						  shown[i]));
	*left_out = t->nsteps - n;
	free(shown);
	return array;
}

static json_t *lanes(const struct mpck_trace *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->nlanes; i++)
		json_array_append_new(array, json_pack(
			"{s:o, s:i}",
			"name", mpck_json_text(t->lanes[i].name),
			"process", (int)t->lanes[i].process));
	return array;
}

static json_t *variables(const struct mpck_trace *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->nvariables; i++)
		json_array_append_new(array, json_pack(
			"{s:o, s:o, s:b}",
			"name", mpck_json_text(t->variables[i].name),
			"initial", mpck_json_text(t->variables[i].initial),
			"cell", t->variables[i].cell));
	return array;
}

json_t *mpck_json_trace(const struct mpck_trace *t)
{
	size_t left_out;
	json_t *array;

	if (!t)
		return json_null();
	array = steps(t, &left_out);
	return json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:i, s:o}",
		"tasks", lanes(t),
		"variables", variables(t),
		"steps", array,
		"steps_left_out", (json_int_t)left_out,
		"round", t->round
			? json_pack("{s:I, s:I}",
				"first", (json_int_t)(t->nsteps - t->round),
				"last", (json_int_t)t->nsteps - 1)
			: json_null(),
		"operations", mpck_json_unsigned(t->operations),
		"preemptions", (int)t->preemptions,
		"outcome", mpck_json_text(t->outcome));
}

static json_t *cause(const struct mpck_cause *c)
{
	json_t *array, *flipped = json_null();

	if (!c->sentence)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < c->nsteps; i++)
		json_array_append_new(array,
				      json_integer((json_int_t)c->steps[i]));
	if (c->flipped_outcome)
		flipped = json_pack("{s:o, s:o}",
			"outcome", mpck_json_text(c->flipped_outcome),
			"token", mpck_json_text(c->flipped_token));
	return json_pack("{s:o, s:b, s:o, s:o}",
		"sentence", mpck_json_text(c->sentence),
		"verified", c->verified,
		"steps", array,
		"flipped", flipped);
}

json_t *mpck_json_explanation(const struct mpck_explanation *e)
{
	if (!e)
		return json_null();
	return json_pack("{s:o, s:{s:o, s:o, s:i, s:i, s:o, s:f}, s:o}",
		"cause", cause(&e->cause),
		"shrunk",
			"operations_found",
				mpck_json_unsigned(e->operations_found),
			"operations", mpck_json_unsigned(e->trace.operations),
			"preemptions_found", (int)e->preemptions_found,
			"preemptions", (int)e->trace.preemptions,
			"executions", mpck_json_unsigned(e->executions),
			"seconds", e->seconds,
		"trace", mpck_json_trace(&e->trace));
}
