/* SPDX-License-Identifier: MIT */
/* test_linear_semaphore.c - Semaphore and BoundedSemaphore between any two of
 * their words; see test_linear.c. */
#include <mpp/base.h>

#include "linear_programs.h"

/* It begins with one; the state is what it has more. */
static bool semaphore_step(void *state, const struct history_call *c)
{
	int64_t *more = state;
	int64_t value = 1 + *more;

	switch (c->what) {
	case RELEASE:
		*more += c->argument;
		return c->result == 0;
	case READ:
		return c->result == value;
	case TRY_ACQUIRE:
		if (c->result == MPP_EAGAIN)
			return value == 0;
		break;
	case ACQUIRE_FOR:
		if (c->result == MPP_ETIMEDOUT)
			return true;
		break;
	}
	if (value == 0 || c->result != 0)
		return false;
	--*more;
	return true;
}

/* Who holds how many. */
static bool bounded_step(void *state, const struct history_call *c, int64_t n)
{
	int64_t *holds = state, *mine = &holds[c->argument];
	int64_t value = n - holds[0] - holds[1] - holds[2];

	switch (c->what) {
	case RELEASE:
		if (*mine == 0)
			return c->result == MPP_EPERM;
		--*mine;
		return c->result == 0;
	case READ:
		return c->result == value;
	case TRY_ACQUIRE:
		if (c->result == MPP_EAGAIN)
			return value == 0;
		break;
	case ACQUIRE_FOR:
		if (c->result == MPP_ETIMEDOUT)
			return true;
		break;
	}
	if (value == 0 || c->result != 0)
		return false;
	++*mine;
	return true;
}

static bool one_permit_step(void *state, const struct history_call *c)
{
	return bounded_step(state, c, 1);
}

static bool two_permits_step(void *state, const struct history_call *c)
{
	return bounded_step(state, c, 2);
}

#define MODULE(id) "history_semaphore-" #id

static const struct explored_program programs[] = {
	{ "semaphore", MODULE(of_three), semaphore_step, NULL },
	{ "semaphore", MODULE(two_at_once), semaphore_step, NULL },
	{ "semaphore", MODULE(looks), semaphore_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_of_three), one_permit_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_two), two_permits_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_looks), one_permit_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_limit), one_permit_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_two_looks), two_permits_step, NULL },
	{ "bounded_semaphore", MODULE(bounded_misuse), one_permit_step,
	  "they tell of a misuse" },
};

START_TEST(semaphores_are_linearizable)
{
	are_right(programs, COUNT(programs), "semaphore");
}
END_TEST

START_TEST(bounded_semaphores_are_linearizable)
{
	are_right(programs, COUNT(programs), "bounded_semaphore");
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
	UNIT(semaphores_are_linearizable)
	UNIT(bounded_semaphores_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
