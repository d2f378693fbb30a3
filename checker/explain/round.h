/* SPDX-License-Identifier: MIT */
/*
 * round.h - what goes round for ever, and who starves meanwhile.
 */
#ifndef MPCK_EXPLAIN_ROUND_H
#define MPCK_EXPLAIN_ROUND_H

#include "explain/explain.h"
#include "explore/comeback.h"

/* Executes the trail, which has a round, to its end; recorded. */
void mpck_round_record(const struct mpck_trail *trail);
/* The trace of that execution, its round marked. */
void mpck_round_trace(struct mpck_trace *trace, const struct mpck_round *round);

/* After mpck_round_record(): what is wrong, malloc'd. */
char *mpck_round_message(const struct mpck_trail *trail,
			 const struct mpck_comeback *found);

/* Of a trace of it: the cause's sentence, and which steps decide. */
void mpck_round_say(const struct mpck_trail *trail,
		    const struct mpck_comeback *found,
		    struct mpck_explanation *e);

/* As mpck_explain().  NULL: the trail does not come back to where it was, or is
 * not of this kind. */
struct mpck_explanation *mpck_explain_round(const struct mpck_target *target,
					    const struct mpck_trail *trail);

#endif
