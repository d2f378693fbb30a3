/* SPDX-License-Identifier: MIT */
/*
 * named.c - see named.h.
 *
 * Writing: the operations of a recorded execution fall into runs of one task.
 * A run that ends though its task could go on is named by the operation that
 * the task was about to perform; one that ends because it could not, by the task
 * alone.
 *
 * Following: at each choice the present point's task goes on, unless it has
 * arrived.  A point whose task cannot go on before it has arrived is missed, and
 * the next one's turn comes: so the rest of a schedule still counts after an
 * edit.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/named.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/describe.h"

enum { NAME = 96 };

struct point {
	char *text;		/* as written */
	char task[NAME];
	char what[NAME];	/* "write:value#1"; empty: until it cannot */
	uint64_t occurrence;	/* of what, by the task, from 1 */
	long alternative;	/* -1: none */
	bool started;		/* its task went on since its turn came */
	bool arrived, missed;
};

/* How often a task has done something. */
struct tally {
	uint32_t task;
	char what[NAME];
	uint64_t count;
};

struct mpck_named {
	struct mpck_learned learned;
	bool round;		/* r */
	uint64_t operations, turned;	/* so far; at the last point, or 0 */
	bool has_turned;	/* in some execution: it stops there next */
	struct point *points;
	size_t npoints, at;
	struct tally *tallies;
	size_t ntallies;
};

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
static void name_object(char object[80], char name[NAME])
{
	char *bracket = strchr(object, '[');
	if (bracket) {
		*bracket = '.';
		object[strcspn(object, "]")] = '\0';
	}
	clean(object);
	snprintf(name, NAME, "%s", object);
}

/* called: what its object is called. */
static void join_names(const struct mpp_op *op, char called[80],
		       char what[NAME])
{
	char object[NAME], verb[NAME];

	name_object(called, object);
	snprintf(verb, NAME, "%s", mpck_describe_verb(op));
	clean(verb);
	if (snprintf(what, NAME, "%s:%s", verb, object) >= NAME)
		what[NAME - 1] = '\0';
}

/* One that is announced, or just had its effect. */
static void name_operation(const struct mpp_op *op, char what[NAME])
{
	char called[80];

	mpck_describe_object(op, called);
	join_names(op, called, what);
}

static void name_recorded(const struct mpck_record *r, char what[NAME])
{
	char called[80];

	mpck_describe_recorded(r, called);
	join_names(&r->op, called, what);
}

static void name_task(uint32_t task, char name[NAME])
{
	const char *own = mpck_machine_task(task).name;
	unsigned same = 1;

	for (uint32_t t = 0; t < task; t++)
		same += !strcmp(mpck_machine_task(t).name, own);
	if (same > 1)
		snprintf(name, NAME, "%s~%u", own, same);
	else
		snprintf(name, NAME, "%s", own);
	clean(name);
}

/*
 * Counting.
 */
static uint64_t *count_of(struct mpck_named *n, uint32_t task,
			  const char *what)
{
	struct tally *t;

	for (size_t i = 0; i < n->ntallies; i++) {
		t = &n->tallies[i];
		if (t->task == task && !strcmp(t->what, what))
			return &t->count;
	}
	n->tallies = mpck_checked(realloc(n->tallies, (n->ntallies + 1) *
					  sizeof(*n->tallies)));
	t = &n->tallies[n->ntallies++];
	*t = (struct tally){ .task = task };
	snprintf(t->what, NAME, "%s", what);
	return &t->count;
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

static bool copy_part(char to[NAME], const char *from, size_t length)
{
	if (!length || length >= NAME)
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
		*p = (struct point){ .text = mpck_checked(strndup(at, length)) };
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

/*
 * Following.
 */
void mpck_named_begin(struct mpck_named *n)
{
	n->at = 0;
	n->ntallies = 0;
	n->operations = n->turned = 0;
	for (size_t i = 0; i < n->npoints; i++)
		n->points[i].started = n->points[i].arrived =
			n->points[i].missed = false;
}

static bool is_called(uint32_t task, const char *name)
{
	char own[NAME];

	name_task(task, own);
	return !strcmp(own, name);
}

/* The task of this name; UINT32_MAX: there is none yet. */
static uint32_t find_task(const char *name)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		if (is_called(t, name))
			return t;
	}
	return UINT32_MAX;
}

