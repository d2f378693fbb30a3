/* SPDX-License-Identifier: MIT */
/*
 * queue.c - items that went into a queue and did not come out as they should.
 *
 * Idea:    a queue is remembered as the items in it, each by its first eight
 *          bytes.  What is received has to be the oldest.  What is still
 *          inside when the queue is given back, or when the execution ends,
 *          was left behind; a task that a worker took from a joinable queue
 *          and did not say to be done when it ended was lost with it.
 * Silent:  programs leave items on purpose.  Nothing is said when a task ended
 *          otherwise than with 0, or is killed or let go (it may have been
 *          stopped to leave them); of queues that one who only received has
 *          closed; and of stop signs: an item like the last one that some task
 *          received.  A lost task counts when somebody joins that queue or says
 *          that tasks are done.
 */
#include "detectors/detector.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

enum wrong { LEFT, LOST, DUPLICATED, REORDERED };

struct item {
	uint64_t value;
	uint32_t task;		/* who sent it */
	uint64_t step;
	const void *pc;
};

/* What one task did with one queue. */
struct use {
	bool sent, received;
	uint64_t last;		/* value received last */
	uint32_t owed;		/* joinable: got, and not yet done */
	uint64_t step;		/* of the get that is owed */
	const void *pc;
};

struct queue {
	const void *object;	/* NULL: its memory was given back */
	uintptr_t address;	/* of it, also then */
	char name[64];
	struct item *items;	/* items[first ... first + count - 1] */
	size_t first, count, room;
	uint64_t sent;
	bool joinable;
	bool joined;		/* somebody cares when tasks are done */
	bool abandoned;		/* closed by who only received */
	bool unknown;		/* a task died inside a call */
	struct use by[MPCK_MAX_TASKS];
};

struct state {
	struct queue *queues;
	size_t count, room;
	bool stopping;		/* somebody is sent a signal, or may be */
	size_t last[MPCK_MAX_TASKS];	/* by task: 1 + which it used last */
};

static void queue_fini(void *state)
{
	struct state *s = state;

	for (size_t i = 0; i < s->room; i++)
		free(s->queues[i].items);
	free(s->queues);
}

static void queue_begin(void *state)
{
	struct state *s = state;

	s->count = 0;
	s->stopping = false;
	memset(s->last, 0, sizeof(s->last));
}

static struct queue *find(struct state *s, const void *object)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->queues[i].object == object)
			return &s->queues[i];
	}
	return NULL;
}

/* Room for one more; what was allocated for items stays with its place. */
static struct queue *add(struct state *s, const void *object)
{
	struct queue *q;
	struct item *items;
	size_t room;

	if (s->count == s->room) {
		size_t more = s->room + 8;

		s->queues = mpck_checked(realloc(s->queues, more *
						 sizeof(*s->queues)));
		memset(s->queues + s->room, 0,
		       (more - s->room) * sizeof(*s->queues));
		s->room = more;
	}
	q = &s->queues[s->count++];
	items = q->items;
	room = q->room;
	*q = (struct queue){ .object = object, .address = (uintptr_t)object,
			     .items = items, .room = room };
	return q;
}

static bool is_queue(const char *name)
{
	return !strcmp(name, "queue") || !strcmp(name, "simple queue") ||
	       !strcmp(name, "joinable queue") || !strcmp(name, "pipe");
}

static void made(struct state *s, const struct mpck_happening *h)
{
	struct queue *q;

	if (!is_queue(h->name))
		return;
	q = add(s, h->inside);
	q->joinable = *h->name == 'j';
	/* While recording; texts of other executions nobody reads. */
	if (h->pc)
		mpck_machine_object_name(h->inside, q->name);
}

static void push(struct queue *q, const struct mpck_happening *h)
{
	if (q->first + q->count == q->room) {
		if (q->first > q->count) {
			memmove(q->items, q->items + q->first,
				q->count * sizeof(*q->items));
		} else {
			struct item *items = mpck_checked(malloc(
				(2 * q->room + 16) * sizeof(*items)));

			if (q->count)
				memcpy(items, q->items + q->first,
				       q->count * sizeof(*items));
			free(q->items);
			q->items = items;
			q->room = 2 * q->room + 16;
		}
		q->first = 0;
	}
	q->items[q->first + q->count++] = (struct item){
		h->value, h->task, h->step, h->op->pc };
	q->sent++;
}

/* The same finding in every execution: the queue and what is wrong. */
static uint64_t key_of(const struct queue *q, enum wrong wrong)
{
	return (uint64_t)q->address * 4 + wrong;
}

static void report_receive(const struct queue *q,
			   const struct mpck_happening *h,
			   const struct item *older)
{
	struct mpck_fault f = {
		.kind = MPCK_QUEUE, .task = h->task, .pc = h->op->pc,
		.step = h->step, .object = q->object };
	const char *name = mpck_machine_task(h->task).name;

	if (!older) {
		f.key = key_of(q, DUPLICATED);
		mpck_report_text(f, "duplicated: %s received an item from %s "
				 "that is not in it", name, q->name);
		return;
	}
	f.key = key_of(q, REORDERED);
	f.other = older->task;
	f.other_pc = older->pc;
	f.other_step = older->step;
	mpck_report_text(f, "out of order: %s received an item from %s before "
			 "an older one, which %s sent", name, q->name,
			 mpck_machine_task(older->task).name);
}

static void take(struct queue *q, size_t at)
{
	memmove(q->items + q->first + 1, q->items + q->first,
		at * sizeof(*q->items));
	q->first++;
	q->count--;
}

