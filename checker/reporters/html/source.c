/* SPDX-License-Identifier: MIT */
/* source.c - see source.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* st_mtim, getline */
#endif
#include "reporters/html/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "basics.h"
#include "reporters/html/markup.h"

enum {
	FILES_MOST = 16,
	LINES_MOST = 100000,	/* of a file */
	SHOWN_MOST = 400,	/* lines of a file */
	FUNCTION_MOST = 80,	/* lines of a function that is shown whole */
	AROUND = 6,		/* lines around one, else */
};

struct line {
	char *text;
	bool shown, used;
	unsigned decisive;	/* which operation, from 1; 0: none */
	size_t step;		/* that one's */
};

struct file {
	const char *path, *name;
	struct line *lines;	/* [1, nlines] */
	size_t nlines, nshown;
	size_t uses;		/* steps that stood in it */
	int err;		/* why it could not be read */
	bool newer;		/* than the module */
};

struct mpck_source {
	const struct mpck_view *view;
	char id[16];
	long long modified;
	struct file files[FILES_MOST];
	size_t nfiles, left_out;
};

/*
 * Reading.
 */
static void read_lines(struct file *f, FILE *in)
{
	size_t room = 0, size = 0;
	ssize_t length;
	char *text = NULL;

	while (f->nlines < LINES_MOST &&
	       (length = getline(&text, &size, in)) >= 0) {
		if (f->nlines + 1 >= room) {
			room = room * 2 + 256;
			f->lines = mpck_checked(realloc(f->lines, room *
							sizeof(*f->lines)));
		}
		text[strcspn(text, "\r\n")] = '\0';
		f->lines[++f->nlines] = (struct line){
			.text = mpck_clean_text(text) };
	}
	free(text);
}

static void read_file(struct mpck_source *s, struct file *f)
{
	FILE *in = fopen(f->path, "re");
	struct stat st;

	if (in && (fstat(fileno(in), &st) != 0 || !S_ISREG(st.st_mode)))
		f->err = EINVAL;
	else if (in) {
		f->newer = s->modified && st.st_mtim.tv_sec > s->modified;
		read_lines(f, in);
	} else {
		f->err = errno;
	}
	if (in)
		fclose(in);
}

static struct file *file_of(struct mpck_source *s, const struct mpck_frame *at)
{
	struct file *f;

	for (size_t i = 0; i < s->nfiles; i++) {
		if (strcmp(s->files[i].path, at->path) == 0)
			return &s->files[i];
	}
	if (s->nfiles == FILES_MOST) {
		s->left_out++;
		return NULL;
	}
	f = &s->files[s->nfiles++];
	*f = (struct file){ .path = at->path,
			    .name = at->file ? at->file : at->path };
	read_file(s, f);
	return f;
}

/*
 * Which lines are shown.  C as most people write it: a function's braces stand
 * in the first column, or it begins there and ends its line with a brace.
 */
static bool ends_function(const struct line *l)
{
	return l->text[0] == '}';
}

static bool begins_body(const struct line *l)
{
	size_t n = strlen(l->text);

	return l->text[0] == '{' ||
	       (n && l->text[n - 1] == '{' && !strchr(" \t}", l->text[0]));
}

/* The function around `line`: [*from, *to]; false: none recognised. */
static bool function_around(const struct file *f, size_t line, size_t *from,
			    size_t *to)
{
	size_t a = line, b = line;

	while (a >= 1 && !begins_body(&f->lines[a])) {
		if (ends_function(&f->lines[a]))
			return false;
		a--;
	}
	while (b <= f->nlines && !ends_function(&f->lines[b]))
		b++;
	if (a < 1 || b > f->nlines)
		return false;
	while (a > 1 && f->lines[a - 1].text[0] &&	/* its head */
	       !strchr("}#", f->lines[a - 1].text[0]) &&
	       !strstr(f->lines[a - 1].text, "*/"))
		a--;
	*from = a;
	*to = b;
	return b - a < FUNCTION_MOST;
}

static void show_around(struct file *f, size_t line)
{
	size_t from, to;

	if (f->lines[line].shown)
		return;
	if (!function_around(f, line, &from, &to)) {
		from = line > AROUND ? line - AROUND : 1;
		to = line + AROUND < f->nlines ? line + AROUND : f->nlines;
	}
	for (size_t i = from; i <= to && f->nshown < SHOWN_MOST; i++) {
		f->nshown += !f->lines[i].shown;
		f->lines[i].shown = true;
	}
}

static void use(struct mpck_source *s, size_t step, size_t frame)
{
	const struct mpck_frame *at = &s->view->trace->steps[step].frames[frame];
	unsigned decisive = frame ? 0 : mpck_view_decisive(s->view, step);
	struct file *f = at->path && at->line ? file_of(s, at) : NULL;

	if (!f)
		return;
	f->uses += decisive ? s->view->trace->nsteps : 1;
	if (at->line > f->nlines)
		return;
	f->lines[at->line].used = true;
	if (decisive && !f->lines[at->line].decisive) {
		f->lines[at->line].decisive = decisive;
		f->lines[at->line].step = step;
	}
	show_around(f, at->line);
}

