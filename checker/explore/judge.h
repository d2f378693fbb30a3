/* SPDX-License-Identifier: MIT */
/*
 * judge.h - from what was seen to what may be claimed.
 */
#ifndef MPCK_JUDGE_H
#define MPCK_JUDGE_H

#include "explore/expect.h"
#include "explore/tally.h"

/*
 * Fills verdict, as_expected, reason, outcomes and assumptions of *result from
 * the tally; findings must be there already, except unexpected-value, which is
 * added here.  The flags of *result (complete, executions ...) are set.
 */
void mpck_judge(struct mpck_result *result, const struct mpck_tally *tally,
		const struct mpck_expect *expect, bool exhaustive,
		struct mpck_learned learned, const struct mpck_module *module);

/* "balance=400 where balance=350 is wanted, and 14 other wrong values": of the
 * finding that names this outcome; malloc'd. */
char *mpck_unexpected_text(const struct mpck_result *result,
			   const struct mpck_expect *expect,
			   const char *outcome);

/* "balance=350", "(deadlock)"; malloc'd.  Of the execution that ended last. */
char *mpck_outcome_now(enum mpck_end end);
/* "balance=350", "(deadlock)"; malloc'd. */
char *mpck_outcome_text(const struct mpck_seen_outcome *outcome);

#endif
