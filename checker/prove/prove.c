/* SPDX-License-Identifier: MIT */
/*
 * prove.c - the passes of a proof; see prove.h.
 *
 *  1. The proof: with both reductions, again from the start when something was
 *     learnt.  Says what can happen.
 *  2. The count: without silent objects, its edges kept.  Says how often, and
 *     gives shortest schedules.  Left out when the space is big.
 *  3. Cycles, where a part can come back to what it was: without merged twins,
 *     to tell a livelock from starvation and from a busy-wait.
 *  4. Shortest schedules of what is wrong, breadth-first, where there was no
 *     count.  (Of several different deadlocks none is made shorter.)
 *
 * Whatever a pass finds is executed in the machine, without reductions, before
 * it is believed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "prove/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "detectors/detector.h"
#include "prove/fair.h"
#include "prove/round.h"
#include "prove/search.h"

enum {
	COUNTED_STATES = 1500000,	/* unasked, that many are counted */
	TRAILS = 256,			/* outcomes that get a schedule */
	MAX_RESTARTS = 1000,
};
/* Why a step that is executed again does something else: */
#define UNCONTROLLED "the program depends on something the machine does not " \
	"control, or mpcheck is wrong"
/* Unasked, so long at most: */
static const double count_seconds = 3, count_least = 0.2, count_times = 5;

struct prover {
	const struct mpck_prove_job *job;
	char *sentence;
	struct mpck_lore *lore;
	struct mpck_space *space;
	struct mpck_pass pass;
	struct mpck_graph graph;
	double started, deadline;
	uint64_t memory;
	bool symmetry, silent;		/* of the proof */
	bool races;			/* wanted */
	bool cyclic;			/* some part can come back */
	size_t endings, findings;	/* of the proof */
	int err;
};

static uint64_t default_memory(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[200];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
			break;
	}
	if (f)
		fclose(f);
	return kib ? (uint64_t)kib * 512 : UINT64_C(1) << 30;
}

static void internal_error(struct prover *p, const char *text)
{
	p->err = MPCK_EINTERNAL;
	snprintf(p->sentence, MPCK_SENTENCE, "%s", text);
}

/*
 * Passes.
 */
static void begin_pass(struct prover *p, bool symmetry, bool silent)
{
	mpck_machine_teach(mpck_machine_learned());
	mpck_pass_fini(&p->pass);
	mpck_space_free(p->space);
	mpck_world_close();
	mpck_lore_begin(p->lore, symmetry, silent);
	mpck_world_open(&mpck_lore_watcher, p->lore);
	p->space = mpck_space_new(p->lore);
	p->pass = (struct mpck_pass){
		.space = p->space, .audit = p->job->options->audit,
		.no_audit = p->job->options->proof_only,
		.races = p->races,
		.deadline = p->deadline,
		.memory = p->memory, .stop = p->job->options->stop };
}

static void show_progress(const struct mpck_space_figures *f, void *context)
{
	struct prover *p = context;
	struct mpck_result shown = *p->job->result;	/* which stays */

	shown.space = *f;
	shown.space.restarts = p->job->result->space.restarts;
	shown.seconds = mpck_seconds() - p->started;
	p->job->options->progress(&shown, p->job->options->progress_context);
}

static void want_progress(struct prover *p)
{
	if (!p->job->options->progress)
		return;
	p->pass.progress = show_progress;
	p->pass.progress_context = p;
}

/* Of a pass behind the first. */
static void note_wrong(struct prover *p, enum mpck_pass_end end)
{
	p->job->result->interrupted |= end == MPCK_PASS_STOPPED;
	if (end == MPCK_PASS_WRONG)
		internal_error(p, "an audited state is not reached when its "
			       "path is executed: " UNCONTROLLED);
}

/* How an unfinished pass ended, for the report. */
static void note_end(struct prover *p, enum mpck_pass_end end)
{
	struct mpck_result *r = p->job->result;

	r->space.finished = end == MPCK_PASS_DONE;
	r->space.out_of_memory = end == MPCK_PASS_MEMORY;
	note_wrong(p, end);
	for (size_t i = 0; i < p->pass.nendings; i++) {
		if (p->pass.endings[i].end != MPCK_END_LIMIT)
			continue;
		p->err = MPCK_EUSAGE;
		snprintf(p->sentence, MPCK_SENTENCE, MPCK_LIMITS_SENTENCE);
	}
}

