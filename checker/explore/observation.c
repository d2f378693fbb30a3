/* SPDX-License-Identifier: MIT */
/*
 * observation.c - observed final values as text.
 *
 * Equal bytes give equal texts and, but for NULs at the end of a 'c' text,
 * different bytes different texts.  The values need no alignment.
 */
#include "explore/observation.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The fewest digits that read back equal; 17 always do. */
static void print_double(FILE *out, double x)
{
	char text[32];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, x);
		if (isnan(x) || strtod(text, NULL) == x)
			break;
	}
	fputs(text, out);
}

static void print_float(FILE *out, float x)
{
	char text[32];

	for (int digits = 1; digits <= 9; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, (double)x);
		if (isnan(x) || strtof(text, NULL) == x)
			break;
	}
	fputs(text, out);
}

/* Prints one number of C type `type` at unaligned address p. */
#define PRINT(type, format, wide) do {				\
	type x_;						\
	memcpy(&x_, p, sizeof(x_));				\
	fprintf(out, "%" format, (wide)x_);			\
	return sizeof(x_);					\
} while (0)

/* Prints the item at p; returns its size, 0 for an unknown typecode. */
static size_t print_item(FILE *out, const void *p, char typecode)
{
	double d;
	float f;

	switch (typecode) {
	case 'b': PRINT(int8_t, PRId64, int64_t);
	case 'B': PRINT(uint8_t, PRIu64, uint64_t);
	case 'h': PRINT(short, PRId64, int64_t);
	case 'H': PRINT(unsigned short, PRIu64, uint64_t);
	case 'i': PRINT(int, PRId64, int64_t);
	case 'I': PRINT(unsigned int, PRIu64, uint64_t);
	case 'l': PRINT(long, PRId64, int64_t);
	case 'L': PRINT(unsigned long, PRIu64, uint64_t);
	case 'q': PRINT(long long, PRId64, int64_t);
	case 'Q': PRINT(unsigned long long, PRIu64, uint64_t);
	case 'f':
		memcpy(&f, p, sizeof(f));
		print_float(out, f);
		return sizeof(f);
	case 'd':
		memcpy(&d, p, sizeof(d));
		print_double(out, d);
		return sizeof(d);
	default:
		return 0;
	}
}

/* One character of a quoted text; others than plain ASCII are escaped. */
static void print_character(FILE *out, uint32_t c, bool byte)
{
	switch (c) {
	case '"':	fputs("\\\"", out); break;
	case '\\':	fputs("\\\\", out); break;
	case '\n':	fputs("\\n", out); break;
	case '\r':	fputs("\\r", out); break;
	case '\t':	fputs("\\t", out); break;
	default:
		if (c >= ' ' && c <= '~')
			fputc((int)c, out);
		else if (byte)
			fprintf(out, "\\x%02" PRIx32, c);
		else
			fprintf(out, "\\u{%" PRIx32 "}", c);
	}
}

static void print_bytes(FILE *out, const unsigned char *p, size_t count)
{
	while (count > 1 && p[count - 1] == '\0')
		count--;
	if (count == 1 && p[0] == '\0')
		count = 0;
	fputc('"', out);
	for (size_t i = 0; i < count; i++)
		print_character(out, p[i], true);
	fputc('"', out);
}

static void print_code_points(FILE *out, const char *p, size_t count)
{
	fputc('"', out);
	for (size_t i = 0; i < count; i++) {
		uint32_t c;

		memcpy(&c, p + i * sizeof(c), sizeof(c));
		print_character(out, c, false);
	}
	fputc('"', out);
}

void mpck_observation_print(FILE *out, const char *name, const void *values,
			    size_t count, char typecode)
{
	const char *p = values;

	fprintf(out, "%s=", name);
	if (typecode == 'c') {
		print_bytes(out, values, count);
		return;
	}
	if (typecode == 'u') {
		print_code_points(out, values, count);
		return;
	}
	if (count != 1)
		fputc('[', out);
	for (size_t i = 0; i < count; i++) {
		size_t size;

		if (i)
			fputc(',', out);
		size = print_item(out, p, typecode);
		if (!size) {	/* libmpp refuses such codes */
			fputc('?', out);
			break;
		}
		p += size;
	}
	if (count != 1)
		fputc(']', out);
}
