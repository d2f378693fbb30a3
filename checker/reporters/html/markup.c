/* SPDX-License-Identifier: MIT */
/* markup.c - see markup.h. */
#include "reporters/html/markup.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/phrases.h"

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

/* Bytes of the character at p when it is well-formed UTF-8; else 0. */
static size_t character(const unsigned char *p)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		 : (p[0] & 0xf0) == 0xe0 ? 3
		 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Longer than need be, a surrogate, or above the last one. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static bool is_shown(unsigned char c)
{
	return c >= ' ' ? c != 0x7f : c == '\t' || c == '\n';
}

char *mpck_clean_text(const char *text)
{
	const unsigned char *p = (const unsigned char *)(text ? text : "");
	char *clean = mpck_checked(malloc(3 * strlen((const char *)p) + 1));
	char *to = clean;

	while (*p) {
		size_t n = is_shown(*p) ? character(p) : 0;

		if (n) {
			memcpy(to, p, n);
			to += n;
			p += n;
		} else {
			to = stpcpy(to, replacement);
			p++;
		}
	}
	*to = '\0';
	return clean;
}

char *mpck_cut_text(const char *text, size_t columns)
{
	char *clean = mpck_clean_text(text);
	size_t at = 0, seen = 0, last = 0;

	for (; clean[at] && seen <= columns; seen++) {
		last = seen + 1 == columns ? at : last;
		at += character((const unsigned char *)clean + at);
	}
	if (seen > columns) {
		clean = mpck_checked(realloc(clean, strlen(clean) + 4));
		strcpy(clean + last, "\u2026");
	}
	return clean;
}

static void put_escaped(FILE *out, const char *text)
{
	char *clean = mpck_clean_text(text);

	for (const char *p = clean; *p; p++) {
		switch (*p) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			putc(*p, out);
		}
	}
	free(clean);
}

void mpck_markup(FILE *out, const char *form, ...)
{
	va_list arguments;

	va_start(arguments, form);
	for (const char *p = form; *p; p++) {
		if (*p != '%') {
			putc(*p, out);
			continue;
		}
		switch (*++p) {
		case 's':
			put_escaped(out, va_arg(arguments, const char *));
			break;
		case 'd':
			fprintf(out, "%d", va_arg(arguments, int));
			break;
		case 'u':
			fprintf(out, "%u", va_arg(arguments, unsigned));
			break;
		case 'z':
			p++;
			fprintf(out, "%zu", va_arg(arguments, size_t));
			break;
		default:
			assert(*p == '%');
			putc('%', out);
		}
	}
	va_end(arguments);
}

char *mpck_printed(void (*print)(FILE *, const struct mpck_report *),
		   const struct mpck_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *memory = mpck_checked(open_memstream(&text, &size));

	print(memory, report);
	fclose(memory);
	return mpck_checked(text);
}

char *mpck_replay_line(const struct mpck_report *report, const char *token)
{
	static const struct mpck_style one_line = { .width = INT_MAX / 2 };
	char *words[MPCK_REPLAY_WORDS], *text = NULL;
	size_t size, n = mpck_replay_words(report, token, words);
	FILE *memory = mpck_checked(open_memstream(&text, &size));

	mpck_print_command(memory, &one_line, 0, words, n);
	fclose(memory);
	mpck_words_fini(words, n);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

void mpck_markup_command(FILE *out, const char *command, const char *what)
{
	mpck_markup(out, "<div class=\"command\"><span class=\"for\">%s</span>"
		    "<code tabindex=\"0\">%s</code>"
		    "<button type=\"button\" class=\"copy\" data-copy=\"%s\" "
		    "aria-label=\"Copy the command: %s\" hidden>Copy</button>"
		    "</div>\n", what, command, command, what);
}