/* First the file that matters most. */
static int by_uses(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return x->uses < y->uses ? 1 : x->uses > y->uses ? -1
	     : strcmp(x->path, y->path);
}

/* What decides is looked at first: it is kept when not all can be. */
struct mpck_source *mpck_source_read(const struct mpck_view *view,
				     const char *id, long long modified)
{
	struct mpck_source *s = mpck_checked(calloc(1, sizeof(*s)));
	const struct mpck_trace *t = view->trace;

	s->view = view;
	s->modified = modified;
	snprintf(s->id, sizeof(s->id), "%s", id);
	for (size_t i = 0; view->cause && i < view->cause->nsteps; i++) {
		size_t step = view->cause->steps[i];

		if (step < t->nsteps && t->steps[step].nframes)
			use(s, step, 0);
	}
	for (size_t i = 0; i < view->nrows; i++) {
		size_t step = view->rows[i].step;

		for (size_t k = 0; view->rows[i].count == 1 &&
				   k < t->steps[step].nframes; k++)
			use(s, step, k);
	}
	qsort(s->files, s->nfiles, sizeof(*s->files), by_uses);
	return s;
}

bool mpck_source_line(const struct mpck_source *s, const char *path,
		      unsigned line, char element[64])
{
	for (size_t i = 0; path && i < s->nfiles; i++) {
		const struct file *f = &s->files[i];

		if (strcmp(f->path, path) != 0)
			continue;
		snprintf(element, 64, "%s.L%zu.%u", s->id, i, line);
		return line && line <= f->nlines && f->lines[line].shown;
	}
	return false;
}

/*
 * Writing.
 */
static void write_line(FILE *out, const struct mpck_source *s, size_t file,
		       size_t number)
{
	const struct line *l = &s->files[file].lines[number];
	const struct mpck_trace *t = s->view->trace;

	mpck_markup(out, "<div class=\"line%s%s\" id=\"%s.L%zu.%zu\">"
		    "<span class=\"which\">", l->used ? " used" : "",
		    l->decisive ? " decisive" : "", s->id, file, number);
	if (l->decisive)
		mpck_markup(out, "<span class=\"badge\">%u</span>",
			    l->decisive);
	mpck_markup(out, "</span><span class=\"number\">%zu</span><code>%s"
		    "</code>", number, l->text);
	if (l->decisive)
		mpck_markup(out, "<a class=\"remark\" href=\"#%s.s%zu\">"
			    "%s: %s</a>", s->id, l->step + 1,
			    t->lanes[t->steps[l->step].task].name,
			    t->steps[l->step].brief);
	fputs("</div>\n", out);
}

static void write_file(FILE *out, const struct mpck_source *s, size_t file)
{
	const struct file *f = &s->files[file];
	size_t last = 0;

	mpck_markup(out, "<figure class=\"file\"><figcaption title=\"%s\">%s"
		    "</figcaption>\n", f->path, f->name);
	if (f->err)
		mpck_markup(out, "<p class=\"note\">This file could not be "
			    "read when the report was written: %s (%s).</p>\n",
			    f->path, strerror(f->err));
	if (f->newer)
		fputs("<p class=\"note\">This file is newer than the module "
		      "that ran: its lines may have moved.</p>\n", out);
	fputs("<div class=\"lines\">\n", out);
	for (size_t i = 1; i <= f->nlines; i++) {
		if (!f->lines[i].shown)
			continue;
		if (last && i > last + 1)
			fputs("<div class=\"gap\">\u22ef</div>\n", out);
		write_line(out, s, file, i);
		last = i;
	}
	fputs("</div></figure>\n", out);
	if (f->nshown >= SHOWN_MOST)
		mpck_markup(out, "<p class=\"note\">Of this file %d lines are "
			    "shown at most.</p>\n", SHOWN_MOST);
}

void mpck_source_write(FILE *out, const struct mpck_source *s)
{
	for (size_t i = 0; i < s->nfiles; i++)
		write_file(out, s, i);
	if (!s->nfiles)
		fputs("<p class=\"note\">The module has no debug information: "
		      "compile it with -g to see its lines here.</p>\n", out);
	if (s->left_out)
		mpck_markup(out, "<p class=\"note\">%d files are shown at "
			    "most.</p>\n", FILES_MOST);
}

void mpck_source_free(struct mpck_source *s)
{
	for (size_t i = 0; i < s->nfiles; i++) {
		for (size_t k = 1; k <= s->files[i].nlines; k++)
			free(s->files[i].lines[k].text);
		free(s->files[i].lines);
	}
	free(s);
}
