/* SPDX-License-Identifier: MIT */
/* named.c - names of operations and tasks, and reading a token; see named.h. */
#include "explore/named_parts.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/describe.h"

/*
 * Names.
 */

/* Only what no shell, and no list of points, takes for something else. */
static void clean(char *text)
{
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr("-_#.+~", *text))
			*text = '_';
	}
}

/* "array#1[3]" as "array#1.3" */
static void name_object(char object[80], char name[MPCK_NAME])
{
	char *bracket = strchr(object, '[');

	if (bracket) {
		*bracket = '.';
		object[strcspn(object, "]")] = '\0';
	}
	clean(object);
	snprintf(name, MPCK_NAME, "%s", object);
}

/* called: what its object is called. */
static void join_names(const struct mpp_op *op, char called[80],
		       char what[MPCK_NAME])
{
	char object[MPCK_NAME], verb[MPCK_NAME];

	name_object(called, object);
	snprintf(verb, MPCK_NAME, "%s", mpck_describe_verb(op));
	clean(verb);
	if (snprintf(what, MPCK_NAME, "%s:%s", verb, object) >= MPCK_NAME)
		what[MPCK_NAME - 1] = '\0';
}

void mpck_name_operation(const struct mpp_op *op, char what[MPCK_NAME])
{
	char called[80];

	mpck_describe_object(op, called);
	join_names(op, called, what);
}

void mpck_name_recorded(const struct mpck_record *r, char what[MPCK_NAME])
{
	char called[80];

	mpck_describe_recorded(r, called);
	join_names(&r->op, called, what);
}

void mpck_name_task(uint32_t task, char name[MPCK_NAME])
{
	const char *own = mpck_machine_task(task).name;
	unsigned same = 1;

	for (uint32_t t = 0; t < task; t++)
		same += !strcmp(mpck_machine_task(t).name, own);
	if (same > 1)
		snprintf(name, MPCK_NAME, "%s~%u", own, same);
	else
		snprintf(name, MPCK_NAME, "%s", own);
	clean(name);
}

/*
 * Reading.
 */
bool mpck_is_named(const char *text)
{
	return !strncmp(text, "n1", 2);
}

static int broken(char sentence[MPCK_SENTENCE], const char *text,
		  const char *why)
{
	snprintf(sentence, MPCK_SENTENCE,
		 "broken token '%.60s': %s; copy it whole", text, why);
	return MPCK_EUSAGE;
}

static const char *read_flags(struct mpck_named *n, const char *text)
{
	for (text += 2; *text && *text != '-'; text++) {
		if (*text == 'c')
			n->learned.clock = true;
		else if (*text == 'x')
			n->learned.exits = true;
		else if (*text == 'r')
			n->round = true;
		else
			return NULL;
	}
	return *text ? text + 1 : NULL;
}

static bool read_number(const char *text, uint64_t *number)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return isdigit((unsigned char)*text) && !*end;
}

static bool copy_part(char to[MPCK_NAME], const char *from, size_t length)
{
	if (!length || length >= MPCK_NAME)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

/* TASK, TASK=N or TASK:OPERATION:OBJECT:K */
static bool read_point(struct point *p)
{
	const char *colon = strchr(p->text, ':');
	const char *last = strrchr(p->text, ':');
	const char *equals = strchr(p->text, '=');
	uint64_t alternative;

	p->alternative = -1;
	if (equals && !colon) {
		if (!read_number(equals + 1, &alternative) ||
		    alternative > UINT16_MAX)
			return false;
		p->alternative = (long)alternative;
		return copy_part(p->task, p->text,
				 (size_t)(equals - p->text));
	}
	if (!colon)
		return copy_part(p->task, p->text, strlen(p->text));
	/* OPERATION:OBJECT has a colon of its own; either may be empty. */
	return strchr(colon + 1, ':') != last &&
	       copy_part(p->task, p->text, (size_t)(colon - p->text)) &&
	       copy_part(p->what, colon + 1, (size_t)(last - colon) - 1) &&
	       read_number(last + 1, &p->occurrence) && p->occurrence;
}

int mpck_named_read(struct mpck_named **named, const char *text,
		    char sentence[MPCK_SENTENCE])
{
	struct mpck_named *n = mpck_checked(calloc(1, sizeof(*n)));
	const char *at = read_flags(n, text);

	while (at && *at) {
		size_t length = strcspn(at, ",");
		struct point *p;

		n->points = mpck_checked(realloc(n->points, (n->npoints + 1) *
						 sizeof(*n->points)));
		p = &n->points[n->npoints++];
		*p = (struct point){
			.text = mpck_checked(strndup(at, length)) };
		if (!read_point(p)) {
			int err = broken(sentence, text,
					 "a point is TASK, TASK=N or "
					 "TASK:OPERATION:OBJECT:K");

			mpck_named_free(n);
			return err;
		}
		at += length + (at[length] == ',');
	}
	if (!at) {
		mpck_named_free(n);
		return broken(sentence, text, "it has not the form n1-POINT,"
			      "POINT...");
	}
	*named = n;
	return 0;
}

void mpck_named_free(struct mpck_named *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->npoints; i++)
		free(n->points[i].text);
	free(n->points);
	free(n->tallies);
	free(n);
}

struct mpck_learned mpck_named_learned(const struct mpck_named *n)
{
	return n->learned;
}
