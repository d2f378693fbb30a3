/* SPDX-License-Identifier: MIT */
/* scene.c - see scene.h. */
#include "reporters/scene.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/details.h"
#include "reporters/timeline.h"

enum {
	AROUND = 2,		/* source lines before and behind */
	CELLS = 4,		/* lines of variables */
	CALLS = 3,
	ROWS = 9,		/* of the timeline, when nobody says */
	FEWEST_ROWS = 3,
	HEADS = 2,		/* lines above the rows */
};

static const struct mpck_step *step_at(const struct mpck_scene *s)
{
	return &s->trace->steps[s->at];
}

/* "step 5 of 13  Process-1  write value#1 200 (was 50)  decides" */
static void print_headline(FILE *out, const struct mpck_style *style,
			   const struct mpck_scene *s)
{
	const struct mpck_step *step = step_at(s);
	char *words = mpck_step_words(s->trace, s->at, MPCK_WORDS_ALL);
	char *number = step->number
		? mpck_text("step %" PRIu64 " of %" PRIu64, step->number,
			    s->trace->operations)
		: mpck_text("between steps");
	char *line = mpck_text("%s: %s %s%s%s", number,
			       s->trace->lanes[step->task].name, words,
			       step->decisive ? ", which decides" : "",
			       step->preempts ? ", taking over" : "");

	mpck_paint(out, style, MPCK_BOLD);
	mpck_print_cut(out, style, line, mpck_columns(line) < style->width
		       ? mpck_columns(line) : style->width);
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
	free(line);
	free(number);
	free(words);
}

