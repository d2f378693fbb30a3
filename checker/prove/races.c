/* SPDX-License-Identifier: MIT */
/*
 * races.c - see races.h.
 *
 * A state has few parts, a part few pending accesses, a program few different
 * ones.  So these get numbers, each part is looked at once, and of two numbers
 * it is found out once whether they conflict; a state costs a look at each part
 * and one byte for each two accesses.
 */
#include "prove/races.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "detectors/access.h"
#include "prove/mutants.h"

enum {
	REMEMBERED = 256,	/* accesses, of which pairs are remembered */
	UNKNOWN = 0, NO_RACE = 1, RACE = 2,	/* ... and its number */
};

struct access {
	struct mpp_op op;
	bool bare;		/* see access.h */
};

struct pending {		/* of a part */
	uint32_t access;	/* of accesses[] */
	uint16_t local;
};

struct looked_at {		/* by part */
	uint32_t first;		/* of pending[] */
	uint16_t count;
	bool known, bare;	/* bare: some of them are */
};

struct mpck_races {
	struct mpck_space *space;
	struct looked_at *parts;
	size_t parts_room;
	struct pending *pending;
	size_t npending, pending_room;
	struct access *accesses;
	uint32_t naccesses, accesses_room;
	uint32_t *slots;	/* hash table of accesses, + 1 */
	size_t nslots;
	uint64_t keys[MPCK_MAX_RACES];
	unsigned nkeys;
	bool weak;
	uint8_t pairs[REMEMBERED][REMEMBERED];
	/* What a look at a state is about. */
	const struct mpck_state *state;
	uint64_t wanted_key;	/* 0: all */
	uint64_t known, found;
	struct mpck_label pair[2];	/* of wanted_key */
};

struct mpck_races *mpck_races_new(struct mpck_space *space)
{
	struct mpck_races *r = mpck_checked(calloc(1, sizeof(*r)));

	r->space = space;
	return r;
}

void mpck_races_free(struct mpck_races *r)
{
	if (!r)
		return;
	free(r->parts);
	free(r->pending);
	free(r->accesses);
	free(r->slots);
	free(r);
}

size_t mpck_races_footprint(const struct mpck_races *r)
{
	return sizeof(*r) + r->parts_room * sizeof(*r->parts) +
	       r->pending_room * sizeof(*r->pending) +
	       r->accesses_room * sizeof(*r->accesses);
}

uint64_t mpck_races_key(const struct mpck_races *r, unsigned number)
{
	return r->keys[number];
}

bool mpck_races_saw_weak(const struct mpck_races *r)
{
	return r->weak;
}

/*
 * Accesses by number.
 */
static bool same_access(const struct mpp_op *a, const struct mpp_op *b)
{
	return a->object == b->object && a->pc == b->pc &&
	       a->guard == b->guard && a->size == b->size &&
	       a->kind == b->kind && a->order == b->order;
}

static size_t hash(const struct mpp_op *op)
{
	uint64_t about[] = { (uintptr_t)op->object, (uintptr_t)op->pc,
			     (uintptr_t)op->guard,
			     (uint64_t)op->size << 16 |
				     (uint64_t)op->kind << 8 | op->order };

	return XXH3_64bits(about, sizeof(about));
}

static size_t slot_of(const struct mpck_races *r, const struct mpp_op *op)
{
	size_t at = hash(op) & (r->nslots - 1);

	while (r->slots[at] &&
	       !same_access(&r->accesses[r->slots[at] - 1].op, op))
		at = (at + 1) & (r->nslots - 1);
	return at;
}

static void grow_slots(struct mpck_races *r)
{
	r->nslots = r->nslots ? r->nslots * 2 : 256;
	free(r->slots);
	r->slots = mpck_checked(calloc(r->nslots, sizeof(*r->slots)));
	for (uint32_t i = 0; i < r->naccesses; i++)
		r->slots[slot_of(r, &r->accesses[i].op)] = i + 1;
}

static uint32_t number_of(struct mpck_races *r, const struct mpp_op *op)
{
	size_t at;

	if (r->naccesses * 2 >= r->nslots)
		grow_slots(r);
	at = slot_of(r, op);
	if (r->slots[at])
		return r->slots[at] - 1;
	if (r->naccesses == r->accesses_room) {
		r->accesses_room = r->accesses_room * 2 + 64;
		r->accesses = mpck_checked(realloc(
			r->accesses, r->accesses_room * sizeof(*r->accesses)));
	}
	r->accesses[r->naccesses] = (struct access){
		.op = *op, .bare = mpck_is_bare(op) };
	r->slots[at] = r->naccesses + 1;
	return r->naccesses++;
}

/*
 * Parts.
 */
static bool orders_less(const struct mpp_op *op)
{
	return mpck_is_atomic(op) &&
	       !(op->order == __ATOMIC_SEQ_CST ||
		 (op->order == __ATOMIC_ACQUIRE && op->kind == MPP_OP_READ) ||
		 (op->order == __ATOMIC_RELEASE && op->kind == MPP_OP_WRITE) ||
		 op->order == __ATOMIC_ACQ_REL);
}

static void look_at_part(struct mpck_races *r, uint32_t part)
{
	mpck_taskset s = mpck_world_part(part)->pending;
	struct looked_at *l = &r->parts[part];

	*l = (struct looked_at){ .first = (uint32_t)r->npending,
				 .known = true };
	for (; s; s &= s - 1) {
		uint32_t local = mpck_set_first(s), a;
		const struct mpp_op *op = mpck_world_announcement(part, local);

		if (!mpck_is_access(op))
			continue;
		r->weak |= orders_less(op);
		a = number_of(r, op);
		if (r->npending == r->pending_room) {
			r->pending_room = r->pending_room * 2 + 256;
			r->pending = mpck_checked(realloc(
				r->pending,
				r->pending_room * sizeof(*r->pending)));
		}
		r->pending[r->npending++] = (struct pending){
			a, (uint16_t)local };
		l->bare |= r->accesses[a].bare;
		l->count++;
	}
}

