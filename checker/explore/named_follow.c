/* SPDX-License-Identifier: MIT */
/*
 * named_follow.c - executing what a token names; see named.h.
 *
 * At each choice the present point's task goes on, unless it has arrived.  A
 * point whose task cannot go on before it has arrived is missed, and the next
 * one's turn comes: so the rest of a schedule still counts after an edit.
 */
#include "explore/named_parts.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

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
	snprintf(t->what, MPCK_NAME, "%s", what);
	return &t->count;
}

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
	char own[MPCK_NAME];

	mpck_name_task(task, own);
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
	char what[MPCK_NAME];

	mpck_name_operation(pending, what);
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
	char what[MPCK_NAME];

	(void)result;
	mpck_name_operation(op, what);
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
