/* SPDX-License-Identifier: MIT */
/* figures.h - how much was run or searched, and how fast. */
#ifndef MPCK_FIGURES_H
#define MPCK_FIGURES_H

#include "reporters/reporters.h"

void mpck_print_figures(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style);

#endif
