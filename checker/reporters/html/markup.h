/* SPDX-License-Identifier: MIT */
/*
 * markup.h - writing HTML in which no text can become markup.
 *
 * Names, messages and printed lines come from the programs that are checked.
 * They reach the page by mpck_markup() only, which escapes every %s.
 */
#ifndef MPCK_HTML_MARKUP_H
#define MPCK_HTML_MARKUP_H

#include <stdio.h>

#include "reporters/reporters.h"

/* Conversions: %s (escaped; NULL is empty), %d, %u, %zu, %%.  Nothing else. */
void mpck_markup(FILE *out, const char *form, ...)
	__attribute__((format(printf, 2, 3)));

/* A copy that is UTF-8 without control characters but tab and newline; what is
 * neither becomes U+FFFD.  malloc'd; NULL is "". */
char *mpck_clean_text(const char *text);

/* At most `columns` characters of a clean copy, "…" at its end if cut. */
char *mpck_cut_text(const char *text, size_t columns);

/* What `print` writes, as one text; malloc'd. */
char *mpck_printed(void (*print)(FILE *, const struct mpck_report *),
		   const struct mpck_report *report);

/* A command to copy, with its button; what: "Replay this". */
void mpck_markup_command(FILE *out, const char *command, const char *what);
/* "mpcheck replay NAME TOKEN ..." as one line; malloc'd. */
char *mpck_replay_line(const struct mpck_report *report, const char *token);

#endif
