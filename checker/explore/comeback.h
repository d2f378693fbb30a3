/* SPDX-License-Identifier: MIT */
/*
 * comeback.h - does a round lead back to where it began, and is it fair?
 *
 * The schedule is executed once more, one operation after the other, and the
 * whole state before the round is compared with the one behind it.  Fairness is
 * judged by its definition, from who could go on before each operation: what a
 * search claims has to come out, and a token says what it said before.
 */
#ifndef MPCK_COMEBACK_H
#define MPCK_COMEBACK_H

#include "explore/tally.h"

struct mpck_lap {		/* one operation of the round */
	uint32_t task;
	mpck_taskset enabled;	/* who could go on before it */
	size_t choices;		/* of the trail, made before it */
};

struct mpck_comeback {
	bool back;		/* the state is the same again */
	mpck_taskset taken;	/* who went on */
	mpck_taskset passed;	/* who could at some point, and never did */
	bool fair;		/* nobody could all the time and never did */
	struct mpck_lap *laps;
	size_t count;
};

/* The trail has a round.  false: it cannot be followed so far. */
bool mpck_comeback_look(const struct mpck_trail *trail,
			struct mpck_comeback *found);
/* Is the state after so many operations of the trail one that it was in before?
 * *round: since the first time.  false: no, or it cannot be followed. */
bool mpck_comeback_find(const struct mpck_trail *trail, uint64_t operations,
			struct mpck_round *round);
void mpck_comeback_fini(struct mpck_comeback *found);

/* What a fair scheduler may stay in, and only a search sees. */
#define MPCK_ROUNDS (MPCK_BIT(MPCK_LIVELOCK) | MPCK_BIT(MPCK_STARVATION))

/* One of them; NON_TERMINATION: no fair scheduler stays in it. */
enum mpck_finding_kind mpck_comeback_kind(const struct mpck_comeback *found);

#endif
