/* SPDX-License-Identifier: MIT */
/*
 * paths.h - from a path of the state space to a schedule of the machine.
 *
 * A path names parts, not tasks: of twins with equal parts any may go on.  It
 * is followed through the space with a note of which process has which part;
 * the operations granted on the way are the schedule.  Then that is executed
 * without any reduction: what the search claims has to come out.
 */
#ifndef MPCK_PATHS_H
#define MPCK_PATHS_H

#include "prove/space.h"

struct mpck_path {
	struct mpck_label *labels;
	size_t count;
	/* mpck_race_key(): at its end the two accesses are made, one right
	 * behind the other; 0: none. */
	uint64_t race;
};

struct mpck_schedule {
	struct mpck_grant *grants;
	size_t count, room;
};

/* false: there is no such path. */
bool mpck_path_schedule(struct mpck_space *space, const struct mpck_path *path,
			struct mpck_schedule *out);
void mpck_schedule_fini(struct mpck_schedule *s);

/* Executes it in the machine, and goes on fairly behind its end; to be asked
 * about with machine.h.  false: some task could not go on where it should. */
bool mpck_schedule_execute(const struct mpck_schedule *s, enum mpck_end *end);

/* Executes it and stops there: are the tasks about to do what the state says,
 * and is observed what it says? */
bool mpck_schedule_leads_to(const struct mpck_schedule *s,
			    const struct mpck_state *state);

#endif
