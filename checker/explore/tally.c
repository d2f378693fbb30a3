/* SPDX-License-Identifier: MIT */
/* tally.c - counting outcomes and findings; see tally.h. */
#include "explore/tally.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "explore/describe.h"
#include "explore/where.h"
#include "machine/segment.h"

enum { MAX_FINDINGS = 64 };	/* distinct ones; the rest only counts */

struct mpck_trail mpck_trail_now(void)
{
	struct mpck_trail t = { .round.count = 0 };
	const uint16_t *choices = mpck_machine_schedule(&t.count);

	t.choices = mpck_checked(malloc((t.count + 1) * sizeof(*choices)));
	if (t.count)
		memcpy(t.choices, choices, t.count * sizeof(*choices));
	return t;
}

static void place(struct mpck_tally *t, uint32_t index)
{
	size_t at = t->outcomes[index].hash & (t->nslots - 1);

	while (t->slots[at])
		at = (at + 1) & (t->nslots - 1);
	t->slots[at] = index + 1;
}

static void grow(struct mpck_tally *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 64;
	free(t->slots);
	t->slots = mpck_checked(calloc(t->nslots, sizeof(*t->slots)));
	t->outcomes = mpck_checked(realloc(t->outcomes, t->nslots / 2 *
				      sizeof(*t->outcomes)));
	for (uint32_t i = 0; i < t->noutcomes; i++)
		place(t, i);
}

static struct mpck_seen_outcome *find(const struct mpck_tally *t, uint64_t hash,
				      enum mpck_end end, const void *bytes,
				      size_t size)
{
	size_t at = hash & (t->nslots - 1);

	for (; t->nslots && t->slots[at]; at = (at + 1) & (t->nslots - 1)) {
		struct mpck_seen_outcome *o = &t->outcomes[t->slots[at] - 1];

		if (o->hash == hash && o->end == end && o->size == size &&
		    (!size || !memcmp(o->bytes, bytes, size)))
			return o;
	}
	return NULL;
}

struct mpck_seen_outcome *mpck_tally_outcome(struct mpck_tally *t,
					     enum mpck_end end,
					     const void *bytes, size_t size)
{
	uint64_t hash = XXH3_64bits_withSeed(bytes, size, end);
	struct mpck_seen_outcome *o = find(t, hash, end, bytes, size);

	if (o)
		return o;
	if (t->noutcomes == t->nslots / 2)
		grow(t);
	o = &t->outcomes[t->noutcomes];
	*o = (struct mpck_seen_outcome){ .hash = hash, .end = end,
					 .size = size };
	o->bytes = mpck_checked(malloc(size + 1));
	if (size)
		memcpy(o->bytes, bytes, size);
	place(t, (uint32_t)t->noutcomes++);
	return o;
}

const struct mpck_seen_outcome *mpck_tally_find(const struct mpck_tally *t,
						enum mpck_end end,
						const void *bytes, size_t size)
{
	return find(t, XXH3_64bits_withSeed(bytes, size, end), end, bytes,
		    size);
}

static void add_outcome(struct mpck_tally *t, enum mpck_end end, uint64_t index)
{
	size_t size = 0;
	/* Only an execution that ended has final values. */
	const void *bytes = end == MPCK_END_NORMAL ? mpck_machine_outcome(&size)
						   : "";
	struct mpck_seen_outcome *o = mpck_tally_outcome(t, end, bytes, size);

	if (o->executions++ == 0) {
		o->index = index;
		if (!o->trail.choices)
			o->trail = mpck_trail_now();
	}
}

struct mpck_seen_finding *mpck_tally_finding(struct mpck_tally *t,
					     enum mpck_finding_kind kind,
					     uint64_t key)
{
	struct mpck_seen_finding *f;

	for (size_t i = 0; i < t->nfindings; i++) {
		f = &t->findings[i];
		if (f->kind == kind && f->key == key)
			return f;
	}
	if (t->nfindings == MAX_FINDINGS)
		return NULL;
	if (!t->findings)
		t->findings = mpck_checked(calloc(MAX_FINDINGS, sizeof(*f)));
	f = &t->findings[t->nfindings++];
	*f = (struct mpck_seen_finding){ .key = key, .kind = kind };
	return f;
}

