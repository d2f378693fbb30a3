/* SPDX-License-Identifier: MIT */
/* lanes.c - see lanes.h. */
#include "reporters/lanes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

enum {
	LANE_GAP = 1,		/* between a text and the next lane */
	LANE_LINE = 2,		/* the lane's own line and a space */
	NAME_MOST = 12,
	TEXT_LEAST = 14,	/* behind narrow lanes */
	MARK = 2,		/* of a decisive operation, and a space */
};

static bool has_lane(const struct mpck_row *row)
{
	return row->kind == MPCK_ROW_STEP || row->kind == MPCK_ROW_ROUNDS;
}

/*
 * What tasks are in.
 */
struct follower {
	struct mpck_states now;
	mpck_taskset ended;
	uint32_t levels[MPCK_MAX_TASKS];	/* of locks held */
};

static void follow_locks(struct follower *f, const struct mpck_step *s)
{
	uint32_t *levels = &f->levels[s->task];

	if (s->op == MPP_OP_ACQUIRE &&
	    (s->result >= 0 || s->result == MPP_EOWNERDEAD))
		++*levels;
	else if (s->op == MPP_OP_RELEASE && s->result >= 0 && *levels)
		--*levels;
	f->now.holding = *levels ? f->now.holding | mpck_set_of(s->task)
				 : f->now.holding & ~mpck_set_of(s->task);
}

static void follow(struct follower *f, const struct mpck_step *s)
{
	f->now.alive |= mpck_set_of(s->task);
	f->now.blocked = s->blocked;
	if (s->kind == MPCK_STEP_START && s->other < MPCK_MAX_TASKS)
		f->now.alive |= mpck_set_of(s->other);
	if (s->kind == MPCK_STEP_OP)
		follow_locks(f, s);
	if (s->kind == MPCK_STEP_END)
		f->ended |= mpck_set_of(s->task);
}

/* A lane ends behind the last row of its task, not on it. */
static void find_states(struct mpck_lanes *l)
{
	const struct mpck_trace *t = l->timeline->trace;
	struct follower f = { .ended = 0 };
	size_t at = 0;

	l->states = mpck_checked(calloc(l->rows.count + 1,
					sizeof(*l->states)));
	for (size_t i = 0; i < l->rows.count; i++) {
		const struct mpck_row *row = &l->rows.row[i];

		f.now.alive &= ~f.ended;
		for (; at <= row->last && at < t->nsteps; at++) {
			follow(&f, &t->steps[at]);
			if (t->steps[at].kind == MPCK_STEP_END &&
			    at < row->first)
				f.now.alive &= ~f.ended;
		}
		l->states[i] = f.now;
	}
}

/*
 * Texts.
 */
static const struct mpck_frame *frame_of(const struct mpck_lanes *l,
					 const struct mpck_row *row)
{
	const struct mpck_step *s = &l->timeline->trace->steps[row->first];

	return row->kind == MPCK_ROW_STEP && s->nframes && s->frames[0].file
		       ? &s->frames[0] : NULL;
}

/* The line is at the end. */
static char *cut_left(const struct mpck_lanes *l, char *place)
{
	const char *dots = l->style->unicode ? "\u2026" : "..";
	int over = mpck_columns(place) - l->place;
	const char *rest = place;
	char *cut;

	if (over <= 0)
		return place;
	for (over += mpck_columns(dots); over > 0 && *rest; over--) {
		do
			rest++;
		while (((unsigned char)*rest & 0xc0) == 0x80);
	}
	cut = mpck_text("%s%s", dots, rest);
	free(place);
	return cut;
}

char *mpck_lanes_place(const struct mpck_lanes *l, const struct mpck_row *row)
{
	const struct mpck_frame *f = frame_of(l, row);
	char *place;

	if (!f)
		return mpck_text("%s", "");
	place = mpck_text("%s:%u", l->lines_only ? "" : f->file, f->line);
	return l->place ? cut_left(l, place) : place;
}

