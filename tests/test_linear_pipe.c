/* SPDX-License-Identifier: MIT */
/*
 * test_linear_pipe.c - Pipe explored between any two of its words: messages of
 * one piece and of several, and ends that are left.
 *
 * The ring has room for one small message, or for a part of the large one.
 */
#include <mpp/base.h>

#include "linear_programs.h"

struct model {
	int64_t item, full, sent, receives, receiver_left, sender_left;
};

static bool receive(struct model *m, const struct history_call *c)
{
	m->receives = 1; /* it counts from now on */
	if (!m->full)
		return m->sender_left && c->result == MPP_EPIPE;
	m->full = 0;
	return c->result == m->item;
}

static bool send(struct model *m, const struct history_call *c)
{
	if (m->receiver_left)
		return c->result == MPP_EPIPE;
	if (m->full)
		return false;
	m->full = 1;
	m->item = c->argument;
	return c->result == 0;
}

static bool step(void *state, const struct history_call *c)
{
	struct model *m = state;

	switch (c->what) {
	case GET:
		return receive(m, c);
	case PUT:
		return send(m, c);
	case LEAVE:
		*(c->argument ? &m->sender_left : &m->receiver_left) = 1;
		return c->result == 0;
	}
	return false;
}

static const struct explored_program programs[] = {
	{ "pipe", "history_pipe-small", step, NULL },
	{ "pipe", "history_pipe-large", step, NULL },
	{ "pipe", "history_pipe-to_the_end", step, NULL },
	{ "pipe", "history_pipe-broken", step, NULL },
};

START_TEST(pipes_are_linearizable)
{
	are_right(programs, COUNT(programs), "pipe");
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
	UNIT(pipes_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
