/* SPDX-License-Identifier: MIT */
/*
 * style.c - colours, wrapping and copyable command lines.
 *
 * The locale is asked without being set: a scenario must not notice.
 */
#include "reporters/style.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 80, NARROWEST = 40 };

static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", NULL);
	bool utf8 = false;

	if (locale) {
		utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
		freelocale(locale);
	}
	return utf8;
}

static bool wants_color(bool terminal, enum mpck_color_choice choice)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (choice != MPCK_COLOR_AUTO)
		return choice == MPCK_COLOR_ALWAYS;
	return terminal && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}

static int width_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
	    size.ws_col >= WIDTH)
		return WIDTH;
	return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

struct mpck_style mpck_style_for(FILE *out, enum mpck_color_choice choice)
{
	int fd = fileno(out);
	bool terminal = fd >= 0 && isatty(fd);

	return (struct mpck_style){
		.color = wants_color(terminal, choice),
		.unicode = locale_is_utf8(),
		.width = terminal ? width_of(fd) : WIDTH,
	};
}

void mpck_paint(FILE *out, const struct mpck_style *style,
		enum mpck_paint paint)
{
	static const char *const codes[] = {
		[MPCK_PLAIN] = "0",
		[MPCK_BOLD] = "1",
		[MPCK_DIM] = "2",
		[MPCK_GOOD] = "32",
		[MPCK_BAD] = "31",
		[MPCK_NOTE] = "33",
	};

	if (style->color)
		fprintf(out, "\033[%sm", codes[paint]);
}

const char *mpck_count_text(char buffer[MPCK_COUNT_TEXT], uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *p = buffer;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return buffer;
}

const char *mpck_rough_text(char buffer[MPCK_COUNT_TEXT], double n)
{
	if (n < 999.5e3)
		return mpck_count_text(buffer, n > 0 ? (uint64_t)(n + 0.5) : 0);
	if (n < 999.95e6)
		snprintf(buffer, MPCK_COUNT_TEXT, "%.1f million", n / 1e6);
	else
		snprintf(buffer, MPCK_COUNT_TEXT, "%.1f billion", n / 1e9);
	return buffer;
}

