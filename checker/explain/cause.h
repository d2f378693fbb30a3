/* SPDX-License-Identifier: MIT */
/*
 * cause.h - the operations whose order decides.
 *
 * Candidates come from the schedule: operations of different tasks on one
 * object, next to each other in the order of that object.  Each is judged by
 * executing the schedule with the two the other way round (flip.h).  What is
 * said is what was executed: "exactly when" needs that all flips that were
 * tried pass, and that keeping the order and changing the rest never does.
 */
#ifndef MPCK_CAUSE_H
#define MPCK_CAUSE_H

#include "explain/explanation.h"
#include "explain/flip.h"

enum mpck_shape {
	MPCK_SHAPE_NONE,	/* nothing decides */
	MPCK_SHAPE_TRIPLE,	/* moves: b between a and c of one task */
	MPCK_SHAPE_PAIR,	/* a before b */
	MPCK_SHAPE_TWO_PAIRS,	/* a before b, and c before d */
	MPCK_SHAPE_CYCLE,	/* took, waits; took, waits; ... */
	MPCK_SHAPE_WAIT,	/* waits, and nobody can end it */
	MPCK_SHAPE_RACE,	/* a and b, in either order */
};

enum { MPCK_NO_MOVE = -1 };	/* in a cycle: took nothing */

/* What was found; moves are indices of base.all. */
struct mpck_decisive {
	enum mpck_shape shape;
	long moves[MPCK_CAUSE_STEPS];
	size_t nmoves;
	bool exact, verified;
	enum mpck_evidence evidence;
	bool always;		/* no interleaving is without it */
	unsigned flips;		/* schedules that were tried */
	char *flipped_outcome;	/* verified by another execution */
	struct mpck_trail flipped;
};
void mpck_decisive_fini(struct mpck_decisive *d);

void mpck_cause_find(struct mpck_base *b, struct mpck_decisive *found);

/* circle.c: a deadlock's circle of tasks that wait for each other.  false:
 * there is none. */
bool mpck_circle_find(struct mpck_base *b, struct mpck_decisive *found);
/* both.c: two accesses that nothing orders are executed in either order, from a
 * state in which both are next. */
bool mpck_both_orders(struct mpck_base *b, size_t first, size_t then,
		      struct mpck_decisive *found);
/* The execution that was driven last, and ended so, is kept as the proof. */
void mpck_keep_proof(struct mpck_decisive *found, enum mpck_end end);
void mpck_drop_proof(struct mpck_decisive *found);

/* sentence.c: in words; marks the steps of the trace. */
void mpck_cause_say(const struct mpck_base *b,
		    const struct mpck_decisive *found,
		    struct mpck_explanation *e);

#endif
