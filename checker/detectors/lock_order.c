/* SPDX-License-Identifier: MIT */
/*
 * lock_order.c - locks taken in circular order.
 *
 * Reported is an execution that ends with tasks in a circle, each waiting for a
 * lock that the next one holds: so a report is never a guess.  What is guessed
 * is where to look.  Over all executions it is noted who took which lock while
 * holding which (lock_graph.h), also where nothing went wrong; in the end each
 * circle in that graph is driven into its deadlock: who has its first lock and
 * asks for the second waits until all others of the circle are there, too.  What
 * does not deadlock in TRIES executions is only a note.
 */
#include "detectors/lock_graph.h"

#include <stdio.h>
#include <stdlib.h>

#include "basics.h"
#include "detectors/detector.h"
#include "machine/blocked.h"

enum {
	TRIES = 20,		/* executions to confirm a circle */
	CAREFUL = 10,		/* of these, that wait as long as they can */
	KEYS = 64,		/* circles told apart; more are not tried */
};

struct state {
	struct mpck_grips grips;
	struct mpck_lifetimes lifetimes;
	/* Of all executions: */
	struct mpck_lock_graph graph;
	const void *messages[KEYS];	/* semaphores that are no locks */
	size_t nmessages;
	uint64_t reported[KEYS];
	size_t nreported;
	/* Concluding: */
	struct mpck_conclusion *conclusion;
};

static void fini(void *state)
{
	struct state *s = state;

	mpck_lock_graph_fini(&s->graph);
}

static void begin(void *state)
{
	struct state *s = state;

	mpck_grips_begin(&s->grips);
	mpck_lifetimes_begin(&s->lifetimes);
}

static bool has(const uint64_t *keys, size_t n, uint64_t key)
{
	for (size_t i = 0; i < n; i++) {
		if (keys[i] == key)
			return true;
	}
	return false;
}

static void remember(uint64_t *keys, size_t *n, uint64_t key)
{
	if (*n < KEYS && !has(keys, *n, key))
		keys[(*n)++] = key;
}

/*
 * An execution.
 */
static bool is_no_lock(const struct state *s, const void *object)
{
	for (size_t i = 0; i < s->nmessages; i++) {
		if (s->messages[i] == object)
			return true;
	}
	return false;
}

/* Permits that one task takes and another gives are messages; several at one
 * time exclude nobody. */
static void judge_semaphore(struct state *s, const struct mpck_happening *h)
{
	bool no_lock = mpck_gives(h) &&
		       !mpck_grip(&s->grips, h->task, h->op->object);

	if (h->op->kind == MPP_OP_TAKE && !(h->op->flags & MPP_SHARED)) {
		mpck_taskset others = s->grips.holders & ~mpck_set_of(h->task);

		for (; others; others &= others - 1) {
			const struct mpck_grip *g =
				mpck_grip(&s->grips, mpck_set_first(others),
					  h->op->object);

			no_lock |= g && !g->shared;
		}
	}
	if (no_lock && s->nmessages < KEYS && !is_no_lock(s, h->op->object))
		s->messages[s->nmessages++] = h->op->object;
}

/* One that would have waited as long as it takes. */
static bool insists(const struct mpp_op *op)
{
	return op->timeout_ns == MPP_FOREVER;
}

/* The lock that the operation takes or passes, or NULL. */
static const void *lock_of(const struct mpp_op *op)
{
	if (op->kind == MPP_OP_ACQUIRE || op->kind == MPP_OP_TAKE)
		return op->object;
	return op->kind == MPP_OP_RELEASE ? NULL : op->guard;
}

static void look(struct state *s, const struct mpck_happening *h)
{
	const struct mpck_grips_of *held = &s->grips.of[h->task];
	struct mpck_grip to = { .object = lock_of(h->op), .pc = h->op->pc,
				.shared = h->op->flags & MPP_SHARED };

	if (!held->count || !to.object || !insists(h->op) ||
	    (h->result < 0 && h->result != MPP_EOWNERDEAD) ||
	    mpck_grip(&s->grips, h->task, to.object))
		return;
	mpck_lock_graph_add(&s->graph, held, &to, h->task, &s->lifetimes);
}

