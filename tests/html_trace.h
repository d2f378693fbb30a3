/* SPDX-License-Identifier: MIT */
/*
 * html_trace.h - an explanation made by hand: two processes, one balance, a
 * lock that only one of them respects in time, and a program that tries to
 * write markup.
 */
#ifndef MPCK_TESTS_HTML_TRACE_H
#define MPCK_TESTS_HTML_TRACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explanation.h"

static const char hand_source[] =
	"/* balance.c */\n"
	"static int increase(void *arg)\n"
	"{\n"
	"	int copy = mpp_value_get(balance);\t/* a < b && \"c\" */\n"
	"	must(mpp_lock_acquire(lock, MPP_FOREVER));\n"
	"	must(mpp_value_set(balance, copy + 100));\n"
	"	must(mpp_lock_release(lock));\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static int untouched(void)\n"
	"{\n"
	"	return 1;\n"
	"}\n"
	"\n"
	"static int decrease(void *arg)\n"
	"{\n"
	"	int copy = mpp_value_get(balance);\n"
	"	must(mpp_lock_acquire(lock, MPP_FOREVER));\n"
	"	must(mpp_value_set(balance, copy - 50));\n"
	"	must(mpp_lock_release(lock));\n"
	"	return 0;\n"
	"}\n";

#define EVIL "</script><script>window.pwned = 1</script>&\"'<!--"

/* One step as a row of a table; texts are copied. */
struct hand {
	enum mpck_step_kind kind;
	uint32_t task;
	enum mpp_op_kind op;
	uint32_t variable;
	const char *text, *brief, *value, *before, *change;
	unsigned line;
	mpck_taskset blocked;
	bool preempts;
};

#define NONE MPCK_NO_VARIABLE
static const struct hand hand_steps[] = {
	{ MPCK_STEP_START, 0, 0, NONE, "starts Process-1", "start Process-1",
	  0, 0, 0, 0, 0, 0 },
	{ MPCK_STEP_START, 0, 0, NONE, "starts Process-2", "start Process-2",
	  0, 0, 0, 0, 0, 0 },
	{ MPCK_STEP_WAIT, 0, MPP_OP_JOIN, NONE, "waits for Process-1",
	  "wait: join", 0, 0, 0, 0, 1, 0 },
	{ MPCK_STEP_OP, 1, MPP_OP_READ, 0, "read value#1: 100", "read 100",
	  "100", 0, 0, 4, 1, 0 },
	{ MPCK_STEP_OP, 2, MPP_OP_READ, 0, "read value#1: 100", "read 100",
	  "100", 0, 0, 18, 1, 1 },
	{ MPCK_STEP_OP, 2, MPP_OP_ACQUIRE, 1, "acquire lock#1", "acquire",
	  0, 0, "held by Process-2", 19, 1, 0 },
	{ MPCK_STEP_WAIT, 1, MPP_OP_ACQUIRE, 1,
	  "waits for lock#1, held by Process-2", "wait: acquire", 0, 0, 0, 5, 3,
	  0 },
	{ MPCK_STEP_OP, 2, MPP_OP_WRITE, 0, "write value#1: 50", "write 50",
	  "50", "100", "50", 20, 3, 0 },
	{ MPCK_STEP_OP, 2, MPP_OP_RELEASE, 1, "release lock#1", "release", 0,
	  0, "free", 21, 1, 0 },
	{ MPCK_STEP_END, 2, 0, NONE, "ends with exit code 0", "end", 0, 0, 0,
	  0, 1, 0 },
	{ MPCK_STEP_OP, 1, MPP_OP_ACQUIRE, 1, "acquire lock#1", "acquire", 0,
	  0, "held by Process-1", 5, 1, 0 },
	{ MPCK_STEP_OP, 1, MPP_OP_WRITE, 0, "write value#1: 200", "write 200",
	  "200", "50", "200", 6, 1, 0 },
	{ MPCK_STEP_OUTPUT, 1, 0, NONE, EVIL, EVIL, 0, 0, 0, 0, 1, 0 },
	{ MPCK_STEP_OP, 1, MPP_OP_RELEASE, 1, "release lock#1", "release", 0,
	  0, "free", 7, 1, 0 },
	{ MPCK_STEP_END, 1, 0, NONE, "ends with exit code 0", "end", 0, 0, 0,
	  0, 0, 0 },
	{ MPCK_STEP_OP, 0, MPP_OP_READ, 0, "read value#1: 200", "read 200",
	  "200", 0, 0, 0, 0, 0 },
	{ MPCK_STEP_OBSERVE, 0, 0, NONE, "final " EVIL "=200", EVIL "=200",
	  0, 0, 0, 0, 0, 0 },
	{ MPCK_STEP_END, 0, 0, NONE, "ends with exit code 0", "end", 0, 0, 0,
	  0, 0, 0 },
};
enum { HAND_STEPS = sizeof(hand_steps) / sizeof(*hand_steps) };