/*
 * What was found goes to the tally, with a schedule that was executed.
 */
static bool executed(struct prover *p, const struct mpck_path *path,
		     enum mpck_end *end, uint64_t *length)
{
	struct mpck_schedule s;
	bool ok = mpck_path_schedule(p->space, path, &s) &&
		  mpck_schedule_execute(&s, end);

	if (!ok)
		internal_error(p, "a path of the search cannot be executed: "
			       UNCONTROLLED);
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

bool mpck_prove_knows_races(const struct mpck_space_figures *f)
{
	return f->finished && f->races && !f->weak_orders;
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
		internal_error(p, "a path of the search ends otherwise when it "
			       "is executed: " UNCONTROLLED);
		return;
	}
	keep_shorter(&o->trail, &o->length, length);
	tell_faults(p, length);
}

static bool shows(const struct mpck_fault_id *id, enum mpck_end end)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	if (id->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK &&
		       mpck_deadlock_key() == id->key;
	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == id->kind &&
		    mpck_fault_key(&faults[i]) == id->key)
			return true;
	}
	return false;
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
		internal_error(p, "a finding of the search does not show when "
			       "its schedule is executed: " UNCONTROLLED);
		return;
	}
	f = mpck_tally_finding(p->job->tally, r->id.kind, r->id.key);
	if (f)
		keep_shorter(&f->trail, &f->length, length);
}

static void tell(struct prover *p)
{
	for (size_t i = 0; i < p->pass.nendings && !p->err; i++)
		tell_ending(p, &p->pass.endings[i], i < TRAILS);
	for (size_t i = 0; i < p->pass.nfindings && !p->err; i++)
		tell_finding(p, &p->pass.findings[i]);
}

/*
 * The proof.
 */
static enum mpck_pass_end prove(struct prover *p)
{
	struct mpck_space_figures *f = &p->job->result->space;
	enum mpck_pass_end end;
	uint64_t restarts = 0;

	do {
		begin_pass(p, p->symmetry, p->silent);
		want_progress(p);
		end = mpck_pass_run(&p->pass);
	} while (end == MPCK_PASS_CHANGED && restarts++ < MAX_RESTARTS);
	*f = p->pass.figures;
	f->restarts = restarts;
	mpck_lore_objects(p->lore, &f->silent_objects, &f->visible_objects);
	note_end(p, end);
	p->cyclic = !mpck_space_is_acyclic(p->space);
	p->endings = p->pass.nendings;
	p->findings = p->pass.nfindings;
	return end;
}

/*
 * Counting.
 */
static struct mpck_path path_to(const struct mpck_graph *g,
				const struct mpck_distances *d, uint32_t state,
				const struct mpck_label *last)
{
	struct mpck_path path = { .count = d->distance[state] };
	size_t at = path.count;

	path.labels = malloc((path.count + 2) * sizeof(*path.labels));
	if (!path.labels)
		abort();
	while (at) {
		path.labels[--at] = g->edges[g->first[d->from[state]] +
					     d->edge[state]].label;
		state = d->from[state];
	}
	if (last)
		path.labels[path.count++] = *last;
	return path;
}

static void shorten(struct mpck_path *path, struct mpck_path better)
{
	if (better.count >= path->count) {
		free(better.labels);
		return;
	}
	free(path->labels);
	*path = better;
}

static void shorten_endings(struct prover *p, const struct mpck_distances *d)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t *best = calloc(p->pass.nendings + 1, sizeof(*best));

	if (!best)
		abort();
	for (uint32_t s = 0; s < g->nstates; s++) {
		uint32_t e = g->ending[s];

		if (e && (!best[e - 1] ||
			  d->distance[s] < d->distance[best[e - 1] - 1]))
			best[e - 1] = s + 1;
	}
	for (size_t i = 0; i < p->pass.nendings; i++) {
		if (best[i])
			shorten(&p->pass.endings[i].path,
				path_to(g, d, best[i] - 1, NULL));
	}
	free(best);
}

