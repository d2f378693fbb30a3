/* SPDX-License-Identifier: MIT */
/*
 * serial.c - see serial.h.
 *
 * Depth-first over states with a runner: the part of the process that ran last,
 * and which of its tasks; or nobody, where anyone may go on.  Steps are executed
 * each time and not remembered as in space.c: there are few.
 */
#include "prove/serial.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "machine/world.h"
#include "prove/lore.h"
#include "prove/space.h"
#include "prove/table.h"

enum {
	NOBODY = UINT32_MAX,
	LOOK_AT_CLOCK = 256,
	MAX_RESTARTS = 100,
};

/* A state and who runs.  As words: the first three, and the parts in use. */
struct node {
	uint32_t part, local;	/* NOBODY: anyone may go on */
	struct mpck_state state;
};

enum { NODE_WORDS = offsetof(struct node, state.part) / sizeof(uint32_t) };

struct entry {
	uint64_t at;		/* of its node in words[] */
	uint32_t number;
	bool expanded;
};

struct search {
	const struct mpck_serial_job *job;
	struct mpck_serial *found;
	struct mpck_table table;
	uint32_t *words;
	size_t nwords, words_room;
	struct entry *entries;
	size_t nentries, entries_room;
	bool *on_path;		/* by number */
	size_t numbers;		/* room of it */
	bool gave_up;
};

static void *grown(void *p, size_t count, size_t *room, size_t size)
{
	if (count <= *room)
		return p;
	*room = count + count / 2 + 256;
	return mpck_checked(realloc(p, *room * size));
}

static size_t words_of(const struct node *n)
{
	return NODE_WORDS + n->state.nparts;
}

static uint32_t number_of(struct search *s, const struct node *n, bool *new)
{
	XXH128_hash_t h = XXH3_128bits(n, words_of(n) * sizeof(uint32_t));
	uint32_t number = (uint32_t)s->table.count;
	size_t room = s->numbers;

	if (!mpck_table_reserve(&s->table))
		abort();
	*new = mpck_table_insert(&s->table,
				 (struct mpck_key){ h.low64, h.high64 },
				 &number);
	s->on_path = grown(s->on_path, s->table.count, &s->numbers,
			   sizeof(*s->on_path));
	if (s->numbers > room)
		memset(s->on_path + room, 0, s->numbers - room);
	return number;
}

static void push(struct search *s, struct node *n)
{
	bool new;
	uint32_t number = number_of(s, n, &new);

	/* Alone it gets nowhere: that is waiting, too. */
	if (!new && s->on_path[number] && n->part != NOBODY) {
		s->found->talk = true;
		n->part = n->local = NOBODY;
		number = number_of(s, n, &new);
	}
	if (!new)
		return;
	s->entries = grown(s->entries, s->nentries + 1, &s->entries_room,
			   sizeof(*s->entries));
	s->words = grown(s->words, s->nwords + words_of(n), &s->words_room,
			 sizeof(*s->words));
	memcpy(s->words + s->nwords, n, words_of(n) * sizeof(uint32_t));
	s->entries[s->nentries++] = (struct entry){ s->nwords, number, false };
	s->nwords += words_of(n);
}

/* All who join and are done with it go on. */
static enum mpck_end wake_all(enum mpck_end end)
{
	struct mpck_state ignored;

	while (end == MPCK_END_PAUSED && mpck_world_can_wake()) {
		mpck_world_save(&ignored);
		end = mpck_world_wake();
	}
	return end;
}

/* Where the machine is now; process: who ran, or NOBODY. */
static void arrive(struct search *s, uint32_t process, uint32_t local,
		   enum mpck_end end)
{
	struct node n;

	if (end != MPCK_END_PAUSED && end != MPCK_END_NORMAL) {
		/* It was stopped for a reason of its own; how it would have
		 * gone on nobody knows. */
		s->gave_up |= end != MPCK_END_DEADLOCK;
		return;
	}
	mpck_world_save(&n.state);
	n.part = process == NOBODY ? NOBODY : n.state.part[process];
	n.local = process == NOBODY ? NOBODY : local;
	mpck_space_sort(&n.state);
	push(s, &n);
}

bool mpck_serial_talks(const struct mpp_op *op)
{
	switch (op->kind) {
	case MPP_OP_READ:
	case MPP_OP_WRITE:
	case MPP_OP_RMW:
		return op->order != MPP_PLAIN && !op->guard;
	case MPP_OP_ACQUIRE:
	case MPP_OP_JOIN:
		return op->timeout_ns != MPP_FOREVER;
	case MPP_OP_NONE:
	case MPP_OP_RELEASE:
	case MPP_OP_START:
	case MPP_OP_EXIT:
	case MPP_OP_IDENTITY:
	case MPP_OP_RANDOM:
	case MPP_OP_CHOOSE:
		return false;
	default:
		return true;
	}
}

