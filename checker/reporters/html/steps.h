/* SPDX-License-Identifier: MIT */
/*
 * steps.h - the parts beside a timeline: the stepper's controls, the shared
 * memory, the list of steps in words.
 */
#ifndef MPCK_HTML_STEPS_H
#define MPCK_HTML_STEPS_H

#include <stdio.h>

#include "reporters/html/source.h"

/* page.js shows them: without it they could do nothing. */
void mpck_controls_write(FILE *out, const struct mpck_view *view);
/* What the shared objects hold at first and at the end; page.js turns this
 * into what they hold now. */
void mpck_memory_write(FILE *out, const struct mpck_view *view);
void mpck_steps_write(FILE *out, const struct mpck_view *view,
		      const struct mpck_source *source, const char *id);

#endif
