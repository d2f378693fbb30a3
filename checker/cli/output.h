/* SPDX-License-Identifier: MIT */
/*
 * output.h - a report file that is either there in full or not at all.
 */
#ifndef MPCK_OUTPUT_H
#define MPCK_OUTPUT_H

#include <stdio.h>

#include "machine/module.h"

struct mpck_output {
	FILE *file;
	char *path;		/* where it goes; NULL: stdout */
	char *temporary;	/* where it is written; NULL: at once there */
};

/*
 * Opens path for writing; "-" is stdout.  MPCK_EUSAGE: cannot be written.
 * What is there stays until mpck_output_commit().
 */
int mpck_output_open(struct mpck_output *o, const char *path,
		     char sentence[MPCK_SENTENCE]);
/* Puts the file in its place.  MPCK_EUSAGE: it could not be written. */
int mpck_output_commit(struct mpck_output *o, char sentence[MPCK_SENTENCE]);
/* Forgets it; after commit, or instead of it. */
void mpck_output_fini(struct mpck_output *o);

#endif
