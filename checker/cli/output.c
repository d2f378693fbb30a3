/* SPDX-License-Identifier: MIT */
/*
 * output.c - a report file that is either there in full or not at all.
 *
 * It is written beside its place and renamed.  What is no regular file
 * (/dev/stdout, a FIFO) is written directly: a rename would replace it.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const char *path, char sentence[MPCK_SENTENCE])
{
	snprintf(sentence, MPCK_SENTENCE, "cannot write '%s': %s", path,
		 strerror(errno));
	return MPCK_EUSAGE;
}

/* Links are followed, so that the file they name is replaced. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : strdup(path);
}

static mode_t default_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int open_beside(struct mpck_output *o, const char *path, mode_t mode,
		       char sentence[MPCK_SENTENCE])
{
	int fd;

	o->path = resolve(path);
	if (!o->path || asprintf(&o->temporary, "%s.XXXXXX", o->path) < 0) {
		o->temporary = NULL;
		return cannot(path, sentence);
	}
	fd = mkostemp(o->temporary, O_CLOEXEC);
	if (fd < 0) {
		free(o->temporary);
		o->temporary = NULL;
		return cannot(path, sentence);
	}
	fchmod(fd, mode);
	o->file = fdopen(fd, "w");
	return o->file ? 0 : cannot(path, sentence);
}

int mpck_output_open(struct mpck_output *o, const char *path,
		     char sentence[MPCK_SENTENCE])
{
	struct stat st;

	*o = (struct mpck_output){ NULL, NULL, NULL };
	if (strcmp(path, "-") == 0) {
		o->file = stdout;
		return 0;
	}
	if (stat(path, &st) != 0)
		return open_beside(o, path, default_mode(), sentence);
	if (S_ISREG(st.st_mode)) {
		if (access(path, W_OK) != 0)
			return cannot(path, sentence);
		return open_beside(o, path, st.st_mode & 07777, sentence);
	}
	o->file = fopen(path, "we");
	o->path = strdup(path);
	return o->file && o->path ? 0 : cannot(path, sentence);
}

int mpck_output_commit(struct mpck_output *o, char sentence[MPCK_SENTENCE])
{
	const char *path = o->path ? o->path : "-";
	bool failed = fflush(o->file) != 0 || ferror(o->file);

	if (failed)
		return cannot(path, sentence);
	if (!o->temporary)
		return 0;
	if (rename(o->temporary, o->path) != 0)
		return cannot(path, sentence);
	free(o->temporary);
	o->temporary = NULL;
	return 0;
}

void mpck_output_fini(struct mpck_output *o)
{
	if (o->file && o->file != stdout)
		fclose(o->file);
	if (o->temporary)
		unlink(o->temporary);
	free(o->temporary);
	free(o->path);
	*o = (struct mpck_output){ NULL, NULL, NULL };
}
