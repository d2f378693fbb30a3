/* SPDX-License-Identifier: MIT */
/* chart.h - the distribution of final values as bars. */
#ifndef MPCK_CHART_H
#define MPCK_CHART_H

#include "explore/explore.h"
#include "reporters/style.h"

/* Prints one row an outcome; `noun` is what is counted ("executions"), if it
 * is. */
void mpck_chart(FILE *out, const struct mpck_style *style,
		const struct mpck_result *result, const char *noun);

#endif
