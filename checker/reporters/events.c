/* SPDX-License-Identifier: MIT */
/*
 * events.c - what happened in one execution, one line an event:
 *
 *     3  Process-2    write balance 200       balance.c:21 in increase
 *
 * Columns are as wide as their contents need; a line that would not fit loses
 * the function's name first, then the end of its text.
 */
#include "reporters/events.h"

#include <inttypes.h>
#include <string.h>

enum { TASK_MAX = 16, TEXT_MAX = 44, GAP = 2 };

struct layout {
	int step, task, text, where;	/* columns */
};

static const char *task_name(const struct mpck_result *r, uint32_t task)
{
	const char *name = task < r->ntasks ? r->task_names[task] : NULL;

	return name ? name : "?";
}

static int longer(int columns, const char *text, int most)
{
	int have = mpck_columns(text);

	have = have > most ? most : have;
	return have > columns ? have : columns;
}

static struct layout measure(const struct mpck_style *style,
			     const struct mpck_result *r)
{
	struct layout l = { 4, 4, 4, 0 };
	char step[24];

	for (size_t i = 0; i < r->nevents; i++) {
		const struct mpck_event *e = &r->events[i];

		snprintf(step, sizeof(step), "%" PRIu64, e->step);
		l.step = longer(l.step, step, 20);
		l.task = longer(l.task, task_name(r, e->task), TASK_MAX);
		if (e->where)
			l.text = longer(l.text, e->text, TEXT_MAX);
	}
	l.where = style->width - l.step - l.task - l.text - 3 * GAP;
	return l;
}

/* "balance.c:21 in increase", or what of it fits. */
static void print_where(FILE *out, const struct mpck_style *style,
			const char *where, int room)
{
	char place[256];
	char *in;

	snprintf(place, sizeof(place), "%s", where);
	in = strstr(place, " in ");
	if (mpck_columns(place) > room && in)
		*in = '\0';
	if (mpck_columns(place) > room)
		mpck_print_cut(out, style, place, room);
	else
		fputs(place, out);
}

static void print_event(FILE *out, const struct mpck_style *style,
			const struct mpck_result *r, const struct layout *l,
			const struct mpck_event *e)
{
	int room = l->text + GAP + l->where;

	mpck_paint(out, style, MPCK_DIM);
	if (e->step)
		fprintf(out, "%*" PRIu64, l->step, e->step);
	else
		fprintf(out, "%*s", l->step, "");
	mpck_paint(out, style, MPCK_PLAIN);
	fprintf(out, "%*s", GAP, "");
	mpck_print_cut(out, style, task_name(r, e->task), l->task);
	fprintf(out, "%*s", GAP, "");
	if (!e->where) {
		if (mpck_columns(e->text) > room)
			mpck_print_cut(out, style, e->text, room);
		else
			fputs(e->text, out);
	} else {
		mpck_print_cut(out, style, e->text, l->text);
		fprintf(out, "%*s", GAP, "");
		mpck_paint(out, style, MPCK_DIM);
		print_where(out, style, e->where, l->where);
		mpck_paint(out, style, MPCK_PLAIN);
	}
	fputc('\n', out);
}

void mpck_print_events(FILE *out, const struct mpck_style *style,
		       const struct mpck_result *result)
{
	struct layout l = measure(style, result);

	if (!result->nevents)
		return;
	mpck_paint(out, style, MPCK_DIM);
	fprintf(out, "%*s%*s%-*s%*s%-*s%*swhere\n", l.step, "step", GAP, "",
		l.task, "task", GAP, "", l.text, "what", GAP, "");
	mpck_paint(out, style, MPCK_PLAIN);
	for (size_t i = 0; i < result->nevents; i++)
		print_event(out, style, result, &l, &result->events[i]);
}
