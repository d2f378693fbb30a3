/* SPDX-License-Identifier: MIT */
/*
 * prover.h - one proof, in the hands of those who carry it out; for the files of
 * this folder only.
 *
 *   prove.c     the passes, one after the other
 *   believe.c   what a pass found, executed in the machine, for the tally
 *   counted.c   how often each outcome comes, and shortest schedules with it
 *   shorten.c   shortest paths of a pass that kept its edges
 *   cycles.c    does everything end?
 */
#ifndef MPCK_PROVER_H
#define MPCK_PROVER_H

#include "prove/graph.h"
#include "prove/prove.h"
#include "prove/search.h"

/* Why a step that is executed again does something else: */
#define MPCK_UNCONTROLLED "the program depends on something the machine does " \
	"not control, or mpcheck is wrong"

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

/* Of ours; the text is said. */
void mpck_prover_error(struct prover *p, const char *text);

/* What the last pass found goes to the tally, with schedules. */
void mpck_prover_tell(struct prover *p);

/* A pass without silent objects that keeps its edges in p->graph.  bounded:
 * nobody asked for it. */
enum mpck_pass_end mpck_prover_run_kept(struct prover *p, bool symmetry,
					bool bounded);
/* true: it was possible within the limits. */
bool mpck_prover_count(struct prover *p);

/* The shortest path to a state of the graph, and one label more; its labels are
 * malloc'd. */
struct mpck_path mpck_path_to(const struct mpck_graph *g,
			      const struct mpck_distances *d, uint32_t state,
			      const struct mpck_label *last);
/* The paths of all that the last pass found become shortest ones. */
void mpck_prover_shorten(struct prover *p);

/* Some part came back to what it was: can a whole state? */
void mpck_prover_cycles(struct prover *p);

#endif
