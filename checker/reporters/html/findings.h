/* SPDX-License-Identifier: MIT */
/*
 * findings.h - what went wrong, each finding with its explanation; and one
 * recorded execution, explained in the same way.
 */
#ifndef MPCK_HTML_FINDINGS_H
#define MPCK_HTML_FINDINGS_H

#include <stdio.h>

#include "reporters/reporters.h"

void mpck_findings_write(FILE *out, const struct mpck_report *report);
/* report->result->trace: what `mpcheck replay` recorded. */
void mpck_execution_write(FILE *out, const struct mpck_report *report);

#endif
