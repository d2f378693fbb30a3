/* SPDX-License-Identifier: MIT */
/*
 * timeline.c - see timeline.h.
 *
 * From back to front: lanes, what tasks wait for and hold, the path of control
 * from one step to the next, what connects the decisive operations, the marks
 * with their texts.  page.css has the colours; page.js knows the rows by their
 * data-row.
 */
#include "reporters/html/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/html/marks.h"
#include "reporters/html/markup.h"

enum {			/* pixels */
	ROW = 26, GUTTER = 40, HEAD = 30, TAIL = 14,
	MARK = 24,	/* the line of a lane, from its left edge */
	TEXT = 36,	/* texts begin */
	BOX = 11,	/* half of the height of a decisive operation's box */
	LETTERS = 16,	/* so many need 100 pixels, about */
};

struct drawing {
	FILE *out;
	const struct mpck_view *view;
	const char *id;
	int lane;		/* its width */
	int width, height;
};

static int lane_left(const struct drawing *d, uint32_t task)
{
	return GUTTER + (int)d->view->lane_of[task] * d->lane;
}

static int lane_line(const struct drawing *d, uint32_t task)
{
	return lane_left(d, task) + MARK;
}

/* The middle of a row; the one behind the last is the end of the drawing. */
static int row_middle(const struct drawing *d, size_t row)
{
	return row < d->view->nrows ? (int)row * ROW + ROW / 2
				    : d->height - TAIL / 2;
}

static const struct mpck_step *step_of(const struct drawing *d, size_t row)
{
	return &d->view->trace->steps[d->view->rows[row].step];
}

static bool is_folded(const struct drawing *d, size_t row)
{
	return d->view->rows[row].count > 1;
}

static const char *name_of(const struct drawing *d, uint32_t variable)
{
	const struct mpck_trace *t = d->view->trace;

	return variable < t->nvariables ? t->variables[variable].name : "";
}

static void open_svg(const struct drawing *d, const char *attributes,
		     int height)
{
	fprintf(d->out, "<svg %s width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n", attributes, d->width, height,
		d->width, height);
}

/*
 * Behind the marks.
 */
static void draw_head(const struct drawing *d)
{
	const struct mpck_view *v = d->view;

	open_svg(d, "class=\"head\" aria-hidden=\"true\"", HEAD);
	for (size_t i = 0; i < v->nlanes; i++) {
		const char *name = v->trace->lanes[v->lanes[i]].name;
		char *cut = mpck_cut_text(name, (size_t)(d->lane - 16) / 8);

		mpck_markup(d->out, "<text x=\"%d\" y=\"19\">%s<title>%s"
			    "</title></text>\n",
			    lane_left(d, v->lanes[i]) + 14, cut, name);
		free(cut);
	}
	fputs("</svg>\n", d->out);
}

/* The first and the last row of what a task did; it lives at least between. */
static void draw_lane(const struct drawing *d, uint32_t task)
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
			"width=\"%d\" height=\"%d\"/>\n", lane_left(d, task),
			d->lane, d->height);
	fprintf(d->out, "<path class=\"life\" d=\"M%d %dV%d\"/>\n",
		lane_line(d, task), row_middle(d, first), row_middle(d, last));
}

static void draw_wait(const struct drawing *d, const struct mpck_view_span *s)
{
	int top = row_middle(d, s->from), end = row_middle(d, s->to);

	mpck_markup(d->out, "<rect class=\"waits\" x=\"%d\" y=\"%d\" width=\""
		    "14\" height=\"%d\" fill=\"url(#hatch)\"><title>%s waits"
		    "%s</title></rect>\n", lane_line(d, s->task) - 7, top,
		    end > top ? end - top : 1,
		    d->view->trace->lanes[s->task].name,
		    s->to < d->view->nrows ? "" : ", also at the end");
}

