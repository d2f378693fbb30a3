/* SPDX-License-Identifier: MIT */
/*
 * schedule_file.h - a failing schedule as a file that people read and keep.
 *
 *   mpcheck schedule 1
 *   scenario balance-unlocked
 *   set n=2
 *   finding unexpected-value
 *   outcome balance=150
 *   follow n1-Process-1:write:value#1:1,Process-2,Process-1,main
 *   # step 1  Process-1  read value#1: 100  balance_unlocked.c:29 in ...
 *
 * Lines with # are for people.  `follow` is a token by names
 * (explore/named.h).
 */
#ifndef MPCK_SCHEDULE_FILE_H
#define MPCK_SCHEDULE_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "explore/explore.h"

enum { MPCK_FILE_SETS = MPCK_MAX_PARAMS };

struct mpck_schedule_file {
	char *scenario;			/* name, or path of a module */
	char *sets[MPCK_FILE_SETS];	/* "n=2" */
	size_t nsets;
	char *finding;			/* name of the kind */
	char *outcome;			/* what it ended with */
	char *follow;			/* token by names */
};

/* MPCK_EUSAGE and a sentence with the line's number when it is broken. */
int mpck_schedule_file_read(struct mpck_schedule_file *f, const char *path,
			    char sentence[MPCK_SENTENCE]);
/* events: of the execution, as comments; may be NULL. */
void mpck_schedule_file_write(FILE *out, const struct mpck_schedule_file *f,
			      const struct mpck_result *events);
void mpck_schedule_file_fini(struct mpck_schedule_file *f);

#endif
