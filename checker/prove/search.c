/* SPDX-License-Identifier: MIT */
/*
 * search.c - see search.h.
 *
 * States that wait are kept as records in one array of words, which is a stack
 * or (breadth-first) a queue that is never shortened.
 */
#include "prove/search.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "explore/tally.h"
#include "prove/paths.h"
#include "prove/table.h"

enum {
	LOOK_AT_CLOCK = 512,	/* expansions between looks */
	STATE_WORDS = offsetof(struct mpck_state, part) / sizeof(uint32_t),
	MAX_FINDINGS = 64,
};

struct entry {
	uint64_t at;		/* of its state in words[] */
	struct mpck_label label;	/* what led to it */
	uint32_t index;		/* its number */
	uint32_t before;	/* breadth-first: entry it was reached from */
	uint16_t children;	/* new ones, when expanded */
	bool expanded;
};

/* A successor that is being looked up. */
struct candidate {
	struct mpck_key key;
	uint64_t at;
	struct mpck_label label;
	uint16_t twins, faults;
};

struct search {
	struct mpck_pass *pass;
	struct mpck_table table;
	uint32_t *words;
	uint64_t nwords, words_room;
	struct entry *entries;
	size_t nentries, entries_room;
	size_t head;		/* breadth-first: next to expand */
	struct candidate *candidates;
	size_t ncandidates, candidates_room;
	uint64_t expanded;
	double started, shown;
	size_t depth;		/* expanded entries on the stack */
	uint32_t *slots;	/* hash table of endings, + 1 */
	size_t nslots;
	uint64_t next_audit;	/* after so many expansions */
	uint64_t random;
	struct mpck_races *races;	/* NULL: not wanted */
	uint64_t races_found;		/* their numbers */
};

static void *room_for(void *p, uint64_t count, uint64_t *room, size_t size)
{
	if (count <= *room)
		return p;
	*room = count + count / 2 + 1024;
	p = realloc(p, *room * size);
	if (!p)
		abort();
	return p;
}

/*
 * Records.
 */
static uint64_t push_state(struct search *s, const struct mpck_state *state)
{
	uint64_t at = s->nwords;
	size_t words = STATE_WORDS + state->nparts;

	s->words = room_for(s->words, s->nwords + words, &s->words_room,
			    sizeof(*s->words));
	memcpy(s->words + at, state, words * sizeof(*s->words));
	s->nwords += words;
	return at;
}

static void read_state(const struct search *s, uint64_t at,
		       struct mpck_state *state)
{
	memcpy(state, s->words + at,
	       (STATE_WORDS + s->words[at]) * sizeof(*s->words));
}

static void push_entry(struct search *s, struct entry e)
{
	uint64_t room = s->entries_room;

	s->entries = room_for(s->entries, s->nentries + 1, &room,
			      sizeof(*s->entries));
	s->entries_room = room;
	s->entries[s->nentries++] = e;
}

/*
 * What was found.
 */

/* The labels that led to the entry being expanded, and one more if given. */
static struct mpck_path path_now(const struct search *s, size_t entry,
				 const struct mpck_label *last)
{
	struct mpck_path p = { .count = last != NULL };
	size_t at;

	if (s->pass->breadth_first) {
		for (size_t e = entry; e; e = s->entries[e].before)
			p.count++;
	} else {
		for (size_t e = 1; e <= entry; e++)
			p.count += s->entries[e].expanded;
	}
	p.labels = malloc((p.count + 1) * sizeof(*p.labels));
	if (!p.labels)
		abort();
	at = p.count;
	if (last)
		p.labels[--at] = *last;
	for (size_t e = entry; e && at;) {
		if (s->pass->breadth_first || s->entries[e].expanded)
			p.labels[--at] = s->entries[e].label;
		e = s->pass->breadth_first ? s->entries[e].before : e - 1;
	}
	return p;
}

