/* SPDX-License-Identifier: MIT */
/*
 * rows.c - the steps of a trace that are worth a line.
 *
 * Everything starts with one task that makes objects and starts others, and
 * ends with it joining them and reading what came out.  The lines between are
 * what a reader is here for: the rest is one line in front and one behind.
 */
#include "reporters/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

struct maker {
	const struct mpck_trace *trace;
	struct mpck_rows *rows;
	bool whole;		/* folding may come, leaving out does not */
	size_t body, tail;	/* steps: where the body begins and ends */
};

static void add(struct maker *m, struct mpck_row row)
{
	/* There are never more rows than steps and four. */
	m->rows->row[m->rows->count++] = row;
}

/* Part of what one task does while no other does anything that matters. */
static bool is_surrounding(const struct mpck_trace *t, size_t i)
{
	const struct mpck_step *s = &t->steps[i];

	if (s->decisive || mpck_is_in_round(t, i))
		return false;
	switch (s->kind) {
	case MPCK_STEP_START:
	case MPCK_STEP_OUTPUT:
	case MPCK_STEP_OBSERVE:
		return true;
	case MPCK_STEP_END:
		return s->result == 0;
	case MPCK_STEP_WAIT:
		return s->op == MPP_OP_JOIN && s->task == t->steps[0].task;
	default:
		return s->task == t->steps[0].task && s->result >= 0;
	}
}

static void find_body(struct maker *m)
{
	const struct mpck_trace *t = m->trace;

	while (m->body < t->nsteps && is_surrounding(t, m->body))
		m->body++;
	m->tail = t->nsteps;
	if (m->body == t->nsteps) {	/* one task alone: it is the body */
		m->body = 0;
		return;
	}
	while (m->tail > m->body && is_surrounding(t, m->tail - 1))
		m->tail--;
}

/* How many operations; in *started whom they start. */
static size_t count(const struct mpck_trace *t, size_t from, size_t to,
		    mpck_taskset *started)
{
	size_t n = 0;

	*started = 0;
	for (size_t i = from; i < to; i++) {
		const struct mpck_step *s = &t->steps[i];

		n += s->kind == MPCK_STEP_OP;
		if (s->kind == MPCK_STEP_START && s->other < MPCK_MAX_TASKS)
			*started |= mpck_set_of(s->other);
	}
	return n;
}

/* "read value#1 100, read value#2 7" */
static char *list(const struct mpck_trace *t, size_t from, size_t to)
{
	char *all = mpck_text("%s", "");

	for (size_t i = from; i < to; i++) {
		char *one, *longer;

		if (t->steps[i].kind != MPCK_STEP_OP)
			continue;
		one = mpck_step_words(t, i, MPCK_WORDS_NAMES);
		longer = mpck_text("%s%s%s", all, *all ? ", " : "", one);
		free(one);
		free(all);
		all = longer;
	}
	return all;
}

static char *operations(const struct mpck_trace *t, size_t from, size_t to,
			size_t n)
{
	return n <= 2 ? list(t, from, to)
		      : mpck_text("%zu operations", n);
}

/* Whose operations those are: one task's. */
static uint32_t doer(const struct mpck_trace *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (t->steps[i].kind == MPCK_STEP_OP ||
		    t->steps[i].kind == MPCK_STEP_START)
			return t->steps[i].task;
	}
	return t->steps[from].task;
}

/* "main: write value#1 100, starts Process-1 and Process-2" */
static void add_surrounding(struct maker *m, size_t from, size_t to)
{
	const struct mpck_trace *t = m->trace;
	mpck_taskset started;
	size_t n = count(t, from, to, &started);
	char *what, *whom;

	if (!n && !started)
		return;
	what = n ? operations(t, from, to, n) : mpck_text("%s", "");
	whom = started ? mpck_tasks_words(t, started) : mpck_text("%s", "");
	add(m, (struct mpck_row){
		.kind = MPCK_ROW_NOTE, .first = from, .last = to - 1,
		.dim = true,
		.text = mpck_text("%s%s%s%s%s%s",
				  t->lanes[doer(t, from, to)].name,
				  n ? ": " : "", what,
				  n && started ? "," : "",
				  started ? " starts " : "", whom) });
	free(what);
	free(whom);
}

