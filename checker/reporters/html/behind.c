/* SPDX-License-Identifier: MIT */
/*
 * behind.c - what stands behind the marks of a timeline: lanes, what tasks wait
 * for and hold, the path of control from one step to the next, what connects
 * the decisive operations; and at the end, who waits for whom.
 */
#include <stdlib.h>

#include "reporters/html/drawing.h"
#include "reporters/html/markup.h"
#include "reporters/rows.h"

/* The first and the last row of what a task did; it lives at least between. */
static void draw_lane(const struct mpck_drawing *d, uint32_t task)
{
	const struct mpck_trace *t = d->view->trace;
	size_t first = d->view->nrows, last = d->view->nrows;

	for (size_t i = 0; i < t->nsteps; i++) {
		const struct mpck_step *s = &t->steps[i];

		if (first == d->view->nrows &&
		    (s->task == task || (s->kind == MPCK_STEP_START &&
					 s->other == task)))
			first = d->view->row_of[i];
		if (s->task == task && s->kind == MPCK_STEP_END)
			last = d->view->row_of[i];
	}
	if (d->view->lane_of[task] % 2 == 0)
		fprintf(d->out, "<rect class=\"lane\" x=\"%d\" y=\"0\" "
			"width=\"%d\" height=\"%d\"/>\n", mpck_lane_left(d, task),
			mpck_lane_width(d, task), d->height);
	fprintf(d->out, "<path class=\"life\" d=\"M%d %dV%d\"/>\n",
		mpck_lane_line(d, task), mpck_row_middle(d, first), mpck_row_middle(d, last));
}

static void draw_wait(const struct mpck_drawing *d, const struct mpck_view_span *s)
{
	int top = mpck_row_middle(d, s->from), end = mpck_row_middle(d, s->to);

	mpck_markup(d->out, "<rect class=\"waits\" x=\"%d\" y=\"%d\" width=\""
		    "14\" height=\"%d\" fill=\"url(#hatch)\"><title>%s waits"
		    "%s</title></rect>\n", mpck_lane_line(d, s->task) - 7, top,
		    end > top ? end - top : 1,
		    d->view->trace->lanes[s->task].name,
		    s->to < d->view->nrows ? "" : ", also at the end");
}

/* Locks held at a time stand side by side, by the number of the lock. */
static void draw_hold(const struct mpck_drawing *d, const struct mpck_view_span *s,
		      unsigned place)
{
	int top = mpck_row_middle(d, s->from), end = mpck_row_middle(d, s->to);

	mpck_markup(d->out, "<rect class=\"holds h%u\" x=\"%d\" y=\"%d\" "
		    "width=\"5\" height=\"%d\" rx=\"1.5\"><title>%s holds %s"
		    "</title></rect>\n", place % 4,
		    mpck_lane_left(d, s->task) + 3 + (int)(place % 2) * 7, top,
		    end > top ? end - top : 1,
		    d->view->trace->lanes[s->task].name,
		    mpck_variable_name(d->view, s->variable));
}

/* The number of a lock among the locks. */
static unsigned place_of(const struct mpck_view *v, uint32_t variable)
{
	unsigned place = 0;

	for (uint32_t i = 0; i < variable; i++) {
		for (size_t k = 0; k < v->nspans; k++) {
			if (v->spans[k].variable == i) {
				place++;
				break;
			}
		}
	}
	return place;
}

static void draw_spans(const struct mpck_drawing *d)
{
	const struct mpck_view *v = d->view;

	for (size_t i = 0; i < v->nspans; i++) {
		const struct mpck_view_span *s = &v->spans[i];

		if (s->variable == MPCK_NO_VARIABLE)
			draw_wait(d, s);
		else
			draw_hold(d, s, place_of(v, s->variable));
	}
}

/* From the step before to this one: along the border of their rows, so that no
 * text is crossed. */