static inline char *hand_copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static inline void hand_step(struct mpck_step *s, const struct hand *h,
			     const char *path)
{
	*s = (struct mpck_step){
		.kind = h->kind, .task = h->task, .op = h->op,
		.variable = h->variable, .other = MPCK_NO_TASK,
		.text = hand_copy(h->text), .brief = hand_copy(h->brief),
		.value = hand_copy(h->value), .before = hand_copy(h->before),
		.blocked = h->blocked, .preempts = h->preempts };
	if (h->line) {
		s->frames = calloc(1, sizeof(*s->frames));
		s->nframes = 1;
		s->frames[0] = (struct mpck_frame){
			hand_copy(h->task == 1 ? "increase" : "decrease"),
			hand_copy("balance.c"), hand_copy(path), h->line };
	}
	if (h->change) {
		s->changes = calloc(1, sizeof(*s->changes));
		s->nchanges = 1;
		s->changes[0] = (struct mpck_change){
			h->variable, hand_copy(h->change) };
	}
}

static inline void hand_lanes(struct mpck_trace *t)
{
	static const char *const names[] = { "main", "Process-1", "Process-2" };

	t->nlanes = 3;
	t->lanes = calloc(3, sizeof(*t->lanes));
	for (uint32_t i = 0; i < 3; i++)
		t->lanes[i] = (struct mpck_lane){ hand_copy(names[i]), i };
	t->nvariables = 2;
	t->variables = calloc(2, sizeof(*t->variables));
	t->variables[0] = (struct mpck_variable){
		hand_copy("value#1"), hand_copy("100"), true };
	t->variables[1] = (struct mpck_variable){
		hand_copy("lock#1"), hand_copy("free"), false };
}

/* `spins` reads of main stand before its last one; path: of hand_source. */
static inline struct mpck_explanation *hand_explanation(const char *path,
							size_t spins)
{
	static const struct hand spin = { MPCK_STEP_OP, 0, MPP_OP_READ, 0,
		"read value#1: 200", "read 200", "200", 0, 0, 0, 0, 0 };
	struct mpck_explanation *e = calloc(1, sizeof(*e));
	struct mpck_trace *t = &e->trace;

	hand_lanes(t);
	t->steps = calloc(HAND_STEPS + spins, sizeof(*t->steps));
	for (size_t i = 0; i < HAND_STEPS; i++) {
		for (size_t k = 0; i == 15 && k < spins; k++)
			hand_step(&t->steps[t->nsteps++], &spin, path);
		hand_step(&t->steps[t->nsteps++], &hand_steps[i], path);
	}
	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].kind == MPCK_STEP_OP)
			t->steps[i].number = ++t->operations;
		t->preemptions += t->steps[i].preempts;
	}
	t->outcome = hand_copy(EVIL "=200");
	e->cause = (struct mpck_cause){
		.sentence = hand_copy("fails exactly when Process-2 writes "
			"value#1 (balance.c:20) between Process-1's read "
			"(balance.c:4) and Process-1's write (balance.c:6)"),
		.verified = true, .steps = { 3, 7, 11 }, .nsteps = 3,
		.flipped_outcome = hand_copy("balance=150"),
		.flipped_token = hand_copy("m1-abc") };
	for (size_t i = 0; i < 3; i++)
		t->steps[e->cause.steps[i]].decisive = true;
	e->operations_found = t->operations + 20;
	e->preemptions_found = 7;
	e->executions = 12;
	return e;
}

#endif