static bool is_last_of_task(const struct mpck_trace *t, size_t i)
{
	for (size_t j = i + 1; j < t->nsteps; j++) {
		if (t->steps[j].task == t->steps[i].task)
			return false;
	}
	return true;
}

/* A wait for children matters where it never ends. */
static bool is_worth_a_line(struct maker *m, size_t i)
{
	const struct mpck_step *s = &m->trace->steps[i];

	switch (s->kind) {
	case MPCK_STEP_END:
		return s->result != 0;
	case MPCK_STEP_WAIT:
		return s->op != MPP_OP_JOIN || s->decisive ||
		       (m->whole && is_last_of_task(m->trace, i));
	case MPCK_STEP_OUTPUT:
	case MPCK_STEP_OBSERVE:
		return m->whole;
	default:
		return true;
	}
}

/* Starts that follow each other share a line. */
static size_t add_starts(struct maker *m, size_t i)
{
	const struct mpck_trace *t = m->trace;
	size_t end = i;

	while (end < t->nsteps && t->steps[end].kind == MPCK_STEP_START &&
	       t->steps[end].task == t->steps[i].task)
		end++;
	add_surrounding(m, i, end);
	return end;
}

static void add_round_begins(struct maker *m, size_t step)
{
	add(m, (struct mpck_row){ .kind = MPCK_ROW_NOTE, .first = step,
				  .last = step, .begins_round = true,
				  .text = mpck_round_words(m->trace) });
}

static void add_steps(struct maker *m, size_t from, size_t to)
{
	const struct mpck_trace *t = m->trace;

	while (from < to) {
		if (t->round && from == t->nsteps - t->round)
			add_round_begins(m, from);
		if (t->steps[from].kind == MPCK_STEP_START) {
			from = add_starts(m, from);
			continue;
		}
		if (is_worth_a_line(m, from))
			add(m, (struct mpck_row){
				.kind = MPCK_ROW_STEP, .first = from,
				.last = from, .task = t->steps[from].task,
				.dim = from < m->body || from >= m->tail });
		from++;
	}
}

static char *deadlock_words(const struct mpck_trace *t, mpck_taskset blocked)
{
	char *who = mpck_tasks_words(t, blocked);
	char *text = mpck_text("(deadlock): %s wait%s for ever", who,
			       blocked & (blocked - 1) ? "" : "s");

	free(who);
	return text;
}

static char *end_words(const struct mpck_trace *t)
{
	const char *how = t->outcome ? t->outcome : "?";
	mpck_taskset blocked = t->nsteps ? t->steps[t->nsteps - 1].blocked : 0;

	if (t->round)
		return mpck_text("%s: again from step %" PRIu64, how,
				 t->steps[t->nsteps - t->round].number);
	return strcmp(how, "(deadlock)") == 0 && blocked
		       ? deadlock_words(t, blocked)
		       : mpck_text("ends with %s", how);
}

static void add_end(struct maker *m)
{
	size_t last = m->trace->nsteps ? m->trace->nsteps - 1 : 0;

	add(m, (struct mpck_row){ .kind = MPCK_ROW_END, .first = last,
				  .last = last, .text = end_words(m->trace) });
}

void mpck_rows_make(struct mpck_rows *rows, const struct mpck_trace *trace,
		    enum mpck_folding folding, size_t most)
{
	bool whole = folding != MPCK_FOLD_MUCH;
	struct maker m = { .trace = trace, .rows = rows, .whole = whole };

	*rows = (struct mpck_rows){ 0 };
	rows->row = mpck_checked(calloc(trace->nsteps + 5, sizeof(*rows->row)));
	find_body(&m);
	if (whole)
		add_steps(&m, 0, m.body);
	else if (m.body)
		add_surrounding(&m, 0, m.body);
	add_steps(&m, m.body, m.tail);
	if (whole)
		add_steps(&m, m.tail, trace->nsteps);
	else if (m.tail < trace->nsteps)
		add_surrounding(&m, m.tail, trace->nsteps);
	add_end(&m);
	mpck_rows_fold(rows, trace, folding, most);
}

void mpck_rows_fini(struct mpck_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->row[i].text);
	free(rows->row);
	*rows = (struct mpck_rows){ 0 };
}
