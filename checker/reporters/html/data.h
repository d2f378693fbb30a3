/* SPDX-License-Identifier: MIT */
/* data.h - a view as JSON, for page.js. */
#ifndef MPCK_HTML_DATA_H
#define MPCK_HTML_DATA_H

#include <stdio.h>

#include "reporters/html/source.h"

/* A <script type="application/json"> that no text can end early. */
void mpck_data_write(FILE *out, const struct mpck_view *view,
		     const struct mpck_source *source);

#endif
