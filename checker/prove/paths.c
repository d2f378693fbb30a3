/* SPDX-License-Identifier: MIT */
/* paths.c - see paths.h. */
#include "prove/paths.h"

#include <stdlib.h>
#include <string.h>

static bool is_running(enum mpck_end end)
{
	return end == MPCK_END_PAUSED;
}

static enum mpck_end wake_all(enum mpck_end end)
{
	while (is_running(end) && mpck_world_can_wake())
		end = mpck_world_wake();
	return end;
}

static bool walk(const struct mpck_path *path, struct mpck_state *state,
		 enum mpck_end *end)
{
	*end = wake_all(mpck_world_begin());
	for (size_t i = 0; i < path->count; i++) {
		const struct mpck_label *l = &path->labels[i];
		uint32_t process;

		if (!is_running(*end))
			return false;
		mpck_world_save(state);
		process = mpck_world_process_of(l->part);
		if (process == UINT32_MAX ||
		    !mpck_world_ready(process, l->local))
			return false;
		*end = wake_all(mpck_world_step(process, l->local,
						l->alternative));
	}
	if (is_running(*end) || *end == MPCK_END_NORMAL)
		mpck_world_save(state);
	else
		*state = (struct mpck_state){ .shared = *end };
	return true;
}

bool mpck_path_walk(const struct mpck_path *path, struct mpck_schedule *out,
		    struct mpck_state *state, enum mpck_end *end)
{
	const struct mpck_grant *grants;
	bool ok;

	mpck_world_log(true);
	ok = walk(path, state, end);
	grants = mpck_world_logged(&out->count);
	out->grants = malloc((out->count + 1) * sizeof(*grants));
	if (!out->grants)
		abort();
	if (out->count)
		memcpy(out->grants, grants, out->count * sizeof(*grants));
	mpck_world_log(false);
	mpck_space_sort(state);
	return ok;
}

void mpck_schedule_fini(struct mpck_schedule *s)
{
	free(s->grants);
	*s = (struct mpck_schedule){ 0 };
}

/* The next task in turn: nobody waits for ever. */
static uint32_t in_turn(const struct mpck_point *p)
{
	mpck_taskset above = p->last < MPCK_MAX_TASKS
				     ? p->enabled & ~(mpck_set_of(p->last) * 2
						      - 1) : 0;
	uint32_t task = mpck_set_first(above ? above : p->enabled);

	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

static uint32_t pick(void *context, const struct mpck_point *p)
{
	const struct mpck_schedule *s = context;
	uint64_t at = p->alternatives ? p->step - 1 : p->step;
	uint32_t task;

	if (at >= s->count)
		return p->alternatives ? 0 : in_turn(p);
	if (p->alternatives)
		return s->grants[at].alternative;
	task = s->grants[at].task;
	if (!mpck_set_has(p->enabled, task))
		return MPCK_PICK_REFUSED;
	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

bool mpck_schedule_execute(const struct mpck_schedule *s, enum mpck_end *end)
{
	mpck_machine_picker(pick, (void *)s, NULL);
	mpck_machine_exact(true);
	*end = mpck_machine_execute();
	return *end != MPCK_END_DIVERGED;
}
