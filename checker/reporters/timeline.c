/* SPDX-License-Identifier: MIT */
/* timeline.c - printing what lanes.c has measured; see timeline.h. */
#include "reporters/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/lanes.h"
#include "reporters/legend.h"

struct printer {
	FILE *out;
	const struct mpck_lanes *l;
	const struct mpck_style *style;
	const struct mpck_trace *trace;
	bool used[MPCK_MARKS];	/* for the legend */
};

static const char *mark(struct printer *p, enum mpck_mark m)
{
	p->used[m] = true;
	return mpck_marks[p->style->unicode][m];
}

static void paint(struct printer *p, enum mpck_paint paint)
{
	mpck_paint(p->out, p->style, paint);
}

static void spaces(struct printer *p, int n)
{
	if (n > 0)
		fprintf(p->out, "%*s", n, "");
}

/* Spaces are owed, and paid only when something follows: no line ends in
 * them. */
static void text(struct printer *p, enum mpck_paint how, int *owed,
		 const char *words, int columns)
{
	int have = mpck_columns(words);

	if (have && columns > 0) {
		spaces(p, *owed);
		*owed = 0;
		if (how != MPCK_PLAIN)
			paint(p, how);
		mpck_print_cut(p->out, p->style, words,
			       have < columns ? have : columns);
		if (how != MPCK_PLAIN)
			paint(p, MPCK_PLAIN);
	}
	if (have < columns)
		*owed += columns - have;
}

static const struct mpck_step *step_of(struct printer *p,
				       const struct mpck_row *row)
{
	return row->kind == MPCK_ROW_STEP ? &p->trace->steps[row->first] : NULL;
}

static bool is_decisive(struct printer *p, const struct mpck_row *row)
{
	const struct mpck_step *s = step_of(p, row);

	return s && s->decisive;
}

static bool is_here(struct printer *p, const struct mpck_row *row)
{
	size_t here = p->l->timeline->here;

	return here != MPCK_NO_STEP && row->first <= here && here <= row->last;
}

/* "» 12  " */
static void print_number(struct printer *p, const struct mpck_row *row,
			 int *owed)
{
	const struct mpck_step *s = step_of(p, row);
	char number[24] = "";

	spaces(p, p->l->timeline->indent);
	if (is_here(p, row))
		text(p, MPCK_NOTE, owed, mark(p, MPCK_MARK_HERE), 2);
	else if (s && s->preempts)
		text(p, MPCK_NOTE, owed, mark(p, MPCK_MARK_PREEMPTS), 2);
	else
		*owed += 2;
	if (s && s->number)
		snprintf(number, sizeof(number), "%" PRIu64, s->number);
	*owed += p->l->number - (int)strlen(number);
	text(p, MPCK_DIM, owed, number, (int)strlen(number));
	*owed += 2;
}

static enum mpck_paint paint_of(struct printer *p, const struct mpck_row *row)
{
	if (is_decisive(p, row))
		return MPCK_BAD;
	if (is_here(p, row))
		return MPCK_BOLD;
	return row->dim || row->kind == MPCK_ROW_ROUNDS ? MPCK_DIM : MPCK_PLAIN;
}

/* The line of a lane that nothing happens in, or the one that it happens in:
 * who holds a lock and waits for another shows both. */
static void print_line(struct printer *p, const struct mpck_states *states,
		       mpck_taskset tasks, int *owed)
{
	bool holds = states->holding & states->alive & tasks;
	bool waits = states->blocked & tasks;
	enum mpck_mark m = holds ? MPCK_MARK_HOLDS : waits ? MPCK_MARK_WAITS : MPCK_MARK_LINE;

	if (!(states->alive & tasks)) {
		*owed += 1;
		return;
	}
	text(p, holds ? MPCK_NOTE : MPCK_DIM, owed, mark(p, m), 1);
}

static void print_idle(struct printer *p, const struct mpck_states *states,
		       mpck_taskset tasks, int *owed)
{
	bool both = states->holding & states->blocked & states->alive & tasks;

	print_line(p, states, tasks, owed);
	if (p->l->lane < 2)
		return;
	if (both)
		text(p, MPCK_DIM, owed, mark(p, MPCK_MARK_WAITS), 1);
	*owed += p->l->lane - 1 - both;
}

static mpck_taskset tasks_of(const struct mpck_lanes *l, int lane)
{
	uint32_t task = l->task_of[lane];

	return task == MPCK_NO_TASK ? l->others : mpck_set_of(task);
}

static void print_place(struct printer *p, const struct mpck_row *row,
			int *owed)
{
	char *place = mpck_lanes_place(p->l, row);
	bool decides = is_decisive(p, row);

	if (decides)
		text(p, MPCK_BAD, owed, mark(p, MPCK_MARK_DECIDES), 2);
	else
		*owed += 2;
	text(p, decides ? MPCK_PLAIN : MPCK_DIM, owed, place, p->l->place);
	free(place);
}

static void print_wide(struct printer *p, const struct mpck_row *row,
		       const struct mpck_states *states)
{
	char *words = mpck_lanes_words(p->l, row);
	int owed = 0;

	print_number(p, row, &owed);
	for (int i = 0; i < p->l->nlanes; i++) {
		if (p->l->task_of[i] != row->task) {
			print_idle(p, states, tasks_of(p->l, i), &owed);
			continue;
		}
		print_line(p, states, tasks_of(p->l, i), &owed);
		owed++;
		text(p, paint_of(p, row), &owed, words, p->l->lane - 2);
	}
	free(words);
	print_place(p, row, &owed);
	fputc('\n', p->out);
}

