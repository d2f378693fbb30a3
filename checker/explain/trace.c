/* SPDX-License-Identifier: MIT */
/*
 * trace.c - from the machine's records to steps that people read.
 *
 * Objects are known by their addresses while this runs, and by names from then
 * on.  What a lock or a queue is in is not read from memory but followed: the
 * records say who took it and what went in and out.
 */
#include "explain/trace.h"

#include <stdio.h>
#include <string.h>

#include "basics.h"
#include "detectors/access.h"
#include "explore/describe.h"
#include "explore/judge.h"
#include "explore/where.h"

/* What is known of a variable while the steps are made. */
struct followed {
	const void *object;
	uint64_t item;		/* of an array, whose first item lies where it
				 * does; 0: all of it */
	int64_t count;		/* levels of a lock, items of a queue, permits */
};

struct maker {
	struct mpck_trace *trace;
	struct followed *followed;	/* by variable */
	struct frame_cache {		/* looked up once each */
		const void *pc;
		struct mpck_place place;
	} *places;
	size_t nplaces;
};

static bool is_cell(const struct mpp_op *op)
{
	return mpck_reads_or_writes(op) && op->typecode && op->size &&
	       op->size <= 8;
}

/*
 * Variables.
 */
static uint32_t variable(struct maker *m, const struct mpck_record *r)
{
	const struct mpp_op *op = &r->op;
	struct mpck_trace *t = m->trace;
	uint64_t item = mpck_reads_or_writes(op) ? op->arg[0] : 0;
	char name[80];

	if (!op->object || op->kind == MPP_OP_JOIN ||
	    op->kind == MPP_OP_POLL || op->kind == MPP_OP_SIGNAL)
		return MPCK_NO_VARIABLE;
	mpck_describe_recorded(r, name);
	for (uint32_t i = 0; i < t->nvariables; i++) {
		if (m->followed[i].object == op->object &&
		    m->followed[i].item == item &&
		    !strcmp(t->variables[i].name, name)) {
			t->variables[i].cell |= is_cell(op);
			return i;
		}
	}
	t->variables = mpck_checked(realloc(t->variables, (t->nvariables + 1) *
					    sizeof(*t->variables)));
	m->followed = mpck_checked(realloc(m->followed, (t->nvariables + 1) *
					   sizeof(*m->followed)));
	m->followed[t->nvariables] = (struct followed){
		.object = op->object, .item = item };
	t->variables[t->nvariables] = (struct mpck_variable){
		.name = strdup(name), .cell = is_cell(op) };
	return (uint32_t)t->nvariables++;
}

static void change(struct mpck_step *s, char *text)
{
	s->changes = mpck_checked(realloc(s->changes, (s->nchanges + 1) *
					  sizeof(*s->changes)));
	s->changes[s->nchanges++] = (struct mpck_change){ s->variable, text };
}

static void follow_cell(struct maker *m, struct mpck_step *s,
			const struct mpck_record *r)
{
	struct mpck_variable *v = &m->trace->variables[s->variable];

	if (!v->initial)
		v->initial = mpck_describe_cell((char)r->op.typecode,
						r->before);
	if (r->after != r->before)
		change(s, mpck_describe_cell((char)r->op.typecode, r->after));
	if (r->op.kind != MPP_OP_READ && r->result >= 0) {
		s->before = mpck_describe_cell((char)r->op.typecode, r->before);
		s->value = mpck_describe_cell((char)r->op.typecode, r->after);
	} else if (r->result >= 0) {
		s->value = mpck_describe_cell((char)r->op.typecode, r->after);
	}
}

static void follow_lock(struct maker *m, struct mpck_step *s,
			const struct mpck_record *r)
{
	struct followed *f = &m->followed[s->variable];
	const char *task = mpck_machine_task(r->task).name;

	if (r->op.kind == MPP_OP_ACQUIRE &&
	    (r->result == 0 || r->result == MPP_EOWNERDEAD)) {
		if (r->result)
			f->count = 0;	/* the dead owner's are gone */
		f->count++;
		change(s, f->count > 1
		       ? mpck_text("held by %s, %lld times", task,
				   (long long)f->count)
		       : mpck_text("held by %s", task));
	} else if (r->op.kind == MPP_OP_RELEASE && r->result == 0) {
		f->count -= f->count > 0;
		change(s, f->count ? mpck_text("held by %s", task)
				   : mpck_text("free"));
	}
}

