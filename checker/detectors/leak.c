/* SPDX-License-Identifier: MIT */
/*
 * leak.c - what a program made and did not give back: shared objects, and
 * processes and threads that nobody joined.
 *
 * Idea:    looked at when all has ended well (every task with 0): a program
 *          that fails does not tidy up.  All shared memory ends with the last
 *          process, so a program may leave it to that; but one that gives some
 *          objects back and keeps others forgot these.  A handle that is freed
 *          while its process runs lets it go on purpose, and a daemon needs no
 *          join.
 */
#include "detectors/detector.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

/* Keys: one finding for all objects, one for all tasks. */
enum { OBJECTS = 1, TASKS = 2 };

struct object {
	const void *inside;
	uint32_t task;		/* who made it */
	const void *pc;
	bool handle;		/* of a process or thread */
};

struct child {
	bool started, ended;
	bool done;		/* joined, or need not be */
	uint32_t parent;
	const void *pc;		/* of the start */
};

struct state {
	struct object *objects;
	size_t count, room;
	bool gives_back;	/* an object that is no handle */
	bool frees_handles;
	struct child children[MPCK_MAX_TASKS];
};

static void leak_fini(void *state)
{
	free(((struct state *)state)->objects);
}

static void leak_begin(void *state)
{
	struct state *s = state;

	s->count = 0;
	s->gives_back = s->frees_handles = false;
	memset(s->children, 0, sizeof(s->children));
}

static bool is_handle(const char *name)
{
	return !strcmp(name, "process") || !strcmp(name, "thread");
}

static void made(struct state *s, const struct mpck_happening *h)
{
	/* In the machine they stay to the end. */
	if (!strcmp(h->name, "segment"))
		return;
	if (s->count == s->room) {
		s->room = 2 * s->room + 32;
		s->objects = mpck_checked(realloc(s->objects, s->room *
						  sizeof(*s->objects)));
	}
	s->objects[s->count++] = (struct object){
		h->inside, h->task, h->pc, is_handle(h->name) };
}

static void given_back(struct state *s, const struct mpck_happening *h)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->objects[i].inside != h->inside)
			continue;
		if (s->objects[i].handle)
			s->frees_handles = true;
		else
			s->gives_back = true;
		memmove(s->objects + i, s->objects + i + 1,
			(s->count - i - 1) * sizeof(*s->objects));
		s->count--;
		return;
	}
}

static void asked_about(struct state *s, const struct mpck_happening *h)
{
	uint64_t child = h->op->arg[0];

	if (h->op->kind == MPP_OP_POLL && child < MPCK_MAX_TASKS &&
	    s->children[child].ended)
		s->children[child].done = true;
}

static void leak_happened(void *state, const struct mpck_happening *h)
{
	struct state *s = state;

	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		asked_about(s, h);
		break;
	case MPCK_HAPPENED_START:
		s->children[h->other] = (struct child){
			.started = true, .parent = h->task, .pc = h->pc };
		break;
	case MPCK_HAPPENED_END:
		s->children[h->task].ended = true;
		break;
	case MPCK_HAPPENED_JOIN:
	case MPCK_HAPPENED_FORGET:
		s->children[h->other].done = true;
		break;
	case MPCK_HAPPENED_SHARE:
		made(s, h);
		break;
	case MPCK_HAPPENED_UNSHARE:
		given_back(s, h);
		break;
	default:
		break;
	}
}

static void look_for_tasks(const struct state *s)
{
	uint32_t first = 0, n = 0;
	char others[40] = "";

	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		if (!s->children[t].started || s->children[t].done)
			continue;
		first = n++ ? first : t;
	}
	if (!n)
		return;
	if (n > 1)
		snprintf(others, sizeof(others), " and %u more", n - 1);
	mpck_report_text((struct mpck_fault){
		.kind = MPCK_LEAK, .task = s->children[first].parent,
		.pc = s->children[first].pc, .key = TASKS },
		"%s%s %s started by %s and never joined",
		mpck_machine_task(first).name, others, n == 1 ? "was" : "were",
		mpck_machine_task(s->children[first].parent).name);
}

/* Those of which the program gives others back. */
static bool is_forgotten(const struct state *s, const struct object *o)
{
	return o->handle ? s->frees_handles : s->gives_back;
}

static void look_for_objects(const struct state *s)
{
	const struct object *first = NULL;
	char name[64], others[40] = "";
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!is_forgotten(s, &s->objects[i]))
			continue;
		first = first ? first : &s->objects[i];
		n++;
	}
	if (!n)
		return;
	mpck_machine_object_name(first->inside, name);
	if (n > 1)
		snprintf(others, sizeof(others), " and %zu more object%s",
			 n - 1, n == 2 ? "" : "s");
	mpck_report_text((struct mpck_fault){
		.kind = MPCK_LEAK, .task = first->task, .pc = first->pc,
		.object = first->inside, .key = OBJECTS },
		"%s%s, made by %s, %s never given back", name, others,
		mpck_machine_task(first->task).name, n == 1 ? "was" : "were");
}

static bool all_ended_well(void)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		if (mpck_machine_task(t).status)
			return false;
	}
	return true;
}

static void leak_end(void *state, enum mpck_end end)
{
	if (end != MPCK_END_NORMAL || !all_ended_well())
		return;
	look_for_tasks(state);
	look_for_objects(state);
}

const struct mpck_detector_ops mpck_detector_leak = {
	.name = "leak",
	.summary = "shared objects never given back, processes never joined",
	.kinds = MPCK_BIT(MPCK_LEAK),
	.state_size = sizeof(struct state),
	.fini = leak_fini,
	.begin = leak_begin,
	.happened = leak_happened,
	.operations = MPCK_BIT(MPP_OP_POLL),
	.end = leak_end,
};
