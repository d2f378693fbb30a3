/* SPDX-License-Identifier: MIT */
/*
 * serial.h - the final values of all serial executions: one task after the
 * other.
 *
 * Serial: whoever runs goes on until it ends or would have to wait; then any
 * task that can go on does.  A start is such a place as well, since parent and
 * child are two from there on; and so is a busy-wait, where a task that goes on
 * alone comes back to a state it was in.  Every order is tried, and every
 * alternative.
 *
 * This is a search of the state space where a state also says who runs.  Twins
 * are merged: ten equal tasks have one order, not ten factorial.
 */
#ifndef MPCK_SERIAL_H
#define MPCK_SERIAL_H

#include <signal.h>

#include "explore/tally.h"

struct mpck_serial_job {
	bool no_symmetry;		/* do not merge twins */
	uint64_t most_states;
	double deadline;		/* of mpck_seconds(); 0: none */
	const volatile sig_atomic_t *stop;
};

struct mpck_serial {
	bool known;		/* false: gave up; the rest says nothing */
	bool talk;		/* tasks did more than access plain cells, lock,
				 * start and join: they may be meant to take
				 * turns */
	uint64_t states;
	double seconds;
	struct mpck_tally ends;	/* outcomes of those that end; no trails */
};

/* The machine is open.  Its picker needs to be set again, and it does not
 * record any more. */
void mpck_serial_find(const struct mpck_serial_job *job,
		      struct mpck_serial *serial);
void mpck_serial_fini(struct mpck_serial *serial);

/* Operations by which tasks may be meant to take turns. */
bool mpck_serial_talks(const struct mpp_op *op);
/* Is this one of the outcomes?  NORMAL ends only. */
bool mpck_serial_has(const struct mpck_serial *serial, const void *bytes,
		     size_t size);

#endif