static const struct looked_at *part_of(struct mpck_races *r, uint32_t part)
{
	if (part >= r->parts_room) {
		size_t old = r->parts_room;

		r->parts_room = part * 2 + 1024;
		r->parts = mpck_checked(realloc(
			r->parts, r->parts_room * sizeof(*r->parts)));
		memset(r->parts + old, 0,
		       (r->parts_room - old) * sizeof(*r->parts));
	}
	if (!r->parts[part].known)
		look_at_part(r, part);
	return &r->parts[part];
}

/*
 * Pairs.
 */
static bool conflict(const struct mpp_op *a, const struct mpp_op *b)
{
	if (MPCK_MUTANT(READS_RACE) && mpck_overlap(a, b))
		return true;
	return mpck_conflict(a, b);
}

static uint8_t verdict_on(struct mpck_races *r, const struct mpp_op *a,
			  const struct mpp_op *b)
{
	uint64_t key;

	if (!conflict(a, b))
		return NO_RACE;
	key = mpck_race_key(a->object, mpck_race_side(a->pc, a->kind),
			    mpck_race_side(b->pc, b->kind));
	for (unsigned i = 0; i < r->nkeys; i++) {
		if (r->keys[i] == key)
			return (uint8_t)(RACE + i);
	}
	if (r->nkeys == MPCK_MAX_RACES)
		return NO_RACE;
	r->keys[r->nkeys] = key;
	return (uint8_t)(RACE + r->nkeys++);
}

static uint8_t verdict(struct mpck_races *r, uint32_t a, uint32_t b)
{
	uint8_t *known = a < REMEMBERED && b < REMEMBERED ? &r->pairs[a][b]
							  : NULL;

	if (known && *known)
		return *known;
	if (known)
		return *known = verdict_on(r, &r->accesses[a].op,
					   &r->accesses[b].op);
	return verdict_on(r, &r->accesses[a].op, &r->accesses[b].op);
}

/* Would it have to wait for its lock?  Then it is not about to be made. */
static bool may_be_made(struct mpck_races *r, uint32_t part,
			const struct pending *p)
{
	const struct mpp_op *op = mpck_world_announcement(part, p->local);

	if (!op->ready)
		return true;
	mpck_world_load(r->state);
	return !mpck_world_waits(mpck_world_process_of(part), p->local);
}

static void compare(struct mpck_races *r, uint32_t part, const struct pending *a,
		    uint32_t other_part, const struct pending *b)
{
	uint8_t v = verdict(r, a->access, b->access);
	uint64_t bit;

	if (v < RACE)
		return;
	bit = UINT64_C(1) << (v - RACE);
	if ((r->known | r->found) & bit)
		return;
	if (r->wanted_key && r->keys[v - RACE] != r->wanted_key)
		return;
	if (!may_be_made(r, part, a) || !may_be_made(r, other_part, b))
		return;
	r->found |= bit;
	r->pair[0] = (struct mpck_label){ part, a->local, 0 };
	r->pair[1] = (struct mpck_label){ other_part, b->local, 0 };
}

/* Two threads of one process: the accesses of one part among themselves. */
static void compare_own(struct mpck_races *r, uint32_t part)
{
	const struct looked_at *l = &r->parts[part];

	for (uint32_t i = 0; i < l->count; i++) {
		for (uint32_t k = 0; k < i; k++)
			compare(r, part, &r->pending[l->first + i], part,
				&r->pending[l->first + k]);
	}
}

static void compare_parts(struct mpck_races *r, uint32_t x, uint32_t y)
{
	const struct looked_at *a = &r->parts[x], *b = &r->parts[y];

	if (!a->bare && !b->bare)
		return;
	for (uint32_t i = 0; i < a->count; i++) {
		for (uint32_t k = 0; k < b->count; k++)
			compare(r, x, &r->pending[a->first + i], y,
				&r->pending[b->first + k]);
	}
}

/* Of twins with equal parts, two are as good as more. */
static bool is_one_too_many(const struct mpck_state *state, uint32_t i)
{
	uint32_t enough = MPCK_MUTANT(TWINS_DO_NOT_RACE) ? 1 : 2;

	return i >= enough && state->part[i - enough] == state->part[i];
}

static void look(struct mpck_races *r, const struct mpck_state *state)
{
	uint32_t part[MPCK_MAX_TASKS], n = 0;
	bool bare = false;

	r->state = state;
	r->found = 0;
	for (uint32_t i = 0; i < state->nparts; i++) {
		const struct looked_at *l = part_of(r, state->part[i]);

		if (!l->count || is_one_too_many(state, i))
			continue;
		part[n++] = state->part[i];
		bare |= l->bare;
	}
	for (uint32_t i = 0; bare && i < n; i++) {
		if (r->parts[part[i]].bare)
			compare_own(r, part[i]);
		for (uint32_t k = 0; k < i; k++)
			compare_parts(r, part[i], part[k]);
	}
}

uint64_t mpck_races_of(struct mpck_races *r, const struct mpck_state *state,
		       uint64_t known)
{
	r->known = known;
	look(r, state);
	return r->found;
}

bool mpck_races_pair(struct mpck_space *space, const struct mpck_state *state,
		     uint64_t key, struct mpck_label pair[2])
{
	struct mpck_races *r = mpck_races_new(space);

	r->wanted_key = key;
	look(r, state);
	memcpy(pair, r->pair, sizeof(r->pair));
	key = r->found;
	mpck_races_free(r);
	return key != 0;
}
