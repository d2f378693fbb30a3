/* SPDX-License-Identifier: MIT */
/*
 * test_linear_simple_queue.c - SimpleQueue explored between any two of its
 * words and the halves of its messages, in a ring with room for one.
 */
#include <mpp/base.h>

#include "linear_programs.h"

struct model {
	int64_t item, full, closed;
};

static bool get(struct model *m, const struct history_call *c)
{
	if (!m->full)
		return m->closed ? c->result == MPP_EPIPE
				 : c->what == TRY_GET &&
					   c->result == MPP_EAGAIN;
	m->full = 0;
	return c->result == m->item;
}

static bool put(struct model *m, const struct history_call *c)
{
	if (m->closed)
		return c->result == MPP_ECLOSED;
	if (m->full)
		return c->what == TRY_PUT && c->result == MPP_EAGAIN;
	m->full = 1;
	m->item = c->argument;
	return c->result == 0;
}

static bool step(void *state, const struct history_call *c)
{
	struct model *m = state;

	switch (c->what) {
	case GET:
	case TRY_GET:
		return get(m, c);
	case PUT:
	case TRY_PUT:
		return put(m, c);
	case EMPTY:
		return c->result == !m->full;
	case CLOSE:
		m->closed = 1;
		return c->result == 0;
	}
	return false;
}

static const struct explored_program programs[] = {
	{ "simple_queue", "history_simple_queue-one_to_one", step, NULL },
	{ "simple_queue", "history_simple_queue-two_to_one", step, NULL },
	{ "simple_queue", "history_simple_queue-looks", step, NULL },
	{ "simple_queue", "history_simple_queue-tries", step, NULL },
	{ "simple_queue", "history_simple_queue-closed", step, NULL },
};

START_TEST(simple_queues_are_linearizable)
{
	are_right(programs, COUNT(programs), "simple_queue");
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
	UNIT(simple_queues_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
