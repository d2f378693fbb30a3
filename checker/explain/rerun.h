/* SPDX-License-Identifier: MIT */
/*
 * rerun.h - executing schedules in the open machine, again and changed.
 *
 * A trail (explore/tally.h) is a list of choices.  What shrinks, flips, confirms
 * or follows an edited program makes trails and runs them with this.
 */
#ifndef MPCK_RERUN_H
#define MPCK_RERUN_H

#include "explore/tally.h"
#include "machine/machine.h"

/* Who goes on where the trail has no choice left, or one that does not fit. */
enum mpck_rest {
	MPCK_REST_REFUSE,	/* nobody: the execution ends DIVERGED */
	MPCK_REST_LOWEST,	/* the lowest task, the first alternative: as
				 * tokens go on */
	MPCK_REST_STAY,		/* the task that ran last, while it can; then
				 * the lowest: fewest preemptions */
	MPCK_REST_FAIR,		/* the next in turn: nobody waits for ever */
};

struct mpck_rerun {
	const uint16_t *choices;
	size_t count;
	enum mpck_rest misfit;	/* at a choice that is no option */
	enum mpck_rest rest;	/* behind the last choice */
	bool record;		/* keep events, for describe.h and trace.h */
	/* Found: */
	enum mpck_end end;
	size_t used;		/* choices of the trail that fitted */
	unsigned preemptions;
};

/*
 * Executes it, exactly (machine.h), and fills the last three members.  The
 * trail as it came out is mpck_trail_now(); findings, outcome and records are
 * those of machine.h.  Sets the machine's picker and recording.
 */
void mpck_rerun(struct mpck_rerun *r);

#endif
