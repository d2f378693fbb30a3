/* SPDX-License-Identifier: MIT */
/* suppress.c - findings that nobody wants any more; see suppress.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/suppress.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/markers.h"

struct rule {
	unsigned line;		/* of the file */
	int kind;		/* -1: any */
	char *place;		/* pattern of a function or file */
	unsigned at;		/* its line; 0: any */
	char *object;		/* pattern; NULL: any */
	char *text;		/* as written */
	bool used;
};

struct mpck_suppressions {
	const void *code;	/* some place in the module */
	char *file;
	struct rule *rules;
	size_t count;
	struct mpck_markers markers;
};

/*
 * Reading.
 */
static int wrong(const struct mpck_suppressions *s, unsigned line,
		 const char *what, const char *word,
		 char sentence[MPCK_SENTENCE])
{
	snprintf(sentence, MPCK_SENTENCE, "%s:%u: ", s->file, line);
	snprintf(sentence + strlen(sentence),
		 MPCK_SENTENCE - strlen(sentence), what, word);
	return MPCK_EUSAGE;
}

/* Cuts spaces off both ends. */
static char *trimmed(char *text)
{
	char *end;

	text += strspn(text, " \t\r\n");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return text;
}

static int read_kind(const struct mpck_suppressions *s, struct rule *r,
		     const char *word, char sentence[MPCK_SENTENCE])
{
	if (!strcmp(word, "*")) {
		r->kind = -1;
		return 0;
	}
	r->kind = mpck_kind_named(word, strlen(word));
	if (r->kind == MPCK_UNEXPECTED_VALUE)
		return wrong(s, r->line, "%s is not suppressed: the "
			     "scenario's expectation says what is right", word,
			     sentence);
	return r->kind >= 0 ? 0
			    : wrong(s, r->line, "'%s' is no kind of finding",
				    word, sentence);
}

/* Cuts ":21" off the place. */
static void read_place_line(struct rule *r)
{
	char *colon = strrchr(r->place, ':');

	if (!colon || !colon[1] ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return;
	r->at = (unsigned)strtoul(colon + 1, NULL, 10);
	*colon = '\0';
}

/* "kind: place object"; text is changed. */
static int read_rule(struct mpck_suppressions *s, struct rule *r, char *text,
		     char sentence[MPCK_SENTENCE])
{
	char *colon = strchr(text, ':');
	char *place, *object;
	int err;

	if (!colon)
		return wrong(s, r->line, "'%s' is not of the form 'kind: "
			     "function-or-file[:line] [object]'", text,
			     sentence);
	*colon = '\0';
	err = read_kind(s, r, trimmed(text), sentence);
	if (err < 0)
		return err;
	place = trimmed(colon + 1);
	object = place + strcspn(place, " \t");
	if (*object)
		*object++ = '\0';
	if (!*place)
		return wrong(s, r->line, "behind '%s:' a function or a file "
			     "is missing; * is any", text, sentence);
	r->place = mpck_checked(strdup(place));
	read_place_line(r);
	object = trimmed(object);
	if (*object)
		r->object = mpck_checked(strdup(object));
	return 0;
}

static bool is_comment(const char *text)
{
	return !*text || *text == '#';
}

/* From a # behind a space on; objects have a # of their own. */
static void cut_comment(char *text)
{
	for (char *at = text; *at; at++) {
		if ((*at == ' ' || *at == '\t') && at[1] == '#') {
			*at = '\0';
			return;
		}
	}
}

static int read_line(struct mpck_suppressions *s, unsigned line, char *text,
		     char sentence[MPCK_SENTENCE])
{
	struct rule *r;

	text = trimmed(text);
	if (is_comment(text))
		return 0;
	cut_comment(text);
	s->rules = mpck_checked(realloc(s->rules, (s->count + 1) *
					sizeof(*s->rules)));
	r = &s->rules[s->count++];
	*r = (struct rule){ .line = line,
			    .text = mpck_checked(strdup(trimmed(text))) };
	return read_rule(s, r, text, sentence);
}

static int read_file(struct mpck_suppressions *s, char sentence[MPCK_SENTENCE])
{
	FILE *file = fopen(s->file, "re");
	char *text = NULL;
	size_t room = 0;
	int err = 0;

	for (unsigned line = 1; file && !err; line++) {
		if (getline(&text, &room, file) < 0)
			break;
		err = read_line(s, line, text, sentence);
	}
	if (!file || ferror(file)) {
		snprintf(sentence, MPCK_SENTENCE,
			 "cannot read the suppressions '%s': %s", s->file,
			 strerror(errno));
		err = MPCK_EUSAGE;
	}
	free(text);
	if (file)
		fclose(file);
	return err;
}

int mpck_suppressions_new(struct mpck_suppressions **out, const void *code,
			  const char *file, char sentence[MPCK_SENTENCE])
{
	struct mpck_suppressions *s = mpck_checked(calloc(1, sizeof(*s)));
	int err = 0;

	s->code = code;
	if (file) {
		s->file = mpck_checked(strdup(file));
		err = read_file(s, sentence);
	}
	if (err < 0)
		mpck_suppressions_free(s);
	else
		*out = s;
	return err;
}

void mpck_suppressions_free(struct mpck_suppressions *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->rules[i].place);
		free(s->rules[i].object);
		free(s->rules[i].text);
	}
	mpck_markers_fini(&s->markers);
	free(s->rules);
	free(s->file);
	free(s);
}

/*
 * Matching.
 */
