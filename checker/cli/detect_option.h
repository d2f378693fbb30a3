/* SPDX-License-Identifier: MIT */
/* detect_option.h - which detectors look on: --detect and --no-detect. */
#ifndef MPCK_DETECT_OPTION_H
#define MPCK_DETECT_OPTION_H

#include <argp.h>
#include <stdio.h>

/*
 * "data-race,lost-update", "all" or "none" as MPCK_BIT()s of detector ids; or
 * a sentence with the names there are.
 */
unsigned mpck_parse_detectors(const struct argp_state *state,
			      const char *option, const char *text);
/* For --help: a line a detector; nothing when there is none. */
void mpck_detectors_help(FILE *out);

#endif
