/* SPDX-License-Identifier: MIT */
/*
 * data.c - see data.h.
 *
 *	{ "lanes": ["main", ...],
 *	  "variables": [["value#1", "100"], ...],	name, at first
 *	  "frames": [["increase", "balance.c:21", "f1.L0.21"], ...],
 *	  "rows": [{...}, ...] }
 *
 * A row has step (from 1), lane, text, and where they say something: op (number
 * of the visible operation), var, value, before, sets (pairs of a variable and
 * what it holds from here on), stack (frames), waits (lanes), preempts,
 * decisive (from 1), fold (steps in a folded row, whose sets are what they left
 * behind).
 */
#include "reporters/html/data.h"

#include <jansson.h>
#include <string.h>

#include "basics.h"
#include "reporters/html/markup.h"

/* A call stands on many stacks: each is written once. */
struct frames {
	const struct mpck_frame **seen;
	size_t n;
	json_t *array;
	const struct mpck_source *source;
};

static json_t *text_of(const char *text)
{
	char *clean = mpck_clean_text(text);
	json_t *value = json_string(clean);

	free(clean);
	return value;
}

static void set_text(json_t *object, const char *name, const char *text)
{
	if (text)
		json_object_set_new(object, name, text_of(text));
}

static json_t *frame_of(const struct frames *all, const struct mpck_frame *f)
{
	json_t *frame = json_array();
	char element[64];

	json_array_append_new(frame, text_of(f->function));
	if (!f->file)
		return frame;
	json_array_append_new(frame, json_sprintf("%s:%u", f->file, f->line));
	if (mpck_source_line(all->source, f->path, f->line, element))
		json_array_append_new(frame, json_string(element));
	return frame;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static size_t frame(struct frames *all, const struct mpck_frame *f)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct mpck_frame *o = all->seen[i];

		if (o->line == f->line && is_same_text(o->path, f->path) &&
		    is_same_text(o->function, f->function))
			return i;
	}
	all->seen = mpck_checked(realloc(all->seen, (all->n + 1) *
					 sizeof(*all->seen)));
	all->seen[all->n] = f;
	json_array_append_new(all->array, frame_of(all, f));
	return all->n++;
}

static json_t *stack_of(struct frames *all, const struct mpck_step *s)
{
	json_t *stack = json_array();

	for (size_t i = 0; i < s->nframes; i++)
		json_array_append_new(stack, json_integer((json_int_t)
			frame(all, &s->frames[i])));
	return stack;
}

static json_t *waits_of(const struct mpck_view *v, const struct mpck_step *s)
{
	json_t *waits = json_array();

	for (size_t i = 0; i < v->nlanes; i++) {
		if (mpck_set_has(s->blocked, v->lanes[i]))
			json_array_append_new(waits, json_integer(
				(json_int_t)i));
	}
	return waits;
}

static void set_array(json_t *object, const char *name, json_t *array)
{
	if (json_array_size(array))
		json_object_set_new(object, name, array);
	else
		json_decref(array);
}

/* What the steps of a row leave behind: the last change of each variable. */
static json_t *sets_of(const struct mpck_view *v,
		       const struct mpck_view_row *row)
{
	json_t *last = json_object(), *sets = json_array(), *value;
	const char *key;
	char index[16];

	for (size_t i = row->step; i < row->step + row->count; i++) {
		const struct mpck_step *s = &v->trace->steps[i];

		for (size_t k = 0; k < s->nchanges; k++) {
			snprintf(index, sizeof(index), "%u",
				 s->changes[k].variable);
			json_object_set_new(last, index,
					    text_of(s->changes[k].text));
		}
	}
	json_object_foreach(last, key, value) {
		json_t *pair = json_array();

		json_array_append_new(pair, json_integer(atoi(key)));
		json_array_append(pair, value);
		json_array_append_new(sets, pair);
	}
	json_decref(last);
	return sets;
}

static void describe(json_t *row, const struct mpck_view *v, size_t step,
		     struct frames *frames)
{
	const struct mpck_step *s = &v->trace->steps[step];
	unsigned decisive = mpck_view_decisive(v, step);

	if (s->number)
		json_object_set_new(row, "op", json_integer((json_int_t)
							    s->number));
	if (s->variable < v->trace->nvariables)
		json_object_set_new(row, "var", json_integer(s->variable));
	set_text(row, "text", s->text);
	set_text(row, "value", s->value);
	set_text(row, "before", s->before);
	set_array(row, "stack", stack_of(frames, s));
	if (s->preempts)
		json_object_set_new(row, "preempts", json_true());
	if (decisive)
		json_object_set_new(row, "decisive", json_integer(decisive));
}

static json_t *rows_of(const struct mpck_view *v, struct frames *frames)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < v->nrows; i++) {
		const struct mpck_view_row *r = &v->rows[i];
		const struct mpck_step *last = &v->trace->steps[r->step +
								r->count - 1];
		json_t *row = json_object();

		json_object_set_new(row, "step", json_integer(
			(json_int_t)r->step + 1));
		json_object_set_new(row, "lane", json_integer(
			v->lane_of[last->task]));
		if (r->count > 1)
			json_object_set_new(row, "fold", json_integer(
				(json_int_t)r->count));
		else
			describe(row, v, r->step, frames);
		set_array(row, "sets", sets_of(v, r));
		set_array(row, "waits", waits_of(v, last));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *lanes_of(const struct mpck_view *v)
{
	json_t *lanes = json_array();

	for (size_t i = 0; i < v->nlanes; i++)
		json_array_append_new(lanes, text_of(
			v->trace->lanes[v->lanes[i]].name));
	return lanes;
}

static json_t *variables_of(const struct mpck_trace *t)
{
	json_t *variables = json_array();

	for (size_t i = 0; i < t->nvariables; i++) {
		json_t *pair = json_array();

		json_array_append_new(pair, text_of(t->variables[i].name));
		json_array_append_new(pair, text_of(t->variables[i].initial));
		json_array_append_new(variables, pair);
	}
	return variables;
}

/* "<" cannot stand outside a JSON string, and inside it \u003c means the same:
 * so neither "</script" nor "<!--" can appear. */
static void put_json(FILE *out, json_t *root)
{
	char *text = json_dumps(root, JSON_COMPACT);

	for (const char *p = mpck_checked(text); *p; p++) {
		if (*p == '<')
			fputs("\\u003c", out);
		else
			putc(*p, out);
	}
	free(text);
}

void mpck_data_write(FILE *out, const struct mpck_view *v,
		     const struct mpck_source *source)
{
	struct frames frames = { .array = json_array(), .source = source };
	json_t *root = json_object();

	json_object_set_new(root, "lanes", lanes_of(v));
	json_object_set_new(root, "variables", variables_of(v->trace));
	json_object_set_new(root, "rows", rows_of(v, &frames));
	json_object_set_new(root, "frames", frames.array);
	fputs("<script type=\"application/json\" class=\"data\">", out);
	put_json(out, root);
	fputs("</script>\n", out);
	json_decref(root);
	free(frames.seen);
}
