/* SPDX-License-Identifier: MIT */
/* traces.h - traces of executions, made by hand for tests of what shows them. */
#ifndef MPCK_TESTS_TRACES_H
#define MPCK_TESTS_TRACES_H

#include <stdio.h>
#include <string.h>

#include "basics.h"
#include "explain/explanation.h"
#include "unit.h"

enum { MOST_STEPS = 4000 };

static inline struct mpck_trace *new_trace(uint32_t tasks)
{
	struct mpck_trace *t = mpck_checked(calloc(1, sizeof(*t)));

	t->lanes = mpck_checked(calloc(tasks + 1, sizeof(*t->lanes)));
	t->steps = mpck_checked(calloc(MOST_STEPS, sizeof(*t->steps)));
	t->variables = mpck_checked(calloc(16, sizeof(*t->variables)));
	t->nlanes = tasks;
	for (uint32_t i = 0; i < tasks; i++) {
		char name[32] = "main";

		if (i)
			snprintf(name, sizeof(name), "Process-%u", i);
		t->lanes[i] = (struct mpck_lane){ strdup(name), i };
	}
	return t;
}

static inline void free_trace(struct mpck_trace *t)
{
	mpck_trace_fini(t);
	free(t);
}

static inline struct mpck_step *add(struct mpck_trace *t,
				    enum mpck_step_kind kind, uint32_t task,
				    const char *brief)
{
	struct mpck_step *s = &t->steps[t->nsteps];

	ck_assert_uint_lt(t->nsteps, MOST_STEPS);
	*s = (struct mpck_step){ .kind = kind,
				 .task = task,
				 .brief = strdup(brief),
				 .text = strdup(brief),
				 .variable = MPCK_NO_VARIABLE,
				 .other = MPCK_NO_TASK };
	if (t->nsteps)
		s->blocked =
			t->steps[t->nsteps - 1].blocked & ~mpck_set_of(task);
	t->nsteps++;
	return s;
}

static inline void start_all(struct mpck_trace *t)
{
	for (uint32_t i = 1; i < t->nlanes; i++) {
		char text[40];

		snprintf(text, sizeof(text), "start %s", t->lanes[i].name);
		add(t, MPCK_STEP_START, 0, text)->other = i;
	}
}

static inline uint32_t variable(struct mpck_trace *t, const char *name)
{
	for (uint32_t i = 0; i < t->nvariables; i++) {
		if (strcmp(t->variables[i].name, name) == 0)
			return i;
	}
	t->variables[t->nvariables] =
		(struct mpck_variable){ strdup(name), strdup("?"),
					strncmp(name, "lock", 4) != 0 };
	return (uint32_t)t->nvariables++;
}

static inline void at_line(struct mpck_step *s, const char *file, unsigned line)
{
	s->frames = mpck_checked(calloc(1, sizeof(*s->frames)));
	s->frames[0] =
		(struct mpck_frame){ strdup("work"), strdup(file), NULL, line };
	s->nframes = 1;
}

/* task performs: "read 100" on value#1 in line 30. */
static inline struct mpck_step *op(struct mpck_trace *t, uint32_t task,
				   enum mpp_op_kind kind, const char *on,
				   const char *value, unsigned line)
{
	static const char *const verbs[] = {
		[MPP_OP_READ] = "read",
		[MPP_OP_WRITE] = "write",
		[MPP_OP_ACQUIRE] = "acquire",
		[MPP_OP_RELEASE] = "release",
	};
	char brief[80];
	struct mpck_step *s;

	snprintf(brief, sizeof(brief), "%s%s%s", verbs[kind], value ? " " : "",
		 value ? value : "");
	s = add(t, MPCK_STEP_OP, task, brief);
	s->op = kind;
	s->number = ++t->operations;
	s->variable = variable(t, on);
	s->value = value ? strdup(value) : NULL;
	at_line(s, "balance.c", line);
	return s;
}

static inline struct mpck_step *waits(struct mpck_trace *t, uint32_t task,
				      enum mpp_op_kind kind, const char *on,
				      unsigned line)
{
	struct mpck_step *s = add(t, MPCK_STEP_WAIT, task, "wait: acquire");

	s->op = kind;
	s->blocked |= mpck_set_of(task);
	if (on)
		s->variable = variable(t, on);
	at_line(s, "balance.c", line);
	return s;
}

static inline void ends(struct mpck_trace *t, uint32_t task)
{
	add(t, MPCK_STEP_END, task, "end");
}

static inline void decides(struct mpck_step *s)
{
	s->decisive = true;
}

static inline void takes_over(struct mpck_step *s)
{
	s->preempts = true;
}

/* Two processes lose an update; the others run alone before them. */
static inline struct mpck_trace *lost_update(uint32_t tasks)
{
	struct mpck_trace *t = new_trace(tasks);
	struct mpck_step *s;

	start_all(t);
	waits(t, 0, MPP_OP_JOIN, NULL, 50);
	for (uint32_t i = 3; i < tasks; i++) {
		op(t, i, MPP_OP_READ, "value#1", "100", 30);
		op(t, i, MPP_OP_WRITE, "value#1", "100", 33);
		ends(t, i);
	}
	decides(op(t, 1, MPP_OP_READ, "value#1", "100", 30));
	s = op(t, 2, MPP_OP_READ, "value#1", "100", 41);
	takes_over(s);
	decides(op(t, 2, MPP_OP_WRITE, "value#1", "50", 44));
	ends(t, 2);
	s = op(t, 1, MPP_OP_WRITE, "value#1", "200", 33);
	decides(s);
	s->before = strdup("50");
	ends(t, 1);
	op(t, 0, MPP_OP_READ, "value#1", "200", 60);
	t->outcome = strdup("balance=200");
	return t;
}

#endif
