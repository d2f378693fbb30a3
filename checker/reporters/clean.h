/* SPDX-License-Identifier: MIT */
/* clean.h - texts of programs in files that take no arbitrary bytes. */
#ifndef MPCK_CLEAN_H
#define MPCK_CLEAN_H

#include <stdbool.h>

/*
 * The text as UTF-8, malloc'd: what is none becomes U+FFFD, byte by byte; so
 * does, for XML, each character that XML 1.0 forbids.  NULL is "".
 */
char *mpck_clean(const char *text, bool xml);

#endif