static void follow_count(struct maker *m, struct mpck_step *s,
			 const struct mpck_record *r)
{
	struct followed *f = &m->followed[s->variable];
	bool more = r->op.kind == MPP_OP_SEND || r->op.kind == MPP_OP_TAKE;
	const char *what = r->op.kind == MPP_OP_SEND ||
			   r->op.kind == MPP_OP_RECEIVE ? "item" : "permit";

	if (r->result < 0)
		return;
	f->count += more ? 1 : -1;
	change(s, mpck_text("%lld %s%s%s", (long long)f->count, what,
			    f->count == 1 ? "" : "s",
			    *what == 'p' ? " taken" : ""));
}

/* What the operation did to what it is on. */
static void follow(struct maker *m, struct mpck_step *s,
		   const struct mpck_record *r)
{
	struct mpck_variable *v;

	if (s->variable == MPCK_NO_VARIABLE)
		return;
	v = &m->trace->variables[s->variable];
	switch (r->op.kind) {
	case MPP_OP_ACQUIRE:
	case MPP_OP_RELEASE:
		follow_lock(m, s, r);
		break;
	case MPP_OP_SEND:
	case MPP_OP_RECEIVE:
	case MPP_OP_TAKE:
	case MPP_OP_GIVE:
		follow_count(m, s, r);
		break;
	default:
		if (is_cell(&r->op))
			follow_cell(m, s, r);
		break;
	}
	if (!v->initial && s->nchanges)
		v->initial = strdup(r->op.kind == MPP_OP_ACQUIRE ||
				    r->op.kind == MPP_OP_RELEASE ? "free"
				    : r->op.kind == MPP_OP_SEND ||
				      r->op.kind == MPP_OP_RECEIVE
					    ? "0 items" : "0 permits taken");
}

/*
 * Places.
 */
static const struct mpck_place *place_of(struct maker *m, const void *pc)
{
	for (size_t i = 0; i < m->nplaces; i++) {
		if (m->places[i].pc == pc)
			return &m->places[i].place;
	}
	m->places = mpck_checked(realloc(m->places, (m->nplaces + 1) *
					 sizeof(*m->places)));
	m->places[m->nplaces] = (struct frame_cache){
		pc, mpck_place_of(pc, true) };
	return &m->places[m->nplaces++].place;
}

static char *copy(const char *text)
{
	return text ? mpck_checked(strdup(text)) : NULL;
}

static void add_frames(struct maker *m, struct mpck_step *s,
		       const struct mpck_record *r)
{
	s->nframes = r->nstack;
	s->frames = mpck_checked(calloc(r->nstack + 1, sizeof(*s->frames)));
	for (uint32_t i = 0; i < r->nstack; i++) {
		const struct mpck_place *p = place_of(m, r->stack[i]);
		const char *slash = p->path ? strrchr(p->path, '/') : NULL;

		s->frames[i] = (struct mpck_frame){
			.function = copy(p->function ? p->function : "?"),
			.file = copy(slash ? slash + 1 : p->path),
			.path = copy(p->path), .line = p->line };
	}
}

/*
 * Steps.
 */
static char *brief(const struct mpck_record *r, const struct mpck_step *s)
{
	const char *verb = mpck_describe_deed(r);

	switch (r->kind) {
	case MPCK_EVENT_OP:
		if (r->result < 0)
			return mpck_text("%s: %s", verb,
					 mpp_strerror(r->result));
		return s->value ? mpck_text("%s %s", verb, s->value)
				: mpck_text("%s", verb);
	case MPCK_EVENT_WAIT:
		return mpck_text("wait: %s", verb);
	case MPCK_EVENT_START:
		return mpck_text("start %s",
				 mpck_machine_task((uint32_t)r->result).name);
	case MPCK_EVENT_END:
		return r->result ? mpck_text("exit %d", r->result)
				 : mpck_text("end");
	default:
		return copy(r->text);
	}
}

