/* SPDX-License-Identifier: MIT */
/*
 * rounds.h - findings that are rounds: livelocks and starvation.
 */
#ifndef MPCK_ROUNDS_H
#define MPCK_ROUNDS_H

#include "explore/places.h"
#include "explore/tally.h"

/* A token's round was executed once, and counted as an execution that is too
 * long.  If it still leads back, and fairly, that is what was found; else false. */
bool mpck_round_note(struct mpck_tally *tally, const struct mpck_round *round);

/* What is wrong, malloc'd, and where.  NULL: what a search found does not show
 * when it is executed. */
char *mpck_round_describe(const struct mpck_seen_finding *finding,
			  struct mpck_places *places);

#endif
