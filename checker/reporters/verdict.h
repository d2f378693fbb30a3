/* SPDX-License-Identifier: MIT */
/* verdict.h - the last sentence of a report. */
#ifndef MPCK_VERDICT_H
#define MPCK_VERDICT_H

#include "reporters/reporters.h"

/* "proved: balance=350 in all 3,628,800 interleavings" */
void mpck_print_verdict(FILE *out, const struct mpck_report *report);

#endif
