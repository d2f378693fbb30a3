/* SPDX-License-Identifier: MIT */
/*
 * space.c - moves, remembered by part and shared memory; see space.h.
 *
 * What a move may depend on besides its own part and shared memory: whether the
 * first process is alone (its accesses are silent then).  That is in the key.
 */
#include "prove/space.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <mpp/hooks.h>

#include "explore/tally.h"
#include "prove/mutants.h"

struct known {
	uint64_t key;		/* 0: free */
	uint32_t first, count;	/* of moves[] */
};

struct fault_list {
	uint32_t first, count;	/* of ids[] */
};

struct step {			/* from one part to another */
	uint32_t from, to;
};

struct mpck_space {
	struct mpck_lore *lore;
	struct mpck_learned learned;
	struct known *known;	/* hash table */
	size_t nknown, known_room;
	struct mpck_move *moves;
	size_t nmoves, moves_room;
	struct step *steps;
	size_t nsteps, steps_room;
	struct mpck_fault_id *ids;
	size_t nids;
	struct fault_list *lists;	/* by number, from 1 */
	uint16_t nlists;
};

static void *grown(void *p, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return p;
	*room = *room ? *room * 2 : 256;
	p = realloc(p, *room * size);
	if (!p)
		abort();
	return p;
}

static void start_remembering(struct mpck_space *s)
{
	s->known_room = 1024;
	s->known = calloc(s->known_room, sizeof(*s->known));
	s->nknown = s->nmoves = s->moves_room = 0;
	s->moves = grown(NULL, 0, &s->moves_room, sizeof(*s->moves));
	if (!s->known)
		abort();
}

struct mpck_space *mpck_space_new(struct mpck_lore *lore)
{
	struct mpck_space *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->lore = lore;
	s->learned = mpck_machine_learned();
	start_remembering(s);
	return s;
}

void mpck_space_free(struct mpck_space *s)
{
	if (!s)
		return;
	free(s->known);
	free(s->moves);
	free(s->steps);
	free(s->ids);
	free(s->lists);
	free(s);
}

void mpck_space_forget(struct mpck_space *s)
{
	free(s->known);
	free(s->moves);
	start_remembering(s);
}

size_t mpck_space_footprint(const struct mpck_space *s)
{
	return mpck_world_footprint() + s->known_room * sizeof(*s->known) +
	       s->moves_room * sizeof(*s->moves) +
	       s->steps_room * sizeof(*s->steps);
}

bool mpck_space_changed(const struct mpck_space *s)
{
	struct mpck_learned now = mpck_machine_learned();

	return mpck_lore_changed(s->lore) ||
	       now.clock != s->learned.clock || now.exits != s->learned.exits;
}

/*
 * Faults.
 */
const struct mpck_fault_id *mpck_space_faults(const struct mpck_space *s,
					      uint16_t number, size_t *count)
{
	*count = number ? s->lists[number].count : 0;
	return number ? &s->ids[s->lists[number].first] : NULL;
}

/* What a step raised, and what it raised before: as one list's number. */
static uint16_t list_of(struct mpck_space *s, const struct mpck_fault_id *ids,
			size_t n)
{
	for (uint16_t i = 1; i <= s->nlists; i++) {
		if (s->lists[i].count == n &&
		    !memcmp(&s->ids[s->lists[i].first], ids, n * sizeof(*ids)))
			return i;
	}
	if (s->nlists == UINT16_MAX)
		return s->nlists;	/* far more than a report shows */
	s->lists = realloc(s->lists, (s->nlists + 2u) * sizeof(*s->lists));
	s->ids = realloc(s->ids, (s->nids + n) * sizeof(*s->ids));
	if (!s->lists || !s->ids)
		abort();
	s->lists[++s->nlists] = (struct fault_list){ (uint32_t)s->nids,
						     (uint32_t)n };
	memcpy(&s->ids[s->nids], ids, n * sizeof(*ids));
	s->nids += n;
	return s->nlists;
}

/* The faults of the execution just made, behind those of list `before`. */
static uint16_t faults_now(struct mpck_space *s, uint16_t before)
{
	struct mpck_fault_id ids[2 * MPCK_FAULTS];
	size_t n, known;
	const struct mpck_fault *faults = mpck_machine_faults(&n);
	const struct mpck_fault_id *old = mpck_space_faults(s, before, &known);

	if (!n)
		return before;
	memset(ids, 0, sizeof(ids));
	if (known > MPCK_FAULTS)
		known = MPCK_FAULTS;
	if (known)
		memcpy(ids, old, known * sizeof(*ids));
	for (size_t i = 0; i < n; i++) {
		ids[known + i].kind = faults[i].kind;
		ids[known + i].key = mpck_fault_key(&faults[i]);
	}
	return list_of(s, ids, known + n);
}

