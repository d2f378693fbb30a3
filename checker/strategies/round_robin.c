/* SPDX-License-Identifier: MIT */
/*
 * round_robin.c - each task in turn, one visible operation at a time.
 *
 * One execution: there is nothing else to try.  Alternatives rotate too, so a
 * task that may go either way goes both ways in turn.
 */
#include "strategies/strategy.h"

struct round_robin {
	uint32_t alternative;
};

static bool round_robin_begin(void *state, uint64_t index)
{
	struct round_robin *r = state;

	r->alternative = 0;
	return index == 0;
}

static uint32_t round_robin_pick(void *state, const struct mpck_point *p)
{
	struct round_robin *r = state;
	mpck_taskset later;

	if (p->alternatives)
		return r->alternative++ % p->count;
	if (p->last >= MPCK_MAX_TASKS - 1)
		return 0;
	later = p->enabled & ~((mpck_set_of(p->last) << 1) - 1);
	/* The first option after the last task's id; else the lowest. */
	return later ? p->count - mpck_set_count(later) : 0;
}

const struct mpck_strategy_ops mpck_strategy_round_robin = {
	.name = "round-robin",
	.summary = "each task in turn; one execution",
	.state_size = sizeof(struct round_robin),
	.begin = round_robin_begin,
	.pick = round_robin_pick,
};
