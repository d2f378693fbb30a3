/* SPDX-License-Identifier: MIT */
/*
 * paths.h - from a path of the state space to a schedule of the machine.
 *
 * A path names parts, not tasks; walking it from the start says which task had
 * the part.  The operations granted on the way are the schedule, which is then
 * executed without any reduction: what the search claims has to come out.
 */
#ifndef MPCK_PATHS_H
#define MPCK_PATHS_H

#include "prove/search.h"

struct mpck_schedule {
	struct mpck_grant *grants;
	size_t count;
};

/* Walks the path; false: it does not exist, so the search is wrong.  *state:
 * where it leads, sorted, unless the execution stopped there. */
bool mpck_path_walk(const struct mpck_path *path, struct mpck_schedule *out,
		    struct mpck_state *state, enum mpck_end *end);
void mpck_schedule_fini(struct mpck_schedule *s);

/* Executes it in the machine, and goes on fairly behind its end; to be asked
 * about with machine.h.  false: some task could not go on where it should. */
bool mpck_schedule_execute(const struct mpck_schedule *s, enum mpck_end *end);

#endif