/*
 * States.
 */
void mpck_space_sort(struct mpck_state *state)
{
	for (uint32_t i = 1; i < state->nparts; i++) {
		uint32_t part = state->part[i], k = i;

		for (; k && state->part[k - 1] > part; k--)
			state->part[k] = state->part[k - 1];
		state->part[k] = part;
	}
}

struct mpck_key mpck_space_key(const struct mpck_state *state)
{
	XXH128_hash_t h;

	if (MPCK_MUTANT(XOR)) {
		h = (XXH128_hash_t){ state->shared, state->rest };
		for (uint32_t i = 0; i < state->nparts; i++) {
			uint64_t part = XXH3_64bits(&state->part[i], 4);

			h.low64 ^= part;
			h.high64 ^= part * 3;
		}
		return (struct mpck_key){ h.low64, h.high64 };
	}
	h = XXH3_128bits(state, offsetof(struct mpck_state, part) +
			 state->nparts * sizeof(state->part[0]));
	return (struct mpck_key){ h.low64, h.high64 };
}

static void copy_state(struct mpck_state *to, const struct mpck_state *from)
{
	memcpy(to, from, offsetof(struct mpck_state, part) +
	       from->nparts * sizeof(from->part[0]));
}

static void replace(const struct mpck_state *from, uint32_t index,
		    uint32_t part, struct mpck_state *to)
{
	uint32_t k = index;

	copy_state(to, from);
	for (; k + 1 < to->nparts && to->part[k + 1] < part; k++)
		to->part[k] = to->part[k + 1];
	for (; k && to->part[k - 1] > part; k--)
		to->part[k] = to->part[k - 1];
	to->part[k] = part;
}

static void stop_state(struct mpck_state *state, uint32_t end)
{
	*state = (struct mpck_state){ .shared = end };
}

bool mpck_space_is_stop(const struct mpck_state *state, enum mpck_end *end)
{
	*end = state->shared;
	return !state->nparts;
}

static void note_step(struct mpck_space *s, uint32_t from, uint32_t to)
{
	s->steps = grown(s->steps, s->nsteps, &s->steps_room,
			 sizeof(*s->steps));
	s->steps[s->nsteps++] = (struct step){ from, to };
}

/* After an execution that may have changed several parts. */
static void note_steps(struct mpck_space *s, const struct mpck_state *before,
		       const struct mpck_state *after)
{
	for (uint32_t p = 0; p < before->nparts && p < after->nparts; p++) {
		if (before->part[p] != after->part[p])
			note_step(s, before->part[p], after->part[p]);
	}
}

/* Part by process of what is loaded. */
static void loaded(struct mpck_state *state)
{
	copy_state(state, mpck_world_loaded());
}

/*
 * Executing.
 */
static bool has_stopped(const struct mpck_space *s, enum mpck_end end)
{
	if (end == MPCK_END_PAUSED || end == MPCK_END_NORMAL)
		return false;
	mpck_lore_stopped(s->lore);
	return true;
}

/* Lets those go on whose joins are over; then the state is complete. */
static enum mpck_end wake_all(struct mpck_space *s, enum mpck_end end,
			      uint16_t *faults)
{
	while (end == MPCK_END_PAUSED && mpck_world_can_wake()) {
		struct mpck_state before, after;

		mpck_world_save(&before);
		end = mpck_world_wake();
		*faults = faults_now(s, *faults);
		if (has_stopped(s, end))
			break;
		mpck_world_save(&after);
		note_steps(s, &before, &after);
	}
	return end;
}

static void finish(const struct mpck_space *s, enum mpck_end end,
		   struct mpck_state *next)
{
	if (has_stopped(s, end)) {
		stop_state(next, end);
		return;
	}
	mpck_world_save(next);
	mpck_space_sort(next);
}

enum mpck_end mpck_space_begin(struct mpck_space *s, struct mpck_state *first,
			       uint16_t *faults)
{
	enum mpck_end end = mpck_world_begin();

	*faults = faults_now(s, 0);
	end = wake_all(s, end, faults);
	finish(s, end, first);
	return end;
}

