/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.h - a text that says which finding it is: the same in every run,
 * also when lines have moved, for those who compare reports.
 */
#ifndef MPCK_FINGERPRINT_H
#define MPCK_FINGERPRINT_H

#include "reporters/reporters.h"

/* "8c0f0e1a5f3d2b47:1", malloc'd.  Those of a run that would be equal are told
 * apart by the number behind the colon. */
char *mpck_fingerprint(const struct mpck_report *report, size_t index);

/* What the finding says, or what its kind means. */
const char *mpck_finding_text(const struct mpck_found *f);

#endif