static enum mpck_step_kind kind_of(enum mpck_event_kind kind)
{
	static const enum mpck_step_kind kinds[] = {
		[MPCK_EVENT_OP] = MPCK_STEP_OP,
		[MPCK_EVENT_OUTPUT] = MPCK_STEP_OUTPUT,
		[MPCK_EVENT_START] = MPCK_STEP_START,
		[MPCK_EVENT_END] = MPCK_STEP_END,
		[MPCK_EVENT_OBSERVE] = MPCK_STEP_OBSERVE,
		[MPCK_EVENT_WAIT] = MPCK_STEP_WAIT,
	};

	return kinds[kind];
}

static uint32_t other_task(const struct mpck_record *r)
{
	if (r->kind == MPCK_EVENT_START)
		return (uint32_t)r->result;
	if (r->kind != MPCK_EVENT_OP && r->kind != MPCK_EVENT_WAIT)
		return MPCK_NO_TASK;
	if (r->op.kind == MPP_OP_JOIN || r->op.kind == MPP_OP_POLL ||
	    r->op.kind == MPP_OP_SIGNAL)
		return (uint32_t)r->op.arg[0];
	return r->kind == MPCK_EVENT_WAIT ? r->holder : MPCK_NO_TASK;
}

static void make_step(struct maker *m, const struct mpck_record *r)
{
	struct mpck_trace *t = m->trace;
	struct mpck_step *s = &t->steps[t->nsteps++];
	bool op = r->kind == MPCK_EVENT_OP || r->kind == MPCK_EVENT_WAIT;

	*s = (struct mpck_step){
		.kind = kind_of(r->kind), .task = r->task,
		.number = r->kind == MPCK_EVENT_OP ? r->step : 0,
		.text = r->kind == MPCK_EVENT_OBSERVE ||
			r->kind == MPCK_EVENT_OUTPUT ? copy(r->text)
						     : mpck_describe_record(r),
		.op = op ? r->op.kind : MPP_OP_NONE,
		.atomic = op && mpck_reads_or_writes(&r->op) &&
			  r->op.order != MPP_PLAIN,
		.variable = op ? variable(m, r) : MPCK_NO_VARIABLE,
		.other = other_task(r), .result = r->result,
		.blocked = r->blocked, .preempts = r->preempts };
	if (r->kind == MPCK_EVENT_OP) {
		t->operations++;
		t->preemptions += r->preempts;
		follow(m, s, r);
	}
	s->brief = brief(r, s);
	add_frames(m, s, r);
}

static void make_lanes(struct mpck_trace *t)
{
	t->nlanes = mpck_machine_tasks();
	t->lanes = mpck_checked(calloc(t->nlanes + 1, sizeof(*t->lanes)));
	for (uint32_t i = 0; i < t->nlanes; i++) {
		struct mpck_task_view v = mpck_machine_task(i);

		t->lanes[i] = (struct mpck_lane){ copy(v.name), v.process };
	}
}

void mpck_trace_make(struct mpck_trace *trace, enum mpck_end end)
{
	struct maker m = { .trace = trace };
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);

	*trace = (struct mpck_trace){ .outcome = mpck_outcome_now(end) };
	make_lanes(trace);
	trace->steps = mpck_checked(calloc(n + 1, sizeof(*trace->steps)));
	for (size_t i = 0; i < n; i++)
		make_step(&m, &r[i]);
	for (size_t i = 0; i < trace->nvariables; i++) {
		if (!trace->variables[i].initial)
			trace->variables[i].initial = strdup("?");
	}
	for (size_t i = 0; i < m.nplaces; i++) {
		free(m.places[i].place.function);
		free(m.places[i].place.path);
	}
	free(m.places);
	free(m.followed);
}