static enum mpck_end execute(struct mpck_space *s, uint32_t part,
			     const struct mpck_move *m, struct mpck_state *next,
			     uint16_t *faults)
{
	enum mpck_end end = MPCK_END_PAUSED;

	if (m) {
		struct mpck_state before, after;
		uint32_t p = mpck_world_process_of(part);

		loaded(&before);
		end = mpck_world_step(p, m->local, m->alternative);
		*faults = faults_now(s, 0);
		if (!has_stopped(s, end)) {
			mpck_world_save(&after);
			note_steps(s, &before, &after);
			if (after.part[p] == before.part[p])
				note_step(s, part, part);
		}
	}
	end = wake_all(s, end, faults);
	finish(s, end, next);
	return end;
}

enum mpck_end mpck_space_execute(struct mpck_space *s, uint32_t part,
				 const struct mpck_move *move,
				 struct mpck_state *next)
{
	uint16_t faults = 0;

	return execute(s, part, move, next, &faults);
}

/* Is one of those that join done with it? */
static bool is_over(const struct mpck_part_view *joiner,
		    const struct mpck_state *state)
{
	for (uint32_t i = 0; i < state->nparts; i++) {
		const struct mpck_part_view *v =
			mpck_world_part(state->part[i]);

		if (v->ended)
			continue;
		if (v->process == MPCK_ANYBODY
			    ? mpck_set_has(joiner->joiners, v->parent)
			    : (v->live & joiner->group) != 0)
			return false;
	}
	return true;
}

/* A part of several joining threads is looked at by the machine. */
bool mpck_space_wakes(const struct mpck_state *state)
{
	for (uint32_t i = 0; i < state->nparts; i++) {
		const struct mpck_part_view *v =
			mpck_world_part(state->part[i]);

		if (v->group && (v->ntasks > 1 || is_over(v, state)))
			return true;
	}
	return false;
}

void mpck_space_replace(const struct mpck_state *state, uint32_t index,
			const struct mpck_move *move, struct mpck_state *next)
{
	replace(state, index, move->part, next);
	next->shared = move->shared;
}

void mpck_space_apply(struct mpck_space *s, const struct mpck_state *state,
		      uint32_t index, struct mpck_move m,
		      struct mpck_state *next, uint16_t *faults)
{
	*faults = m.faults;
	switch ((enum mpck_move_kind)m.kind) {
	case MPCK_MOVE_STOP:
		stop_state(next, m.part);
		break;
	case MPCK_MOVE_WHOLE:
		mpck_world_load(state);
		execute(s, state->part[index], &m, next, faults);
		break;
	case MPCK_MOVE_LOCAL:
		mpck_space_replace(state, index, &m, next);
		break;
	case MPCK_MOVE_END:
		mpck_space_replace(state, index, &m, next);
		if (!mpck_space_wakes(next))
			break;
		mpck_world_load(next);
		execute(s, 0, NULL, next, faults);
		break;
	}
}

/* What the step of process p did to the state. */
static struct mpck_move classify(struct mpck_space *s,
				 const struct mpck_state *before, uint32_t p,
				 mpck_taskset live, enum mpck_end end)
{
	struct mpck_state after;
	mpck_taskset touched = mpck_world_touched();
	struct mpck_move m = { .kind = MPCK_MOVE_WHOLE };

	if (has_stopped(s, end)) {
		m.kind = MPCK_MOVE_STOP;
		m.part = end;
		return m;
	}
	mpck_world_save(&after);
	if (mpck_world_went_beyond() || after.nparts != before->nparts ||
	    after.rest != before->rest ||
	    touched & ~mpck_set_of(p))
		return m;
	for (uint32_t i = 0; i < after.nparts; i++) {
		if (i != p && after.part[i] != before->part[i])
			return m;
	}
	m.kind = mpck_world_live() == live ? MPCK_MOVE_LOCAL : MPCK_MOVE_END;
	m.part = after.part[p];
	m.shared = after.shared;
	note_step(s, before->part[p], m.part);
	return m;
}

static void add_move(struct mpck_space *s, struct mpck_move m)
{
	s->moves = grown(s->moves, s->nmoves, &s->moves_room,
			 sizeof(*s->moves));
	s->moves[s->nmoves++] = m;
}

/* All alternatives of one task of the loaded state. */
static void try_task(struct mpck_space *s, const struct mpck_state *state,
		     uint32_t part, uint32_t local)
{
	uint32_t p = mpck_world_process_of(part), task, alternatives;
	const struct mpp_op *op = mpck_world_pending(p, local, &task);

	if (!mpck_world_ready(p, local))
		return;
	alternatives = op->kind == MPP_OP_CHOOSE && op->choices > 1
			       ? op->choices : 1;
	for (uint32_t a = 0; a < alternatives; a++) {
		struct mpck_state before;
		struct mpck_move m;
		mpck_taskset live;
		enum mpck_end end;

		if (a)
			mpck_world_load(state);
		p = mpck_world_process_of(part);
		loaded(&before);
		live = mpck_world_live();
		end = mpck_world_step(p, local, a);
		m = classify(s, &before, p, live, end);
		m.faults = faults_now(s, 0);
		m.local = (uint16_t)local;
		m.alternative = (uint16_t)a;
		m.silent = mpck_world_silent_steps();
		add_move(s, m);
		if (mpck_space_changed(s))
			return;
	}
}

