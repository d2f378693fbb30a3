/* SPDX-License-Identifier: MIT */
/* events.h - what happened in one execution, one line an event. */
#ifndef MPCK_EVENTS_H
#define MPCK_EVENTS_H

#include "explore/explore.h"
#include "reporters/style.h"

void mpck_print_events(FILE *out, const struct mpck_style *style,
		       const struct mpck_result *result);

#endif