static void happened(void *state, const struct mpck_happening *h)
{
	struct state *s = state;

	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		look(s, h);
		if (h->op->kind == MPP_OP_TAKE || h->op->kind == MPP_OP_GIVE)
			judge_semaphore(s, h);
		mpck_grips_follow(&s->grips, h);
		break;
	case MPCK_HAPPENED_START:
	case MPCK_HAPPENED_JOIN:
		mpck_lifetimes_follow(&s->lifetimes, h);
		break;
	case MPCK_HAPPENED_END:
		mpck_grips_drop(&s->grips, h->task);
		break;
	case MPCK_HAPPENED_UNSHARE:
		mpck_grips_follow(&s->grips, h);
		break;
	default:
		break;
	}
}

/* A semaphore's permits are not the machine's to know. */
static struct mpck_blocker blocker_of(const struct state *s, uint32_t task)
{
	struct mpck_blocker b = mpck_machine_blocker(task);
	const struct mpp_op *op = mpck_machine_task(task).op;

	if (b.tasks || op->kind != MPP_OP_TAKE || is_no_lock(s, op->object))
		return b;
	for (mpck_taskset h = s->grips.holders; h; h &= h - 1) {
		if (mpck_grip(&s->grips, mpck_set_first(h), op->object))
			b.tasks |= mpck_set_of(mpck_set_first(h));
	}
	b.object = b.tasks ? op->object : NULL;
	return b;
}

/* The circle of locks that the execution ended in. */
static size_t circle_now(const struct state *s, uint32_t *circle,
			 struct mpck_blocker *blockers)
{
	mpck_taskset waits_for[MPCK_MAX_TASKS] = { 0 };

	for (mpck_taskset w = mpck_machine_waiting(); w; w &= w - 1) {
		uint32_t task = mpck_set_first(w);

		blockers[task] = blocker_of(s, task);
		/* Not what waits for the end of a task. */
		if (blockers[task].object)
			waits_for[task] = blockers[task].tasks;
	}
	return mpck_circle(waits_for, circle);
}

static void end(void *state, enum mpck_end how)
{
	struct state *s = state;
	struct mpck_blocker blockers[MPCK_MAX_TASKS];
	uint32_t circle[MPCK_MAX_TASKS];
	struct mpck_fault f = { .kind = MPCK_LOCK_ORDER };
	size_t n;

	if (how != MPCK_END_DEADLOCK && how != MPCK_END_STEPS)
		return;
	n = circle_now(s, circle, blockers);
	if (n < 2)
		return;
	for (size_t i = 0; i < n; i++)
		f.key += mpck_lock_link(
			blockers[circle[(i + n - 1) % n]].object,
			blockers[circle[i]].object);
	f.task = circle[0];
	f.pc = mpck_machine_task(circle[0]).op->pc;
	f.object = blockers[circle[0]].object;
	f.other = circle[1];
	f.other_pc = mpck_machine_task(circle[1]).op->pc;
	remember(s->reported, &s->nreported, f.key);
	mpck_report_text(f, "%zu locks are taken in circular order", n);
}

/*
 * Confirming.
 */
struct driver {
	const struct state *state;
	const struct mpck_lock_circle *circle;
	bool careful;		/* nobody passes who is to wait */
	bool hurried;		/* the circle's tasks go first */
	uint64_t random;
};

static uint32_t below(struct driver *d, uint32_t n)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

/* Does it hold its first lock and ask for its second? */
static bool is_there(const struct driver *d, const struct mpck_point *p,
		     const struct mpck_lock_edge *e)
{
	return lock_of(mpck_pending(p, e->task)) == e->to.object &&
	       mpck_grip(&d->state->grips, e->task, e->from.object);
}

