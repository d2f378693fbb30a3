/* SPDX-License-Identifier: MIT */
/*
 * lock_left.c - locks that somebody left behind.
 *
 * A task ended by itself while it held a lock, and until the end of the
 * execution nobody released it in its place: for a lock with an owner, after
 * having been told (MPP_EOWNERDEAD) and having repaired.  Who was killed or
 * crashed had no choice, and a program that handles the death of an owner may
 * count on it: both are no misuse.
 */
#include <stdio.h>

#include "detectors/detector.h"
#include "detectors/grips.h"
#include "explore/where.h"
#include "machine/blocked.h"

enum { LEFT = 32 };		/* of an execution; more are not kept */

/* A lock whose holder ended. */
struct left {
	struct mpck_grip grip;
	uint32_t task;
	bool dealt_with;
	char name[MPCK_GRIP_NAME];
};

struct state {
	struct mpck_grips grips;
	mpck_taskset ended;
	struct left left[LEFT];
	size_t nleft;
};

static void begin(void *state)
{
	struct state *s = state;

	mpck_grips_begin(&s->grips);
	s->ended = 0;
	s->nleft = 0;
}

static bool is_lock(const void *object)
{
	return mpck_machine_object_is(object, "lock") ||
	       mpck_machine_object_is(object, "rlock") ||
	       mpck_machine_object_is(object, "rwlock") ||
	       mpck_machine_object_is(object, "value") ||
	       mpck_machine_object_is(object, "array");
}

/* Its process ended, and with it a thread that was somewhere. */
static bool was_stopped(const struct state *s, uint32_t task)
{
	uint32_t process = mpck_machine_task(task).process;

	for (uint32_t i = 0; i < task; i++) {
		if (mpck_machine_task(i).process == process)
			return mpck_set_has(s->ended, i);	/* its first */
	}
	return false;
}

static void leave(struct state *s, uint32_t task)
{
	const struct mpck_grips_of *held = &s->grips.of[task];

	for (uint32_t i = 0; i < held->count; i++) {
		struct left *l = &s->left[s->nleft];

		if (s->nleft == LEFT || !is_lock(held->at[i].object))
			continue;
		*l = (struct left){ .grip = held->at[i], .task = task };
		mpck_grip_name(l->name, l->grip.object);
		s->nleft++;
	}
}

/* Somebody released it, as whoever repairs it does at last; or learns that it
 * was released without repair. */
static void deal_with_left(struct state *s, const struct mpck_happening *h)
{
	for (size_t i = 0; i < s->nleft; i++) {
		struct left *l = &s->left[i];

		if (l->grip.object != h->op->object)
			continue;
		if (mpck_gives(h))
			l->dealt_with = true;
		else if (h->result == MPP_ENOTRECOVERABLE)
			l->dealt_with = false;
	}
}

static void report_left(const struct left *l)
{
	struct mpck_fault f = {
		.kind = MPCK_MISUSE, .task = l->task, .pc = l->grip.pc,
		.object = l->grip.object,
		/* Not that of a misuse of the acquisition itself. */
		.key = mpck_site(l->grip.pc, true) ^ 1 };

	mpck_report_text(f, "%s ended holding %s, which it took here and "
			 "nobody released", mpck_machine_task(l->task).name, l->name);
}

static void happened(void *state, const struct mpck_happening *h)
{
	struct state *s = state;

	if (h->kind == MPCK_HAPPENED_OP) {
		if (s->nleft)
			deal_with_left(s, h);
		mpck_grips_follow(&s->grips, h);
	} else if (h->kind == MPCK_HAPPENED_END) {
		if (h->result >= 0 && !was_stopped(s, h->task))
			leave(s, h->task);
		s->ended |= mpck_set_of(h->task);
		mpck_grips_drop(&s->grips, h->task);
	} else if (h->kind == MPCK_HAPPENED_UNSHARE) {
		mpck_grips_follow(&s->grips, h);
	}
}

static void end(void *state, enum mpck_end how)
{
	struct state *s = state;

	(void)how;
	for (size_t i = 0; i < s->nleft; i++) {
		if (!s->left[i].dealt_with)
			report_left(&s->left[i]);
	}
}

const struct mpck_detector_ops mpck_detector_lock_left = {
	.name = "lock-left",
	.summary = "locks that nobody released when their holder ended",
	.kinds = MPCK_BIT(MPCK_MISUSE),
	.state_size = sizeof(struct state),
	.begin = begin,
	.happened = happened,
	.operations = MPCK_BIT(MPP_OP_ACQUIRE) | MPCK_BIT(MPP_OP_RELEASE) |
		MPCK_BIT(MPP_OP_TAKE) | MPCK_BIT(MPP_OP_GIVE),
	.end = end,
	.samples = true,
};