static void found(struct search *s, struct mpck_fault_id id, size_t entry,
		  const struct mpck_label *last)
{
	struct mpck_pass *p = s->pass;

	for (size_t i = 0; i < p->nfindings; i++) {
		if (p->findings[i].id.kind == id.kind &&
		    p->findings[i].id.key == id.key)
			return;
	}
	if (p->nfindings == MAX_FINDINGS)
		return;
	p->findings = realloc(p->findings, (p->nfindings + 1) *
			      sizeof(*p->findings));
	if (!p->findings)
		abort();
	p->findings[p->nfindings] = (struct mpck_reached){
		id, path_now(s, entry, last) };
	if (id.kind == MPCK_DATA_RACE)
		p->findings[p->nfindings].path.race = id.key;
	p->nfindings++;
}

static void found_faults(struct search *s, uint16_t faults, size_t entry,
			 const struct mpck_label *last)
{
	size_t n;
	const struct mpck_fault_id *ids =
		mpck_space_faults(s->pass->space, faults, &n);

	for (size_t i = 0; i < n; i++)
		found(s, ids[i], entry, last);
}

static void place_ending(struct search *s, size_t which)
{
	size_t at = s->pass->endings[which].hash & (s->nslots - 1);

	while (s->slots[at])
		at = (at + 1) & (s->nslots - 1);
	s->slots[at] = (uint32_t)which + 1;
}

static void grow_endings(struct search *s)
{
	struct mpck_pass *p = s->pass;

	s->nslots = s->nslots ? s->nslots * 2 : 64;
	free(s->slots);
	s->slots = calloc(s->nslots, sizeof(*s->slots));
	p->endings = realloc(p->endings, s->nslots / 2 * sizeof(*p->endings));
	if (!s->slots || !p->endings)
		abort();
	for (size_t i = 0; i < p->nendings; i++)
		place_ending(s, i);
}

static size_t ending(struct search *s, enum mpck_end end, const void *bytes,
		     size_t size, size_t entry)
{
	struct mpck_pass *p = s->pass;
	uint64_t hash = XXH3_64bits_withSeed(bytes, size, end);

	if (p->nendings == s->nslots / 2)
		grow_endings(s);
	for (size_t at = hash & (s->nslots - 1); s->slots[at];
	     at = (at + 1) & (s->nslots - 1)) {
		const struct mpck_ending *e = &p->endings[s->slots[at] - 1];

		if (e->hash == hash && e->end == end && e->size == size &&
		    (!size || !memcmp(e->bytes, bytes, size)))
			return s->slots[at] - 1;
	}
	p->endings[p->nendings] = (struct mpck_ending){
		end, bytes, size, hash, path_now(s, entry, NULL) };
	place_ending(s, p->nendings);
	return p->nendings++;
}

/* Of a state whose moves are known. */
static void look_for_races(struct search *s, const struct mpck_state *state,
			   size_t entry)
{
	struct mpck_pass *p = s->pass;
	uint64_t here = mpck_races_of(s->races, state,
				      p->graph ? 0 : s->races_found);

	if (p->graph)
		p->graph->races[s->entries[entry].index] = here;
	for (here &= ~s->races_found; here; here &= here - 1) {
		unsigned number = mpck_set_first(here);
		uint64_t key = mpck_races_key(s->races, number);

		s->races_found |= UINT64_C(1) << number;
		p->race_keys[number] = key;
		found(s, (struct mpck_fault_id){ MPCK_DATA_RACE, key }, entry,
		      NULL);
	}
}

/* A state without moves. */
static void terminal(struct search *s, const struct mpck_state *state,
		     size_t entry)
{
	enum mpck_end end;
	const void *bytes = "";
	size_t size = 0, which;

	if (mpck_space_is_stop(state, &end)) {
		;
	} else if (mpck_world_is_over(state)) {
		end = MPCK_END_NORMAL;
		bytes = mpck_world_outcome(state->rest, &size);
	} else {
		end = MPCK_END_DEADLOCK;
		mpck_world_load(state);
		found(s, (struct mpck_fault_id){ MPCK_DEADLOCK,
						 mpck_deadlock_key() },
		      entry, NULL);
	}
	which = ending(s, end, bytes, size, entry);
	if (s->pass->graph)
		s->pass->graph->ending[s->entries[entry].index] =
			(uint32_t)which + 1;
}

