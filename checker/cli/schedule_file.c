/* SPDX-License-Identifier: MIT */
/* schedule_file.c - see schedule_file.h. */
#include "cli/schedule_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

static const char first_line[] = "mpcheck schedule 1";

static int broken(char sentence[MPCK_SENTENCE], const char *path,
		  unsigned line, const char *why)
{
	snprintf(sentence, MPCK_SENTENCE, "%s:%u: %s", path, line, why);
	return MPCK_EUSAGE;
}

/* Where a word's text is kept; NULL: no such word, or twice. */
static char **place_for(struct mpck_schedule_file *f, const char *word)
{
	struct { const char *word; char **text; } rows[] = {
		{ "scenario", &f->scenario }, { "finding", &f->finding },
		{ "outcome", &f->outcome }, { "follow", &f->follow },
	};

	if (!strcmp(word, "set"))
		return f->nsets < MPCK_FILE_SETS ? &f->sets[f->nsets++] : NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!strcmp(word, rows[i].word))
			return *rows[i].text ? NULL : rows[i].text;
	}
	return NULL;
}

static int read_line(struct mpck_schedule_file *f, char *line,
		     const char *path, unsigned number,
		     char sentence[MPCK_SENTENCE])
{
	char *space, **place;

	line[strcspn(line, "\n")] = '\0';
	if (number == 1)
		return strcmp(line, first_line)
			       ? broken(sentence, path, 1, "this is no schedule "
					"of mpcheck (its first line is 'mpcheck "
					"schedule 1')") : 0;
	if (!*line || *line == '#')
		return 0;
	space = strchr(line, ' ');
	if (!space || !space[1])
		return broken(sentence, path, number,
			      "a line is a word, a space and a text");
	*space = '\0';
	place = place_for(f, line);
	if (!place)
		return broken(sentence, path, number, "an unknown word, or one "
			      "too many; there are scenario, set, finding, "
			      "outcome, follow");
	*place = mpck_checked(strdup(space + 1));
	return 0;
}

int mpck_schedule_file_read(struct mpck_schedule_file *f, const char *path,
			    char sentence[MPCK_SENTENCE])
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0;
	int err = 0;

	*f = (struct mpck_schedule_file){ 0 };
	if (!in) {
		snprintf(sentence, MPCK_SENTENCE, "cannot read '%s': %s", path,
			 strerror(errno));
		return MPCK_EUSAGE;
	}
	while (!err && getline(&line, &room, in) > 0)
		err = read_line(f, line, path, ++number, sentence);
	free(line);
	fclose(in);
	if (!err && (!f->scenario || !f->finding || !f->follow))
		err = broken(sentence, path, number, "it ends without a line "
			     "for each of scenario, finding, follow");
	if (err)
		mpck_schedule_file_fini(f);
	return err;
}

static void write_events(FILE *out, const struct mpck_result *r)
{
	for (size_t i = 0; i < r->nevents; i++) {
		const struct mpck_event *e = &r->events[i];

		fputs("# ", out);
		if (e->step)
			fprintf(out, "%4" PRIu64, e->step);
		else
			fputs("    ", out);
		fprintf(out, "  %-12s  %s", r->task_names[e->task], e->text);
		if (e->where)
			fprintf(out, "  (%s)", e->where);
		fputc('\n', out);
	}
}

void mpck_schedule_file_write(FILE *out, const struct mpck_schedule_file *f,
			      const struct mpck_result *events)
{
	fprintf(out, "%s\nscenario %s\n", first_line, f->scenario);
	for (size_t i = 0; i < f->nsets; i++)
		fprintf(out, "set %s\n", f->sets[i]);
	fprintf(out, "finding %s\n", f->finding);
	if (f->outcome)
		fprintf(out, "outcome %s\n", f->outcome);
	fprintf(out, "follow %s\n", f->follow);
	if (events)
		write_events(out, events);
}

void mpck_schedule_file_fini(struct mpck_schedule_file *f)
{
	for (size_t i = 0; i < f->nsets; i++)
		free(f->sets[i]);
	free(f->scenario);
	free(f->finding);
	free(f->outcome);
	free(f->follow);
	*f = (struct mpck_schedule_file){ 0 };
}