char *mpck_lanes_words(const struct mpck_lanes *l, const struct mpck_row *row)
{
	if (row->kind == MPCK_ROW_ROUNDS)
		return mpck_text(l->style->unicode ? "\u2026 \u00d7%zu"
						    : "... x%zu", row->rounds);
	return mpck_step_words(l->timeline->trace, row->first, l->wording);
}

/* The one file of all places. */
static void find_file(struct mpck_lanes *l)
{
	bool several = false;

	for (size_t i = 0; i < l->rows.count; i++) {
		const struct mpck_frame *f = frame_of(l, &l->rows.row[i]);

		if (!f)
			continue;
		several = several || (l->file && strcmp(l->file, f->file) != 0);
		l->file = f->file;
	}
	if (several)
		l->file = NULL;
}

static int longer(int columns, const char *text)
{
	int have = mpck_columns(text);

	return have > columns ? have : columns;
}

static int longest(const struct mpck_lanes *l,
		   char *(*words)(const struct mpck_lanes *,
				  const struct mpck_row *))
{
	int columns = 0;

	for (size_t i = 0; i < l->rows.count; i++) {
		char *text;

		if (!has_lane(&l->rows.row[i]))
			continue;
		text = words(l, &l->rows.row[i]);
		columns = longer(columns, text);
		free(text);
	}
	return columns;
}

/*
 * Columns.
 */
static void find_shown(struct mpck_lanes *l)
{
	char number[24] = "";
	const struct mpck_trace *t = l->timeline->trace;

	l->number = 2;
	for (size_t i = 0; i < l->rows.count; i++) {
		const struct mpck_row *row = &l->rows.row[i];

		if (!has_lane(row))
			continue;
		l->shown |= mpck_set_of(row->task);
		if (row->kind == MPCK_ROW_STEP)
			snprintf(number, sizeof(number), "%" PRIu64,
				 t->steps[row->first].number);
		l->number = longer(l->number, number);
	}
	l->left = l->timeline->indent + 2 + l->number + 2;
	for (uint32_t i = 0; i < t->nlanes && i < MPCK_MAX_TASKS; i++) {
		if (mpck_set_has(l->shown, i))
			l->name = longer(l->name, t->lanes[i].name);
	}
	l->name = l->name > NAME_MOST ? NAME_MOST : l->name;
}

static void give_lanes(struct mpck_lanes *l, mpck_taskset tasks)
{
	memset(l->lane_of, MPCK_NO_LANE, sizeof(l->lane_of));
	l->nlanes = 0;
	for (; tasks; tasks &= tasks - 1) {
		uint32_t task = mpck_set_first(tasks);

		l->lane_of[task] = (uint8_t)l->nlanes;
		l->task_of[l->nlanes++] = task;
	}
}

/* Names of what is worked on may be left out when there is one of a kind. */
static bool is_clear_without_names(const struct mpck_lanes *l)
{
	const struct mpck_trace *t = l->timeline->trace;
	uint32_t only[2] = { MPCK_NO_VARIABLE, MPCK_NO_VARIABLE };

	for (size_t i = 0; i < l->rows.count; i++) {
		const struct mpck_row *row = &l->rows.row[i];
		uint32_t v = t->nsteps ? t->steps[row->first].variable
				       : MPCK_NO_VARIABLE;
		uint32_t *one;

		if (!has_lane(row) || v >= t->nvariables)
			continue;
		one = &only[t->variables[v].cell];
		if (*one != MPCK_NO_VARIABLE && *one != v)
			return false;
		*one = v;
	}
	return true;
}

static int room(const struct mpck_lanes *l)
{
	return l->style->width - l->left - MARK - 1 - l->place;
}

static bool try_wide(struct mpck_lanes *l, enum mpck_wording wording,
		     bool lines_only)
{
	int need, have;

	if (lines_only && !l->file)
		return false;
	l->wording = wording;
	l->lines_only = lines_only;
	l->place = 0;
	l->place = longest(l, mpck_lanes_place);
	need = LANE_LINE + longest(l, mpck_lanes_words) + LANE_GAP;
	have = room(l) / (l->nlanes ? l->nlanes : 1);
	l->lane = need > l->name + LANE_GAP ? need : l->name + LANE_GAP;
	return l->lane <= have;
}