/*
 * Expanding.
 */
static void add_candidate(struct search *s, const struct mpck_state *next,
			  struct mpck_label label, uint32_t twins,
			  uint16_t faults)
{
	uint64_t room = s->candidates_room;
	struct candidate *c;

	s->candidates = room_for(s->candidates, s->ncandidates + 1, &room,
				 sizeof(*s->candidates));
	s->candidates_room = room;
	c = &s->candidates[s->ncandidates++];
	c->key = mpck_space_key(next);
	c->at = push_state(s, next);
	c->label = label;
	c->twins = (uint16_t)twins;
	c->faults = faults;
	mpck_table_prefetch(&s->table, c->key);
}

/* false: the lore has changed. */
static bool moves_of(struct search *s, const struct mpck_state *state,
		     uint32_t index, uint32_t twins, size_t entry)
{
	struct mpck_space *space = s->pass->space;
	struct mpck_space_figures *f = &s->pass->figures;
	uint32_t n;
	const struct mpck_move *m = mpck_space_moves(space, state,
						     state->part[index], &n);

	if (!m)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct mpck_label label = { state->part[index], m[i].local,
					    m[i].alternative };
		struct mpck_state next;
		uint16_t faults;

		mpck_space_apply(space, state, index, m[i], &next, &faults);
		if (m[i].kind != MPCK_MOVE_LOCAL && mpck_space_changed(space))
			return false;
		f->transitions++;
		f->twins += twins - 1;
		f->silent += m[i].silent;
		if (faults)
			found_faults(s, faults, entry, &label);
		add_candidate(s, &next, label, twins, faults);
	}
	return true;
}

static bool generate(struct search *s, const struct mpck_state *state,
		     size_t entry)
{
	uint32_t i = 0;

	s->ncandidates = 0;
	while (i < state->nparts) {
		uint32_t twins = 1;
		const struct mpck_part_view *v =
			mpck_world_part(state->part[i]);

		while (i + twins < state->nparts &&
		       state->part[i + twins] == state->part[i])
			twins++;
		if (v->npending && !moves_of(s, state, i, twins, entry))
			return false;
		i += twins;
	}
	return true;
}

/* Of the candidates' records only those of new states stay. */
static void keep_record(struct search *s, uint64_t at)
{
	size_t words = STATE_WORDS + s->words[at];

	if (at != s->nwords)
		memmove(s->words + s->nwords, s->words + at,
			words * sizeof(*s->words));
	s->nwords += words;
}

static uint64_t footprint(const struct search *s)
{
	return mpck_table_footprint(&s->table) +
	       s->words_room * sizeof(*s->words) +
	       s->entries_room * sizeof(*s->entries) +
	       mpck_space_footprint(s->pass->space) +
	       (s->races ? mpck_races_footprint(s->races) : 0) +
	       (s->pass->graph ? mpck_graph_footprint(s->pass->graph) : 0);
}

/* A bigger table next to the old one is within the memory allowed. */
static bool may_grow(const struct search *s)
{
	size_t now = mpck_table_footprint(&s->table);
	size_t next = mpck_table_next_footprint(&s->table);

	return next == now ||
	       footprint(s) - now + next <= s->pass->memory;
}

