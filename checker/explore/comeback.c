/* SPDX-License-Identifier: MIT */
/* comeback.c - see comeback.h. */
#include "explore/comeback.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "machine/world.h"

/* Nothing is left out, and nobody is anybody's twin. */
static bool never_silent(void *context, uint32_t task, const struct mpp_op *op)
{
	(void)context, (void)task, (void)op;
	return false;
}

static bool has_name(void *context, uint64_t class)
{
	(void)context, (void)class;
	return true;
}

static const struct mpck_watcher watcher = {
	.is_silent = never_silent, .has_name = has_name,
};

struct walk {
	const struct mpck_trail *trail;
	size_t at;		/* choices made */
	struct mpck_state state;
	enum mpck_end end;
};

/* Until somebody has to choose; what was done is put into numbers. */
static void pause_walk(struct walk *w, enum mpck_end end)
{
	while (end == MPCK_END_PAUSED) {
		mpck_world_save(&w->state);
		if (!mpck_world_can_wake())
			break;
		end = mpck_world_wake();
	}
	w->end = end;
	if (end == MPCK_END_PAUSED)
		mpck_world_load(&w->state);
}

static mpck_taskset enabled_now(void)
{
	mpck_taskset enabled = 0;

	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		uint32_t local, process;

		if (mpck_machine_task(t).state != MPCK_TASK_PENDING)
			continue;
		process = mpck_world_process(t, &local);
		if (mpck_world_ready(process, local))
			enabled |= mpck_set_of(t);
	}
	return enabled;
}

/* The trail's next choice, where there is one to be made; UINT32_MAX: the trail
 * has none left. */
static uint32_t choose(struct walk *w, uint32_t options, uint32_t only)
{
	if (options < 2)
		return only;
	return w->at < w->trail->count ? w->trail->choices[w->at++]
				       : UINT32_MAX;
}

/* One operation; false: the trail does not fit. */
static bool step(struct walk *w, struct mpck_lap *lap)
{
	mpck_taskset enabled = enabled_now();
	uint32_t local, process, alternative = 0;
	const struct mpp_op *op;

	if (w->end != MPCK_END_PAUSED || !enabled)
		return false;
	*lap = (struct mpck_lap){ .enabled = enabled, .choices = w->at };
	lap->task = choose(w, mpck_set_count(enabled),
			   mpck_set_first(enabled));
	if (lap->task >= MPCK_MAX_TASKS || !mpck_set_has(enabled, lap->task))
		return false;
	op = mpck_machine_task(lap->task).op;
	if (op->kind == MPP_OP_CHOOSE) {
		alternative = choose(w, op->choices, 0);
		if (alternative >= (op->choices ? op->choices : 1))
			return false;
	}
	process = mpck_world_process(lap->task, &local);
	pause_walk(w, mpck_world_step(process, local, alternative));
	return true;
}

static bool same_state(const struct mpck_state *a, const struct mpck_state *b)
{
	return a->nparts == b->nparts && a->shared == b->shared &&
	       a->rest == b->rest &&
	       !memcmp(a->part, b->part, a->nparts * sizeof(a->part[0]));
}

static void judge(struct mpck_comeback *found)
{
	mpck_taskset some = 0, always = ~(mpck_taskset)0;

	for (size_t i = 0; i < found->count; i++) {
		some |= found->laps[i].enabled;
		always &= found->laps[i].enabled;
		found->taken |= mpck_set_of(found->laps[i].task);
	}
	found->passed = some & ~found->taken;
	found->fair = !(always & ~found->taken);
}

static bool follow(struct walk *w, struct mpck_comeback *found)
{
	const struct mpck_round *round = &w->trail->round;
	struct mpck_state before;
	struct mpck_lap ignored;

	for (uint64_t i = 0; i < round->before; i++) {
		if (!step(w, &ignored))
			return false;
	}
	before = w->state;
	found->laps = mpck_checked(calloc(round->count,
					  sizeof(*found->laps)));
	while (found->count < round->count) {
		if (!step(w, &found->laps[found->count]))
			return false;
		found->count++;
	}
	found->back = w->end == MPCK_END_PAUSED &&
		      same_state(&before, &w->state);
	return true;
}

bool mpck_comeback_look(const struct mpck_trail *trail,
			struct mpck_comeback *found)
{
	struct walk w = { .trail = trail };
	bool fits;

	*found = (struct mpck_comeback){ 0 };
	mpck_machine_record(false);
	mpck_world_open(&watcher, NULL);
	pause_walk(&w, mpck_world_begin());
	fits = follow(&w, found);
	mpck_world_close();
	if (fits)
		judge(found);
	else
		mpck_comeback_fini(found);
	return fits;
}

bool mpck_comeback_find(const struct mpck_trail *trail, uint64_t operations,
			struct mpck_round *round)
{
	struct walk w = { .trail = trail };
	struct mpck_state *states = mpck_checked(
		malloc((operations + 1) * sizeof(*states)));
	struct mpck_lap ignored;
	uint64_t n = 0, first = 0;

	mpck_machine_record(false);
	mpck_world_open(&watcher, NULL);
	pause_walk(&w, mpck_world_begin());
	states[0] = w.state;
	while (n < operations && step(&w, &ignored))
		states[++n] = w.state;
	mpck_world_close();
	while (first < n && !same_state(&states[first], &states[n]))
		first++;
	free(states);
	*round = (struct mpck_round){ first, n - first };
	return n == operations && w.end == MPCK_END_PAUSED && first < n;
}

void mpck_comeback_fini(struct mpck_comeback *found)
{
	free(found->laps);
	*found = (struct mpck_comeback){ 0 };
}

enum mpck_finding_kind mpck_comeback_kind(const struct mpck_comeback *found)
{
	if (!found->back || !found->fair)
		return MPCK_NON_TERMINATION;
	return found->passed ? MPCK_STARVATION : MPCK_LIVELOCK;
}
