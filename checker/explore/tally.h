/* SPDX-License-Identifier: MIT */
/*
 * tally.h - what the executions gave: outcomes and findings, counted.
 *
 * Everything is kept binary and with the schedule of the first execution that
 * gave it; texts are made for the report.
 */
#ifndef MPCK_TALLY_H
#define MPCK_TALLY_H

#include "machine/machine.h"

/* Operations that lead back to where they began; they are repeated for ever. */
struct mpck_round {
	uint64_t before;	/* operations that lead to its beginning */
	uint64_t count;		/* 0: there is none */
};

/* A schedule as it was recorded. */
struct mpck_trail {
	uint16_t *choices;
	size_t count;
	struct mpck_round round;	/* at its end */
};

struct mpck_seen_outcome {
	uint64_t hash;
	enum mpck_end end;
	void *bytes;		/* mpck_machine_outcome() */
	size_t size;
	uint64_t executions;	/* 0: a search of the space found it */
	uint64_t index;		/* of the first execution */
	struct mpck_trail trail;
	uint64_t length;	/* of it, in operations; searches only */
	char *interleavings;	/* decimal; NULL: not counted */
	double share;
};

struct mpck_seen_finding {
	uint64_t key;		/* what makes it the same finding */
	enum mpck_finding_kind kind;
	uint64_t executions;
	uint64_t last;		/* execution that showed it last */
	struct mpck_trail trail;
	uint64_t length;	/* of it, up to the finding; searches only */
};

struct mpck_tally {
	struct mpck_seen_outcome *outcomes;
	size_t noutcomes;
	uint32_t *slots;	/* hash table of indexes + 1 */
	size_t nslots;		/* power of two */
	struct mpck_seen_finding *findings;
	size_t nfindings;
};

/* Counts the execution that just ended; index: its number, from 0. */
void mpck_tally_add(struct mpck_tally *t, enum mpck_end end, uint64_t index);
/* The findings of an execution that does not count: somebody only wanted to
 * look.  known: MPCK_BIT() of kinds that are complete without it. */
void mpck_tally_look(struct mpck_tally *t, enum mpck_end end, unsigned known);
/* For a search: the outcome, or the finding, which may be new and then has no
 * trail.  Findings: NULL when there are too many. */
struct mpck_seen_outcome *mpck_tally_outcome(struct mpck_tally *t,
					     enum mpck_end end,
					     const void *bytes, size_t size);
/* NULL: there is none like it. */
const struct mpck_seen_outcome *mpck_tally_find(const struct mpck_tally *t,
						enum mpck_end end,
						const void *bytes, size_t size);
struct mpck_seen_finding *mpck_tally_finding(struct mpck_tally *t,
					     enum mpck_finding_kind kind,
					     uint64_t key);
/* The choices of the execution that just ended; malloc'd. */
struct mpck_trail mpck_trail_now(void);
/* Which deadlock the present one is. */
uint64_t mpck_deadlock_key(void);
/* Which finding a fault of the machine is. */
uint64_t mpck_fault_key(const struct mpck_fault *fault);
/* The first fault of the execution that ended last that is this finding; NULL:
 * it does not show there. */
const struct mpck_fault *mpck_fault_find(enum mpck_finding_kind kind,
					 uint64_t key);
void mpck_tally_fini(struct mpck_tally *t);

#endif
