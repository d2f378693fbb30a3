/* SPDX-License-Identifier: MIT */
/*
 * deadlock.c - why nobody goes on; see deadlock.h.
 *
 * A deadlock has heads: circles of tasks that wait for each other, and tasks
 * that wait for nobody who could still come - for the holder of a lock that has
 * ended, for a message, for a notification.  All others only wait behind them
 * and are said in one line.
 */
#include "explore/deadlock.h"

#include <stdio.h>
#include <stdlib.h>

#include "basics.h"
#include "explore/waits.h"

enum { ESSENCE = 100 };		/* columns of the first line, at most */

struct story {
	FILE *out;
	struct mpck_waits w;
	size_t heads;		/* told so far */
	mpck_taskset told;	/* of the waiting: somebody said why */
};

/*
 * Heads.
 */
static void begin_head(struct story *s)
{
	fputs(s->heads++ ? "\n  also " : "", s->out);
}

static mpck_taskset alike(const struct story *s, uint32_t task)
{
	return mpck_waits_alike(&s->w, task, ~s->told);
}

static void tell_waiters(struct story *s, mpck_taskset tasks)
{
	uint32_t first = mpck_set_first(tasks);
	char *names = mpck_names_of(tasks);
	char *what = mpck_wanted(&s->w, first);

	fprintf(s->out, "\n  %s wait%s %s at %s", names,
		mpck_set_count(tasks) == 1 ? "s" : "", what, s->w.where[first]);
	free(names);
	free(what);
	s->told |= tasks;
}

static void tell_self_deadlock(struct story *s, uint32_t task)
{
	char *object = mpck_object_name(s->w.blocker[task].object);
	char *taken = mpck_place_text(mpck_taken_at(task, s->w.blocker[task].object));

	fprintf(s->out, "self-deadlock: %s waits for %s, which it holds itself"
		"\n  taken at %s, waited for at %s", mpck_name_of(task), object,
		taken, s->w.where[task]);
	free(object);
	free(taken);
}

/* "Process-1 → lock#2 → Process-2 → lock#1 → Process-1" */
static char *ring(const struct story *s, const uint32_t *circle, size_t n,
		  size_t shown)
{
	char *made = mpck_text("%s", mpck_name_of(circle[0]));

	for (size_t i = 0; i < shown; i++) {
		const void *object = s->w.blocker[circle[i]].object;
		char *what = object ? mpck_object_name(object) : mpck_text("join");
		char *longer = mpck_text("%s \u2192 %s \u2192 %s", made, what,
				    mpck_name_of(circle[(i + 1) % n]));

		free(made);
		free(what);
		made = longer;
	}
	if (shown < n) {
		char *longer = mpck_text("%s \u2192 ... \u2192 %s", made,
				    mpck_name_of(circle[0]));

		free(made);
		made = longer;
	}
	return made;
}

/* An arrow is one column of three bytes. */
static size_t columns(const char *made)
{
	size_t n = 0;

	for (; *made; made++)
		n += ((unsigned char)*made & 0xc0) != 0x80;
	return n;
}

/* Each with what the one before it waits for, and what it waits for itself. */
static void tell_links(struct story *s, const uint32_t *circle, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t task = circle[i];
		const void *held = s->w.blocker[circle[(i + n - 1) % n]].object;
		char *what = mpck_wanted(&s->w, task);

		fprintf(s->out, "\n  %s", mpck_name_of(task));
		if (held) {
			char *object = mpck_object_name(held);
			char *taken = mpck_place_text(mpck_taken_at(task, held));

			fprintf(s->out, " took %s at %s,", object, taken);
			free(object);
			free(taken);
		}
		fprintf(s->out, " waits %s at %s", what, s->w.where[task]);
		free(what);
	}
}

static void tell_circle(struct story *s, const uint32_t *circle, size_t n)
{
	size_t shown = n;
	char *made = ring(s, circle, n, shown);

	while (columns(made) > ESSENCE && shown > 1) {
		free(made);
		made = ring(s, circle, n, --shown);
	}
	fputs(made, s->out);
	free(made);
	tell_links(s, circle, n);
}

static bool next_circle(const struct story *s, uint32_t *circle, size_t *n)
{
	mpck_taskset waits_for[MPCK_MAX_TASKS] = { 0 };

	for (mpck_taskset w = s->w.waiting & ~s->told; w; w &= w - 1) {
		uint32_t task = mpck_set_first(w);

		waits_for[task] = s->w.blocker[task].tasks & ~s->told;
	}
	*n = mpck_circle(waits_for, circle);
	return *n > 0;
}

static void tell_circles(struct story *s)
{
	uint32_t circle[MPCK_MAX_TASKS];
	size_t n;

	while (next_circle(s, circle, &n)) {
		begin_head(s);
		if (n == 1)
			tell_self_deadlock(s, circle[0]);
		else
			tell_circle(s, circle, n);
		for (size_t i = 0; i < n; i++)
			s->told |= mpck_set_of(circle[i]);
	}
}

/* The holder is gone for good. */
static void tell_exited(struct story *s, uint32_t task)
{
	const struct mpck_blocker *b = &s->w.blocker[task];
	uint32_t holder = mpck_set_first(b->tasks);
	char *object = mpck_object_name(b->object);
	char *taken = mpck_place_text(mpck_taken_at(holder, b->object));

	begin_head(s);
	fprintf(s->out, "holder has exited: %s is held by %s, which ended "
		"without releasing it\n  taken at %s", object, mpck_name_of(holder),
		taken);
	free(object);
	free(taken);
	tell_waiters(s, alike(s, task));
}