static void print_rule(FILE *out, const struct mpck_style *style,
		       const char *title)
{
	int rest = style->width - mpck_columns(title) - 4;

	mpck_paint(out, style, MPCK_DIM);
	fputs(style->unicode ? "\u2500\u2500 " : "-- ", out);
	fputs(title, out);
	fputc(' ', out);
	for (int i = 0; i < rest; i++)
		fputs(style->unicode ? "\u2500" : "-", out);
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

/*
 * Shared memory.
 */
static const char *value_at(const struct mpck_scene *s, size_t variable,
			    bool *changed)
{
	const char *value = s->trace->variables[variable].initial;

	*changed = false;
	for (size_t i = 0; i <= s->at; i++) {
		const struct mpck_step *step = &s->trace->steps[i];

		for (size_t j = 0; j < step->nchanges; j++) {
			if (step->changes[j].variable != variable)
				continue;
			value = step->changes[j].text;
			*changed = i == s->at;
		}
	}
	return value ? value : "?";
}

/* Prints a variable behind `column`; what that leaves for the next. */
static int print_variable(FILE *out, const struct mpck_style *style,
			  const struct mpck_scene *s, size_t variable,
			  int column)
{
	bool changed;
	const char *value = value_at(s, variable, &changed);
	char *text = mpck_text("%s%s = %s", changed ? "*" : "",
			       s->trace->variables[variable].name, value);
	int columns = mpck_columns(text), room = style->width - 2;

	columns = columns < room ? columns : room;
	if (column && column + 3 + columns > style->width) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", column ? 3 : 2, "");
	if (changed)
		mpck_paint(out, style, MPCK_NOTE);
	mpck_print_cut(out, style, text, columns);
	if (changed)
		mpck_paint(out, style, MPCK_PLAIN);
	free(text);
	return column + (column ? 3 : 2) + columns;
}

/* The step's own variable first: there may be more than fit. */
static void print_variables(FILE *out, const struct mpck_style *style,
			    const struct mpck_scene *s)
{
	uint32_t own = step_at(s)->variable;
	size_t n = s->trace->nvariables, left = n;
	int column = 0, most = CELLS * style->width / 20;

	if (own < n && n > (size_t)most) {
		column = print_variable(out, style, s, own, column);
		left--;
		most--;
	}
	for (size_t i = 0; i < n && most > 0; i++) {
		if (i == own && n > CELLS * (size_t)style->width / 20)
			continue;
		column = print_variable(out, style, s, i, column);
		left--;
		most--;
	}
	if (left)
		fprintf(out, "\n  and %zu more", left);
	fputc('\n', out);
}

/*
 * The source.
 */
static void print_source_line(FILE *out, const struct mpck_style *style,
			      unsigned number, char *line, bool here)
{
	int room = style->width - 8, columns = 0;

	line[strcspn(line, "\r\n")] = '\0';
	fprintf(out, "%s%5u  ", here ? style->unicode ? "\u25b6" : ">" : " ",
		number);
	if (here)
		mpck_paint(out, style, MPCK_BOLD);
	for (char *p = line; *p && columns < room; p++) {
		int tab = *p == '\t' ? 8 - columns % 8 : 0;

		if (tab > room - columns)
			tab = room - columns;
		if (*p == '\t')
			fprintf(out, "%*s", tab, "");
		else
			fputc((unsigned char)*p < ' ' ? ' ' : *p, out);
		columns += *p == '\t' ? tab : ((unsigned char)*p & 0xc0) != 0x80;
	}
	if (here)
		mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

static bool print_file(FILE *out, const struct mpck_style *style,
		       const struct mpck_frame *f)
{
	FILE *source = f->path ? fopen(f->path, "r") : NULL;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;

	if (!source)
		return false;
	while (number < f->line + AROUND &&
	       getline(&line, &size, source) >= 0) {
		if (++number + AROUND >= f->line)
			print_source_line(out, style, number, line,
					  number == f->line);
	}
	free(line);
	fclose(source);
	return true;
}

static void print_source(FILE *out, const struct mpck_style *style,
			 const struct mpck_step *step)
{
	if (!step->nframes || !step->frames[0].line)
		fputs("  no debug information\n", out);
	else if (!print_file(out, style, &step->frames[0]))
		fprintf(out, "  %s cannot be read\n",
			step->frames[0].file);
}

static void print_calls(FILE *out, const struct mpck_style *style,
			const struct mpck_step *step)
{
	struct mpck_step shown = *step;

	if (shown.nframes > CALLS)
		shown.nframes = CALLS;
	mpck_print_stack(out, style, 2, &shown);
}

static char *source_title(const struct mpck_step *step)
{
	const struct mpck_frame *f = step->nframes ? &step->frames[0] : NULL;

	return f && f->file ? mpck_text("%s:%u", f->file, f->line)
			    : mpck_text("source");
}

/* Everything below the timeline. */
static void print_below(FILE *out, const struct mpck_style *style,
			const struct mpck_scene *s)
{
	const struct mpck_step *step = step_at(s);
	char *title = source_title(step);

	print_rule(out, style, "shared memory");
	print_variables(out, style, s);
	if (step->kind == MPCK_STEP_OP || step->kind == MPCK_STEP_WAIT) {
		print_rule(out, style, title);
		print_source(out, style, step);
		print_calls(out, style, step);
	}
	free(title);
}

static int lines_of(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

void mpck_scene_print(FILE *out, const struct mpck_style *style,
		      const struct mpck_scene *s)
{
	struct mpck_timeline timeline = {
		.trace = s->trace, .folding = MPCK_FOLD_NOTHING,
		.no_legend = true, .here = s->at, .window = ROWS };
	char *below = NULL;
	size_t size;
	FILE *memory = open_memstream(&below, &size);
	int room;

	mpck_checked(memory);
	print_below(memory, style, s);
	fclose(memory);
	room = s->lines - HEADS - lines_of(below);
	if (s->lines)
		timeline.window = (size_t)(room < FEWEST_ROWS ? FEWEST_ROWS
							      : room);
	print_headline(out, style, s);
	mpck_timeline_print(out, style, &timeline);
	fputs(below, out);
	free(below);
}
