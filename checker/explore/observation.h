/* SPDX-License-Identifier: MIT */
/*
 * observation.h - observed final values as text: "balance=350",
 * "array=[5,6,7] value=5.67".  Names in alphabetical order, one space between.
 */
#ifndef MPCK_OBSERVATION_H
#define MPCK_OBSERVATION_H

#include <stddef.h>
#include <stdio.h>

/* Writes "name=..." of `count` items; one item has no brackets.  Floats are
 * printed with the fewest digits that read back equal; 'c' as a quoted text. */
void mpck_observation_print(FILE *out, const char *name, const void *values,
			    size_t count, char typecode);

#endif
