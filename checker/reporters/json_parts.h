/* SPDX-License-Identifier: MIT */
/*
 * json_parts.h - what the formats that are JSON have in common.  Each returns a
 * new value, never NULL while there is memory.
 */
#ifndef MPCK_JSON_PARTS_H
#define MPCK_JSON_PARTS_H

#include <jansson.h>

#include "reporters/reporters.h"

/* A number, or a text when a double would not hold it. */
json_t *mpck_json_unsigned(uint64_t n);
json_t *mpck_json_signed(int64_t n);
/* Bytes that are no UTF-8 are replaced; NULL is "". */
json_t *mpck_json_text(const char *text);
/* NULL is null. */
json_t *mpck_json_maybe(const char *text);
/* {"n": 5}: every parameter with its value. */
json_t *mpck_json_params(const struct mpck_module *module);

/* What json_explanation.c makes of it; NULL is null. */
json_t *mpck_json_explanation(const struct mpck_explanation *e);
json_t *mpck_json_trace(const struct mpck_trace *trace);

/* Writes and releases it, a newline behind; what has no memory is NULL, and
 * says so in a valid object. */
void mpck_json_print(FILE *out, json_t *root);

#endif
