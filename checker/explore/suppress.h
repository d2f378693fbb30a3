/* SPDX-License-Identifier: MIT */
/*
 * suppress.h - findings that somebody has looked at and wants no more: rules of
 * a file, and markers in the sources (markers.h).
 *
 * A file has one rule a line:
 *
 *	# what is behind # is for people
 *	data-race: increase
 *	data-race: stat*.c:21 value#1
 *	*: third_party.c
 *
 * kind: function or file, with :line, and the object's name.  All but the line
 * may be patterns with *, ? and [].  A rule fits when any call on the finding's
 * stacks does, and any of its objects.
 */
#ifndef MPCK_SUPPRESS_H
#define MPCK_SUPPRESS_H

#include "explore/explore.h"
#include "explore/places.h"

struct mpck_suppressions;

/* code: the scenario's main; file: NULL, no rules.  0, or MPCK_EUSAGE with a
 * sentence. */
int mpck_suppressions_new(struct mpck_suppressions **out, const void *code,
			  const char *file, char sentence[MPCK_SENTENCE]);
void mpck_suppressions_free(struct mpck_suppressions *s);

/* Is such a finding not wanted?  If so, result->suppressed counts it. */
bool mpck_suppress(struct mpck_suppressions *s, enum mpck_finding_kind kind,
		   const struct mpck_places *places,
		   struct mpck_result *result);

/*
 * The findings are complete: fills result->unmatched with what suppressed
 * nothing, for people.  looked_for: MPCK_BIT() of the kinds that could have
 * been found.  Of markers only those in the files of main and of what was
 * found, and only if everything was explored.
 */
void mpck_suppressions_end(struct mpck_suppressions *s, uint32_t looked_for,
			   struct mpck_result *result);

#endif
