/* SPDX-License-Identifier: MIT */
/* test_kill_event.c - users of Event and Once killed at every step. */
#include <mpp/event.h>
#include <mpp/once.h>

#include "killing.h"

static void *make_event(void)
{
	struct mpp_event *e = NULL;

	ck_assert_int_eq(mpp_event_new(&e), 0);
	return e;
}

static void free_event(void *e)
{
	mpp_event_free(e);
}

static int sets_and_clears(void *e)
{
	return mpp_event_set(e) || mpp_event_clear(e) || mpp_event_is_set(e);
}

/* Whatever the dead did, it works like a new one. */
static void works(void *e, bool killed)
{
	(void)killed;
	ck_assert_int_eq(mpp_event_clear(e), 0);
	ck_assert(!mpp_event_is_set(e));
	ck_assert_int_eq(mpp_event_wait(e, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_event_set(e), 0);
	ck_assert(mpp_event_is_set(e));
	ck_assert_int_eq(mpp_event_wait(e, IN_TIME), 0);
}

/* Peers sleep before the victim begins. */
static pid_t sleeper[2];

static void *make_waiters(void)
{
	void *e = make_event();

	for (int i = 0; i < 2; i++) {
		PEER(sleeper[i], mpp_event_wait(e, IN_TIME));
		wait_until_asleep(sleeper[i]);
	}
	return e;
}

static int sets(void *e)
{
	return mpp_event_set(e);
}

/* The set is one store: both go, or nobody was let go. */
static void waiters_go(void *e, bool killed)
{
	if (killed && !mpp_event_is_set(e))
		ck_assert_int_eq(mpp_event_set(e), 0);
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	works(e, killed);
}

static int waits(void *e)
{
	return mpp_event_wait(e, IN_TIME);
}

static void sets_when_it_sleeps(void *e, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_event_set(e), 0);
}

/* A dead waiter is nothing to a set, and another waiter gets it. */
static void *make_one_waiter(void)
{
	void *e = make_event();

	PEER(sleeper[0], mpp_event_wait(e, IN_TIME));
	wait_until_asleep(sleeper[0]);
	return e;
}

static void other_goes(void *e, bool killed)
{
	reap_peer(sleeper[0]);
	works(e, killed);
}

START_TEST(an_event_is_set_or_not_and_a_dead_waiter_is_nothing)
{
	static const struct killing cases[] = {
		{ make_event, sets_and_clears, NULL, works, free_event },
		{ make_waiters, sets, NULL, waiters_go, free_event },
		{ make_event, waits, sets_when_it_sleeps, works, free_event },
		{ make_one_waiter, waits, sets_when_it_sleeps, other_goes,
		  free_event },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("event.c");
}
END_TEST

/*
 * Once.
 */
static void *make_once(void)
{
	struct mpp_once *o = NULL;

	ck_assert_int_eq(mpp_once_new(&o), 0);
	return o;
}

static void free_once(void *o)
{
	mpp_once_free(o);
}

static int succeed(void *again_out, bool again)
{
	*(int *)again_out = again ? 2 : 1;
	return 0;
}

static int runs(void *o)
{
	int ran = 0;

	return mpp_once_run(o, succeed, &ran, IN_TIME);
}

/* Done, or the next one does it; and then nobody does. */
static void is_done_by_somebody(void *o, bool killed)
{
	bool done = mpp_once_is_done(o);
	int ran = 0;

	ck_assert(done || killed);
	ck_assert_int_eq(mpp_once_run(o, succeed, &ran, IN_TIME), 0);
	ck_assert((ran != 0) == !done);
	ck_assert(mpp_once_is_done(o));
	ran = 0;
	ck_assert_int_eq(mpp_once_run(o, succeed, &ran, IN_TIME), 0);
	ck_assert_int_eq(ran, 0);
}

/* While the victim runs it, somebody waits: begins when the victim is there. */
static int *inside;

static int runs_slowly(void *context, bool again)
{
	(void)again;
	__atomic_store_n(inside, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(inside, __ATOMIC_ACQUIRE) != 2)
		sched_yield();
	*(int *)context = 1;
	return 0;
}

static void *make_watched_once(void)
{
	inside = mmap(NULL, sizeof(*inside), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(inside, MAP_FAILED);
	return make_once();
}

static int runs_with_somebody_waiting(void *o)
{
	int ran = 0;

	return mpp_once_run(o, runs_slowly, &ran, IN_TIME);
}

static void waits_for_it(void *o, pid_t victim)
{
	while (!has_died(victim) && !__atomic_load_n(inside, __ATOMIC_ACQUIRE))
		sched_yield();
	PEER(sleeper[0], runs(o));
	wait_until_asleep(sleeper[0]);
	__atomic_store_n(inside, 2, __ATOMIC_RELEASE);
}

static void waiter_has_it_done(void *o, bool killed)
{
	reap_peer(sleeper[0]);
	ck_assert(mpp_once_is_done(o));
	is_done_by_somebody(o, killed);
	munmap(inside, sizeof(*inside));
}

START_TEST(it_is_done_once_whoever_dies)
{
	static const struct killing cases[] = {
		{ make_once, runs, NULL, is_done_by_somebody, free_once },
		{ make_watched_once, runs_with_somebody_waiting, waits_for_it,
		  waiter_has_it_done, free_once },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("once.c");
}
END_TEST

UNIT_MAIN(
	UNIT(an_event_is_set_or_not_and_a_dead_waiter_is_nothing)
	UNIT(it_is_done_once_whoever_dies)
)
