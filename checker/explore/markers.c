/* SPDX-License-Identifier: MIT */
/* markers.c - comments in sources that allow a finding; see markers.h. */
#include "explore/markers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpck/scenario.h>

#include "basics.h"

#define INTRODUCTION "mpck: allow "

static const char *const kind_names[] = {
#define FINDING(id, name, text) name,
#include <mpck/findings.def>
#undef FINDING
};

int mpck_kind_named(const char *name, size_t length)
{
	for (int k = 0; k < MPCK_FINDING_KINDS; k++) {
		if (strlen(kind_names[k]) == length &&
		    !strncmp(kind_names[k], name, length))
			return k;
	}
	return -1;
}

/* The kinds up to the comment's end or the line's. */
static void read_kinds(struct mpck_marker *m, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";

	for (;;) {
		size_t length;
		int kind;

		text += strspn(text, ", \t");
		length = strspn(text, letters);
		if (!length)
			return;
		kind = mpck_kind_named(text, length);
		if (kind >= 0)
			m->kinds |= MPCK_BIT(kind);
		else if (!m->unknown)
			m->unknown = strndup(text, length);
		text += length;
	}
}

static void add(struct mpck_markers *m, const char *path, unsigned line,
		const char *text)
{
	struct mpck_marker *new;

	if (m->count == m->room) {
		m->room = 2 * m->room + 8;
		m->at = mpck_checked(realloc(m->at,
					     m->room * sizeof(*m->at)));
	}
	new = &m->at[m->count++];
	*new = (struct mpck_marker){ .path = mpck_checked(strdup(path)),
				     .line = line };
	read_kinds(new, text);
}

/* In a comment that begins on the same line. */
static const char *marked(const char *line)
{
	const char *at = strstr(line, INTRODUCTION);

	if (!at)
		return NULL;
	for (const char *p = line; p + 1 < at; p++) {
		if (p[0] == '/' && (p[1] == '*' || p[1] == '/'))
			return at + strlen(INTRODUCTION);
	}
	return NULL;
}

static void read_lines(struct mpck_markers *m, const char *path, FILE *file)
{
	char *line = NULL;
	size_t room = 0;

	for (unsigned number = 1; getline(&line, &room, file) >= 0; number++) {
		const char *text = marked(line);

		if (text)
			add(m, path, number, text);
	}
	free(line);
}

void mpck_markers_read(struct mpck_markers *m, const char *path)
{
	FILE *file;

	for (size_t i = 0; i < m->nread; i++) {
		if (!strcmp(m->read[i], path))
			return;
	}
	m->read = mpck_checked(realloc(m->read, (m->nread + 1) *
				       sizeof(*m->read)));
	m->read[m->nread++] = mpck_checked(strdup(path));
	file = fopen(path, "re");
	if (!file)
		return;
	read_lines(m, path, file);
	fclose(file);
}

void mpck_markers_fini(struct mpck_markers *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->at[i].path);
		free(m->at[i].unknown);
	}
	for (size_t i = 0; i < m->nread; i++)
		free(m->read[i]);
	free(m->at);
	free(m->read);
	*m = (struct mpck_markers){ NULL };
}
