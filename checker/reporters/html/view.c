/* SPDX-License-Identifier: MIT */
/* view.c - see view.h. */
#include "reporters/html/view.h"

#include <string.h>

#include "basics.h"

unsigned mpck_view_decisive(const struct mpck_view *v, size_t step)
{
	for (size_t i = 0; v->cause && i < v->cause->nsteps; i++) {
		if (v->cause->steps[i] == step)
			return (unsigned)i + 1;
	}
	return 0;
}

const char *mpck_variable_name(const struct mpck_view *v, uint32_t variable)
{
	return variable < v->trace->nvariables
		       ? v->trace->variables[variable].name : "";
}

/*
 * Rows.
 */
enum { AROUND_PREEMPTION = 8 };

/* How many more are kept; with it may come one row more, of what is folded
 * before it. */
static size_t keep_around(bool *keep, size_t n, size_t step, size_t around)
{
	size_t from = step > around ? step - around : 0;
	size_t to = n - step > around ? step + around : n - 1;
	size_t more = 0;

	for (size_t i = from; i <= to; i++) {
		more += !keep[i];
		keep[i] = true;
	}
	return more;
}

/* What is left of the rows goes to where another task came between; if there
 * was none, to the beginning. */
static void keep_preemptions(const struct mpck_view *v, bool *keep, size_t left)
{
	size_t n = v->trace->nsteps, room = 2 * AROUND_PREEMPTION + 2;

	for (size_t i = 0; i < n && left >= room; i++) {
		if (v->trace->steps[i].preempts)
			left -= keep_around(keep, n, i, AROUND_PREEMPTION) + 1;
	}
	for (size_t i = 0; i < n && left; i++) {
		left -= !keep[i];
		keep[i] = true;
	}
}

/* Which steps have a row of their own: a quarter of the rows for the
 * beginning, one for the end, one for what decides, one for preemptions. */
static void choose(const struct mpck_view *v, bool *keep, size_t most)
{
	size_t n = v->trace->nsteps, quarter = most / 4, used;

	if (n <= most) {
		memset(keep, true, n);
		return;
	}
	used = keep_around(keep, n, 0, quarter);
	used += keep_around(keep, n, n - 1, quarter) + 1;
	for (size_t i = 0; v->cause && i < v->cause->nsteps; i++) {
		if (v->cause->steps[i] < n)
			used += keep_around(keep, n, v->cause->steps[i],
					    quarter / 2 / v->cause->nsteps) + 1;
	}
	keep_preemptions(v, keep, used < most ? most - used : 0);
}

static void make_rows(struct mpck_view *v, size_t most)
{
	size_t n = v->trace->nsteps;
	bool *keep = mpck_checked(calloc(n + 1, sizeof(*keep)));

	choose(v, keep, most);
	v->rows = mpck_checked(calloc(n + 1, sizeof(*v->rows)));
	v->row_of = mpck_checked(calloc(n + 1, sizeof(*v->row_of)));
	for (size_t i = 0; i < n; i++) {
		struct mpck_view_row *last = v->nrows ? &v->rows[v->nrows - 1]
						      : NULL;

		if (!keep[i] && last && !keep[last->step])
			last->count++;
		else
			v->rows[v->nrows++] = (struct mpck_view_row){ i, 1 };
		v->row_of[i] = v->nrows - 1;
	}
	v->row_of[n] = v->nrows;
	for (size_t i = 0; i < v->nrows; i++)
		v->folded += v->rows[i].count > 1 ? v->rows[i].count : 0;
	free(keep);
}

/* Tasks that did something. */
static void make_lanes(struct mpck_view *v)
{
	bool does[MPCK_MAX_TASKS] = { false };

	for (size_t i = 0; i < v->trace->nsteps; i++)
		does[v->trace->steps[i].task % MPCK_MAX_TASKS] = true;
	for (uint32_t t = 0; t < v->trace->nlanes && t < MPCK_MAX_TASKS; t++) {
		if (!does[t])
			continue;
		v->lane_of[t] = (uint32_t)v->nlanes;
		v->lanes[v->nlanes++] = t;
	}
}

/*
 * Spans.
 */
static void add_span(struct mpck_view *v, uint32_t task, uint32_t variable,
		     size_t from, size_t to)
{
	v->spans = mpck_checked(realloc(v->spans, (v->nspans + 1) *
					sizeof(*v->spans)));
	v->spans[v->nspans++] = (struct mpck_view_span){
		task, variable, v->row_of[from], v->row_of[to] };
}

