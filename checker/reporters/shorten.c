/* SPDX-License-Identifier: MIT */
/*
 * shorten.c - a message in few lines, without what matters least.
 *
 * First the functions go that stand behind places, "(a.c:21 in add)", then the
 * places, the last one first; then the last clauses, and " ..." says so.  What is
 * left is whole: nothing ends in the middle of a name.
 */
#include "reporters/shorten.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

struct room {
	const struct mpck_style *style;
	int indent;
	unsigned lines;
};

static bool fits(const struct room *r, const char *text)
{
	char *wrapped = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&wrapped, &size));
	unsigned lines = 1;

	mpck_wrap(out, r->style, r->indent, r->indent, text);
	fclose(out);
	for (const char *c = wrapped; *c && c[1]; c++)
		lines += *c == '\n';
	free(wrapped);
	return lines <= r->lines;
}

static void remove_part(char *at, const char *end)
{
	memmove(at, end, strlen(end) + 1);
}

/* " (balance.c:33 in increase; Process-2: ...)": the next one from there; NULL:
 * there is none. */
static char *next_places(char *text, char **end)
{
	for (char *at = strstr(text, " ("); at; at = strstr(at + 1, " (")) {
		*end = strchr(at, ')');
		if (!*end)
			return NULL;
		++*end;
		for (char *c = at; c < *end; c++) {
			if (*c == ':' && isdigit((unsigned char)c[1]))
				return at;
		}
	}
	return NULL;
}

static void drop_functions(char *text)
{
	char *end, *at = next_places(text, &end);

	while (at) {
		char *in = strstr(at, " in ");

		while (in && in < end) {
			size_t length = 4 + strcspn(in + 4, ";)");

			remove_part(in, in + length);
			end -= length;
			in = strstr(in, " in ");
		}
		at = next_places(end, &end);
	}
}

/* false: there are none. */
static bool drop_last_places(char *text)
{
	char *last = NULL, *last_end = NULL, *end;

	for (char *at = next_places(text, &end); at;
	     at = next_places(end, &end)) {
		last = at;
		last_end = end;
	}
	if (last)
		remove_part(last, last_end);
	return last != NULL;
}

/* Where the text's last clause begins, or else its last word; NULL: it has one
 * only.  A comma may be a list's: half a list says something else. */
static char *last_clause(char *text)
{
	char *clause = NULL, *part = NULL, *word = NULL;

	for (char *c = text; *c; c++) {
		if (c[1] != ' ' || c == text)
			continue;
		if (*c == ';')
			clause = c;
		if (*c == ',' || *c == ':')
			part = c;
		word = c + 1;
	}
	return clause ? clause : part ? part : word;
}

static bool drop_last_clause(char *text, const char *dots)
{
	size_t n = strlen(text), m = strlen(dots);
	char *at;

	if (n >= m && !strcmp(text + n - m, dots))
		text[n - m] = '\0';
	at = last_clause(text);
	if (!at)
		return false;
	strcpy(at, dots);	/* a clause is longer than that */
	return true;
}

/* One word is too long: then it is cut, at a character. */
static void cut(const struct room *r, char *text, const char *dots)
{
	size_t most = (size_t)(r->style->width - r->indent) * r->lines;
	char *at;

	if (strlen(text) + strlen(dots) <= most)
		return;
	at = text + most - strlen(dots);
	while (at > text && (*at & 0xc0) == 0x80)
		at--;
	strcpy(at, dots + 1);
}

char *mpck_shorten(const struct mpck_style *style, int indent, unsigned lines,
		   const char *text)
{
	const struct room r = { style, indent, lines };
	const char *dots = style->unicode ? " \u2026" : " ...";
	char *made = mpck_checked(malloc(strlen(text) + strlen(dots) + 1));

	strcpy(made, text);
	if (!fits(&r, made))
		drop_functions(made);
	while (!fits(&r, made) && drop_last_places(made))
		;
	while (!fits(&r, made) && drop_last_clause(made, dots))
		;
	if (!fits(&r, made))
		cut(&r, made, dots);
	return made;
}
