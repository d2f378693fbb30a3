/* SPDX-License-Identifier: MIT */
/* gdb.h - `mpcheck replay --gdb`: the schedule again, under gdb. */
#ifndef MPCK_GDB_H
#define MPCK_GDB_H

#include "cli/session.h"
#include "machine/machine.h"

/* As mpck_session.show: becomes gdb, which runs this mpcheck.  Returns only
 * when that cannot be. */
int mpck_gdb(const struct mpck_session *session, struct mpck_result *result,
	     const struct mpck_style *style, char sentence[MPCK_SENTENCE]);

/* What mpck_gdb() tells the mpcheck that gdb runs: "5,9" or "1:2:4" (task,
 * kind, done).  How many stops; 0: the text is none. */
size_t mpck_gdb_stops(const char *text, struct mpck_stop stops[MPCK_STOPS]);

#endif
