/* SPDX-License-Identifier: MIT */
/*
 * source.h - the lines of source that a trace went through, read when the
 * report is written.
 *
 * Of each file the functions are kept in which a step stood; of a long one, or
 * where no function is recognised, a few lines around.
 */
#ifndef MPCK_HTML_SOURCE_H
#define MPCK_HTML_SOURCE_H

#include <stdio.h>

#include "reporters/html/view.h"

struct mpck_source;

/* id: "f1", of the finding; modified: of the module, seconds since 1970, or 0:
 * a source that is newer gets a warning. */
struct mpck_source *mpck_source_read(const struct mpck_view *view,
				     const char *id, long long modified);
/* "f1.L0.41", the element of that line; false: it is not there. */
bool mpck_source_line(const struct mpck_source *source, const char *path,
		      unsigned line, char element[64]);
void mpck_source_write(FILE *out, const struct mpck_source *source);
void mpck_source_free(struct mpck_source *source);

#endif