static void step(struct search *s, const struct node *n, uint32_t part,
		 uint32_t local)
{
	uint32_t p = mpck_world_process_of(part), task, before, alternatives;
	const struct mpp_op *op = mpck_world_pending(p, local, &task);

	if (!mpck_world_ready(p, local))
		return;
	s->found->talk |= mpck_serial_talks(op);
	alternatives = op->kind == MPP_OP_CHOOSE && op->choices > 1
			       ? op->choices : 1;
	for (uint32_t a = 0; a < alternatives; a++) {
		enum mpck_end end;

		mpck_world_load(&n->state);
		p = mpck_world_process_of(part);
		before = mpck_machine_tasks();
		end = mpck_world_step(p, local, a);
		if (mpck_machine_tasks() != before)
			arrive(s, NOBODY, NOBODY, wake_all(end));
		else
			arrive(s, p, local, wake_all(end));
	}
}

/* Whoever ran can go on: nobody else does. */
static bool goes_on(struct search *s, const struct node *n)
{
	uint32_t p;

	if (n->part == NOBODY ||
	    !mpck_set_has(mpck_world_part(n->part)->pending, n->local))
		return false;
	mpck_world_load(&n->state);
	p = mpck_world_process_of(n->part);
	if (mpck_world_waits(p, n->local))
		return false;
	step(s, n, n->part, n->local);
	return true;
}

static void anyone_goes_on(struct search *s, const struct node *n)
{
	for (uint32_t i = 0; i < n->state.nparts; i++) {
		uint32_t part = n->state.part[i];
		mpck_taskset pending = mpck_world_part(part)->pending;

		if (i && n->state.part[i - 1] == part)
			continue;	/* a twin: it would be the same */
		for (; pending; pending &= pending - 1) {
			mpck_world_load(&n->state);
			step(s, n, part, mpck_set_first(pending));
		}
	}
}

static void expand(struct search *s, size_t entry)
{
	struct node n;
	const uint32_t *words = s->words + s->entries[entry].at;

	memcpy(&n, words, (NODE_WORDS + words[offsetof(struct node,
			   state.nparts) / sizeof(*words)]) * sizeof(*words));
	s->entries[entry].expanded = true;
	s->on_path[s->entries[entry].number] = true;
	if (mpck_world_is_over(&n.state)) {
		size_t size;
		const void *bytes = mpck_world_outcome(n.state.rest, &size);

		mpck_tally_outcome(&s->found->ends, MPCK_END_NORMAL, bytes,
				   size);
	} else if (!goes_on(s, &n)) {
		anyone_goes_on(s, &n);
	}
}

static bool is_too_much(const struct search *s, uint64_t expanded)
{
	const struct mpck_serial_job *j = s->job;

	return s->gave_up || (j->stop && *j->stop) ||
	       s->table.count > j->most_states ||
	       (expanded % LOOK_AT_CLOCK == 0 && j->deadline > 0 &&
		mpck_seconds() > j->deadline);
}

static void visit_all(struct search *s, const struct mpck_space *space)
{
	for (uint64_t expanded = 1; s->nentries; expanded++) {
		struct entry *top = &s->entries[s->nentries - 1];

		if (top->expanded) {
			s->on_path[top->number] = false;
			s->nwords = top->at;
			s->nentries--;
			continue;
		}
		if (is_too_much(s, expanded)) {
			s->gave_up = true;
			return;
		}
		expand(s, s->nentries - 1);
		if (mpck_space_changed(space))
			return;
	}
}

/* true: something was learnt, and all this says nothing. */
static bool run(const struct mpck_serial_job *job, struct mpck_lore *lore,
		struct mpck_serial *found)
{
	struct search s = { .job = job, .found = found };
	struct mpck_space *space;
	bool changed;

	mpck_machine_teach(mpck_machine_learned());
	mpck_lore_begin(lore, !job->no_symmetry, false);
	mpck_world_open(&mpck_lore_watcher, lore);
	space = mpck_space_new(lore);
	if (!mpck_table_init(&s.table, true))
		abort();
	arrive(&s, NOBODY, NOBODY, wake_all(mpck_world_begin()));
	if (!mpck_space_changed(space))
		visit_all(&s, space);
	changed = mpck_space_changed(space);
	found->known = !changed && !s.gave_up;
	found->states = s.table.count;
	mpck_table_fini(&s.table);
	mpck_space_free(space);
	mpck_world_close();
	free(s.words);
	free(s.entries);
	free(s.on_path);
	return changed;
}

void mpck_serial_find(const struct mpck_serial_job *job,
		      struct mpck_serial *serial)
{
	struct mpck_lore *lore = mpck_lore_new();
	double started = mpck_seconds();
	int restarts = 0;

	*serial = (struct mpck_serial){ .known = false };
	mpck_machine_record(false);
	while (run(job, lore, serial) && restarts++ < MAX_RESTARTS)
		mpck_serial_fini(serial);
	mpck_lore_free(lore);
	serial->seconds = mpck_seconds() - started;
}

void mpck_serial_fini(struct mpck_serial *serial)
{
	mpck_tally_fini(&serial->ends);
	*serial = (struct mpck_serial){ .known = false };
}

bool mpck_serial_has(const struct mpck_serial *serial, const void *bytes,
		     size_t size)
{
	return mpck_tally_find(&serial->ends, MPCK_END_NORMAL, bytes, size) !=
	       NULL;
}
