/* SPDX-License-Identifier: MIT */
/* drawing.c - see drawing.h. */
#include "reporters/html/drawing.h"

#include "reporters/style.h"

enum {
	LANE_LEAST = 96, LANE_MOST = 210,
	WIDTH_LEAST = 600,	/* room that lanes share if they need less */
	LANE_WIDE = 190,	/* as wide as that may make them */
};

int mpck_lane_left(const struct mpck_drawing *d, uint32_t task)
{
	return d->left[d->view->lane_of[task]];
}

int mpck_lane_width(const struct mpck_drawing *d, uint32_t task)
{
	return d->left[d->view->lane_of[task] + 1] - mpck_lane_left(d, task);
}

int mpck_lane_line(const struct mpck_drawing *d, uint32_t task)
{
	return mpck_lane_left(d, task) + MPCK_MARK;
}

int mpck_row_middle(const struct mpck_drawing *d, size_t row)
{
	return row < d->view->nrows ? (int)row * MPCK_ROW + MPCK_ROW / 2
				    : d->bottom - MPCK_TAIL / 2;
}

const struct mpck_step *mpck_row_step(const struct mpck_drawing *d, size_t row)
{
	return &d->view->trace->steps[d->view->rows[row].step];
}

bool mpck_is_folded(const struct mpck_drawing *d, size_t row)
{
	return d->view->rows[row].count > 1;
}

static int pixels(int letters)
{
	return letters * 100 / MPCK_LETTERS;
}

/* What a step's texts need. */
static int need(const struct mpck_view *v, size_t row)
{
	size_t step = v->rows[row].step;
	const struct mpck_step *s = &v->trace->steps[step];
	int letters = mpck_columns(s->brief);

	if (v->trace->nvariables > 1 && s->variable < v->trace->nvariables)
		letters += 1 + mpck_columns(mpck_variable_name(v, s->variable));
	return MPCK_TEXT + pixels(letters) + 6 +
	       (mpck_view_decisive(v, step) ? 20 : 0);
}

static void widths(const struct mpck_view *v, int width[])
{
	for (size_t i = 0; i < v->nlanes; i++) {
		const char *name = v->trace->lanes[v->lanes[i]].name;

		width[i] = 28 + mpck_columns(name) * 8;
		width[i] = width[i] > LANE_LEAST ? width[i] : LANE_LEAST;
	}
	for (size_t i = 0; i < v->nrows; i++) {
		uint32_t lane = v->lane_of[v->trace->steps[v->rows[i].step]
						   .task];
		int w = v->rows[i].count == 1 ? need(v, i) : 0;

		width[lane] = w > width[lane] ? w : width[lane];
	}
}

void mpck_drawing_make(struct mpck_drawing *d, FILE *out,
		       const struct mpck_view *view, const char *id)
{
	int width[MPCK_MAX_TASKS], sum = 0, more = 0, n = (int)view->nlanes;

	*d = (struct mpck_drawing){ .out = out, .view = view, .id = id };
	widths(view, width);
	for (int i = 0; i < n; i++) {
		width[i] = width[i] < LANE_MOST ? width[i] : LANE_MOST;
		sum += width[i];
	}
	if (n && sum < WIDTH_LEAST)
		more = (WIDTH_LEAST - sum) / n;
	d->left[0] = MPCK_GUTTER;
	for (int i = 0; i < n; i++) {
		int wide = width[i] + more < LANE_WIDE ? width[i] + more
						       : LANE_WIDE;

		d->left[i + 1] = d->left[i] +
				 (wide > width[i] ? wide : width[i]);
	}
	d->width = d->left[n];
	d->bottom = (int)view->nrows * MPCK_ROW + MPCK_TAIL;
	d->height = d->bottom + (int)view->nends * MPCK_END_ROW +
		    (view->nends ? MPCK_TAIL / 2 : 0);
}
