/* SPDX-License-Identifier: MIT */
/*
 * chosen.h - of an explained finding: which steps decide, which are shown when
 * there are too many, and where in the source they are.
 */
#ifndef MPCK_CHOSEN_H
#define MPCK_CHOSEN_H

#include "explain/explanation.h"
#include "explore/explore.h"

/*
 * The steps that decide, as indices of f->why->trace.steps in order: those of
 * the cause; where it has none, the ones that a reader would look at first.
 * 0: there is no explanation, or no step with a place.
 */
size_t mpck_deciding(const struct mpck_found *f,
		     size_t steps[MPCK_CAUSE_STEPS]);

/*
 * Indices of at most about `most` steps, in order, malloc'd: all of them, or
 * the first, the last and those that decide.
 */
size_t *mpck_shown_steps(const struct mpck_trace *trace, size_t most,
			 size_t *count);

/* The innermost call with a source line; NULL: there is none. */
const struct mpck_frame *mpck_step_place(const struct mpck_step *step);

/* "read", "acquire"; NULL for MPP_OP_NONE. */
const char *mpck_operation_name(enum mpp_op_kind kind);
/* "operation", "wait", "start", "end", "output", "observation" */
const char *mpck_step_name(enum mpck_step_kind kind);

#endif
