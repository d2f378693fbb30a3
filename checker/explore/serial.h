/* SPDX-License-Identifier: MIT */
/*
 * serial.h - not-serialisable: final values that no order of the tasks, one
 * after the other, gives (prove/serial.h says what that is).
 *
 * It is said of final values that the author does not want; and, where the
 * author states nothing, of programs that only access plain cells, lock, start
 * and join.  Whoever waits for a message or an event, tries or polls, or uses
 * atomics, may be meant to take turns: then it is no mistake.
 */
#ifndef MPCK_EXPLORE_SERIAL_H
#define MPCK_EXPLORE_SERIAL_H

#include "explore/expect.h"
#include "explore/explore.h"
#include "explore/suppress.h"
#include "prove/serial.h"

/* What an exploration has at its end, and what is known of right and wrong. */
struct mpck_aftermath {
	const struct mpck_options *options;
	struct mpck_result *result;	/* findings are added there */
	const struct mpck_tally *tally;
	const struct mpck_expect *expect;
	struct mpck_suppressions *suppressions;
	const struct mpck_module *module;
	struct mpck_learned learned;
	struct mpck_serial serial;
};

/* Runs the serial orders, if anything depends on them. */
void mpck_serial_look(struct mpck_aftermath *a);
/* Is this an outcome that only a disturbance explains?  Not wanted; and, as far
 * as is known, not serial either. */
bool mpck_is_disturbed(const struct mpck_aftermath *a, enum mpck_end end,
		       const void *bytes, size_t size);
/* Wanted; or, if nobody says what is, serial. */
bool mpck_is_undisturbed(const struct mpck_aftermath *a, enum mpck_end end,
			 const void *bytes, size_t size);

/* One finding for all final values that are not serial. */
void mpck_find_unserialisable(const struct mpck_aftermath *a);

/* Adds a finding that says more of a wrong value, unless it is suppressed; who
 * expects that value expects it.  Message, token and outcome are no longer the
 * caller's. */
void mpck_add_found(const struct mpck_aftermath *a, struct mpck_found found,
		    const struct mpck_places *places);

#endif