static bool fits(const char *pattern, const char *text)
{
	return text && fnmatch(pattern, text, 0) == 0;
}

static bool fits_place(const struct rule *r, const struct mpck_place *p)
{
	const char *slash = p->path ? strrchr(p->path, '/') : NULL;

	if (r->at && r->at != p->line)
		return false;
	return fits(r->place, p->function) || fits(r->place, p->path) ||
	       (slash && fits(r->place, slash + 1));
}

static bool fits_places(const struct rule *r, const struct mpck_places *places)
{
	bool found = !r->at && !strcmp(r->place, "*");

	for (size_t i = 0; i < places->count && !found; i++)
		found = fits_place(r, &places->at[i]);
	if (!found || !r->object)
		return found;
	for (size_t i = 0; i < places->nobjects; i++) {
		if (fits(r->object, places->objects[i]))
			return true;
	}
	return false;
}

/* All that fit count as used; the first one, or NULL. */
static const struct rule *use_rules(struct mpck_suppressions *s,
				    enum mpck_finding_kind kind,
				    const struct mpck_places *places)
{
	const struct rule *used = NULL;

	for (size_t i = 0; i < s->count; i++) {
		struct rule *r = &s->rules[i];

		if ((r->kind >= 0 && r->kind != (int)kind) ||
		    !fits_places(r, places))
			continue;
		r->used = true;
		used = used ? used : r;
	}
	return used;
}

/* It stands on the place's line, or on the line above. */
static bool speaks_of(const struct mpck_marker *m, const struct mpck_place *p)
{
	return (m->line == p->line || m->line + 1 == p->line) &&
	       !strcmp(m->path, p->path);
}

/* All that fit count as used; the last one, or NULL. */
static const struct mpck_marker *use_markers(struct mpck_suppressions *s,
					     enum mpck_finding_kind kind,
					     const struct mpck_places *places)
{
	const struct mpck_marker *used = NULL;

	for (size_t i = 0; i < places->count; i++) {
		const struct mpck_place *p = &places->at[i];

		if (!p->path)
			continue;
		mpck_markers_read(&s->markers, p->path);
		for (size_t k = 0; k < s->markers.count; k++) {
			struct mpck_marker *m = &s->markers.at[k];

			if (!(m->kinds & MPCK_BIT(kind)) || !speaks_of(m, p))
				continue;
			m->used = true;
			used = m;
		}
	}
	return used;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* by is owned by the result from now on. */
static void count(struct mpck_result *r, enum mpck_finding_kind kind, char *by)
{
	for (size_t i = 0; i < r->nsuppressed; i++) {
		if (r->suppressed[i].kind == kind &&
		    !strcmp(r->suppressed[i].by, by)) {
			r->suppressed[i].findings++;
			free(by);
			return;
		}
	}
	r->suppressed = mpck_checked(realloc(r->suppressed,
					     (r->nsuppressed + 1) *
					     sizeof(*r->suppressed)));
	r->suppressed[r->nsuppressed++] = (struct mpck_suppressed){
		.kind = kind, .by = by, .findings = 1 };
}

bool mpck_suppress(struct mpck_suppressions *s, enum mpck_finding_kind kind,
		   const struct mpck_places *places, struct mpck_result *result)
{
	const struct mpck_marker *m = use_markers(s, kind, places);
	const struct rule *r = use_rules(s, kind, places);

	if (r)
		count(result, kind, mpck_text("%s:%u", s->file, r->line));
	else if (m)
		count(result, kind, mpck_text("%s:%u", last_part(m->path),
					      m->line));
	return r || m;
}

/*
 * What suppressed nothing.
 */
static void note(struct mpck_result *r, char *text)
{
	r->unmatched = mpck_checked(realloc(r->unmatched,
					    (r->nunmatched + 1) *
					    sizeof(*r->unmatched)));
	r->unmatched[r->nunmatched++] = text;
}

/* Not where it only stands in a source that others share. */
static bool is_built(const struct mpck_suppressions *s,
		     const struct mpck_marker *m)
{
	return mpck_has_code(s->code, m->path, m->line) ||
	       mpck_has_code(s->code, m->path, m->line + 1);
}

static void note_marker(const struct mpck_suppressions *s,
			const struct mpck_marker *m, uint32_t looked_for,
			struct mpck_result *r)
{
	const char *file = last_part(m->path);

	if (m->unknown)
		note(r, mpck_text("%s:%u allows '%s', which is no kind of "
				  "finding", file, m->line, m->unknown));
	else if (!m->used && r->complete && (m->kinds & looked_for) &&
		 is_built(s, m))
		note(r, mpck_text("%s:%u allows what was not found", file,
				  m->line));
}

/* The source with main: its markers count also when nothing was found. */
static void read_main(struct mpck_suppressions *s)
{
	struct mpck_place main = mpck_place_of(s->code, false);

	if (main.path)
		mpck_markers_read(&s->markers, main.path);
	free(main.path);
	free(main.function);
}

void mpck_suppressions_end(struct mpck_suppressions *s, uint32_t looked_for,
			   struct mpck_result *result)
{
	if (result->complete)
		read_main(s);
	for (size_t i = 0; i < s->count; i++) {
		const struct rule *r = &s->rules[i];

		if (!r->used &&
		    (r->kind < 0 || MPCK_BIT(r->kind) & looked_for))
			note(result, mpck_text("%s:%u suppresses nothing: %s",
					       s->file, r->line, r->text));
	}
	for (size_t i = 0; i < s->markers.count; i++)
		note_marker(s, &s->markers.at[i], looked_for, result);
}