static void print_point(struct printer *p, const struct mpck_row *row,
			const struct mpck_states *states, int *owed)
{
	const struct mpck_step *s = step_of(p, row);

	if (s && s->kind == MPCK_STEP_WAIT) {
		print_idle(p, states, mpck_set_of(row->task), owed);
		return;
	}
	text(p, paint_of(p, row), owed, mark(p, MPCK_MARK_OPERATION), 1);
	*owed += p->l->lane - 1;
}

static void print_narrow(struct printer *p, const struct mpck_row *row,
			 const struct mpck_states *states)
{
	char *words = mpck_lanes_words(p->l, row);
	int owed = 0;

	print_number(p, row, &owed);
	for (int i = 0; i < p->l->nlanes; i++) {
		if (p->l->lane_of[row->task] == i)
			print_point(p, row, states, &owed);
		else
			print_idle(p, states, tasks_of(p->l, i), &owed);
	}
	owed++;
	text(p, row->dim ? MPCK_DIM : MPCK_PLAIN, &owed,
	     p->trace->lanes[row->task].name, p->l->name);
	owed++;
	text(p, paint_of(p, row), &owed, words, p->l->text);
	free(words);
	print_place(p, row, &owed);
	fputc('\n', p->out);
}

static void print_note(struct printer *p, const struct mpck_row *row)
{
	int owed = p->l->left;
	bool end = row->kind == MPCK_ROW_END;

	text(p, !end ? MPCK_DIM : p->l->timeline->bad ? MPCK_BAD : MPCK_BOLD,
	     &owed, row->text, p->style->width - p->l->left);
	fputc('\n', p->out);
}

static void print_row(struct printer *p, size_t i)
{
	const struct mpck_row *row = &p->l->rows.row[i];

	if (row->kind == MPCK_ROW_NOTE || row->kind == MPCK_ROW_END)
		print_note(p, row);
	else if (p->l->wide)
		print_wide(p, row, &p->l->states[i]);
	else
		print_narrow(p, row, &p->l->states[i]);
}

/* "12" of "Process-12", "m" of "main": narrow lanes have no room for more. */
static const char *short_name(const char *name, char buffer[8])
{
	const char *digits = name + strlen(name);

	while (digits > name && strchr("0123456789", digits[-1]))
		digits--;
	if (*digits)
		snprintf(buffer, 8, "%s", digits);
	else
		snprintf(buffer, 8, "%.1s", name);
	return buffer;
}

/* Labels of narrow lanes stand close: a label that is cut would be another. */
static bool has_labels(struct printer *p)
{
	const struct mpck_lanes *l = p->l;
	char buffer[8];

	for (int i = 0; i < l->nlanes && !l->wide; i++) {
		uint32_t task = l->task_of[i];

		if (task < p->trace->nlanes &&
		    mpck_columns(short_name(p->trace->lanes[task].name,
					    buffer)) > l->lane - (l->lane > 1))
			return false;
	}
	return l->nlanes > 0;
}

/* The file that the places leave out, above them; false: no room. */
static bool print_file(struct printer *p, int used)
{
	const struct mpck_lanes *l = p->l;
	int end = l->left + l->nlanes * l->lane + 2 + l->place;
	int owed;

	if (!l->wide)
		end += l->name + 2 + l->text;
	if (!l->lines_only || !l->file)
		return false;
	owed = end - mpck_columns(l->file) - used;
	if (owed < 2)
		return false;
	text(p, MPCK_DIM, &owed, l->file, mpck_columns(l->file));
	return true;
}

/* Whether the file is told. */
static bool print_head(struct printer *p)
{
	const struct mpck_lanes *l = p->l;
	int owed = l->left, used = 0;
	bool told;

	for (int i = 0; i < l->nlanes; i++) {
		uint32_t task = l->task_of[i];
		const char *name = task < p->trace->nlanes
					   ? p->trace->lanes[task].name : "+";
		char buffer[8];
		int room = l->lane - (l->lane > 1);

		name = l->wide ? name : short_name(name, buffer);
		used = l->left + i * l->lane + (mpck_columns(name) < room
						? mpck_columns(name) : room);
		text(p, MPCK_BOLD, &owed, name, room);
		owed += l->lane > 1;
	}
	told = print_file(p, used);
	fputc('\n', p->out);
	return told;
}

/* The rows of a window around `here`, or all. */
static void print_rows(struct printer *p)
{
	size_t n = p->l->rows.count, window = p->l->timeline->window;
	size_t from = 0, here = 0;

	if (!window || window >= n) {
		window = n;
	} else {
		for (size_t i = 0; i < n; i++) {
			if (p->l->rows.row[i].first <= p->l->timeline->here)
				here = i;
		}
		from = here > window / 2 ? here - window / 2 : 0;
		from = from + window > n ? n - window : from;
	}
	for (size_t i = from; i < from + window; i++)
		print_row(p, i);
}

void mpck_timeline_print(FILE *out, const struct mpck_style *style,
			 const struct mpck_timeline *timeline)
{
	struct mpck_lanes lanes;
	struct printer p = { .out = out, .l = &lanes, .style = style,
			     .trace = timeline->trace };
	bool told = false;

	mpck_lanes_init(&lanes, style, timeline);
	if (has_labels(&p))
		told = print_head(&p);
	print_rows(&p);
	if (!timeline->no_legend)
		mpck_legend_print(out, &lanes, p.used, !told);
	mpck_lanes_fini(&lanes);
}