static void pull(struct queue *q, const struct mpck_happening *h)
{
	size_t at = 0;

	while (at < q->count && q->items[q->first + at].value != h->value)
		at++;
	if (at && !q->unknown)
		report_receive(q, h, at < q->count ? &q->items[q->first]
						   : NULL);
	else if (!q->count && !q->unknown)
		report_receive(q, h, NULL);
	if (at < q->count)
		take(q, at);
}

static void received(struct queue *q, const struct mpck_happening *h)
{
	struct use *u = &q->by[h->task];

	pull(q, h);
	u->received = true;
	u->last = h->value;
	if (q->joinable) {
		u->owed++;
		u->pc = h->op->pc;
		u->step = h->step;
	}
}

/* A whole-object write: task_done, or close, or forgive. */
static void written(struct queue *q, const struct mpck_happening *h)
{
	struct use *u = &q->by[h->task];

	if (h->op->flags & MPP_DONE) {
		q->joined = true;
		u->owed -= u->owed > 0;
	} else if (u->received && !u->sent) {
		q->abandoned = true;
	}
}

static void operated(struct state *s, const struct mpck_happening *h)
{
	struct queue *q = h->op->object ? find(s, h->op->object) : NULL;

	s->last[h->task] = q ? (size_t)(q - s->queues) + 1 : 0;
	s->stopping |= h->op->kind == MPP_OP_SIGNAL;
	/* A join that says "lost" is one as well. */
	if (!q || (h->result < 0 && h->op->kind != MPP_OP_AWAIT))
		return;
	switch (h->op->kind) {
	case MPP_OP_SEND:
		q->by[h->task].sent = true;
		push(q, h);
		break;
	case MPP_OP_RECEIVE:
		received(q, h);
		break;
	case MPP_OP_WRITE:
		written(q, h);
		break;
	case MPP_OP_AWAIT:
		q->joined = true;
		break;
	default:
		break;
	}
}

static void given_back(struct state *s, const struct mpck_happening *h)
{
	uintptr_t from = (uintptr_t)h->inside;

	for (size_t i = 0; i < s->count; i++) {
		uintptr_t at = (uintptr_t)s->queues[i].object;

		if (at && at - from < h->size)
			s->queues[i].object = NULL;
	}
}

/* A crash inside a call: nobody knows whether the item was moved. */
static void ended(struct state *s, const struct mpck_happening *h)
{
	if (s->last[h->task] && h->result < 0)
		s->queues[s->last[h->task] - 1].unknown = true;
}

static void queue_happened(void *state, const struct mpck_happening *h)
{
	switch (h->kind) {
	case MPCK_HAPPENED_OP:
		operated(state, h);
		break;
	case MPCK_HAPPENED_END:
		ended(state, h);
		break;
	case MPCK_HAPPENED_FORGET:
		((struct state *)state)->stopping = true;
		break;
	case MPCK_HAPPENED_SHARE:
		made(state, h);
		break;
	case MPCK_HAPPENED_UNSHARE:
		given_back(state, h);
		break;
	default:
		break;
	}
}

static bool is_stop_sign(const struct queue *q, const struct item *item)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		if (q->by[t].received && q->by[t].last == item->value)
			return true;
	}
	return false;
}

static void look_inside(const struct queue *q)
{
	const struct item *first = NULL;
	size_t left = 0;

	if (q->abandoned || q->unknown)
		return;
	for (size_t i = 0; i < q->count; i++) {
		const struct item *item = &q->items[q->first + i];

		if (is_stop_sign(q, item))
			continue;
		left++;
		first = first ? first : item;
	}
	if (!left)
		return;
	mpck_report_text((struct mpck_fault){
		.kind = MPCK_QUEUE, .task = first->task, .pc = first->pc,
		.step = first->step, .key = key_of(q, LEFT) },
		"left behind: %zu of %llu items of %s %s never received, the "
		"first of them sent by %s", left, (unsigned long long)q->sent,
		q->name, left == 1 ? "was" : "were",
		mpck_machine_task(first->task).name);
}

static void look_for_lost(const struct queue *q)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		const struct use *u = &q->by[t];
		struct mpck_task_view v = mpck_machine_task(t);

		if (!q->joined || !u->owed || v.state != MPCK_TASK_ENDED ||
		    v.status)
			continue;
		mpck_report_text((struct mpck_fault){
			.kind = MPCK_QUEUE, .task = t, .pc = u->pc,
			.step = u->step, .key = key_of(q, LOST) },
			"lost: %s ended with %u item%s of %s that it received "
			"and never said to be done", v.name, u->owed,
			u->owed == 1 ? "" : "s", q->name);
		return;
	}
}

static bool all_ended_well(void)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		struct mpck_task_view v = mpck_machine_task(t);

		if (v.state != MPCK_TASK_ENDED || v.status)
			return false;
	}
	return true;
}

static void queue_end(void *state, enum mpck_end end)
{
	struct state *s = state;
	bool well = end == MPCK_END_NORMAL && !s->stopping &&
		    all_ended_well();

	for (size_t i = 0; i < s->count; i++) {
		if (well)
			look_inside(&s->queues[i]);
		if (end == MPCK_END_NORMAL || end == MPCK_END_DEADLOCK)
			look_for_lost(&s->queues[i]);
	}
}

const struct mpck_detector_ops mpck_detector_queue = {
	.name = "queue",
	.summary = "items of queues and pipes that were lost, duplicated, out "
		   "of order or left behind",
	.kinds = MPCK_BIT(MPCK_QUEUE),
	.state_size = sizeof(struct state),
	.fini = queue_fini,
	.begin = queue_begin,
	.happened = queue_happened,
	.end = queue_end,
};
