/* SPDX-License-Identifier: MIT */
/* details.h - why a finding happens: what decides, stacks, how it was found. */
#ifndef MPCK_DETAILS_H
#define MPCK_DETAILS_H

#include "explain/explanation.h"
#include "reporters/reporters.h"

/* The sentence, and what became of the order when it was flipped; nothing when
 * no cause is known. */
void mpck_print_cause(FILE *out, const struct mpck_style *style,
		      const struct mpck_found *found);
/* Stacks of what decides, the flipped schedule, the shrinking. */
void mpck_print_details(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style,
			const struct mpck_found *found);
/* The calls of a step, innermost first, a line each. */
void mpck_print_stack(FILE *out, const struct mpck_style *style, int indent,
		      const struct mpck_step *step);

#endif
