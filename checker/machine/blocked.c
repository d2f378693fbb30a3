/* SPDX-License-Identifier: MIT */
/* blocked.c - who waits for whom; see blocked.h. */
#include "machine/blocked.h"

#include <string.h>

#include "machine/core.h"

bool mpck_machine_object_is(const void *object, const char *what)
{
	return object && strcmp(mpck_segment_kind(object), what) == 0;
}

mpck_taskset mpck_machine_waiting(void)
{
	return (mpck_core.pending & ~mpck_core.enabled) | mpck_core.joining;
}

static mpck_taskset holder_of(const void *object)
{
	bool ended;
	uint32_t holder = mpck_machine_holder(object, &ended);

	return holder == MPCK_NOBODY ? 0 : mpck_set_of(holder);
}

/* Those who have a place inside the object: readers, holders of permits. */
static mpck_taskset seated_in(const void *object)
{
	mpck_taskset tasks = 0;

	for (uint32_t i = 0; i < mpck_core.nheld; i++) {
		const struct mpck_held *h = &mpck_core.held[i];

		if (mpck_segment_start(h->object) ==
		    mpck_segment_start(object))
			tasks |= mpck_set_of(h->task);
	}
	return tasks;
}

/* A writer keeps everybody out, also while it waits for the readers. */
static mpck_taskset holders_of_rwlock(uint32_t task, const void *lock)
{
	mpck_taskset writer = holder_of(lock) & ~mpck_set_of(task);

	return writer ? writer : seated_in(lock) & ~mpck_set_of(task);
}

struct mpck_blocker mpck_machine_blocker(uint32_t task)
{
	const struct mpck_task *t = &mpck_core.tasks[task];
	struct mpck_blocker b = { .object = t->op.object };

	if (!mpck_set_has(mpck_machine_waiting(), task))
		return (struct mpck_blocker){ NULL, 0 };
	if (t->state == MPCK_TASK_JOINING)
		return (struct mpck_blocker){ NULL, mpck_set_of(t->joining) };
	switch (t->op.kind) {
	case MPP_OP_ACQUIRE:
		b.tasks = holder_of(b.object);
		break;
	case MPP_OP_TAKE:
	case MPP_OP_AWAIT:
		if (mpck_machine_object_is(b.object, "rwlock"))
			b.tasks = holders_of_rwlock(task, b.object);
		else if (mpck_machine_object_is(b.object, "bounded semaphore"))
			b.tasks = seated_in(b.object);
		break;
	default:
		if (t->op.guard)
			b = (struct mpck_blocker){ t->op.guard,
						   holder_of(t->op.guard) };
		break;
	}
	if (!b.tasks)
		b.object = NULL;
	return b;
}

/* The length of a shortest way from a task back to it; before: by task, who
 * comes before it on the way. */
static size_t way_back(const mpck_taskset waits_for[MPCK_MAX_TASKS],
		       uint32_t from, uint32_t before[MPCK_MAX_TASKS])
{
	mpck_taskset seen = 0, ring = mpck_set_of(from);

	for (size_t length = 1; ring; length++) {
		mpck_taskset next = 0;

		for (mpck_taskset s = ring; s; s &= s - 1) {
			uint32_t task = mpck_set_first(s);
			mpck_taskset to = waits_for[task] & ~seen;

			for (mpck_taskset n = to; n; n &= n - 1)
				before[mpck_set_first(n)] = task;
			seen |= to;
			next |= to;
		}
		if (mpck_set_has(seen, from))
			return length;
		ring = next;
	}
	return 0;
}

size_t mpck_circle(const mpck_taskset waits_for[MPCK_MAX_TASKS],
		   uint32_t circle[MPCK_MAX_TASKS])
{
	uint32_t before[MPCK_MAX_TASKS];
	size_t best = 0, length;

	for (uint32_t from = 0; from < MPCK_MAX_TASKS; from++) {
		length = waits_for[from] ? way_back(waits_for, from, before)
					 : 0;
		if (!length || (best && length >= best))
			continue;
		best = length;
		for (uint32_t task = from, i = (uint32_t)length; i-- > 0;) {
			task = before[task];
			circle[i] = task;
		}
	}
	return best;
}