static void add_waits(struct mpck_view *v, uint32_t task)
{
	size_t n = v->trace->nsteps, from = n;

	for (size_t i = 0; i <= n; i++) {
		bool waits = i < n && mpck_set_has(v->trace->steps[i].blocked,
						   task);

		if (waits && from == n)
			from = i;
		if (!waits && from < n) {
			add_span(v, task, MPCK_NO_VARIABLE, from, i);
			from = n;
		}
	}
}

/* A task took it and has not given it back as often. */
struct hold {
	size_t from;
	unsigned levels;
};

static void follow(struct mpck_view *v, struct hold *hold, size_t i)
{
	const struct mpck_step *s = &v->trace->steps[i];

	if (s->op == MPP_OP_ACQUIRE &&
	    (s->result == 0 || s->result == MPP_EOWNERDEAD)) {
		if (!hold->levels++)
			hold->from = i;
	} else if (s->op == MPP_OP_RELEASE && s->result == 0 && hold->levels) {
		if (!--hold->levels)
			add_span(v, s->task, s->variable, hold->from, i);
	}
}

static void add_holds(struct mpck_view *v)
{
	const struct mpck_trace *t = v->trace;
	struct hold *holds = mpck_checked(calloc(
		t->nlanes * t->nvariables + 1, sizeof(*holds)));

	for (size_t i = 0; i < t->nsteps; i++) {
		const struct mpck_step *s = &t->steps[i];

		if (s->kind == MPCK_STEP_OP && s->variable < t->nvariables)
			follow(v, &holds[s->task * t->nvariables +
					 s->variable], i);
	}
	for (size_t i = 0; i < t->nlanes * t->nvariables; i++) {
		if (holds[i].levels)
			add_span(v, (uint32_t)(i / t->nvariables),
				 (uint32_t)(i % t->nvariables), holds[i].from,
				 t->nsteps);
	}
	free(holds);
}

/*
 * Who waits for whom at the end.
 */
static uint32_t holder_at_the_end(const struct mpck_view *v, uint32_t variable)
{
	for (size_t i = 0; i < v->nspans; i++) {
		if (v->spans[i].variable == variable &&
		    v->spans[i].to == v->nrows)
			return v->spans[i].task;
	}
	return MPCK_NO_TASK;
}

/* What the task announced when it began to wait. */
static const struct mpck_step *last_wait(const struct mpck_trace *t,
					 uint32_t task)
{
	for (size_t i = t->nsteps; i--;) {
		if (t->steps[i].task == task)
			return t->steps[i].kind == MPCK_STEP_WAIT
				       ? &t->steps[i] : NULL;
	}
	return NULL;
}

static void add_end(struct mpck_view *v, uint32_t task)
{
	const struct mpck_step *s = last_wait(v->trace, task);
	struct mpck_view_end e = { task, MPCK_NO_TASK, MPCK_NO_VARIABLE };

	if (!s)
		return;
	if (s->variable < v->trace->nvariables) {
		e.variable = s->variable;
		e.whom = holder_at_the_end(v, s->variable);
	}
	if (e.whom == MPCK_NO_TASK)
		e.whom = s->other;
	if (e.whom < v->trace->nlanes && e.whom != task &&
	    v->lanes[v->lane_of[e.whom]] == e.whom)
		v->ends[v->nends++] = e;
}

static void add_ends(struct mpck_view *v)
{
	const struct mpck_trace *t = v->trace;

	v->ends = mpck_checked(calloc(v->nlanes + 1, sizeof(*v->ends)));
	for (size_t i = 0; t->nsteps && i < v->nlanes; i++) {
		if (mpck_set_has(t->steps[t->nsteps - 1].blocked, v->lanes[i]))
			add_end(v, v->lanes[i]);
	}
}

void mpck_view_make(struct mpck_view *v, const struct mpck_trace *trace,
		    const struct mpck_cause *cause, size_t most)
{
	*v = (struct mpck_view){ .trace = trace, .cause = cause };
	make_rows(v, most);
	make_lanes(v);
	for (size_t i = 0; i < v->nlanes; i++)
		add_waits(v, v->lanes[i]);
	add_holds(v);
	add_ends(v);
}

void mpck_view_fini(struct mpck_view *v)
{
	free(v->rows);
	free(v->row_of);
	free(v->spans);
	free(v->ends);
	*v = (struct mpck_view){ 0 };
}