static bool is_wide(struct mpck_lanes *l)
{
	static const bool places[] = { false, true };

	give_lanes(l, l->shown);
	for (int i = 0; i < 2; i++) {
		if (try_wide(l, MPCK_WORDS_ALL, places[i]) ||
		    try_wide(l, MPCK_WORDS_NAMES, places[i]))
			return true;
	}
	if (!is_clear_without_names(l))
		return false;
	return try_wide(l, MPCK_WORDS_SHORT, false) ||
	       try_wide(l, MPCK_WORDS_SHORT, true);
}

static mpck_taskset deciders(const struct mpck_lanes *l)
{
	const struct mpck_trace *t = l->timeline->trace;
	mpck_taskset tasks = 0;

	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].decisive)
			tasks |= mpck_set_of(t->steps[i].task);
	}
	return tasks & l->shown;
}

/* So many lanes and no more: who decides, then the first of the rest. */
static void share_lanes(struct mpck_lanes *l, uint32_t most)
{
	mpck_taskset own = deciders(l), rest = l->shown & ~own;

	while (mpck_set_count(own) > most - 1)
		own &= ~mpck_set_of(mpck_set_last(own));
	while (mpck_set_count(own) < most - 1 && rest) {
		own |= mpck_set_of(mpck_set_first(rest));
		rest &= rest - 1;
	}
	give_lanes(l, own);
	l->others = l->shown & ~own;
	for (mpck_taskset s = l->others; s; s &= s - 1)
		l->lane_of[mpck_set_first(s)] = (uint8_t)l->nlanes;
	l->task_of[l->nlanes++] = MPCK_NO_TASK;
}

/* Names if there is room for them, or nothing is clear without them; how long
 * the texts are. */
static int narrow_words(struct mpck_lanes *l, int count)
{
	int wanted;

	l->wording = MPCK_WORDS_NAMES;
	wanted = longest(l, mpck_lanes_words);
	if (3 * count + l->name + 2 + wanted <= room(l) ||
	    !is_clear_without_names(l))
		return wanted;
	l->wording = MPCK_WORDS_SHORT;
	return longest(l, mpck_lanes_words);
}

/* Lanes as narrow as they must be, the text behind them. */
static void make_narrow(struct mpck_lanes *l)
{
	int count = (int)mpck_set_count(l->shown), most, wanted;

	l->lines_only = l->file != NULL;
	l->place = 0;
	l->place = longest(l, mpck_lanes_place);
	if (l->place > l->style->width / 4)
		l->place = l->style->width / 4;
	wanted = narrow_words(l, count);
	most = room(l) - l->name - 2 -
	       (wanted < TEXT_LEAST ? wanted : TEXT_LEAST);
	for (l->lane = 3; l->lane > 1 && l->lane * count > most; l->lane--)
		;
	if (most < 2)
		give_lanes(l, 0);
	else if (l->lane * count > most)
		share_lanes(l, (uint32_t)most);
	l->text = room(l) - l->nlanes * l->lane - l->name - 2;
	l->text = wanted + 1 < l->text ? wanted + 1 : l->text;
}

void mpck_lanes_init(struct mpck_lanes *l, const struct mpck_style *style,
		     const struct mpck_timeline *timeline)
{
	*l = (struct mpck_lanes){ .timeline = timeline, .style = style };
	mpck_rows_make(&l->rows, timeline->trace, timeline->folding,
		       timeline->most);
	find_states(l);
	find_file(l);
	find_shown(l);
	l->wide = is_wide(l);
	if (!l->wide)
		make_narrow(l);
}

void mpck_lanes_fini(struct mpck_lanes *l)
{
	mpck_rows_fini(&l->rows);
	free(l->states);
}
