/* SPDX-License-Identifier: MIT */
/* outcomes.h - the distribution of final values, as bars in a table. */
#ifndef MPCK_HTML_OUTCOMES_H
#define MPCK_HTML_OUTCOMES_H

#include <stdio.h>

#include "reporters/reporters.h"

void mpck_outcomes_write(FILE *out, const struct mpck_report *report);

#endif
