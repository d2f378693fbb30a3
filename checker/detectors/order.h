/* SPDX-License-Identifier: MIT */
/*
 * order.h - what comes behind what in an execution: happens-before, as each
 * task knows it.
 *
 * Each task has a vector clock.  Whoever starts a task, ends, or leaves
 * something at a shared object passes its clock on; whoever comes behind takes
 * it over.
 *
 * Primitives: each operation on one comes behind all earlier ones on it that
 *          may have changed it, as under a lock inside; failed attempts as
 *          well, which depend on what they found.  So what is ordered here is
 *          never less than what the program can rely on.  All of a shared
 *          object is one: the two ways of a pipe, a Value and its lock.
 * Atomics: order what their memory order says, no more.
 */
#ifndef MPCK_ORDER_H
#define MPCK_ORDER_H

#include "detectors/vector_clock.h"
#include "machine/machine.h"

struct mpck_order;
struct mpck_shadow;

/* Keeps its objects in the tags of the shadow, which outlives it. */
struct mpck_order *mpck_order_new(struct mpck_shadow *shadow);
void mpck_order_free(struct mpck_order *order);
void mpck_order_begin(struct mpck_order *order);

/* Of accesses to data (access.h) it is told in two parts: what the task knows
 * when it makes the access, and what it has passed on then; the latter only if
 * the access was made. */
void mpck_order_happened(struct mpck_order *order,
			 const struct mpck_happening *h);
void mpck_order_before_access(struct mpck_order *order,
			      const struct mpck_happening *h);
void mpck_order_after_access(struct mpck_order *order,
			     const struct mpck_happening *h);

/* A task's own count, 1 or more: it names what the task does now. */
int32_t mpck_order_count(const struct mpck_order *order, uint32_t task);
/* Does all that the task does now come behind what the other one did then? */
bool mpck_order_knows(const struct mpck_order *order, uint32_t task,
		      uint32_t other, int32_t count);

/* The operation had no effect. */
static inline bool mpck_has_failed(const struct mpck_happening *h)
{
	return h->result < 0 && h->result != MPP_EOWNERDEAD;
}

#endif
