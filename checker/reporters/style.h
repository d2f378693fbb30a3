/* SPDX-License-Identifier: MIT */
/*
 * style.h - how text looks: colours, bars, and never wider than 80 columns.
 */
#ifndef MPCK_STYLE_H
#define MPCK_STYLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct mpck_style {
	bool color;
	bool unicode;	/* may print more than ASCII */
	int width;	/* columns, <= 80 */
};

enum mpck_color_choice {
	MPCK_COLOR_AUTO,	/* on a terminal, unless NO_COLOR is set */
	MPCK_COLOR_ALWAYS,
	MPCK_COLOR_NEVER,
};

enum mpck_paint {
	MPCK_PLAIN, MPCK_BOLD, MPCK_DIM, MPCK_GOOD, MPCK_BAD, MPCK_NOTE,
};

/* The style that fits `out`, the locale and the environment. */
struct mpck_style mpck_style_for(FILE *out, enum mpck_color_choice choice);

/* Switches to a colour, back with MPCK_PLAIN; nothing without colour. */
void mpck_paint(FILE *out, const struct mpck_style *style,
		enum mpck_paint paint);

/* 1234567 as "1,234,567", in the caller's buffer. */
enum { MPCK_COUNT_TEXT = 32 };
const char *mpck_count_text(char buffer[MPCK_COUNT_TEXT], uint64_t n);
#define MPCK_COUNT(n) mpck_count_text((char[MPCK_COUNT_TEXT]){ "" }, (n))

/* 2123456.0 as "2.1 million", 812.4 as "812"; in the caller's buffer. */
const char *mpck_rough_text(char buffer[MPCK_COUNT_TEXT], double n);
#define MPCK_ROUGH(n) mpck_rough_text((char[MPCK_COUNT_TEXT]){ "" }, (n))
/* Bytes as "120 MiB"; in the caller's buffer. */
const char *mpck_size_text(char buffer[MPCK_COUNT_TEXT], uint64_t bytes);
#define MPCK_SIZE(n) mpck_size_text((char[MPCK_COUNT_TEXT]){ "" }, (n))

/* Columns of a UTF-8 text without wide characters. */
int mpck_columns(const char *text);
/* Prints text in exactly `columns` columns: padded, or cut with "..." */
void mpck_print_cut(FILE *out, const struct mpck_style *style,
		    const char *text, int columns);
/* Prints text within style->width; further lines are indented by `indent`.
 * `column` is where the cursor stands.  Ends with a newline. */
void mpck_wrap(FILE *out, const struct mpck_style *style, int column,
	       int indent, const char *text);

/*
 * A command line that can be copied: words are quoted for the shell; lines
 * that are too long go on after a backslash.  Starts at column `indent`.
 */
void mpck_print_command(FILE *out, const struct mpck_style *style, int indent,
			char *const *words, size_t nwords);

#endif
