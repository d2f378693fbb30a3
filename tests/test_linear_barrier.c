/* SPDX-License-Identifier: MIT */
/*
 * test_linear_barrier.c - Barrier, explored between any two words: as
 * test_linear.c.
 *
 * A wait is two calls of a history, both somewhere between its begin and its
 * end: to arrive, and to be let go.  So the model says that nobody passes
 * before all have arrived, that indexes are those of the arrivals, and that
 * everybody of a broken cycle is told, and nobody of another.
 */
#include <mpp/base.h>

#include "linear_programs.h"

enum { WAITS = MOST_CALLS / 2 };

/* Of a wait. */
enum fate {
	NOT_COME,
	INSIDE,		/* of the cycle that is not over */
	PASSES,
	TOLD,		/* that it was broken */
	NO_PLACE,	/* until its limit passed */
};

struct barrier_model {
	int64_t arrived, broken;
	int64_t index[WAITS], fate[WAITS];
};

struct shape {
	int64_t parties;
	bool acts, fails;
};

static void end_cycle(struct barrier_model *m, enum fate fate)
{
	for (int i = 0; i < WAITS; i++) {
		if (m->fate[i] == INSIDE)
			m->fate[i] = fate;
	}
	m->arrived = 0;
}

static void break_cycle(struct barrier_model *m)
{
	m->broken = 1;
	end_cycle(m, TOLD);
}

static bool arrive(struct barrier_model *m, const struct history_call *c,
		   const struct shape *s)
{
	int64_t i = c->argument / 2;

	if (m->broken) {
		m->fate[i] = TOLD;
		return true;
	}
	if (m->arrived == s->parties) {	/* the action runs */
		m->fate[i] = NO_PLACE;
		return c->what == ARRIVE_FOR && c->result == MPP_ETIMEDOUT;
	}
	m->index[i] = m->arrived++;
	m->fate[i] = INSIDE;
	if (m->arrived == s->parties && !s->acts)
		end_cycle(m, PASSES);
	return true;
}

/* The cycle is not over: the caller ends it. */
static bool go_first(struct barrier_model *m, const struct history_call *c,
		     const struct shape *s)
{
	bool is_last = m->index[c->argument / 2] == s->parties - 1;

	if (is_last && !s->fails) {
		end_cycle(m, PASSES);
		return c->result == s->parties - 1;
	}
	break_cycle(m);
	if (is_last)
		return c->result == MPP_EACTION;
	return c->what == PASS_FOR && c->result == MPP_ETIMEDOUT;
}

static bool go(struct barrier_model *m, const struct history_call *c,
	       const struct shape *s)
{
	int64_t i = c->argument / 2;

	switch (m->fate[i]) {
	case INSIDE:
		return go_first(m, c, s);
	case PASSES:
		return c->result == m->index[i];
	case TOLD:
		return c->result == MPP_EBROKEN;
	case NO_PLACE:
		return true;
	}
	return false;
}

static bool barrier_step(struct barrier_model *m, const struct history_call *c,
			 const struct shape *s)
{
	switch (c->what) {
	case ARRIVE:
	case ARRIVE_FOR:
		return arrive(m, c, s);
	case PASS:
	case PASS_FOR:
		return go(m, c, s);
	case COUNT_WAITING:
		return c->result == m->arrived;
	case LOOK_BROKEN:
		return c->result == m->broken;
	case ABORT:
		break_cycle(m);
		break;
	case RESET:
		end_cycle(m, TOLD);
		m->broken = 0;
		break;
	}
	return c->result == 0;
}

#define SHAPE(id, ...) \
	static bool id(void *state, const struct history_call *c) \
	{ \
		return barrier_step(state, c, &(const struct shape){ \
						      __VA_ARGS__ }); \
	}

SHAPE(two, 2, false, false)
SHAPE(three, 3, false, false)
SHAPE(acting, 2, true, false)
SHAPE(failing, 2, true, true)
SHAPE(single, 1, true, false)

#define PROGRAM(id, model) { "barrier", "history_barrier-barrier_" #id, model, \
			     NULL }

/* The small ones find most mistakes. */
static const struct explored_program programs[] = {
	PROGRAM(limit, two),
	PROGRAM(try, two),
	PROGRAM(two_limits, two),
	PROGRAM(action, acting),
	PROGRAM(action_fails, failing),
	{ "barrier", "history_barrier-barrier_killed", NULL, "x=0" },
	PROGRAM(two_cycles, two),
	PROGRAM(of_one, single),
	PROGRAM(of_one_limit, single),
	PROGRAM(two_actions, acting),
	PROGRAM(action_and_abort, acting),
	PROGRAM(abort, two),
	PROGRAM(mended, two),
	PROGRAM(three, three),
	PROGRAM(looks, two),
	PROGRAM(reset, two),
	PROGRAM(limit_of_three, three),
};

START_TEST(barriers_are_linearizable)
{
	are_right(programs, COUNT(programs), "barrier");
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
	UNIT(barriers_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