/* false: no memory for a bigger table. */
static bool look_up(struct search *s, size_t entry)
{
	struct mpck_graph *g = s->pass->graph;
	uint32_t from = s->entries[entry].index;

	if (s->ncandidates)
		s->nwords = s->candidates[0].at;
	if (g)
		mpck_graph_begin(g, from);
	for (size_t i = 0; i < s->ncandidates; i++) {
		struct candidate *c = &s->candidates[i];
		uint32_t index = (uint32_t)s->table.count;

		if (!may_grow(s) || !mpck_table_reserve(&s->table))
			return false;
		if (mpck_table_insert(&s->table, c->key, g ? &index : NULL)) {
			push_entry(s, (struct entry){
				.at = s->nwords, .label = c->label,
				.index = index, .before = (uint32_t)entry });
			keep_record(s, c->at);
			s->entries[entry].children++;
			if (g)
				mpck_graph_state(g, index);
		}
		if (g)
			mpck_graph_edge(g, from, (struct mpck_edge){
				index, c->twins, c->faults, c->label });
	}
	return true;
}

/*
 * Audits: the path to a state is executed from the start, without reductions,
 * and has to lead there.  At random, and ever more rarely, unless audits were
 * asked for.
 */
static bool is_due(struct search *s)
{
	uint64_t gap = s->pass->audit ? 8 : s->expanded + 16;

	if (s->expanded < s->next_audit || s->pass->no_audit)
		return false;
	s->random = s->random * 6364136223846793005 + 1442695040888963407;
	s->next_audit = s->expanded + 1 + (s->random >> 33) % (2 * gap);
	return true;
}

static bool audit(struct search *s, size_t entry)
{
	struct mpck_path path = path_now(s, entry, NULL);
	struct mpck_schedule schedule;
	struct mpck_state claimed;
	bool same;

	read_state(s, s->entries[entry].at, &claimed);
	same = mpck_path_schedule(s->pass->space, &path, &schedule) &&
	       mpck_schedule_leads_to(&schedule, &claimed);
	mpck_schedule_fini(&schedule);
	free(path.labels);
	s->pass->figures.audited++;
	return same;
}

/* false: see *end. */
static bool expand(struct search *s, size_t entry, enum mpck_pass_end *end)
{
	struct mpck_state state;

	read_state(s, s->entries[entry].at, &state);
	s->entries[entry].expanded = true;
	s->entries[entry].children = 0;
	if (++s->depth > s->pass->figures.deepest)
		s->pass->figures.deepest = s->depth;
	if (!generate(s, &state, entry)) {
		*end = MPCK_PASS_CHANGED;
		return false;
	}
	if (!s->ncandidates)
		terminal(s, &state, entry);
	else if (s->races)
		look_for_races(s, &state, entry);
	*end = MPCK_PASS_MEMORY;
	if (!look_up(s, entry))
		return false;
	*end = MPCK_PASS_WRONG;
	return !is_due(s) || audit(s, entry);
}

/*
 * Figures and limits.
 */
/* Of each expanded state on the stack: which share of its new successors is
 * done, each taken for equally big. */
static double share_done(const struct search *s)
{
	double done = 0, weight = 1;
	size_t left = 0;

	if (s->pass->breadth_first)
		return 0;
	for (size_t e = 0; e < s->nentries; e++) {
		size_t next = e + 1;
		double children = s->entries[e].children;

		if (!s->entries[e].expanded || children < 1)
			continue;
		for (left = 0; next < s->nentries &&
			       !s->entries[next].expanded; next++)
			left++;
		left += next < s->nentries;
		weight /= children;
		done += weight * (children - (double)left);
		e = next - 1;
	}
	return done < 1 ? done : 1;
}

static void fill_figures(struct search *s)
{
	struct mpck_space_figures *f = &s->pass->figures;

	f->searched = true;
	f->states = s->table.count;
	f->depth = s->depth;
	f->bytes = footprint(s);
	f->done = share_done(s);
	f->seconds = mpck_seconds() - s->started;
	f->races = mpck_set_count(s->races_found);
	f->weak_orders = s->races && mpck_races_saw_weak(s->races);
}