static void try_part(struct mpck_space *s, const struct mpck_state *state,
		     uint32_t part)
{
	mpck_taskset pending = mpck_world_part(part)->pending;

	for (; pending; pending &= pending - 1) {
		mpck_world_load(state);
		try_task(s, state, part, mpck_set_first(pending));
		if (mpck_space_changed(s))
			return;
	}
}

/*
 * Remembering.
 */
static size_t place(const struct mpck_space *s, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 24) &
		    (s->known_room - 1);

	while (s->known[at].key && s->known[at].key != key)
		at = (at + 1) & (s->known_room - 1);
	return at;
}

static void grow_known(struct mpck_space *s)
{
	struct known *old = s->known;
	size_t room = s->known_room;

	s->known_room *= 2;
	s->known = calloc(s->known_room, sizeof(*s->known));
	if (!s->known)
		abort();
	for (size_t i = 0; i < room; i++) {
		if (old[i].key)
			s->known[place(s, old[i].key)] = old[i];
	}
	free(old);
}

/* Of the first process: have all others ended, and been joined? */
static bool is_alone(const struct mpck_state *state, uint32_t part)
{
	if (mpck_world_part(part)->process != 0)
		return false;
	for (uint32_t i = 0; i < state->nparts; i++) {
		if (state->part[i] != part &&
		    !mpck_world_part(state->part[i])->ended)
			return false;
	}
	return mpck_world_all_joined(state->rest);
}

const struct mpck_move *mpck_space_moves(struct mpck_space *s,
					 const struct mpck_state *state,
					 uint32_t part, uint32_t *count)
{
	uint64_t key = (uint64_t)part << 32 | (uint64_t)state->shared << 1 |
		       is_alone(state, part);
	size_t at = place(s, key);
	size_t first = s->nmoves;

	if (s->known[at].key) {
		*count = s->known[at].count;
		return &s->moves[s->known[at].first];
	}
	try_part(s, state, part);
	if (mpck_space_changed(s))
		return NULL;
	if (s->nknown * 2 > s->known_room)
		grow_known(s);
	at = place(s, key);
	s->nknown++;
	s->known[at] = (struct known){ key, (uint32_t)first,
				       (uint32_t)(s->nmoves - first) };
	*count = s->known[at].count;
	return &s->moves[first];
}

/*
 * Kahn's algorithm over the parts: what is left when nobody has a predecessor
 * is a cycle, or behind one.
 */
static size_t remove_all(uint32_t *in, const uint32_t *first,
			 const uint32_t *to, size_t n)
{
	uint32_t *ready = malloc((n + 1) * sizeof(*ready));
	size_t nready = 0, removed = 0;

	if (!ready)
		abort();
	for (uint32_t i = 0; i < n; i++) {
		if (!in[i])
			ready[nready++] = i;
	}
	while (nready) {
		uint32_t at = ready[--nready];

		removed++;
		for (uint32_t e = first[at]; e < first[at + 1]; e++) {
			if (--in[to[e]] == 0)
				ready[nready++] = to[e];
		}
	}
	free(ready);
	return removed;
}

bool mpck_space_is_acyclic(const struct mpck_space *s)
{
	uint32_t most = 0;
	uint32_t *first, *to, *in;
	size_t n, removed;

	for (size_t i = 0; i < s->nsteps; i++) {
		most = s->steps[i].from > most ? s->steps[i].from : most;
		most = s->steps[i].to > most ? s->steps[i].to : most;
	}
	n = most + 1u;
	first = calloc(n + 2, sizeof(*first));
	to = malloc((s->nsteps + 1) * sizeof(*to));
	in = calloc(n, sizeof(*in));
	if (!first || !to || !in)
		abort();
	for (size_t i = 0; i < s->nsteps; i++) {
		first[s->steps[i].from + 2]++;
		in[s->steps[i].to]++;
	}
	for (size_t i = 2; i < n + 2; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < s->nsteps; i++)
		to[first[s->steps[i].from + 1]++] = s->steps[i].to;
	removed = remove_all(in, first, to, n);
	free(first);
	free(to);
	free(in);
	return removed == n;
}
