/* SPDX-License-Identifier: MIT */
/*
 * cycles.c - livelocks and starvation, told from busy-waits; see prover.h.
 *
 * In a pass without merged twins: who is passed by has to be somebody.
 */
#include "prove/prover.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "prove/fair.h"
#include "prove/round.h"

/* Executions that go on for ever are an outcome, too. */
static void no_end(struct prover *p, const struct mpck_round *round)
{
	struct mpck_seen_outcome *o = mpck_tally_outcome(
		p->job->tally, MPCK_END_STEPS, "", 0);

	if (o->trail.choices)
		return;
	o->trail = mpck_trail_now();
	o->trail.round = *round;
	if (p->job->result->interleavings)
		o->interleavings = strdup("unbounded");
}

/* To the part's nearest state, and once round from there. */
static struct mpck_path round_path(const struct prover *p,
				   const struct mpck_distances *d,
				   const struct mpck_cycle_found *c,
				   const struct mpck_fair_part *part,
				   size_t *before)
{
	struct mpck_path path = mpck_path_to(&p->graph, d, part->nearest, NULL);
	struct mpck_walk walk = mpck_round_walk(&p->graph, c, part);

	*before = path.count;
	path.count += walk.count;
	path.labels = mpck_checked(realloc(path.labels, (path.count + 1) *
					   sizeof(*path.labels)));
	memcpy(path.labels + *before, walk.labels,
	       walk.count * sizeof(*walk.labels));
	free(walk.labels);
	return path;
}

/* Executes the path, and no more.  *round: its last labels, in operations. */
static bool executed_round(struct prover *p, struct mpck_path path,
			   size_t before, struct mpck_round *round)
{
	struct mpck_path lead = { .labels = path.labels, .count = before };
	struct mpck_schedule s = { 0 }, all = { 0 };
	enum mpck_end end;
	uint64_t limit;
	bool ok = mpck_path_schedule(p->space, &lead, &s) &&
		  mpck_path_schedule(p->space, &path, &all);

	*round = (struct mpck_round){ s.count, all.count - s.count };
	limit = mpck_machine_limit(all.count);
	ok = ok && mpck_schedule_execute(&all, &end) && end == MPCK_END_STEPS;
	mpck_machine_limit(limit);
	mpck_schedule_fini(&s);
	mpck_schedule_fini(&all);
	if (!ok)
		mpck_prover_error(
			p, "a cycle of the search cannot be executed: "
			MPCK_UNCONTROLLED);
	return ok;
}

/* That the state comes back is looked at when the round is described. */
static void tell_round(struct prover *p, const struct mpck_distances *d,
		       const struct mpck_cycle_found *c,
		       const struct mpck_fair_part *part,
		       enum mpck_finding_kind kind)
{
	struct mpck_seen_finding *f;
	struct mpck_path path;
	struct mpck_round round;
	size_t before;

	if (!part->states || p->err)
		return;
	f = mpck_tally_finding(p->job->tally, kind, 0);
	if (!f || f->trail.choices)
		return;
	path = round_path(p, d, c, part, &before);
	if (executed_round(p, path, before, &round)) {
		f->trail = mpck_trail_now();
		f->trail.round = round;
		no_end(p, &round);
	}
	free(path.labels);
}

void mpck_prover_cycles(struct prover *p)
{
	struct mpck_result *r = p->job->result;
	struct mpck_cycle_found c;
	struct mpck_distances d;
	enum mpck_pass_end end;

	p->races = false;	/* they are known */
	end = mpck_prover_run_kept(p, false, false);
	if (end != MPCK_PASS_DONE) {
		/* Nobody knows whether every execution ends. */
		r->space.finished = false;
		r->space.out_of_memory = end == MPCK_PASS_MEMORY;
		r->space.cycle = MPCK_CYCLE_WAITING;
		return;
	}
	mpck_graph_distances(&p->graph, &d);
	mpck_graph_cycles(&p->graph, &d, &c);
	r->space.cycle = c.kind;
	tell_round(p, &d, &c, &c.live, MPCK_LIVELOCK);
	tell_round(p, &d, &c, &c.starving, MPCK_STARVATION);
	mpck_cycle_fini(&c);
	mpck_distances_fini(&d);
}
