/* SPDX-License-Identifier: MIT */
/*
 * named.h - a schedule by names: a token that survives edits of the program.
 *
 *   n1[c][x][r]-POINT,POINT...   for example
 *   n1-Process-1:write:value#1:1,Process-2,Process-1
 *
 * A point is a task that goes on until it is about to perform the K-th of its
 * operations of this kind on this object (TASK:OPERATION:OBJECT:K), or until it
 * has to wait or ends (TASK).  TASK=N takes alternative N of its next choice.
 * c, x: as in token.h.  r: the last operations up to the last point go round for
 * ever; where they begin is found by comparing states.
 *
 * Names are written with '_' for what a shell could take for its own; the second
 * task of one name is TASK~2.  Code may be added, moved and taken away: what
 * counts is whether the named operations still come.
 */
#ifndef MPCK_NAMED_H
#define MPCK_NAMED_H

#include "machine/machine.h"

struct mpck_named;

bool mpck_is_named(const char *text);
/* MPCK_EUSAGE and a sentence when the text is no such token. */
int mpck_named_read(struct mpck_named **named, const char *text,
		    char sentence[MPCK_SENTENCE]);
void mpck_named_free(struct mpck_named *named);
struct mpck_learned mpck_named_learned(const struct mpck_named *named);

/* The execution that was recorded last, malloc'd.  round: its last operations
 * go round. */
char *mpck_named_write(struct mpck_learned learned, bool round);

/* Following it: pick and observe of the machine, which records (it has to see
 * all operations from the start). */
void mpck_named_begin(struct mpck_named *named);
/* r: after how many operations its last point was reached; 0: it was not, or
 * nothing goes round. */
uint64_t mpck_named_turned(const struct mpck_named *named);
uint32_t mpck_named_pick(void *named, const struct mpck_point *point);
void mpck_named_observe(void *named, uint32_t task, const struct mpp_op *op,
			int result);

/* How far the execution that ended last was the one that is named. */
struct mpck_followed {
	size_t points, matched;
	char *missed;		/* the first that did not come; NULL: all did;
				 * valid as long as the token */
};
struct mpck_followed mpck_named_followed(const struct mpck_named *named);

#endif
