/* SPDX-License-Identifier: MIT */
/*
 * test_linear.c - the primitives themselves, explored between any two of their
 * words: Lock, RLock, Value, Queue.
 *
 * The code that is explored is the code that ships, built for step grain.  Each
 * program of modules/history.c is proved: all interleavings of all loads,
 * stores and futex calls.  Nobody may be left asleep (a lost wake-up is a
 * deadlock there, as time never helps), and a plain model has to explain each
 * history.  Each mistake of mutants.def has to be found that way.
 */
#include <mpp/base.h>

#include "linear_programs.h"

/*
 * Models.
 */
struct lock_model {
	int64_t holder;		/* + 1; 0: free */
};

static bool lock_step(void *state, const struct history_call *c)
{
	struct lock_model *m = state;

	switch (c->what) {
	case RELEASE:
		if (m->holder != c->argument + 1 || c->result != 0)
			return false;
		m->holder = 0;
		return true;
	case TRY_ACQUIRE:
		if (c->result == MPP_EAGAIN)
			return m->holder != 0;
		break;
	case ACQUIRE_FOR:
		if (c->result == MPP_ETIMEDOUT)
			return true;
		break;
	}
	if (m->holder || c->result != 0)
		return false;
	m->holder = c->argument + 1;
	return true;
}

static bool value_step(void *state, const struct history_call *c)
{
	int64_t *x = state;

	if (c->what == READ)
		return c->result == *x;
	*x = c->what == ADD ? *x + c->argument : c->argument;
	return c->result == 0;
}

enum { CAPACITY = 1 };

struct queue_model {
	int64_t items[CAPACITY];
	int64_t count, producers, registered, closed;
};

static bool queue_get(struct queue_model *m, const struct history_call *c)
{
	bool ended = m->closed || (m->registered && !m->producers);

	if (m->count == 0)
		return ended ? c->result == MPP_EPIPE
			     : c->what == TRY_GET && c->result == MPP_EAGAIN;
	if (c->result != m->items[0])
		return false;
	m->count--;
	memmove(m->items, m->items + 1, (size_t)m->count * sizeof(int64_t));
	return true;
}

static bool queue_put(struct queue_model *m, const struct history_call *c)
{
	if (m->closed)
		return c->result == MPP_ECLOSED;
	if (m->count == CAPACITY)
		return c->what == TRY_PUT && c->result == MPP_EAGAIN;
	m->items[m->count++] = c->argument;
	return c->result == 0;
}

static bool queue_step(void *state, const struct history_call *c)
{
	struct queue_model *m = state;

	switch (c->what) {
	case GET:
	case TRY_GET:
		return queue_get(m, c);
	case PUT:
	case TRY_PUT:
		return queue_put(m, c);
	case LENGTH:
		return c->result == m->count;
	case CLOSE:
		m->closed = 1;
		break;
	case REGISTER:
		m->producers++;
		m->registered = 1;
		break;
	case DONE:
		m->producers--;
		break;
	}
	return c->result == 0;
}

static const struct explored_program programs[] = {
	{ "lock", "history-lock_of_three", lock_step, NULL },
	{ "lock", "history-lock_try_and_limit", lock_step, NULL },
	{ "lock", "history-lock_counter", NULL, "x=3" },
	{ "rlock", "history-rlock_counter", NULL, "x=3" },
	{ "value", "history-value_calls", value_step, NULL },
	{ "queue", "history-queue_one_to_one", queue_step, NULL },
	{ "queue", "history-queue_two_to_one", queue_step, NULL },
	{ "queue", "history-queue_one_to_two", queue_step, NULL },
	{ "queue", "history-queue_looks", queue_step, NULL },
	{ "queue", "history-queue_tries", queue_step, NULL },
	{ "queue", "history-queue_to_the_end", queue_step, NULL },
	{ "queue", "history-queue_closed", queue_step, NULL },
};

START_TEST(locks_are_linearizable)
{
	are_right(programs, COUNT(programs), "lock");
}
END_TEST

START_TEST(rlocks_exclude)
{
	are_right(programs, COUNT(programs), "rlock");
}
END_TEST

START_TEST(values_are_linearizable)
{
	are_right(programs, COUNT(programs), "value");
}
END_TEST

START_TEST(queues_are_linearizable)
{
	are_right(programs, COUNT(programs), "queue");
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
	UNIT(locks_are_linearizable)
	UNIT(rlocks_exclude)
	UNIT(values_are_linearizable)
	UNIT(queues_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