static void draw_switch(const struct mpck_drawing *d, size_t row)
{
	const struct mpck_step *s = mpck_row_step(d, row);
	const struct mpck_step *last = mpck_row_step(d, row - 1);
	int from = mpck_lane_line(d, last->task), to = mpck_lane_line(d, s->task);
	int middle = (int)row * MPCK_ROW;

	if (mpck_is_folded(d, row) || mpck_is_folded(d, row - 1) || from == to)
		return;
	fprintf(d->out, "<path class=\"switch%s\" d=\"M%d %dV%dH%dV%d\"%s/>\n",
		s->preempts ? " preempts" : "", from, middle - MPCK_ROW / 2 + 6,
		middle, to, middle + MPCK_ROW / 2 - 8,
		s->preempts ? " marker-end=\"url(#arrow)\"" : "");
}

/* Down the lane of the first to the row of the second, then across on the
 * border of the rows: no text is crossed, and marks and boxes lie above it. */
static void draw_connection(const struct mpck_drawing *d, size_t from,
			    size_t to)
{
	const struct mpck_step *steps = d->view->trace->steps;
	size_t row = d->view->row_of[to];

	fprintf(d->out, "<path class=\"connects\" d=\"M%d %dV%zuH%dV%d\"/>\n",
		mpck_lane_line(d, steps[from].task),
		mpck_row_middle(d, d->view->row_of[from]), row * MPCK_ROW,
		mpck_lane_line(d, steps[to].task), mpck_row_middle(d, row));
}

static void draw_decisive(const struct mpck_drawing *d)
{
	const struct mpck_cause *c = d->view->cause;

	for (size_t i = 1; c && i < c->nsteps; i++) {
		if (c->steps[i] < d->view->trace->nsteps)
			draw_connection(d, c->steps[i - 1], c->steps[i]);
	}
}

/* An arrow from who waits to who holds, and on it the name of what. */
static void draw_end(const struct mpck_drawing *d,
		     const struct mpck_view_end *e, int y)
{
	int from = mpck_lane_line(d, e->task), to = mpck_lane_line(d, e->whom);
	int length = abs(from - to) - 40;
	const struct mpck_lane *lanes = d->view->trace->lanes;
	const char *what = mpck_variable_name(d->view, e->variable);
	char *cut = mpck_cut_text(*what ? what : "its end", length > 0 ?
				  (size_t)(length * MPCK_LETTERS / 100) : 1);

	fprintf(d->out, "<g class=\"end-wait\"><circle cx=\"%d\" cy=\"%d\" r=\""
		"3\"/><path d=\"M%d %dH%d\" marker-end=\"url(#decides)\"/>",
		from, y, from, y, to + (from < to ? -1 : 1));
	mpck_markup(d->out, "<text x=\"%d\" y=\"%d\">%s</text><title>%s waits "
		    "for %s%s%s</title></g>\n", (from + to) / 2, y + 4, cut,
		    lanes[e->task].name, *what ? what : "the end of ",
		    *what ? ", held by " : "", lanes[e->whom].name);
	free(cut);
}

/* A bracket at the left of the rows that repeat for ever. */
static void draw_round(const struct mpck_drawing *d)
{
	const struct mpck_trace *t = d->view->trace;
	int top, end;
	char *words;

	if (!t->round)
		return;
	top = mpck_row_middle(d, d->view->row_of[t->nsteps - t->round]);
	end = mpck_row_middle(d, d->view->row_of[t->nsteps - 1]);
	words = mpck_round_words(t);
	mpck_markup(d->out, "<path class=\"round\" d=\"M8 %dH3V%dH8\"><title>%s"
		    "</title></path>\n", top - 9, end + 9, words);
	free(words);
}

void mpck_draw_lanes(const struct mpck_drawing *d)
{
	for (size_t i = 0; i < d->view->nlanes; i++)
		draw_lane(d, d->view->lanes[i]);
}

void mpck_draw_behind(const struct mpck_drawing *d)
{
	draw_spans(d);
	draw_round(d);
	draw_decisive(d);
	for (size_t i = 1; i < d->view->nrows; i++)
		draw_switch(d, i);
	for (size_t i = 0; i < d->view->nends; i++)
		draw_end(d, &d->view->ends[i], d->bottom +
			 (int)i * MPCK_END_ROW + MPCK_END_ROW / 2);
}
