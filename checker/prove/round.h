/* SPDX-License-Identifier: MIT */
/*
 * round.h - once round a cycle: a short closed walk that is fair when it is
 * repeated for ever.
 */
#ifndef MPCK_ROUND_H
#define MPCK_ROUND_H

#include "prove/fair.h"

struct mpck_walk {
	struct mpck_label *labels;	/* malloc'd */
	size_t count;
};

/*
 * From the part's nearest state back to it.  Everybody who goes on in the part
 * has its turn; who is passed over could go on at some state of the walk, and
 * could not at another (else a weakly fair scheduler would let it).
 */
struct mpck_walk mpck_round_walk(const struct mpck_graph *g,
				 const struct mpck_cycle_found *found,
				 const struct mpck_fair_part *part);

#endif
