/* SPDX-License-Identifier: MIT */
/*
 * timeline.c - see timeline.h: its head, and the rows with their marks.
 *
 * page.css has the colours; page.js knows the rows by their data-row.
 */
#include "reporters/html/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "reporters/html/drawing.h"
#include "reporters/html/marks.h"
#include "reporters/html/markup.h"

static void open_svg(const struct mpck_drawing *d, const char *attributes,
		     int height)
{
	fprintf(d->out, "<svg %s width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n", attributes, d->width, height,
		d->width, height);
}

static void draw_head(const struct mpck_drawing *d)
{
	const struct mpck_view *v = d->view;

	open_svg(d, "class=\"head\" aria-hidden=\"true\"", MPCK_HEAD);
	for (size_t i = 0; i < v->nlanes; i++) {
		const char *name = v->trace->lanes[v->lanes[i]].name;
		char *cut = mpck_cut_text(name, (size_t)(mpck_lane_width(d, v->lanes[i]) -
					      16) / 8);

		mpck_markup(d->out, "<text x=\"%d\" y=\"19\">%s<title>%s"
			    "</title></text>\n",
			    mpck_lane_left(d, v->lanes[i]) + 14, cut, name);
		free(cut);
	}
	fputs("</svg>\n", d->out);
}

static void write_title(const struct mpck_drawing *d, const struct mpck_step *s)
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
static void write_label(const struct mpck_drawing *d, const struct mpck_step *s,
			bool decisive)
{
	size_t room = (size_t)(mpck_lane_width(d, s->task) - MPCK_TEXT -
			       (decisive ? 20 : 2)) * MPCK_LETTERS / 100;
	char *cut = mpck_cut_text(s->brief, room);
	size_t used = (size_t)mpck_columns(cut) + 1;
	const char *name = d->view->trace->nvariables > 1
				   ? mpck_variable_name(d->view, s->variable) : "";

	mpck_markup(d->out, "%s", cut);
	free(cut);
	if (!*name || used + 3 > room)
		return;
	cut = mpck_cut_text(name, room - used);
	mpck_markup(d->out, "<tspan class=\"object\" dx=\"5\">%s</tspan>", cut);
	free(cut);
}

static void draw_step(const struct mpck_drawing *d, size_t row)
{
	const struct mpck_step *s = mpck_row_step(d, row);
	size_t step = d->view->rows[row].step;
	unsigned decisive = mpck_view_decisive(d->view, step);
	int left = mpck_lane_left(d, s->task), y = mpck_row_middle(d, row);
	int x = mpck_lane_line(d, s->task);
	int right = left + mpck_lane_width(d, s->task);

	if (s->number)
		mpck_markup(d->out, "<text class=\"number\" x=\"%d\" y=\"%d\">"
			    "%s</text>", MPCK_GUTTER - 8, y + 4,
			    MPCK_COUNT(s->number));
	mpck_markup(d->out, "<a href=\"#%s.s%zu\" tabindex=\"-1\">", d->id,
		    step + 1);
	if (decisive)
		fprintf(d->out, "<rect class=\"box\" x=\"%d\" y=\"%d\" width=\""
			"%d\" height=\"%d\" rx=\"4\"/>", left + 12, y - MPCK_BOX,
			right - left - 15, 2 * MPCK_BOX);
	mpck_markup(d->out, "<use href=\"#m-%s\" class=\"mark\" x=\"%d\" y=\""
		    "%d\"/><text x=\"%d\" y=\"%d\">", mpck_mark_of(s), x, y,
		    left + MPCK_TEXT, y + 4);
	write_label(d, s, decisive);
	fputs("</text>", d->out);
	if (decisive)
		fprintf(d->out, "<circle class=\"badge\" cx=\"%d\" cy=\"%d\" "
			"r=\"7\"/><text class=\"badge\" x=\"%d\" y=\"%d\">%u"
			"</text>", right - 13, y, right - 13, y + 3, decisive);
	write_title(d, s);
	fputs("</a>", d->out);
}

static void draw_fold(const struct mpck_drawing *d, size_t row)
{
	int y = mpck_row_middle(d, row);

	fprintf(d->out, "<path class=\"fold\" d=\"M%d %dH%d\"/>", MPCK_GUTTER, y,
		d->width);
	mpck_markup(d->out, "<text class=\"fold\" x=\"%d\" y=\"%d\">%s steps "
		    "are not shown</text>", MPCK_GUTTER + 8, y + 4,
		    MPCK_COUNT(d->view->rows[row].count));
}

static void draw_row(const struct mpck_drawing *d, size_t row)
{
	const struct mpck_step *s = mpck_row_step(d, row);

	mpck_markup(d->out, "<g class=\"row %s%s\" data-row=\"%zu\"><rect "
		    "class=\"hit\" x=\"0\" y=\"%zu\" width=\"%d\" height=\"%d\""
		    "/>", mpck_is_folded(d, row) ? "folded" : mpck_mark_of(s),
		    mpck_view_decisive(d->view, d->view->rows[row].step)
			    ? " decisive" : "",
		    row, row * MPCK_ROW, d->width, MPCK_ROW);
	if (mpck_is_folded(d, row))
		draw_fold(d, row);
	else
		draw_step(d, row);
	fputs("</g>\n", d->out);
}

static void describe(const struct mpck_drawing *d)
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
	struct mpck_drawing d;

	mpck_drawing_make(&d, out, view, id);
	draw_head(&d);
	open_svg(&d, "class=\"body\" role=\"img\" aria-label=\"Timeline\"",
		 d.height);
	describe(&d);
	mpck_draw_lanes(&d);
	fprintf(out, "<rect class=\"now\" x=\"1\" y=\"-99\" width=\"%d\" "
		"height=\"%d\" rx=\"3\"/>\n", d.width - 2, MPCK_ROW);
	mpck_draw_behind(&d);
	for (size_t i = 0; i < view->nrows; i++)
		draw_row(&d, i);
	fputs("</svg>\n", out);
}
