/* SPDX-License-Identifier: MIT */
/*
 * use_after_destroy.c - shared objects that are given back twice.
 *
 * Any other use of an object that was given back is seen by the machine itself
 * (schedule.c): it has to stop the task before it works on what is not there.
 *
 * A child inherits its parent's handles and may give them back as well: that
 * takes nothing from the parent.  So an object is given back twice by a process
 * that did so before, or that was started by one that had.
 */
#include "detectors/detector.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

struct gone {
	const void *inside;
	uint32_t process;	/* that gave it back first */
	uint32_t task;
	const void *pc;
	uint64_t time;
	char name[64];
};

struct state {
	struct gone *gone;
	size_t count, room;
	uint64_t time;		/* happenings so far */
	uint64_t born[MPCK_MAX_TASKS];	/* by process: when it was started */
	uint32_t parent[MPCK_MAX_TASKS];	/* process; itself: the first */
};

static void uad_fini(void *state)
{
	free(((struct state *)state)->gone);
}

static void uad_begin(void *state)
{
	struct state *s = state;

	s->count = 0;
	s->time = 0;
	memset(s->born, 0, sizeof(s->born));
	memset(s->parent, 0, sizeof(s->parent));
}

static struct gone *find(struct state *s, const void *inside)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->gone[i].inside == inside)
			return &s->gone[i];
	}
	return NULL;
}

/* Had this process, or the one it came from before that, given it back? */
static bool gave_back(const struct state *s, uint32_t process,
		      const struct gone *g)
{
	while (process != g->process) {
		if (s->parent[process] == process ||
		    s->born[process] < g->time)
			return false;
		process = s->parent[process];
	}
	return true;
}

static void given_back(struct state *s, const struct mpck_happening *h)
{
	uint32_t process = mpck_machine_task(h->task).process;
	struct gone *g = find(s, h->inside);

	if (g) {
		if (gave_back(s, process, g))
			mpck_report_text((struct mpck_fault){
				.kind = MPCK_USE_AFTER_DESTROY,
				.task = h->task, .pc = h->pc,
				.other = g->task, .other_pc = g->pc,
				.key = (uintptr_t)h->inside, },
				"%s gave back %s, which %s had given back "
				"before", mpck_machine_task(h->task).name,
				g->name, mpck_machine_task(g->task).name);
		return;
	}
	if (s->count == s->room) {
		s->room = 2 * s->room + 32;
		s->gone = mpck_checked(realloc(s->gone, s->room *
					       sizeof(*s->gone)));
	}
	g = &s->gone[s->count++];
	*g = (struct gone){ h->inside, process, h->task, h->pc, s->time, "" };
	if (h->pc)	/* recording: somebody reads it */
		mpck_machine_object_name(h->inside, g->name);
}

/* There is something else now. */
static void made(struct state *s, const struct mpck_happening *h)
{
	struct gone *g = find(s, h->inside);

	if (g)
		*g = s->gone[--s->count];
}

static void started(struct state *s, const struct mpck_happening *h)
{
	uint32_t child = mpck_machine_task(h->other).process;
	uint32_t parent = mpck_machine_task(h->task).process;

	if (child == parent)
		return;		/* a thread */
	s->parent[child] = parent;
	s->born[child] = s->time;
}

static void uad_happened(void *state, const struct mpck_happening *h)
{
	struct state *s = state;

	s->time++;
	if (h->kind == MPCK_HAPPENED_START)
		started(s, h);
	else if (h->kind == MPCK_HAPPENED_SHARE)
		made(s, h);
	else if (h->kind == MPCK_HAPPENED_UNSHARE)
		given_back(s, h);
}

const struct mpck_detector_ops mpck_detector_use_after_destroy = {
	.name = "use-after-destroy",
	.summary = "shared objects given back twice",
	.kinds = MPCK_BIT(MPCK_USE_AFTER_DESTROY),
	.state_size = sizeof(struct state),
	.fini = uad_fini,
	.begin = uad_begin,
	.happened = uad_happened,
	.operations = MPCK_BIT(MPP_OP_NONE),
};
