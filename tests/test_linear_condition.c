/* SPDX-License-Identifier: MIT */
/*
 * test_linear_condition.c - Condition, explored between any two of its words.
 *
 * As test_linear.c.  A wait is two calls of the model: the caller is among the
 * waiters; it has come back, with a result (modules/history_condition.c).
 */
#include <mpp/base.h>

#include "linear_programs.h"

struct condition_model {
	int64_t waiting[4];	/* by their numbers; first: longest */
	int64_t count;
	int64_t notified;	/* and not back: a bit each */
	int64_t changed;
};

static void take_out(struct condition_model *m, int64_t at)
{
	m->count--;
	memmove(m->waiting + at, m->waiting + at + 1,
		(size_t)(m->count - at) * sizeof(*m->waiting));
}

static void notify(struct condition_model *m, int64_t count)
{
	for (; count > 0 && m->count; count--) {
		m->notified |= (int64_t)1 << m->waiting[0];
		take_out(m, 0);
	}
}

/* Whose notification has come does not time out any more. */
static bool comes_back(struct condition_model *m, const struct history_call *c)
{
	int64_t bit = (int64_t)1 << c->argument;

	if (m->notified & bit) {
		m->notified &= ~bit;
		return c->result == 0;
	}
	for (int64_t i = 0; i < m->count; i++) {
		if (m->waiting[i] != c->argument)
			continue;
		take_out(m, i);
		return c->result == MPP_ETIMEDOUT;
	}
	return false;
}

static bool condition_step(void *state, const struct history_call *c)
{
	struct condition_model *m = state;

	switch (c->what) {
	case WAIT:
		m->waiting[m->count++] = c->argument;
		break;
	case WAITED:
		return comes_back(m, c);
	case NOTIFY:
		notify(m, c->argument);
		break;
	case CHANGE:
		m->changed = 1;
		break;
	case CHANGED:
		return m->changed && c->result == 0;
	}
	return c->result == 0;
}

static const struct explored_program programs[] = {
#define PROGRAM(id) \
	{ "condition", "history_condition-condition_" #id, condition_step, NULL }
	PROGRAM(one),
	PROGRAM(limit),
	PROGRAM(levels),
	PROGRAM(predicate),
	PROGRAM(one_by_one),
	PROGRAM(all),
	PROGRAM(two_limits),
};

START_TEST(conditions_are_linearizable)
{
	are_right(programs, COUNT(programs), "condition");
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
	UNIT(conditions_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
