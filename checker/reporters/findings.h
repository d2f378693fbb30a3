/* SPDX-License-Identifier: MIT */
/* findings.h - what went wrong, as the text report tells it. */
#ifndef MPCK_FINDINGS_H
#define MPCK_FINDINGS_H

#include "reporters/reporters.h"

/*
 * Prints all findings, those that matter most first; several of one bug as one.
 * whole (mpcheck explain): each with its whole timeline, stacks and figures.
 */
void mpck_print_findings(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style);

#endif
