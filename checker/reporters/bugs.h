/* SPDX-License-Identifier: MIT */
/*
 * bugs.h - which findings show one bug.
 *
 * One bug is often found in several ways: a race, the update that it loses, the
 * value that comes out.  Those share a headline; what it is called is the
 * finding that says most.
 */
#ifndef MPCK_BUGS_H
#define MPCK_BUGS_H

#include "reporters/reporters.h"

/* A finding, and the one whose bug it shows as well. */
struct mpck_shown {
	const struct mpck_found *found;
	size_t place;		/* in the result: the order until now */
	size_t head;		/* index of its headline; its own: it is one */
};

/*
 * The findings of a report, those that matter most first; malloc'd.
 * unexpected_only: what the scenario expects is left out.
 */
struct mpck_shown *mpck_bugs(const struct mpck_result *result,
			     bool unexpected_only, size_t *n);

/* How many headlines there are. */
size_t mpck_count_bugs(const struct mpck_shown *shown, size_t n);

/* `also` was found in another schedule than its headline. */
bool mpck_has_own_schedule(const struct mpck_found *head,
			   const struct mpck_found *also);

#endif
