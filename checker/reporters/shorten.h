/* SPDX-License-Identifier: MIT */
/* shorten.h - a message in few lines, without what matters least. */
#ifndef MPCK_SHORTEN_H
#define MPCK_SHORTEN_H

#include "reporters/style.h"

/* So much of the text, which is one line, as fits into so many lines at this
 * indentation; malloc'd. */
char *mpck_shorten(const struct mpck_style *style, int indent, unsigned lines,
		   const char *text);

#endif
