/* SPDX-License-Identifier: MIT */
/* steps.c - see steps.h. */
#include "reporters/html/steps.h"

#include "basics.h"
#include "reporters/html/marks.h"
#include "reporters/html/markup.h"

enum { VARIABLES_MOST = 200 };

static void button(FILE *out, const char *go, const char *label,
		   const char *title, const char *text)
{
	mpck_markup(out, "<button type=\"button\" data-go=\"%s\" aria-label=\""
		    "%s\" title=\"%s\">%s</button>\n", go, label, title, text);
}

void mpck_controls_write(FILE *out, const struct mpck_view *v)
{
	bool decides = v->cause && v->cause->nsteps;

	fputs("<div class=\"controls\" role=\"group\" aria-label=\"Steps\" "
	      "hidden>\n<div class=\"buttons\">\n", out);
	button(out, "first", "Before the first step", "Home", "\u21e4");
	button(out, "back", "One step back", "Left arrow", "\u2190 Back");
	button(out, "forward", "One step forward", "Right arrow",
	       "Forward \u2192");
	button(out, "last", "Last step", "End", "\u21e5");
	if (decides)
		button(out, "decisive", "Next decisive operation",
		       "d; Shift+d goes back", "\u25c6 Decisive");
	fputs("</div>\n", out);
	mpck_markup(out, "<input type=\"range\" min=\"0\" max=\"%zu\" value="
		    "\"0\" aria-label=\"Step\">\n", v->nrows);
	fputs("<p class=\"at\"></p>\n</div>\n"
	      "<p class=\"what\" aria-live=\"polite\"></p>\n", out);
}

static const char *at_the_end(const struct mpck_trace *t, size_t variable)
{
	const char *text = t->variables[variable].initial;

	for (size_t i = 0; i < t->nsteps; i++) {
		for (size_t k = 0; k < t->steps[i].nchanges; k++) {
			if (t->steps[i].changes[k].variable == variable)
				text = t->steps[i].changes[k].text;
		}
	}
	return text;
}

void mpck_memory_write(FILE *out, const struct mpck_view *v)
{
	const struct mpck_trace *t = v->trace;
	size_t n = t->nvariables < VARIABLES_MOST ? t->nvariables
						  : VARIABLES_MOST;

	if (!n)
		return;
	fputs("<h4>Shared memory</h4>\n<div class=\"scrolls\"><table class="
	      "\"memory\"><thead><tr><th scope=\"col\">object</th><th scope="
	      "\"col\" class=\"first\">at first</th><th scope=\"col\" class="
	      "\"now\">at the end</th><th scope=\"col\" class=\"note\"></th>"
	      "</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < n; i++)
		mpck_markup(out, "<tr><th scope=\"row\">%s</th><td class=\""
			    "first\">%s</td><td class=\"now\">%s</td><td class="
			    "\"note\"></td></tr>\n", t->variables[i].name,
			    t->variables[i].initial, at_the_end(t, i));
	fputs("</tbody></table></div>\n", out);
	if (n < t->nvariables)
		mpck_markup(out, "<p class=\"note\">%zu more shared objects "
			    "are left out.</p>\n", t->nvariables - n);
}

static void write_where(FILE *out, const struct mpck_step *s,
			const struct mpck_source *source)
{
	const struct mpck_frame *f = s->frames;
	char element[64];

	if (!s->nframes)
		return;
	if (!f->file) {
		mpck_markup(out, "%s", f->function);
		return;
	}
	if (mpck_source_line(source, f->path, f->line, element))
		mpck_markup(out, "<a href=\"#%s\" tabindex=\"-1\">%s:%u</a>",
			    element, f->file, f->line);
	else
		mpck_markup(out, "%s:%u", f->file, f->line);
	mpck_markup(out, " <span class=\"function\">in %s</span>",
		    f->function);
}

static void write_step(FILE *out, const struct mpck_view *v, size_t row,
		       const struct mpck_source *source, const char *id)
{
	size_t step = v->rows[row].step;
	const struct mpck_step *s = &v->trace->steps[step];
	unsigned decisive = mpck_view_decisive(v, step);

	mpck_markup(out, "<tr id=\"%s.s%zu\" data-row=\"%zu\">"
		    "<td class=\"number\">%s</td><th scope=\"row\">%s</th>"
		    "<td><a href=\"#%s.s%zu\">%s</a>", id, step + 1, row,
		    s->number ? MPCK_COUNT(s->number) : "",
		    v->trace->lanes[s->task].name, id, step + 1, s->text);
	if (s->before && s->value)
		mpck_markup(out, " <span class=\"was\">was %s</span>",
			    s->before);
	if (decisive)
		mpck_markup(out, " <span class=\"badge\" title=\"decisive\">%u"
			    "</span>", decisive);
	if (s->preempts)
		fputs(" <span class=\"tag preempts\">preempts</span>", out);
	fputs("</td><td class=\"where\">", out);
	write_where(out, s, source);
	fputs("</td></tr>\n", out);
}

static void write_fold(FILE *out, const struct mpck_view *v, size_t row,
		       const char *id)
{
	mpck_markup(out, "<tr id=\"%s.s%zu\" data-row=\"%zu\" class=\"folded\">"
		    "<td></td><td colspan=\"3\"><a href=\"#%s.s%zu\">%s steps "
		    "are not shown</a></td></tr>\n", id, v->rows[row].step + 1,
		    row, id, v->rows[row].step + 1,
		    MPCK_COUNT(v->rows[row].count));
}

void mpck_steps_write(FILE *out, const struct mpck_view *v,
		      const struct mpck_source *source, const char *id)
{
	fputs("<details class=\"words\"><summary>All steps in words</summary>\n"
	      "<div class=\"scrolls\"><table class=\"steps\"><thead><tr>"
	      "<th scope=\"col\" class=\"number\" title=\"visible operation\">"
	      "#</th><th scope=\"col\">task</th><th scope=\"col\">what</th>"
	      "<th scope=\"col\">where</th></tr></thead><tbody>\n", out);
	for (size_t i = 0; i < v->nrows; i++) {
		if (v->rows[i].count > 1)
			write_fold(out, v, i, id);
		else
			write_step(out, v, i, source, id);
	}
	fputs("</tbody></table></div></details>\n", out);
}