/* Is it about to do what the point names? */
static bool has_arrived(struct mpck_named *n, const struct point *p,
			uint32_t task, const struct mpp_op *pending)
{
	char what[NAME];

	name_operation(pending, what);
	return *p->what && !strcmp(what, p->what) &&
	       *count_of(n, task, what) + 1 == p->occurrence;
}

/* The task has done it already, where nobody was asked. */
static bool is_past(struct mpck_named *n, const struct point *p, uint32_t task)
{
	return *p->what && *count_of(n, task, p->what) >= p->occurrence;
}

static uint32_t index_of(const struct mpck_point *p, uint32_t task)
{
	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

/* Nobody is named any more: who ran last goes on. */
static uint32_t go_on(const struct mpck_point *p)
{
	return p->last < MPCK_MAX_TASKS && mpck_set_has(p->enabled, p->last)
		       ? index_of(p, p->last) : 0;
}

/* The present point is over in this state, one way or another. */
static bool is_over(struct mpck_named *n, struct point *p,
		    const struct mpck_point *at)
{
	uint32_t task = find_task(p->task);

	if (p->alternative >= 0) {
		/* Its task goes on until it is asked. */
		p->missed = task == UINT32_MAX ||
			    !mpck_set_has(at->enabled, task);
		return p->missed || p->arrived;
	}
	if (task == UINT32_MAX) {
		p->missed = true;
	} else if (!mpck_set_has(at->enabled, task)) {
		p->arrived = !*p->what;
		p->missed = !p->arrived;
	} else if (is_past(n, p, task)) {
		p->missed = true;
	} else {
		p->arrived = has_arrived(n, p, task, mpck_pending(at, task));
	}
	return p->arrived || p->missed;
}

/* A task that is asked went on where nobody had a choice: the points of others
 * before its own are over. */
static void pass_others(struct mpck_named *n, uint32_t task)
{
	while (n->at < n->npoints && n->points[n->at].alternative < 0 &&
	       !is_called(task, n->points[n->at].task))
		n->at++;
}

static uint32_t pick_alternative(struct mpck_named *n,
				 const struct mpck_point *at)
{
	struct point *p;

	pass_others(n, at->task);
	p = &n->points[n->at];
	if (n->at == n->npoints || p->alternative < 0 ||
	    (uint32_t)p->alternative >= at->count ||
	    !is_called(at->task, p->task))
		return 0;
	p->arrived = true;
	n->at++;
	return (uint32_t)p->alternative;
}

/* The last point was reached when so many operations had been performed. */
static void note_turned(struct mpck_named *n, uint64_t operations)
{
	if (n->at < n->npoints || n->turned)
		return;
	n->turned = operations;
	n->has_turned = n->round;
}

uint32_t mpck_named_pick(void *named, const struct mpck_point *at)
{
	struct mpck_named *n = named;

	if (at->alternatives)
		return pick_alternative(n, at);
	while (n->at < n->npoints && is_over(n, &n->points[n->at], at))
		n->at++;
	note_turned(n, n->operations);
	if (n->at == n->npoints)
		return go_on(at);
	return index_of(at, find_task(n->points[n->at].task));
}

/* Where nobody had a choice, the task may have gone past the last point. */
static void pass_last(struct mpck_named *n, uint32_t task)
{
	struct point *p;

	if (n->at + 1 != n->npoints)
		return;
	p = &n->points[n->at];
	if (!*p->what || !is_called(task, p->task) || !is_past(n, p, task))
		return;
	p->arrived = true;
	n->at++;
}

uint64_t mpck_named_turned(const struct mpck_named *n)
{
	return n->round ? n->turned : 0;
}

/* Somebody performed an operation, perhaps where nobody had a choice.  A task
 * whose turn it was, and who is not the one, could not go on. */
static void note_run(struct mpck_named *n, uint32_t task)
{
	while (n->at < n->npoints && n->points[n->at].alternative < 0) {
		struct point *p = &n->points[n->at];

		if (is_called(task, p->task)) {
			p->started = true;
			return;
		}
		if (!p->started)
			return;
		/* Past it, where nobody else could go on, is there as well. */
		p->arrived = !*p->what || is_past(n, p, find_task(p->task));
		p->missed = !p->arrived;
		n->at++;
	}
}

void mpck_named_observe(void *named, uint32_t task, const struct mpp_op *op,
			int result)
{
	struct mpck_named *n = named;
	char what[NAME];

	(void)result;
	name_operation(op, what);
	++*count_of(n, task, what);
	note_run(n, task);
	pass_last(n, task);
	note_turned(n, n->operations);
	n->operations++;
}

/* Points that were not looked at because nobody had a choice any more came, if
 * their tasks did. */
static bool came(struct mpck_named *n, const struct point *p)
{
	uint32_t task = find_task(p->task);

	if (n->has_turned && p == &n->points[n->npoints - 1])
		return true;
	if (p->arrived || p->missed)
		return p->arrived;
	if (task == UINT32_MAX || p->alternative >= 0)
		return false;
	return !*p->what || is_past(n, p, task);
}

struct mpck_followed mpck_named_followed(const struct mpck_named *named)
{
	struct mpck_named *n = (struct mpck_named *)named;
	struct mpck_followed f = { .points = n->npoints };

	for (size_t i = 0; i < n->npoints; i++) {
		if (came(n, &n->points[i]))
			f.matched++;
		else if (!f.missed)
			f.missed = n->points[i].text;
	}
	return f;
}

/*
 * Writing.
 */

/* What the task was about to do behind record i, which it may wait for in vain,
 * or be killed before. */
static void about_to(const struct mpck_record *r, size_t n, size_t i,
		     uint32_t task, char what[NAME])
{
	for (i++; i < n; i++) {
		if ((r[i].kind == MPCK_EVENT_OP ||
		     r[i].kind == MPCK_EVENT_WAIT) && r[i].task == task) {
			name_recorded(&r[i], what);
			return;
		}
	}
	name_operation(mpck_machine_task(task).op, what);
}

/* The next record that is an operation; n: none. */
static size_t next_op(const struct mpck_record *r, size_t n, size_t i)
{
	while (i < n && r[i].kind != MPCK_EVENT_OP)
		i++;
	return i;
}

/* How often the task did this, up to record `last`. */
static uint64_t times(const struct mpck_record *r, size_t last, uint32_t task,
		      const char *what)
{
	uint64_t count = 0;
	char other[NAME];

	for (size_t i = 0; i <= last; i++) {
		if (r[i].kind != MPCK_EVENT_OP || r[i].task != task)
			continue;
		name_recorded(&r[i], other);
		count += !strcmp(other, what);
	}
	return count;
}

/* The run that ends with record i.  preempted: its task could have gone on. */
static void write_point(FILE *out, bool *first, const struct mpck_record *r,
			size_t n, size_t i, bool preempted)
{
	uint32_t task = r[i].task;
	char name[NAME], what[NAME];

	name_task(task, name);
	fprintf(out, "%s%s", *first ? "" : ",", name);
	*first = false;
	if (!preempted)
		return;
	about_to(r, n, i, task, what);
	fprintf(out, ":%s:%" PRIu64, what, times(r, i, task, what) + 1);
}

static void write_alternative(FILE *out, bool *first,
			      const struct mpck_record *r)
{
	char name[NAME];

	name_task(r->task, name);
	fprintf(out, "%s%s=%d", *first ? "" : ",", name, r->result);
	*first = false;
}

/* The task of the last operation waits for what it is about to do. */
static bool waits(const struct mpck_record *r, size_t n, size_t last)
{
	for (size_t i = last + 1; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_WAIT && r[i].task == r[last].task)
			return true;
	}
	return false;
}

char *mpck_named_write(struct mpck_learned learned, bool round)
{
	size_t n, size;
	const struct mpck_record *r = mpck_machine_records(&n);
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	bool first = true;

	if (!out)
		abort();
	fprintf(out, "n1%s%s%s-", learned.clock ? "c" : "",
		learned.exits ? "x" : "", round ? "r" : "");
	for (size_t i = next_op(r, n, 0), next; i < n; i = next) {
		next = next_op(r, n, i + 1);
		if (r[i].op.kind == MPP_OP_CHOOSE && r[i].result >= 0)
			write_alternative(out, &first, &r[i]);
		if (next < n && r[next].task == r[i].task)
			continue;
		write_point(out, &first, r, n, i,
			    next < n ? r[next].preempts
				     : round && !waits(r, n, i));
	}
	fclose(out);
	return text;
}
