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

#include "linear.h"
#include "steps.h"

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

/*
 * Programs.
 */
struct explored_program {
	const char *unit;	/* of mutants.def */
	const char *module;
	model_step *step;	/* NULL: the outcome is `right` */
	const char *right;
};

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

/* NULL, or what is wrong with the program. */
static const char *wrong(const struct explored_program *p, struct explored *e)
{
	EXPLORE(e, p->module, .strategy = "prove", .proof_only = true,
		.no_symmetry = true, .no_silent = true);
	ck_assert_msg(e->err == 0, "%s: %s", p->module, e->sentence);
	if (e->result.nfindings)
		return e->result.findings[0].message;
	for (size_t i = 0; i < e->result.noutcomes; i++) {
		const char *text = e->result.outcomes[i].text;
		struct history h;

		if (!p->step) {
			if (strcmp(text, p->right) != 0)
				return text;
			continue;
		}
		read_history(&h, text);
		if (!is_linearizable(&h, p->step))
			return text;
	}
	return NULL;
}

static void are_right(const char *unit)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		struct explored e;
		const char *text;

		if (strcmp(programs[i].unit, unit) != 0)
			continue;
		text = wrong(&programs[i], &e);
		ck_assert_msg(!text, "%s: %s", programs[i].module, text);
		ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
		printf("%s: %zu histories, %" PRIu64 " states\n",
		       programs[i].module, e.result.noutcomes,
		       e.result.space.states);
		if (programs[i].step)
			same_as_whole_calls(&e, programs[i].module);
		done(&e);
	}
}

START_TEST(locks_are_linearizable)
{
	are_right("lock");
}
END_TEST

START_TEST(rlocks_exclude)
{
	are_right("rlock");
}
END_TEST

START_TEST(values_are_linearizable)
{
	are_right("value");
}
END_TEST

START_TEST(queues_are_linearizable)
{
	are_right("queue");
}
END_TEST

/* By at least one program of its unit. */
static void is_found(int mutant, const char *unit, const char *text)
{
	bool found = false;

	mpp_mutant = mutant;
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		struct explored e;
		const char *said;

		if (strcmp(programs[i].unit, unit) != 0 || found)
			continue;
		said = wrong(&programs[i], &e);
		if (said) {
			printf("%s: %s\n  %s\n", text, programs[i].module,
			       said);
			found = true;
		}
		done(&e);
	}
	mpp_mutant = MPP_MUTANT_NONE;
	ck_assert_msg(found, "not found: %s", text);
}

START_TEST(every_seeded_mistake_is_found)
{
#define MPP_MUTATION(id, unit, text) is_found(MPP_MUTANT_##id, #unit, text);
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