static void add_finding(struct mpck_tally *t, enum mpck_finding_kind kind,
			uint64_t key, uint64_t index)
{
	struct mpck_seen_finding *f = mpck_tally_finding(t, kind, key);

	if (!f)
		return;
	if (!f->executions || f->last != index)
		f->executions++;
	f->last = index;
	if (!f->trail.choices)
		f->trail = mpck_trail_now();
}

/* One for each object and line. */
static uint64_t uninitialised_key(const struct mpck_fault *fault)
{
	uint64_t about[2] = { (uintptr_t)mpck_segment_start(fault->object),
			      mpck_site(fault->pc, true) };

	return XXH3_64bits(about, sizeof(about));
}

/* Twins fail alike: the place in the code makes the finding, not the task.  A
 * loop is interrupted anywhere, and where a child called exit() is known only
 * while recording. */
uint64_t mpck_fault_key(const struct mpck_fault *fault)
{
	if (fault->kind == MPCK_UNINITIALISED)
		return uninitialised_key(fault);
	return fault->kind == MPCK_NON_TERMINATION ||
			       fault->kind == MPCK_CHILD_FAILURE ? 1
	       : fault->key ? fault->key
			    : mpck_site(fault->pc, mpck_is_return(fault->kind));
}

const struct mpck_fault *mpck_fault_find(enum mpck_finding_kind kind,
					 uint64_t key)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == kind && mpck_fault_key(&faults[i]) == key)
			return &faults[i];
	}
	return NULL;
}

/*
 * The same deadlock: tasks wait at the same places for the same objects.  Where
 * somebody joins is left out: who joins one twin after the other is at another
 * place when the other twin is stuck.
 */
uint64_t mpck_deadlock_key(void)
{
	uint64_t key = 0;

	for (uint32_t i = 0; i < mpck_machine_tasks(); i++) {
		struct mpck_task_view v = mpck_machine_task(i);
		uint64_t at[2];
		bool joins;

		if (v.state == MPCK_TASK_ENDED)
			continue;
		joins = v.state == MPCK_TASK_JOINING;
		at[0] = joins ? 0 : mpck_site(v.op->pc, true);
		at[1] = joins ? 0 : (uintptr_t)v.op->object;
		/* Sums forget which twin waits where. */
		key += XXH3_64bits(at, sizeof(at));
	}
	return key;
}

void mpck_tally_add(struct mpck_tally *t, enum mpck_end end, uint64_t index)
{
	size_t nfaults;
	const struct mpck_fault *faults = mpck_machine_faults(&nfaults);

	add_outcome(t, end, index);
	for (size_t i = 0; i < nfaults; i++)
		add_finding(t, faults[i].kind, mpck_fault_key(&faults[i]),
			    index);
	if (end == MPCK_END_DEADLOCK)
		add_finding(t, MPCK_DEADLOCK, mpck_deadlock_key(), index);
	else if (end == MPCK_END_STEPS)
		add_finding(t, MPCK_NON_TERMINATION, 0, index);
}

static void look_at_finding(struct mpck_tally *t, enum mpck_finding_kind kind,
			    uint64_t key)
{
	struct mpck_seen_finding *f = mpck_tally_finding(t, kind, key);

	if (f && !f->trail.choices)
		f->trail = mpck_trail_now();
}

void mpck_tally_look(struct mpck_tally *t, enum mpck_end end, unsigned known)
{
	size_t nfaults;
	const struct mpck_fault *faults = mpck_machine_faults(&nfaults);

	for (size_t i = 0; i < nfaults; i++) {
		if (known & MPCK_BIT(faults[i].kind))
			continue;
		look_at_finding(t, faults[i].kind, mpck_fault_key(&faults[i]));
	}
	if (end == MPCK_END_DEADLOCK)
		look_at_finding(t, MPCK_DEADLOCK, mpck_deadlock_key());
}

void mpck_tally_fini(struct mpck_tally *t)
{
	for (size_t i = 0; i < t->noutcomes; i++) {
		free(t->outcomes[i].bytes);
		free(t->outcomes[i].trail.choices);
		free(t->outcomes[i].interleavings);
	}
	for (size_t i = 0; i < t->nfindings; i++)
		free(t->findings[i].trail.choices);
	free(t->outcomes);
	free(t->slots);
	free(t->findings);
	*t = (struct mpck_tally){ 0 };
}