static bool has_fault(const struct prover *p, uint16_t faults,
		      struct mpck_fault_id id)
{
	size_t n;
	const struct mpck_fault_id *ids = mpck_space_faults(p->space, faults,
							    &n);

	for (size_t i = 0; i < n; i++) {
		if (ids[i].kind == id.kind && ids[i].key == id.key)
			return true;
	}
	return false;
}

static void shorten_fault(struct prover *p, const struct mpck_distances *d,
			  struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	const struct mpck_edge *edge = NULL;

	for (uint32_t s = 0; s < g->nstates; s++) {
		for (uint32_t i = 0; i < g->count[s]; i++) {
			const struct mpck_edge *e = &g->edges[g->first[s] + i];

			if (!e->faults || !has_fault(p, e->faults, r->id))
				continue;
			if (edge && d->distance[s] >= d->distance[best])
				continue;
			best = s;
			edge = e;
		}
	}
	if (edge)
		shorten(&r->path, path_to(g, d, best, &edge->label));
}

static void shorten_race(struct prover *p, const struct mpck_distances *d,
			 struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	struct mpck_path path;
	unsigned number = 0;

	while (p->pass.race_keys[number] != r->id.key)
		number++;
	for (uint32_t s = 0; s < g->nstates; s++) {
		if (g->races[s] >> number & 1 &&
		    (best == UINT32_MAX || d->distance[s] < d->distance[best]))
			best = s;
	}
	path = path_to(g, d, best, NULL);
	path.race = r->id.key;
	shorten(&r->path, path);
}

/* Which deadlock a state is would have to be asked of each; the paths of the
 * first ones met are kept where there are several. */
static void shorten_deadlock(struct prover *p, const struct mpck_distances *d,
			     struct mpck_reached *r)
{
	const struct mpck_graph *g = &p->graph;
	uint32_t best = UINT32_MAX;
	size_t deadlocks = 0;

	for (size_t i = 0; i < p->pass.nfindings; i++)
		deadlocks += p->pass.findings[i].id.kind == MPCK_DEADLOCK;
	for (uint32_t s = 0; deadlocks == 1 && s < g->nstates; s++) {
		uint32_t e = g->ending[s];

		if (e && p->pass.endings[e - 1].end == MPCK_END_DEADLOCK &&
		    (best == UINT32_MAX || d->distance[s] < d->distance[best]))
			best = s;
	}
	if (best != UINT32_MAX)
		shorten(&r->path, path_to(g, d, best, NULL));
}

static void shorten_all(struct prover *p)
{
	struct mpck_distances d;

	mpck_graph_distances(&p->graph, &d);
	shorten_endings(p, &d);
	for (size_t i = 0; i < p->pass.nfindings; i++) {
		if (p->pass.findings[i].id.kind == MPCK_DEADLOCK)
			shorten_deadlock(p, &d, &p->pass.findings[i]);
		else if (p->pass.findings[i].id.kind == MPCK_DATA_RACE)
			shorten_race(p, &d, &p->pass.findings[i]);
		else
			shorten_fault(p, &d, &p->pass.findings[i]);
	}
	mpck_distances_fini(&d);
}

/* One ending may have several numbers of the rest, but is one here. */
static void tell_counts(struct prover *p)
{
	size_t n = p->pass.nendings;
	char **texts = calloc(n + 1, sizeof(*texts));
	double *shares = calloc(n + 1, sizeof(*shares));

	if (!texts || !shares)
		abort();
	p->cyclic = mpck_graph_count(&p->graph, n, texts, shares,
				     &p->job->result->interleavings);
	for (size_t i = 0; i < n; i++) {
		const struct mpck_ending *e = &p->pass.endings[i];
		struct mpck_seen_outcome *o = mpck_tally_outcome(
			p->job->tally, e->end, e->bytes, e->size);

		free(o->interleavings);
		o->interleavings = texts[i];
		o->share = shares[i];
	}
	free(texts);
	free(shares);
}

/* A count nobody asked for may take as long as is in proportion. */
static double count_budget(const struct prover *p)
{
	double budget = count_least +
			count_times * p->job->result->space.seconds;

	return budget < count_seconds ? budget : count_seconds;
}