static uint32_t drive(void *context, const struct mpck_point *p)
{
	struct driver *d = context;
	mpck_taskset those = p->enabled, members = 0;
	uint32_t task;

	if (p->alternatives)
		return below(d, p->count);
	for (size_t i = 0; i < d->circle->n; i++) {
		const struct mpck_lock_edge *e = d->circle->edges[i];

		members |= mpck_set_of(e->task);
		if (mpck_set_has(p->enabled, e->task) && is_there(d, p, e) &&
		    (d->careful || below(d, 4)))
			those &= ~mpck_set_of(e->task);
	}
	if (d->hurried && those & members)
		those &= members;
	if (!those)
		those = p->enabled;
	task = mpck_set_nth(those, below(d, mpck_set_count(those)));
	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

static bool confirmed(struct state *s, const struct mpck_lock_circle *c,
		      uint64_t key)
{
	struct driver d = { .state = s, .circle = c };
	enum mpck_end how;

	for (unsigned i = 0; i < TRIES; i++) {
		if (has(s->reported, s->nreported, key))
			return true;
		d.careful = i < CAREFUL;
		d.hurried = i % 2 == 0;
		d.random = key + i;
		if (!s->conclusion->run(s->conclusion, drive, &d, &how))
			break;
	}
	return has(s->reported, s->nreported, key);
}

static void tell(struct state *s, const struct mpck_lock_circle *c)
{
	struct mpck_conclusion *all = s->conclusion;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "%zu locks are taken in circular order; ", c->n);
	if (all->finished)
		fputs("no interleaving deadlocks by it", out);
	else
		fprintf(out, "none of %d directed executions deadlocked by it",
			TRIES);
	for (size_t i = 0; i < c->n; i++) {
		const struct mpck_lock_edge *e = c->edges[i];
		char *first = all->place(e->from.pc);
		char *second = all->place(e->to.pc);

		fprintf(out, "\n  %s takes %s at %s, then %s at %s",
			e->task_name, e->from_name, first, e->to_name, second);
		free(first);
		free(second);
	}
	fclose(out);
	all->note(all, text);
	free(text);
}

/* What is added to the graph by confirming is not looked at any more: edges
 * may not move. */
struct list {
	struct mpck_lock_circle circles[KEYS];
	uint64_t keys[KEYS];
	size_t n;
	const struct state *state;
};

static bool list(void *context, const struct mpck_lock_circle *c)
{
	struct list *l = context;
	uint64_t key = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (is_no_lock(l->state, c->edges[i]->to.object))
			return true;
		key += mpck_lock_link(c->edges[i]->from.object,
				      c->edges[i]->to.object);
	}
	if (has(l->keys, l->n, key) ||
	    has(l->state->reported, l->state->nreported, key))
		return true;
	l->circles[l->n] = *c;
	l->keys[l->n++] = key;
	return l->n < KEYS;
}

static void conclude(void *state, struct mpck_conclusion *c)
{
	struct state *s = state;
	struct mpck_lock_graph seen = s->graph;
	struct list *l = mpck_checked(calloc(1, sizeof(*l)));

	s->conclusion = c;
	s->graph = (struct mpck_lock_graph){ 0 };
	l->state = s;
	mpck_lock_circles(&seen, list, l);
	for (size_t i = 0; i < l->n; i++) {
		if (!confirmed(s, &l->circles[i], l->keys[i]))
			tell(s, &l->circles[i]);
	}
	free(l);
	mpck_lock_graph_fini(&seen);
}

const struct mpck_detector_ops mpck_detector_lock_order = {
	.name = "lock-order",
	.summary = "locks taken in circular order, which deadlocks",
	.kinds = MPCK_BIT(MPCK_LOCK_ORDER),
	.state_size = sizeof(struct state),
	.fini = fini,
	.begin = begin,
	.happened = happened,
	.end = end,
	.conclude = conclude,
	.samples = true,
};
