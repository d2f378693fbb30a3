/* SPDX-License-Identifier: MIT */
/* collect.c - the observations of one native run, as one outcome text. */
#include "native/collect.h"

#include <stdlib.h>
#include <string.h>

/* Order of the names before '='. */
static int compare_names(const char *a, const char *b)
{
	size_t la = strcspn(a, "="), lb = strcspn(b, "=");
	int order = memcmp(a, b, la < lb ? la : lb);

	return order ? order : (la > lb) - (la < lb);
}

int mpck_collect_add(struct mpck_collect *c, const char *text, size_t length)
{
	char *copy = strndup(text, length);
	size_t i = 0;
	char **texts;

	if (!copy)
		return -1;
	while (i < c->count && compare_names(c->texts[i], copy) < 0)
		i++;
	if (i < c->count && compare_names(c->texts[i], copy) == 0) {
		free(c->texts[i]);
		c->texts[i] = copy;
		return 0;
	}
	texts = realloc(c->texts, (c->count + 1) * sizeof(*texts));
	if (!texts) {
		free(copy);
		return -1;
	}
	c->texts = texts;
	memmove(&texts[i + 1], &texts[i], (c->count - i) * sizeof(*texts));
	texts[i] = copy;
	c->count++;
	return 0;
}

char *mpck_collect_outcome(const struct mpck_collect *c)
{
	size_t size = 1;
	char *text, *p;

	for (size_t i = 0; i < c->count; i++)
		size += strlen(c->texts[i]) + 1;
	text = malloc(size);
	if (!text)
		return NULL;
	p = text;
	for (size_t i = 0; i < c->count; i++) {
		if (i)
			*p++ = ' ';
		p = stpcpy(p, c->texts[i]);
	}
	*p = '\0';
	return text;
}

void mpck_collect_fini(struct mpck_collect *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->texts[i]);
	free(c->texts);
	*c = (struct mpck_collect){ NULL, 0 };
}
