/* SPDX-License-Identifier: MIT */
/*
 * paths.c - see paths.h.
 *
 * The machine loads a state with its anonymous parts in any places; the
 * schedule needs one task for each part from its start to its end.  So the real
 * process of each part is noted, and what is executed in the loaded places is
 * said of the real ones.
 */
#include "prove/paths.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <mpp/hooks.h>

#include "prove/races.h"

struct walk {
	struct mpck_space *space;
	struct mpck_schedule *schedule;
	struct mpck_state state;		/* sorted */
	uint32_t part[MPCK_MAX_TASKS];		/* by real process */
	uint32_t real[MPCK_MAX_TASKS];		/* by loaded process */
};

static void add_grant(struct walk *w, uint32_t task, uint32_t alternative)
{
	struct mpck_schedule *s = w->schedule;

	if (s->count == s->room) {
		s->room = s->room * 2 + 64;
		s->grants = realloc(s->grants, s->room * sizeof(*s->grants));
		if (!s->grants)
			abort();
	}
	s->grants[s->count++] = (struct mpck_grant){ (uint16_t)task,
						     (uint16_t)alternative };
}

/* The real process of a loaded one: its own, or any that has such a part. */
static bool find_real(struct walk *w)
{
	const struct mpck_state *loaded = mpck_world_loaded();
	mpck_taskset taken = 0;

	for (uint32_t q = 0; q < loaded->nparts; q++) {
		uint32_t part = loaded->part[q];
		bool named = mpck_world_part(part)->process != MPCK_ANYBODY;
		uint32_t p = named ? q : 0;

		while (p < loaded->nparts &&
		       (w->part[p] != part || mpck_set_has(taken, p) ||
			mpck_world_is_joined(p) != mpck_world_is_joined(q)))
			p = named ? loaded->nparts : p + 1;
		if (p == loaded->nparts)
			return false;
		taken |= mpck_set_of(p);
		w->real[q] = p;
	}
	for (uint32_t q = loaded->nparts; q < MPCK_MAX_TASKS; q++)
		w->real[q] = q;		/* started on the way: the same */
	return true;
}

/* What was granted in the loaded places happens in the real ones. */
static void add_logged(struct walk *w, const struct mpck_grant *grants,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t local, q = mpck_world_process(grants[i].task, &local);

		add_grant(w, mpck_world_task(w->real[q], local),
			  grants[i].alternative);
	}
}

static void note_parts(struct walk *w)
{
	const struct mpck_state *loaded = mpck_world_loaded();

	for (uint32_t q = 0; q < loaded->nparts; q++)
		w->part[w->real[q]] = loaded->part[q];
}

/* Executes the move, or only lets joiners go on, from w->state. */
static bool execute(struct walk *w, uint32_t part, const struct mpck_move *m)
{
	const struct mpck_grant *grants;
	enum mpck_end end;
	size_t count;

	mpck_world_load(&w->state);
	if (!find_real(w))
		return false;
	mpck_world_log(true);
	end = mpck_space_execute(w->space, part, m, &w->state);
	grants = mpck_world_logged(&count);
	add_logged(w, grants, count);
	mpck_world_log(false);
	if (end == MPCK_END_PAUSED || end == MPCK_END_NORMAL)
		note_parts(w);
	return true;
}

/* A remembered move: all operations are the task's own. */
static bool follow(struct walk *w, uint32_t index, const struct mpck_move *m)
{
	uint32_t part = w->state.part[index], p = 0;
	const struct mpck_part_view *v = mpck_world_part(part);
	struct mpck_state next;

	mpck_world_load(&w->state);	/* for mpck_world_is_joined() */
	while (p < w->state.nparts &&
	       (w->part[p] != part || (v->process == MPCK_ANYBODY &&
				       mpck_world_is_joined(p))))
		p++;
	if (p == w->state.nparts)
		return false;
	for (uint32_t i = 0; i <= m->silent; i++)
		add_grant(w, mpck_world_task(p, m->local), m->alternative);
	if (m->kind == MPCK_MOVE_STOP)
		return true;
	mpck_space_replace(&w->state, index, m, &next);
	w->state = next;
	w->part[p] = m->part;
	return m->kind != MPCK_MOVE_END || !mpck_space_wakes(&w->state) ||
	       execute(w, 0, NULL);
}

