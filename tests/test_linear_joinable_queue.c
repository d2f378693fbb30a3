/* SPDX-License-Identifier: MIT */
/*
 * test_linear_joinable_queue.c - JoinableQueue explored between any two of its
 * words: join against put, get and task_done.
 */
#include <mpp/base.h>

#include "linear_programs.h"

enum { CAPACITY = 2, CONSUMERS = 2 };

struct model {
	int64_t items[CAPACITY];
	int64_t count, unfinished;
	int64_t mine[CONSUMERS]; /* got and not done */
};

static bool get(struct model *m, const struct history_call *c)
{
	if (m->count == 0 || c->result != m->items[0])
		return false;
	m->count--;
	memmove(m->items, m->items + 1, sizeof(m->items) - sizeof(int64_t));
	m->mine[c->argument]++;
	return true;
}

static bool put(struct model *m, const struct history_call *c)
{
	if (m->count == CAPACITY)
		return false;
	m->items[m->count++] = c->argument;
	m->unfinished++;
	return c->result == 0;
}

static bool task_done(struct model *m, const struct history_call *c)
{
	if (m->mine[c->argument] == 0)
		return c->result == MPP_ESTATE;
	m->mine[c->argument]--;
	m->unfinished--;
	return c->result == 0;
}

static bool step(void *state, const struct history_call *c)
{
	struct model *m = state;

	switch (c->what) {
	case GET:
		return get(m, c);
	case PUT:
		return put(m, c);
	case TASK_DONE:
		return task_done(m, c);
	case TRY_JOIN:
		return c->result == (m->unfinished ? MPP_EAGAIN : 0);
	case JOIN:
		return m->unfinished == 0 && c->result == 0;
	}
	return false;
}

static const struct explored_program programs[] = {
	{ "joinable_queue", "history_joinable_queue-waits", step, NULL },
	{ "joinable_queue", "history_joinable_queue-looks", step, NULL },
	{ "joinable_queue", "history_joinable_queue-two_consumers", step,
	  NULL },
};

START_TEST(joinable_queues_are_linearizable)
{
	are_right(programs, COUNT(programs), "joinable_queue");
}
END_TEST

START_TEST(every_seeded_mistake_is_found)
{
#define MPP_MUTATION(id, unit, text) \
	is_found(programs, COUNT(programs), MPP_MUTANT_##id, #unit, text);
#include "mutants.def"
#undef MPP_MUTATION
}
END_TEST

UNIT_MAIN(
	UNIT(joinable_queues_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
