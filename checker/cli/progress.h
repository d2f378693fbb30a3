/* SPDX-License-Identifier: MIT */
/* progress.h - one line on stderr while something runs. */
#ifndef MPCK_PROGRESS_H
#define MPCK_PROGRESS_H

#include "explore/explore.h"

struct mpck_progress {
	bool wanted;		/* stderr is a terminal and nobody said quiet */
	bool shown;
	uint64_t total;		/* executions; 0: unknown */
	double seconds;		/* budget; 0: none */
	const char *noun;	/* "executions" */
	double start;
};

void mpck_progress_begin(struct mpck_progress *p, bool quiet);
/* The callback of struct mpck_options; context is the progress. */
void mpck_progress_show(const struct mpck_result *so_far, void *context);
/* Clears the line. */
void mpck_progress_end(struct mpck_progress *p);

#endif
