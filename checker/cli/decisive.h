/* SPDX-License-Identifier: MIT */
/* decisive.h - which steps of a replayed schedule decide. */
#ifndef MPCK_DECISIVE_H
#define MPCK_DECISIVE_H

#include "explore/explore.h"

/*
 * Findings are explained by their shortest schedule, which need not be the one
 * that was replayed: marks the steps of result->trace that are the same
 * operation, by task, kind, object and how many of these came before.  How many
 * steps decide then.
 */
size_t mpck_mark_decisive(struct mpck_result *result);

#endif
