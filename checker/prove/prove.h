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

#endif