static bool too_big(struct search *s)
{
	struct mpck_pass *p = s->pass;
	uint64_t next = footprint(s) - mpck_table_footprint(&s->table) +
			mpck_table_next_footprint(&s->table);

	if (next <= p->memory)
		return false;
	/* Remembered steps are the first to go. */
	mpck_space_forget(p->space);
	return footprint(s) > p->memory;
}

/* false: see *end. */
static bool within_limits(struct search *s, enum mpck_pass_end *end)
{
	struct mpck_pass *p = s->pass;
	double now;

	if (p->stop && *p->stop) {
		*end = MPCK_PASS_STOPPED;
		return false;
	}
	if (p->most_states && s->table.count > p->most_states) {
		*end = MPCK_PASS_STATES;
		return false;
	}
	if (s->expanded++ % LOOK_AT_CLOCK)
		return true;
	now = mpck_seconds();
	if (p->deadline > 0 && now > p->deadline) {
		*end = MPCK_PASS_TIME;
		return false;
	}
	if (too_big(s)) {
		*end = MPCK_PASS_MEMORY;
		return false;
	}
	if (p->progress && now - s->shown >= 0.1) {
		s->shown = now;
		fill_figures(s);
		p->progress(&p->figures, p->progress_context);
	}
	return true;
}

static bool enough(const struct search *s)
{
	const struct mpck_pass *p = s->pass;

	return p->breadth_first && p->nendings >= p->wanted_endings &&
	       p->nfindings >= p->wanted_findings;
}

static void pop_expanded(struct search *s)
{
	while (s->nentries && s->entries[s->nentries - 1].expanded) {
		s->nwords = s->entries[--s->nentries].at;
		s->depth--;
	}
}

static enum mpck_pass_end visit_all(struct search *s)
{
	enum mpck_pass_end end;

	for (;;) {
		size_t entry;

		if (s->pass->breadth_first) {
			if (enough(s))
				return MPCK_PASS_ENOUGH;
			if (s->head == s->nentries)
				return MPCK_PASS_DONE;
			entry = s->head++;
		} else {
			pop_expanded(s);
			if (!s->nentries)
				return MPCK_PASS_DONE;
			entry = s->nentries - 1;
		}
		if (!within_limits(s, &end) || !expand(s, entry, &end))
			return end;
	}
}

static void push_first(struct search *s, const struct mpck_state *first)
{
	uint32_t index = 0;

	mpck_table_insert(&s->table, mpck_space_key(first), &index);
	push_entry(s, (struct entry){ .at = push_state(s, first) });
	if (s->pass->graph)
		mpck_graph_state(s->pass->graph, 0);
}

enum mpck_pass_end mpck_pass_run(struct mpck_pass *pass)
{
	struct search s = { .pass = pass };
	enum mpck_pass_end end = MPCK_PASS_MEMORY;
	struct mpck_state first;
	uint16_t faults;

	s.started = s.shown = mpck_seconds();
	mpck_space_begin(pass->space, &first, &faults);
	if (mpck_space_changed(pass->space))
		return MPCK_PASS_CHANGED;
	if (pass->races)
		s.races = mpck_races_new(pass->space);
	if (mpck_table_init(&s.table, pass->graph != NULL)) {
		push_first(&s, &first);
		if (faults)
			found_faults(&s, faults, 0, NULL);
		end = visit_all(&s);
	}
	fill_figures(&s);
	mpck_table_fini(&s.table);
	free(s.words);
	free(s.entries);
	free(s.candidates);
	free(s.slots);
	mpck_races_free(s.races);
	return end;
}

void mpck_pass_fini(struct mpck_pass *pass)
{
	for (size_t i = 0; i < pass->nendings; i++)
		free(pass->endings[i].path.labels);
	for (size_t i = 0; i < pass->nfindings; i++)
		free(pass->findings[i].path.labels);
	free(pass->endings);
	free(pass->findings);
	pass->endings = NULL;
	pass->findings = NULL;
	pass->nendings = pass->nfindings = 0;
}