const char *mpck_size_text(char buffer[MPCK_COUNT_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes / 1024;
	int unit = 0;

	while (n >= 1023.5 && unit < 3) {
		n /= 1024;
		unit++;
	}
	snprintf(buffer, MPCK_COUNT_TEXT, "%.*f %s",
		 unit > 1 && n < 99.5 ? 1 : 0, n, units[unit]);
	return buffer;
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

int mpck_columns(const char *text)
{
	int columns = 0;

	for (; *text; text++)
		columns += starts_character(*text);
	return columns;
}

/* Bytes of the first `columns` characters. */
static size_t bytes_of(const char *text, int columns)
{
	const char *p = text;

	while (*p) {
		if (starts_character(*p) && columns-- <= 0)
			break;
		p++;
	}
	return (size_t)(p - text);
}

void mpck_print_cut(FILE *out, const struct mpck_style *style,
		    const char *text, int columns)
{
	int have = mpck_columns(text);
	const char *dots = style->unicode ? "\u2026" : "...";
	int room = columns - mpck_columns(dots);

	if (have <= columns)
		fprintf(out, "%s%*s", text, columns - have, "");
	else if (room > 0)
		fprintf(out, "%.*s%s", (int)bytes_of(text, room), text, dots);
	else
		fprintf(out, "%.*s", (int)bytes_of(text, columns), text);
}

/* Prints one word; a word longer than a line is broken. */
static int put_word(FILE *out, int column, int indent, int width,
		    const char *word, size_t length)
{
	while (length) {
		size_t part = bytes_of(word, width - column);

		if (part > length)
			part = length;
		fwrite(word, 1, part, out);
		for (size_t i = 0; i < part; i++)
			column += starts_character(word[i]);
		word += part;
		length -= part;
		if (length) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
	}
	return column;
}

/* One line of the text, without its newline. */
static void wrap_line(FILE *out, int column, int indent, int width,
		      const char *line, size_t length)
{
	const char *end = line + length;
	bool first = true;

	while (line < end) {
		size_t spaces = strspn(line, " ");
		const char *word = line + spaces;
		size_t n = strcspn(word, " \n");
		char copy[WIDTH + 1];
		int columns;

		if (word >= end)
			break;
		if (word + n > end)
			n = (size_t)(end - word);
		snprintf(copy, sizeof(copy), "%.*s", (int)n, word);
		columns = mpck_columns(copy);
		if (first) {	/* indentation of its own is kept */
			fprintf(out, "%*s", (int)spaces, "");
			column += (int)spaces;
			indent += spaces ? (int)spaces + 2 : 0;
		} else if (column + (int)spaces + columns > width) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else {
			fprintf(out, "%*s", (int)spaces, "");
			column += (int)spaces;
		}
		column = put_word(out, column, indent, width, word, n);
		first = false;
		line = word + n;
	}
	fputc('\n', out);
}

/* A copy with "->" for each arrow. */
static char *in_ascii(const char *text)
{
	static const char arrow[] = "\u2192";
	char *copy = strdup(text), *at = copy;

	while (at && (at = strstr(at, arrow))) {
		memcpy(at, "->", 2);
		memmove(at + 2, at + strlen(arrow),
			strlen(at + strlen(arrow)) + 1);
	}
	return copy;
}

static void wrap(FILE *out, const struct mpck_style *style, int column,
		 int indent, const char *text)
{
	while (true) {
		size_t length = strcspn(text, "\n");

		wrap_line(out, column, indent, style->width, text, length);
		text += length;
		if (!*text || !text[1])
			return;
		text++;
		fprintf(out, "%*s", indent, "");
		column = indent;
	}
}

void mpck_wrap(FILE *out, const struct mpck_style *style, int column,
	       int indent, const char *text)
{
	char *ascii = style->unicode ? NULL : in_ascii(text);

	wrap(out, style, column, indent, ascii ? ascii : text);
	free(ascii);
}

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_./:=@%+,-")];
}

/* word as the shell has to read it; the caller frees it; NULL: no memory. */
static char *quoted(const char *word)
{
	char *text, *p;

	if (is_plain(word))
		return strdup(word);
	text = malloc(4 * strlen(word) + 3);
	if (!text)
		return NULL;
	p = text;
	*p++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			p = stpcpy(p, "'\\''");
		else
			*p++ = *word;
	}
	strcpy(p, "'");
	return text;
}

/* A word longer than a line goes on at column 0: the shell joins it. */
static int put_long_word(FILE *out, int column, int width, const char *word)
{
	while (column + mpck_columns(word) > width - 2) {
		size_t part = bytes_of(word, width - 1 - column);

		fprintf(out, "%.*s\\\n", (int)part, word);
		word += part;
		column = 0;
	}
	fputs(word, out);
	return column + mpck_columns(word);
}

/* Columns of the i-th word, and of its value: "--set" and "n=3" stay together;
 * 0: no memory. */
static int columns_together(char *const *words, size_t nwords, size_t i)
{
	bool has_value = strncmp(words[i], "--", 2) == 0 && i + 1 < nwords;
	char *word = quoted(words[i]);
	char *value = has_value ? quoted(words[i + 1]) : NULL;
	int columns = (word ? mpck_columns(word) : 0) +
		      (value ? mpck_columns(value) + 1 : 0);

	free(word);
	free(value);
	return columns;
}

void mpck_print_command(FILE *out, const struct mpck_style *style, int indent,
			char *const *words, size_t nwords)
{
	int column = indent;

	for (size_t i = 0; i < nwords; i++) {
		char *word = quoted(words[i]);
		/* 2: room for " \" after it */
		int room = style->width - 2;
		int columns = columns_together(words, nwords, i);

		if (!word)
			break;
		if (i && column + 1 + columns > room &&
		    indent + 2 + columns <= room) {
			fprintf(out, " \\\n%*s", indent + 2, "");
			column = indent + 2;
		} else if (i) {
			fputc(' ', out);
			column++;
		}
		column = put_long_word(out, column, style->width, word);
		free(word);
	}
	fputc('\n', out);
}
