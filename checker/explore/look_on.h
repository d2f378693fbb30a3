/* SPDX-License-Identifier: MIT */
/*
 * look_on.h - the executions that detectors want beside those of a strategy.
 *
 * They add findings and nothing else: no execution, no outcome is counted.
 */
#ifndef MPCK_LOOK_ON_H
#define MPCK_LOOK_ON_H

#include "explore/explore.h"
#include "explore/tally.h"

struct mpck_look {
	const struct mpck_options *options;
	struct mpck_result *result;	/* notes are added */
	struct mpck_tally *tally;	/* findings are added */
	struct mpck_learned learned;	/* what the schedules rest on */
	bool searched;		/* states: detectors have seen little so far */
	bool finished;		/* every interleaving was seen */
};

/* Once, when the exploration is over and before its findings are described. */
void mpck_look_on(struct mpck_look *look);

#endif
