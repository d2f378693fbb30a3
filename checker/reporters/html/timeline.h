/* SPDX-License-Identifier: MIT */
/* timeline.h - a view as SVG: time goes down, a lane for each task. */
#ifndef MPCK_HTML_TIMELINE_H
#define MPCK_HTML_TIMELINE_H

#include <stdio.h>

#include "reporters/html/view.h"

/* id: "f1", of the finding; its steps are elements "f1.s1", ... */
void mpck_timeline_write(FILE *out, const struct mpck_view *view,
			 const char *id);

#endif