/* What is wrong with those at the other end of a queue. */
static void tell_other_end(struct story *s, const struct mpp_op *op,
			   mpck_taskset others)
{
	bool receives = op->kind == MPP_OP_RECEIVE;
	const char *who = receives ? "producer" : "consumer";
	const char *did = receives ? "sent to" : "received from";
	char *object = mpck_object_name(op->object);

	begin_head(s);
	if (!others)
		fprintf(s->out, "waiting for a %s that does not exist: nobody "
			"ever %s %s", who, did, object);
	else if (others & s->w.waiting)
		fprintf(s->out, "waiting for %ss that wait as well: %s is %s",
			who, object, receives ? "empty" : "full");
	else
		fprintf(s->out, "waiting for %ss that are gone: %s is %s, and "
			"all who %s it have ended", who, object,
			receives ? "empty" : "full", did);
	free(object);
}

/* A queue knows the tasks at both of its ends.  false: this is none. */
static bool tell_queue(struct story *s, uint32_t task)
{
	const struct mpp_op *op = mpck_op_of(task);
	bool receives = op->kind == MPP_OP_RECEIVE;
	mpck_taskset tasks = alike(s, task), did, others;

	if (!receives && op->kind != MPP_OP_SEND)
		return false;
	did = mpck_who_did(receives ? MPP_OP_SEND : MPP_OP_RECEIVE, op->object);
	others = did & ~tasks;
	if (did && !others)
		return false;	/* only they themselves ever did */
	tell_other_end(s, op, others);
	tell_waiters(s, tasks);
	others &= s->w.waiting & ~s->told;
	while (others) {
		tasks = mpck_waits_alike(&s->w, mpck_set_first(others), others);
		tell_waiters(s, tasks);
		others &= ~tasks;
	}
	return true;
}

static void tell_lost(struct story *s, uint32_t task)
{
	mpck_taskset tasks = alike(s, task);
	char *names = mpck_names_of(tasks);
	char *what = mpck_wanted(&s->w, task);

	begin_head(s);
	fprintf(s->out, "%s wait%s %s, and nobody is left who could %s\n  at %s",
		names, mpck_set_count(tasks) == 1 ? "s" : "", what,
		mpck_remedy(mpck_op_of(task)), s->w.where[task]);
	free(names);
	free(what);
	s->told |= tasks;
}

static bool holder_is_gone(const struct story *s, uint32_t task)
{
	return s->w.blocker[task].tasks &&
	       !(s->w.blocker[task].tasks & s->w.waiting);
}

static void tell_heads(struct story *s)
{
	tell_circles(s);
	for (uint32_t i = 0; i < mpck_machine_tasks(); i++) {
		if (mpck_set_has(s->w.waiting & ~s->told, i) &&
		    holder_is_gone(s, i))
			tell_exited(s, i);
	}
	for (uint32_t i = 0; i < mpck_machine_tasks(); i++) {
		if (mpck_set_has(s->w.waiting & ~s->told, i) &&
		    !s->w.blocker[i].tasks && !tell_queue(s, i))
			tell_lost(s, i);
	}
}

static void tell_rest(struct story *s)
{
	mpck_taskset rest = s->w.waiting & ~s->told;
	uint32_t count = mpck_set_count(rest);
	bool first = true;

	if (!rest)
		return;
	fprintf(s->out, "\n  %u more wait%s behind %s:", count,
		count == 1 ? "s" : "", s->heads == 1 ? "it" : "them");
	for (; rest; rest = s->w.waiting & ~s->told) {
		uint32_t task = mpck_set_first(rest);
		mpck_taskset tasks = alike(s, task);
		char *names = mpck_names_of(tasks);
		char *what = mpck_wanted(&s->w, task);

		fprintf(s->out, "%s %s %s (%s)", first ? "" : ";", names, what,
			s->w.where[task]);
		free(names);
		free(what);
		s->told |= tasks;
		first = false;
	}
}

static void open_story(struct story *s, char **made, size_t *size)
{
	*s = (struct story){ .out = open_memstream(made, size) };
	if (!s->out)
		abort();
	mpck_waits_look(&s->w);
}

static void close_story(struct story *s)
{
	fclose(s->out);
	mpck_waits_fini(&s->w);
}

char *mpck_describe_deadlock(void)
{
	struct story s;
	char *made = NULL;
	size_t size;

	open_story(&s, &made, &size);
	tell_heads(&s);
	tell_rest(&s);
	close_story(&s);
	return made;
}

/* Process-1 holds lock#1 and asks for lock#2: "lock#1 before lock#2". */
static void tell_orders(struct story *s, const uint32_t *circle, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t task = circle[i];
		const void *held = s->w.blocker[circle[(i + n - 1) % n]].object;
		char *first = mpck_object_name(held);
		char *second = mpck_object_name(s->w.blocker[task].object);
		char *taken = mpck_place_text(mpck_taken_at(task, held));

		fprintf(s->out, "\n  %s takes %s at %s, then %s at %s",
			mpck_name_of(task), first, taken, second, s->w.where[task]);
		free(first);
		free(second);
		free(taken);
	}
}

char *mpck_describe_lock_order(void)
{
	struct story s;
	uint32_t circle[MPCK_MAX_TASKS];
	char *made = NULL;
	size_t size, n;
	bool of_locks = false;

	open_story(&s, &made, &size);
	for (mpck_taskset w = s.w.waiting; w; w &= w - 1) {
		if (!s.w.blocker[mpck_set_first(w)].object)
			s.w.blocker[mpck_set_first(w)].tasks = 0;
	}
	if (next_circle(&s, circle, &n) && n > 1) {
		of_locks = true;
		fprintf(s.out, "%zu locks are taken in circular order, and "
			"this schedule deadlocks by it", n);
		tell_orders(&s, circle, n);
	}
	close_story(&s);
	if (of_locks)
		return made;
	free(made);
	return NULL;
}
