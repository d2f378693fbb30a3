/* SPDX-License-Identifier: MIT */
/*
 * test_linear_event.c - Event and Once, explored between any two words: as
 * test_linear.c.
 *
 * A wait and a run take time, so each is two calls of a history, both somewhere
 * between its begin and its end: what a wait finds is judged by what was when
 * its first half was, and "somebody runs it" means that a run is half over.
 */
#include <mpp/base.h>

#include "linear_programs.h"

/* For the modules: how many sleep now. */
unsigned mpp_test_sleepers(void) __attribute__((visibility("default")));
unsigned mpp_test_sleepers(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < MPP_SLEEPERS; i++)
		n += mpp_futexes[i].word && mpp_futexes[i].place;
	return n;
}

enum { WAITERS = 2 };

struct event_model {
	int64_t flag, sets;	/* sets: of a clear flag */
	int64_t began[WAITERS];	/* at this number */
	int64_t was_set[WAITERS];
};

/* A limit may pass at any time, but then it was clear all the while. */
static bool wait_ends(const struct event_model *m, const struct history_call *c)
{
	bool happened = m->was_set[c->argument] || m->flag ||
			m->sets != m->began[c->argument];

	return c->result == (happened ? 0 : MPP_ETIMEDOUT);
}

static bool event_step(void *state, const struct history_call *c)
{
	struct event_model *m = state;

	switch (c->what) {
	case FLAG_LOOK:
		return c->result == m->flag;
	case TRY_WAIT:
		return c->result == (m->flag ? 0 : MPP_EAGAIN);
	case WAIT:
		return wait_ends(m, c);
	case WAIT_BEGINS:
		m->began[c->argument] = m->sets;
		m->was_set[c->argument] = m->flag;
		break;
	case FLAG_SET:
		m->sets += !m->flag;
		m->flag = 1;
		break;
	case FLAG_CLEAR:
		m->flag = 0;
		break;
	}
	return c->result == 0;
}

enum { FAILED = 10 };	/* as the modules' */

struct once_model {
	int64_t done, tried, begun;
};

static bool run_ends(struct once_model *m, int64_t result)
{
	int64_t ran = result > FAILED ? result - FAILED : result;

	switch (ran) {
	case RAN_NOT:
		return m->done;
	case RAN_FIRST:
	case RAN_AGAIN:
		if (m->done || m->tried != (ran == RAN_AGAIN))
			return false;
		m->tried = 1;
		m->done = result < FAILED;
		return true;
	case MPP_EAGAIN:
	case MPP_ETIMEDOUT:
		return m->begun > 0;	/* by others */
	}
	return false;
}

static bool once_step(void *state, const struct history_call *c)
{
	struct once_model *m = state;

	switch (c->what) {
	case ONCE_LOOK:
		return c->result == m->done;
	case RUN_BEGINS:
		m->begun++;
		break;
	case RUN:
		m->begun--;
		return run_ends(m, c->result);
	}
	return c->result == 0;
}

static const struct explored_program programs[] = {
	{ "event", "history_event-event_two_wait", event_step, NULL },
	{ "event", "history_event-event_two_set", event_step, NULL },
	{ "event", "history_event-event_looks", event_step, NULL },
	{ "event", "history_event-event_limit", event_step, NULL },
	{ "event", "history_event-event_two_limits", event_step, NULL },
	{ "event", "history_event-event_again", event_step, NULL },
	{ "event", "history_event-event_not_missed", event_step, NULL },
	{ "event", "history_event-event_not_missed_by_two", event_step, NULL },
	{ "once", "history_event-once_three_run", once_step, NULL },
	{ "once", "history_event-once_one_fails", once_step, NULL },
	{ "once", "history_event-once_two_fail", once_step, NULL },
	{ "once", "history_event-once_try_and_limit", once_step, NULL },
	{ "once", "history_event-once_asked", once_step, NULL },
};

START_TEST(events_are_linearizable)
{
	are_right(programs, COUNT(programs), "event");
}
END_TEST

START_TEST(onces_are_linearizable)
{
	are_right(programs, COUNT(programs), "once");
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
	UNIT(events_are_linearizable)
	UNIT(onces_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
