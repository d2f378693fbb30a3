/* SPDX-License-Identifier: MIT */
/* verbs.h - what a task does in a step, in words: "acquires", "acquired". */
#ifndef MPCK_VERBS_H
#define MPCK_VERBS_H

#include "explain/explanation.h"

struct mpck_verb {
	const char *now, *before;
};

/* What the step's operation does to its object, which the reader names behind. */
struct mpck_verb mpck_verb_of(const struct mpck_trace *t,
			      const struct mpck_step *s);

#endif
