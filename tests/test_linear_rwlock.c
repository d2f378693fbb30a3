/* SPDX-License-Identifier: MIT */
/* test_linear_rwlock.c - RWLock between any two of its words; see
 * test_linear.c. */
#include <mpp/base.h>

#include "linear_programs.h"

/* Shares by holder; the writer's number + 1, 0: nobody. */
struct rwlock_model {
	int64_t shares[3], writer;
};

static int64_t all_shares(const struct rwlock_model *m)
{
	return m->shares[0] + m->shares[1] + m->shares[2];
}

static bool release(struct rwlock_model *m, const struct history_call *c)
{
	if (m->writer == c->argument + 1)
		m->writer = 0;
	else if (m->shares[c->argument])
		m->shares[c->argument]--;
	else
		return c->result == MPP_EPERM;
	return c->result == 0;
}

static bool reads(struct rwlock_model *m, const struct history_call *c,
		  int64_t seats)
{
	int64_t *mine = &m->shares[c->argument];

	if (m->writer == c->argument + 1 || *mine == seats)
		return c->result == MPP_EDEADLK;
	if (m->writer || all_shares(m) == seats || c->result != 0)
		return false;
	++*mine;
	return true;
}

static bool writes(struct rwlock_model *m, const struct history_call *c)
{
	if (m->writer == c->argument + 1 || m->shares[c->argument])
		return c->result == MPP_EDEADLK;
	if (m->writer || all_shares(m) || c->result != 0)
		return false;
	m->writer = c->argument + 1;
	return true;
}

/*
 * A limit may pass at any time.  A try fails as well when somebody is about to
 * hold it (rwlock.h), so of two tries that overlap both may.
 */
static bool rwlock_step(void *state, const struct history_call *c,
			int64_t seats)
{
	switch (c->what) {
	case RELEASE:
		return release(state, c);
	case TRY_READ:
	case TRY_ACQUIRE:
		if (c->result == MPP_EAGAIN)
			return true;
		break;
	case READ_FOR:
	case ACQUIRE_FOR:
		if (c->result == MPP_ETIMEDOUT)
			return true;
		break;
	}
	if (c->what == ACQUIRE || c->what == ACQUIRE_FOR ||
	    c->what == TRY_ACQUIRE)
		return writes(state, c);
	return reads(state, c, seats);
}

static bool one_seat_step(void *state, const struct history_call *c)
{
	return rwlock_step(state, c, 1);
}

static bool two_seats_step(void *state, const struct history_call *c)
{
	return rwlock_step(state, c, 2);
}

#define MODULE(id) "history_rwlock-" #id

static const struct explored_program programs[] = {
	{ "rwlock", MODULE(reader_writer), two_seats_step, NULL },
	{ "rwlock", MODULE(again), two_seats_step, NULL },
	{ "rwlock", MODULE(one_seat), one_seat_step, NULL },
	{ "rwlock", MODULE(limits), two_seats_step,
	  "two limits may pass only between words" },
	{ "rwlock", MODULE(tries), two_seats_step,
	  "two tries may fail only between words" },
	{ "rwlock", MODULE(refused), two_seats_step,
	  "they tell of a misuse" },
	{ "rwlock", MODULE(readers_writer), two_seats_step, NULL },
	{ "rwlock", MODULE(writers_reader), one_seat_step, NULL },
};

START_TEST(rwlocks_are_linearizable)
{
	are_right(programs, COUNT(programs), "rwlock");
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
	UNIT(rwlocks_are_linearizable)
	UNIT(every_seeded_mistake_is_found)
)
