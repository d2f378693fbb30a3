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
 * it is believed (believe.c).
 */
#include "prove/prover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "detectors/detector.h"

enum {
	COUNTED_STATES = 1500000,	/* unasked, that many are counted */
	MAX_RESTARTS = 1000,
};
/* Unasked, so long at most: */
static const double count_seconds = 3, count_least = 0.2, count_times = 5;

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

void mpck_prover_error(struct prover *p, const char *text)
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
		mpck_prover_error(
			p, "an audited state is not reached when its path is "
			"executed: " MPCK_UNCONTROLLED);
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

/* A count nobody asked for may take as long as is in proportion. */
static double count_budget(const struct prover *p)
{
	double budget = count_least +
			count_times * p->job->result->space.seconds;

	return budget < count_seconds ? budget : count_seconds;
}

enum mpck_pass_end mpck_prover_run_kept(struct prover *p, bool symmetry,
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
		mpck_prover_tell(p);
}

static void go(struct prover *p)
{
	struct mpck_result *r = p->job->result;
	enum mpck_pass_end end = prove(p);

	if (end == MPCK_PASS_CHANGED) {
		mpck_prover_error(
			p, "the program behaves differently each time; run "
			"with --strategy random --audit to see where");
		return;
	}
	if (p->err)
		return;
	mpck_prover_tell(p);
	if (end != MPCK_PASS_DONE || p->err)
		return;
	if (!p->job->options->proof_only && !mpck_prover_count(p) && !p->err &&
	    !r->interrupted)
		find_shortest(p);
	if (p->cyclic && !p->err && !r->interrupted)
		mpck_prover_cycles(p);
}

bool mpck_prove_knows_races(const struct mpck_space_figures *f)
{
	return f->finished && f->races && !f->weak_orders;
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
