/* SPDX-License-Identifier: MIT */
/*
 * believe.c - what a pass found, for the tally, with a schedule; see prover.h.
 *
 * Each is executed in the machine, without reductions, before it is believed.
 */
#include "prove/prover.h"

#include <stdlib.h>
#include <string.h>

enum { TRAILS = 256 };	/* outcomes that get a schedule */

static bool executed(struct prover *p, const struct mpck_path *path,
		     enum mpck_end *end, uint64_t *length)
{
	struct mpck_schedule s;
	bool ok = mpck_path_schedule(p->space, path, &s) &&
		  mpck_schedule_execute(&s, end);

	if (!ok)
		mpck_prover_error(
			p, "a path of the search cannot be executed: "
			MPCK_UNCONTROLLED);
	*length = s.count;
	mpck_schedule_fini(&s);
	return ok;
}

/* The schedule just executed, if there is none with fewer operations. */
static void keep_shorter(struct mpck_trail *trail, uint64_t *known,
			 uint64_t length)
{
	if (trail->choices && *known <= length)
		return;
	free(trail->choices);
	*trail = mpck_trail_now();
	*known = length;
}

static bool is_told(const struct prover *p, const struct mpck_fault *fault)
{
	return fault->kind != MPCK_DATA_RACE ||
	       !mpck_prove_knows_races(&p->job->result->space);
}

/* What detectors saw in it: the search itself has none. */
static void tell_faults(struct prover *p, uint64_t length)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	for (size_t i = 0; i < n; i++) {
		struct mpck_seen_finding *f;

		if (!is_told(p, &faults[i]))
			continue;
		f = mpck_tally_finding(p->job->tally, faults[i].kind,
				       mpck_fault_key(&faults[i]));
		if (f)
			keep_shorter(&f->trail, &f->length, length);
	}
}

static bool same_ending(const struct mpck_ending *e, enum mpck_end end)
{
	size_t size;
	const void *bytes = mpck_machine_outcome(&size);

	if (end != e->end)
		return false;
	return end != MPCK_END_NORMAL ||
	       (size == e->size && (!size || !memcmp(bytes, e->bytes, size)));
}

static void tell_ending(struct prover *p, const struct mpck_ending *e,
			bool with_trail)
{
	struct mpck_seen_outcome *o = mpck_tally_outcome(
		p->job->tally, e->end, e->bytes, e->size);
	enum mpck_end end;
	uint64_t length;

	if (!with_trail || !executed(p, &e->path, &end, &length))
		return;
	if (!same_ending(e, end)) {
		mpck_prover_error(
			p, "a path of the search ends otherwise when it is "
			"executed: " MPCK_UNCONTROLLED);
		return;
	}
	keep_shorter(&o->trail, &o->length, length);
	tell_faults(p, length);
}

static bool shows(const struct mpck_fault_id *id, enum mpck_end end)
{
	if (id->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK &&
		       mpck_deadlock_key() == id->key;
	return mpck_fault_find(id->kind, id->key);
}

/* The execution had so many that not all were kept. */
static bool has_too_many(void)
{
	size_t n;

	mpck_machine_faults(&n);
	return n == MPCK_FAULTS;
}

static void tell_finding(struct prover *p, const struct mpck_reached *r)
{
	struct mpck_seen_finding *f;
	enum mpck_end end;
	uint64_t length;

	if (!executed(p, &r->path, &end, &length))
		return;
	if (!shows(&r->id, end)) {
		if (has_too_many())
			return;
		mpck_prover_error(
			p, "a finding of the search does not show when its "
			"schedule is executed: " MPCK_UNCONTROLLED);
		return;
	}
	f = mpck_tally_finding(p->job->tally, r->id.kind, r->id.key);
	if (f)
		keep_shorter(&f->trail, &f->length, length);
}

void mpck_prover_tell(struct prover *p)
{
	for (size_t i = 0; i < p->pass.nendings && !p->err; i++)
		tell_ending(p, &p->pass.endings[i], i < TRAILS);
	for (size_t i = 0; i < p->pass.nfindings && !p->err; i++)
		tell_finding(p, &p->pass.findings[i]);
}
