/* SPDX-License-Identifier: MIT */
/*
 * prove.h - is it right in all interleavings?  Passes over the state space of
 * the open machine, until one of them learns nothing new.
 */
#ifndef MPCK_PROVE_H
#define MPCK_PROVE_H

#include "explore/explore.h"
#include "explore/tally.h"

struct mpck_prove_job {
	const struct mpck_options *options;
	double seconds;			/* budget; 0: none */
	struct mpck_result *result;	/* space and interleavings are filled */
	struct mpck_tally *tally;	/* outcomes and findings go there */
};

/*
 * 0, also when it did not finish (result->space says why), or an enum
 * mpck_error with its sentence.  The machine has learnt what it had to
 * (mpck_machine_learned()), and needs its picker set again.
 */
int mpck_prove(const struct mpck_prove_job *job, char sentence[MPCK_SENTENCE]);

/*
 * In a proof a data race is two accesses about to be made, which the search
 * finds.  What a detector sees beside those in an execution only lies behind
 * one of them, and is not told.  It is where races need not show so: the search
 * did not finish, the program uses weak atomic orders, or it is ordered by time
 * alone.
 */
bool mpck_prove_knows_races(const struct mpck_space_figures *f);

#endif
