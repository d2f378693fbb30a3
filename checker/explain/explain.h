/* SPDX-License-Identifier: MIT */
/*
 * explain.h - why a finding happens.
 */
#ifndef MPCK_EXPLAIN_H
#define MPCK_EXPLAIN_H

#include "explain/explanation.h"
#include "explore/expect.h"
#include "explore/tally.h"

/* What makes an execution show the finding. */
struct mpck_target {
	enum mpck_finding_kind kind;
	uint64_t key;		/* as mpck_fault_key(), mpck_deadlock_key() */
	const struct mpck_expect *expect;	/* UNEXPECTED_VALUE: what is
				 * right; may be NULL */
	char *outcome;		/* UNEXPECTED_VALUE, NOT_SERIALISABLE,
				 * LOST_UPDATE, UNSERIALISABLE_TRIPLE: this
				 * outcome's text; NULL: any that is wrong */
	const struct mpck_module *module;	/* for tokens */
	struct mpck_learned learned;
	double deadline;	/* of mpck_seconds(); 0: none */
	bool always;		/* it is known that every interleaving does */
	/* Is the execution that ended last one without the finding and right?
	 * NULL: as mpck_passes() says. */
	bool (*passes)(const struct mpck_target *target, enum mpck_end end);
	const void *known;	/* for passes() */
	struct mpck_trail passing;	/* of a right outcome; or empty */
};

/* Does the execution that ended last show it? */
bool mpck_shows(const struct mpck_target *target, enum mpck_end end);

/* Does it do everything right, as far as is known? */
bool mpck_passes(const struct mpck_target *target, enum mpck_end end);

/*
 * Shrinks the trail, unless it goes round for ever (replacing it: fewest
 * preemptions, then tasks, then operations), finds what decides, and makes the trace of it.  NULL: the trail
 * does not show the target.  Owned by the caller.
 */
struct mpck_explanation *mpck_explain(const struct mpck_target *target,
				      struct mpck_trail *trail);

#endif