/* bounded: nobody asked for it. */
static enum mpck_pass_end run_kept(struct prover *p, bool symmetry,
				   bool bounded)
{
	enum mpck_pass_end end;
	int tries = 0;

	do {
		mpck_graph_fini(&p->graph);
		begin_pass(p, symmetry, false);
		p->pass.graph = &p->graph;
		want_progress(p);
		if (bounded) {
			double limit = mpck_seconds() + count_budget(p);

			p->pass.most_states = COUNTED_STATES;
			if (!p->deadline || limit < p->deadline)
				p->pass.deadline = limit;
		}
		end = mpck_pass_run(&p->pass);
	} while (end == MPCK_PASS_CHANGED && tries++ < MAX_RESTARTS);
	note_wrong(p, end);
	return end;
}

/* true: it was possible within the limits. */
static bool count(struct prover *p)
{
	if (run_kept(p, p->symmetry, !p->job->options->count) !=
	    MPCK_PASS_DONE)
		return false;
	if (p->endings != p->pass.nendings) {
		internal_error(p, "the search with and without silent objects "
			       "finds different endings; this is a defect of "
			       "mpcheck: please report it");
		return false;
	}
	shorten_all(p);
	tell(p);
	if (!p->err)
		tell_counts(p);
	return true;
}

/*
 * Cycles.
 */
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
	struct mpck_path path = path_to(&p->graph, d, part->nearest, NULL);
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
		internal_error(p, "a cycle of the search cannot be executed: "
			       UNCONTROLLED);
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

/* Some part came back to what it was: can a whole state? */
static void look_at_cycles(struct prover *p)
{
	struct mpck_result *r = p->job->result;
	struct mpck_cycle_found c;
	struct mpck_distances d;
	enum mpck_pass_end end;

	p->races = false;	/* they are known */
	end = run_kept(p, false, false);
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

/*
 * Shortest schedules without a count.
 */
static void find_shortest(struct prover *p)
{
	enum mpck_pass_end end;
	double deadline = mpck_seconds() + 1 +
			  2 * p->job->result->space.seconds;

	if (p->endings < 2 && !p->findings)
		return;		/* nothing to be explained */
	begin_pass(p, p->symmetry, p->silent);
	p->pass.breadth_first = true;
	p->pass.wanted_endings = p->endings;
	p->pass.wanted_findings = p->findings;
	if (!p->deadline || deadline < p->deadline)
		p->pass.deadline = deadline;
	end = mpck_pass_run(&p->pass);
	note_wrong(p, end);
	if (end == MPCK_PASS_DONE || end == MPCK_PASS_ENOUGH)
		tell(p);
}

static void go(struct prover *p)
{
	struct mpck_result *r = p->job->result;
	enum mpck_pass_end end = prove(p);

	if (end == MPCK_PASS_CHANGED) {
		internal_error(p, "the program behaves differently each time; "
			       "run with --strategy random --audit to see where");
		return;
	}
	if (p->err)
		return;
	tell(p);
	if (end != MPCK_PASS_DONE || p->err)
		return;
	if (!p->job->options->proof_only && !count(p) && !p->err &&
	    !r->interrupted)
		find_shortest(p);
	if (p->cyclic && !p->err && !r->interrupted)
		look_at_cycles(p);
}

static bool wants_races(const struct mpck_options *o)
{
	return o->detect && !mpck_step_grain() &&
	       !(o->undetected & MPCK_BIT(MPCK_DETECTOR_data_race));
}

int mpck_prove(const struct mpck_prove_job *job, char sentence[MPCK_SENTENCE])
{
	struct prover p = { .job = job, .sentence = sentence,
			    .started = mpck_seconds(),
			    .symmetry = !job->options->no_symmetry,
			    .silent = !job->options->no_silent,
			    .races = wants_races(job->options) };

	p.memory = job->options->memory ? job->options->memory
					: default_memory();
	if (job->seconds > 0)
		p.deadline = p.started + job->seconds;
	p.lore = mpck_lore_new();
	go(&p);
	mpck_pass_fini(&p.pass);
	mpck_space_free(p.space);
	mpck_graph_fini(&p.graph);
	mpck_world_close();
	mpck_lore_free(p.lore);
	return p.err;
}