static bool step(struct walk *w, const struct mpck_label *l)
{
	uint32_t index = 0, n;
	const struct mpck_move *m;

	while (index < w->state.nparts && w->state.part[index] != l->part)
		index++;
	if (index == w->state.nparts)
		return false;
	m = mpck_space_moves(w->space, &w->state, l->part, &n);
	for (uint32_t i = 0; m && i < n; i++) {
		struct mpck_move copy = m[i];

		if (copy.local != l->local ||
		    copy.alternative != l->alternative)
			continue;
		return copy.kind == MPCK_MOVE_WHOLE
			       ? execute(w, l->part, &copy)
			       : follow(w, index, &copy);
	}
	return false;
}

static bool walk(struct walk *w, const struct mpck_path *path)
{
	const struct mpck_grant *grants;
	uint16_t faults;
	size_t count;

	mpck_world_log(true);
	mpck_space_begin(w->space, &w->state, &faults);
	grants = mpck_world_logged(&count);
	for (uint32_t q = 0; q < MPCK_MAX_TASKS; q++)
		w->real[q] = q;
	add_logged(w, grants, count);
	mpck_world_log(false);
	note_parts(w);
	for (size_t i = 0; i < path->count; i++) {
		if (!step(w, &path->labels[i]))
			return false;
	}
	return true;
}

/* A process that has the part and is not the other one; MPCK_MAX_TASKS. */
static uint32_t process_with(const struct walk *w, uint32_t part,
			     uint32_t other)
{
	uint32_t p = 0;

	while (p < w->state.nparts &&
	       (w->part[p] != part || p == other ||
		(mpck_world_part(part)->process == MPCK_ANYBODY &&
		 mpck_world_is_joined(p))))
		p++;
	return p < w->state.nparts ? p : MPCK_MAX_TASKS;
}

/* The accesses that race.  Nothing comes between them: what a task would do
 * silently behind the first can wait. */
static bool add_race(struct walk *w, uint64_t key)
{
	struct mpck_label pair[2];
	uint32_t first, second;

	if (!mpck_races_pair(w->space, &w->state, key, pair))
		return false;
	mpck_world_load(&w->state);	/* for mpck_world_is_joined() */
	first = process_with(w, pair[0].part, MPCK_MAX_TASKS);
	/* Threads of one process, or processes. */
	second = pair[0].part == pair[1].part &&
				 pair[0].local != pair[1].local
			 ? first : process_with(w, pair[1].part, first);
	if (first == MPCK_MAX_TASKS || second == MPCK_MAX_TASKS)
		return false;
	add_grant(w, mpck_world_task(first, pair[0].local), 0);
	add_grant(w, mpck_world_task(second, pair[1].local), 0);
	return true;
}

bool mpck_path_schedule(struct mpck_space *space, const struct mpck_path *path,
			struct mpck_schedule *out)
{
	struct walk w = { .space = space, .schedule = out };

	*out = (struct mpck_schedule){ 0 };
	return walk(&w, path) && (!path->race || add_race(&w, path->race));
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
	mpck_world_unload();
	return *end != MPCK_END_DIVERGED;
}

/* What the tasks of the machine are about to do, whichever of twins it is, and
 * what has been observed. */
static uint64_t digest(void)
{
	size_t size;
	const void *outcome = mpck_machine_outcome(&size);
	uint64_t sum = size ? XXH3_64bits(outcome, size) : 0;

	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		struct mpck_task_view v = mpck_machine_task(t);
		uint64_t about[6] = { v.state == MPCK_TASK_PENDING };

		if (v.state == MPCK_TASK_PENDING) {
			about[1] = v.op->kind;
			about[2] = (uintptr_t)v.op->object;
			about[3] = v.op->kind == MPP_OP_EXIT
					   ? 0 : (uintptr_t)v.op->pc;
			about[4] = (uint64_t)v.op->timeout_ns;
			about[5] = (uintptr_t)v.op->guard;
		} else if (v.state == MPCK_TASK_ENDED) {
			about[1] = (uint64_t)(int64_t)v.status + 1;
		}
		sum += XXH3_64bits(about, sizeof(about));
	}
	return sum;
}

bool mpck_schedule_leads_to(const struct mpck_schedule *s,
			    const struct mpck_state *state)
{
	enum mpck_end end, stopped;
	uint64_t reached, limit = mpck_machine_limit(s->count);

	mpck_schedule_execute(s, &end);
	mpck_machine_limit(limit);
	if (mpck_space_is_stop(state, &stopped))
		return end == stopped;
	if (end != MPCK_END_STEPS && end != MPCK_END_NORMAL &&
	    end != MPCK_END_DEADLOCK)
		return false;
	reached = digest();
	mpck_world_load(state);
	return digest() == reached;
}