/* Locks held at a time stand side by side, by the number of the lock. */
static void draw_hold(const struct drawing *d, const struct mpck_view_span *s,
		      unsigned place)
{
	int top = row_middle(d, s->from), end = row_middle(d, s->to);

	mpck_markup(d->out, "<rect class=\"holds h%u\" x=\"%d\" y=\"%d\" "
		    "width=\"5\" height=\"%d\" rx=\"1.5\"><title>%s holds %s"
		    "</title></rect>\n", place % 4,
		    lane_left(d, s->task) + 3 + (int)(place % 2) * 7, top,
		    end > top ? end - top : 1,
		    d->view->trace->lanes[s->task].name,
		    name_of(d, s->variable));
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

static void draw_spans(const struct drawing *d)
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
static void draw_switch(const struct drawing *d, size_t row)
{
	const struct mpck_step *s = step_of(d, row);
	const struct mpck_step *last = step_of(d, row - 1);
	int from = lane_line(d, last->task), to = lane_line(d, s->task);
	int middle = (int)row * ROW;

	if (is_folded(d, row) || is_folded(d, row - 1) || from == to)
		return;
	fprintf(d->out, "<path class=\"switch%s\" d=\"M%d %dV%dH%dV%d\"%s/>\n",
		s->preempts ? " preempts" : "", from, middle - ROW / 2 + 6,
		middle, to, middle + ROW / 2 - 8,
		s->preempts ? " marker-end=\"url(#arrow)\"" : "");
}

/* From the lower edge of a box to the upper edge of the next one. */
static void draw_connection(const struct drawing *d, size_t from, size_t to)
{
	const struct mpck_step *steps = d->view->trace->steps;
	int x = lane_line(d, steps[from].task) + BOX;
	int y = row_middle(d, d->view->row_of[from]) + BOX;
	int x2 = lane_line(d, steps[to].task) + BOX;
	int y2 = row_middle(d, d->view->row_of[to]) - BOX - 1;
	int bend = (y2 - y) / 2;

	fprintf(d->out, "<path class=\"connects\" d=\"M%d %dC%d %d %d %d %d %d"
		"\" marker-end=\"url(#decides)\"/>\n", x, y, x, y + bend, x2,
		y2 - bend, x2, y2);
}

static void draw_decisive(const struct drawing *d)
{
	const struct mpck_cause *c = d->view->cause;

	for (size_t i = 1; c && i < c->nsteps; i++) {
		if (c->steps[i] < d->view->trace->nsteps)
			draw_connection(d, c->steps[i - 1], c->steps[i]);
	}
}

/*
 * Marks.
 */
static void write_title(const struct drawing *d, const struct mpck_step *s)
{
	mpck_markup(d->out, "<title>%s: %s",
		    d->view->trace->lanes[s->task].name, s->text);
	if (s->before && s->value)
		mpck_markup(d->out, " (was %s)", s->before);
	for (size_t i = 0; i < s->nframes; i++) {
		const struct mpck_frame *f = &s->frames[i];

		mpck_markup(d->out, "\n%s", f->function);
		if (f->file)
			mpck_markup(d->out, "  %s:%u", f->file, f->line);
	}
	fputs("</title>", d->out);
}

/* "read 100", behind it dimmed the object, as far as there is room. */
static void write_label(const struct drawing *d, const struct mpck_step *s,
			bool decisive)
{
	size_t room = (size_t)(d->lane - TEXT - (decisive ? 20 : 2)) *
		      LETTERS / 100;
	char *cut = mpck_cut_text(s->brief, room);
	size_t used = (size_t)mpck_columns(cut) + 1;
	const char *name = d->view->trace->nvariables > 1
				   ? name_of(d, s->variable) : "";

	mpck_markup(d->out, "%s", cut);
	free(cut);
	if (!*name || used + 3 > room)
		return;
	cut = mpck_cut_text(name, room - used);
	mpck_markup(d->out, "<tspan class=\"object\" dx=\"5\">%s</tspan>", cut);
	free(cut);
}

static void draw_step(const struct drawing *d, size_t row)
{
	const struct mpck_step *s = step_of(d, row);
	size_t step = d->view->rows[row].step;
	unsigned decisive = mpck_view_decisive(d->view, step);
	int left = lane_left(d, s->task), y = row_middle(d, row);
	int x = lane_line(d, s->task);

	if (s->number)
		mpck_markup(d->out, "<text class=\"number\" x=\"%d\" y=\"%d\">"
			    "%s</text>", GUTTER - 8, y + 4,
			    MPCK_COUNT(s->number));
	mpck_markup(d->out, "<a href=\"#%s.s%zu\" tabindex=\"-1\">", d->id,
		    step + 1);
	if (decisive)
		fprintf(d->out, "<rect class=\"box\" x=\"%d\" y=\"%d\" width=\""
			"%d\" height=\"%d\" rx=\"4\"/>", left + 12, y - BOX,
			d->lane - 15, 2 * BOX);
	mpck_markup(d->out, "<use href=\"#m-%s\" class=\"mark\" x=\"%d\" y=\""
		    "%d\"/><text x=\"%d\" y=\"%d\">", mpck_mark_of(s), x, y,
		    left + TEXT, y + 4);
	write_label(d, s, decisive);
	fputs("</text>", d->out);
	if (decisive)
		fprintf(d->out, "<circle class=\"badge\" cx=\"%d\" cy=\"%d\" "
			"r=\"7\"/><text class=\"badge\" x=\"%d\" y=\"%d\">%u"
			"</text>", left + d->lane - 13, y, left + d->lane - 13,
			y + 3, decisive);
	write_title(d, s);
	fputs("</a>", d->out);
}

static void draw_fold(const struct drawing *d, size_t row)
{
	int y = row_middle(d, row);

	fprintf(d->out, "<path class=\"fold\" d=\"M%d %dH%d\"/>", GUTTER, y,
		d->width);
	mpck_markup(d->out, "<text class=\"fold\" x=\"%d\" y=\"%d\">%s steps "
		    "are not shown</text>", GUTTER + 8, y + 4,
		    MPCK_COUNT(d->view->rows[row].count));
}

static void draw_row(const struct drawing *d, size_t row)
{
	const struct mpck_step *s = step_of(d, row);

	mpck_markup(d->out, "<g class=\"row %s%s\" data-row=\"%zu\"><rect "
		    "class=\"hit\" x=\"0\" y=\"%zu\" width=\"%d\" height=\"%d\""
		    "/>", is_folded(d, row) ? "folded" : mpck_mark_of(s),
		    mpck_view_decisive(d->view, d->view->rows[row].step)
			    ? " decisive" : "",
		    row, row * ROW, d->width, ROW);
	if (is_folded(d, row))
		draw_fold(d, row);
	else
		draw_step(d, row);
	fputs("</g>\n", d->out);
}

static struct drawing measure(FILE *out, const struct mpck_view *view,
			      const char *id)
{
	struct drawing d = { out, view, id, 150, 0, 0 };

	if (view->nlanes <= 3)
		d.lane = 196;
	else if (view->nlanes == 4)
		d.lane = 174;
	d.width = GUTTER + (int)view->nlanes * d.lane;
	d.height = (int)view->nrows * ROW + TAIL;
	return d;
}

static void describe(const struct drawing *d)
{
	const struct mpck_trace *t = d->view->trace;

	mpck_markup(d->out, "<desc>%s visible operations of %zu tasks, %u "
		    "preemptions, from top to bottom; the list of steps says "
		    "the same in words.</desc>\n", MPCK_COUNT(t->operations),
		    d->view->nlanes, t->preemptions);
}

void mpck_timeline_write(FILE *out, const struct mpck_view *view,
			 const char *id)
{
	struct drawing d = measure(out, view, id);

	draw_head(&d);
	open_svg(&d, "class=\"body\" role=\"img\" aria-label=\"Timeline\"",
		 d.height);
	describe(&d);
	for (size_t i = 0; i < view->nlanes; i++)
		draw_lane(&d, view->lanes[i]);
	fprintf(out, "<rect class=\"now\" x=\"1\" y=\"-99\" width=\"%d\" "
		"height=\"%d\" rx=\"3\"/>\n", d.width - 2, ROW);
	draw_spans(&d);
	for (size_t i = 1; i < view->nrows; i++)
		draw_switch(&d, i);
	draw_decisive(&d);
	for (size_t i = 0; i < view->nrows; i++)
		draw_row(&d, i);
	fputs("</svg>\n", out);
}
