/* SPDX-License-Identifier: MIT */
/* test_kill_event.c - users of Event and Once killed at every step. */
#include <mpp/event.h>
#include <mpp/once.h>

#include "killing.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What all processes of a case see; a new one is zeros. */
static struct {
	uint32_t set_is_over;	/* the victim has returned from its set */
	uint32_t entered;	/* how often somebody began the function */
	uint32_t go_on;		/* who is in it may leave it */
	uint32_t thing;		/* what it makes */
} *shared;

static void share(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
}

static uint32_t get(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void put(uint32_t *word, uint32_t x)
{
	__atomic_store_n(word, x, __ATOMIC_RELEASE);
}

/* Peers that sleep in the object. */
static pid_t sleeper[2];

/*
 * Event.
 */
static void *make_event(void)
{
	struct mpp_event *e = NULL;

	share();
	ck_assert_int_eq(mpp_event_new(&e), 0);
	return e;
}

static void free_event(void *e)
{
	mpp_event_free(e);
	munmap(shared, sizeof(*shared));
}

static int sets_and_clears(void *e)
{
	int err = mpp_event_set(e);

	put(&shared->set_is_over, 1);
	return err || mpp_event_clear(e) || mpp_event_is_set(e);
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
static void start_sleeper(void *e, int i)
{
	PEER(sleeper[i], mpp_event_wait(e, IN_TIME));
	wait_until_asleep(sleeper[i]);
}

static void *make_one_waiter(void)
{
	void *e = make_event();

	start_sleeper(e, 0);
	return e;
}

static void *make_waiters(void)
{
	void *e = make_one_waiter();

	start_sleeper(e, 1);
	return e;
}

static int sets(void *e)
{
	return mpp_event_set(e);
}

/* The set is one store: both go, or nobody was let go. */
static void waiters_go(void *e, bool killed)
{
	if (!get(&shared->set_is_over) && !mpp_event_is_set(e)) {
		ck_assert(killed);
		ck_assert_int_eq(mpp_event_set(e), 0);
	}
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	works(e, killed);
}

/* A set by the dead, without its wake, is not lost by what others do next. */
static void waiters_go_though_others_clear(void *e, bool killed)
{
	if (!mpp_event_is_set(e))
		ck_assert_int_eq(mpp_event_set(e), 0);
	ck_assert_int_eq(mpp_event_clear(e), 0);
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	works(e, killed);
}

static int waits(void *e)
{
	return mpp_event_wait(e, IN_TIME);
}

static int waits_in_vain(void *e)
{
	return mpp_event_wait(e, 1000) != MPP_ETIMEDOUT;
}

static void sets_when_it_sleeps(void *e, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_event_set(e), 0);
}

/* A dead waiter is nothing to a set, and another waiter gets it. */
static void other_goes(void *e, bool killed)
{
	reap_peer(sleeper[0]);
	works(e, killed);
}

/* Also one that lies down behind it, and one that died before them. */
static void *make_dead_waiter(void)
{
	void *e = make_one_waiter();

	kill(sleeper[0], SIGKILL);
	ck_assert_int_eq(waitpid(sleeper[0], NULL, 0), sleeper[0]);
	start_sleeper(e, 0);
	return e;
}

static void sets_when_all_sleep(void *e, pid_t victim)
{
	wait_until_asleep(victim);
	start_sleeper(e, 1);
	ck_assert_int_eq(mpp_event_set(e), 0);
	ck_assert_int_eq(mpp_event_clear(e), 0);
}

static void others_go(void *e, bool killed)
{
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	works(e, killed);
}

START_TEST(an_event_is_set_or_not_and_a_dead_waiter_is_nothing)
{
	static const struct killing cases[] = {
		{ make_event, sets_and_clears, NULL, works, free_event },
		{ make_waiters, sets, NULL, waiters_go, free_event },
		{ make_waiters, sets_and_clears, NULL, waiters_go,
		  free_event },
		{ make_waiters, sets, NULL, waiters_go_though_others_clear,
		  free_event },
		{ make_event, waits_in_vain, NULL, works, free_event },
		{ make_event, waits, sets_when_it_sleeps, works, free_event },
		{ make_one_waiter, waits, sets_when_it_sleeps, other_goes,
		  free_event },
		{ make_dead_waiter, waits, sets_when_all_sleep, others_go,
		  free_event },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
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

	share();
	ck_assert_int_eq(mpp_once_new(&o), 0);
	return o;
}

static void free_once(void *o)
{
	mpp_once_free(o);
	munmap(shared, sizeof(*shared));
}

/* An earlier one that began is told of, whether it failed or died. */
static int makes(void *again_out, bool again)
{
	uint32_t before = __atomic_fetch_add(&shared->entered, 1,
					     __ATOMIC_SEQ_CST);

	if (before && !again)
		return 100;
	*(int *)again_out = again ? 2 : 1;
	put(&shared->thing, 42);
	return 0;
}

static int runs(void *o)
{
	int ran = 0;

	return mpp_once_run(o, makes, &ran, IN_TIME) ||
	       get(&shared->thing) != 42;
}

/* Done, or the next one does it; and then nobody does. */
static void is_done_by_somebody(void *o, bool killed)
{
	uint32_t entered = get(&shared->entered);
	bool done = mpp_once_is_done(o);
	int ran = 0;

	ck_assert(done || killed);
	ck_assert(!done || (entered && get(&shared->thing) == 42));
	ck_assert_int_eq(mpp_once_run(o, makes, &ran, IN_TIME), 0);
	ck_assert((ran != 0) == !done);
	ck_assert(mpp_once_is_done(o));
	ck_assert_int_eq(mpp_once_run(o, makes, &ran, 0), 0);
	ck_assert_uint_eq(get(&shared->entered), entered + !done);
	ck_assert_uint_eq(get(&shared->thing), 42);
}

/* While somebody runs it, others wait: they begin when it is inside. */
static int makes_slowly(void *context, bool again)
{
	put(&shared->entered, 1);
	while (!get(&shared->go_on))
		sched_yield();
	put(&shared->entered, 0);
	return makes(context, again);
}

static int runs_slowly(void *o)
{
	int ran = 0;

	return mpp_once_run(o, makes_slowly, &ran, IN_TIME);
}

static void waits_for_it(void *o, pid_t victim)
{
	while (!has_died(victim) && !get(&shared->entered))
		sched_yield();
	PEER(sleeper[0], runs(o));
	wait_until_asleep(sleeper[0]);
	put(&shared->go_on, 1);
}

static void waiter_has_it_done(void *o, bool killed)
{
	reap_peer(sleeper[0]);
	ck_assert(mpp_once_is_done(o));
	is_done_by_somebody(o, killed);
}

/* It has not been done, and the next one is told that somebody has tried. */
static int fails(void *context, bool again)
{
	(void)makes(context, again);
	return 7;
}

static int runs_and_fails(void *o)
{
	int ran = 0;

	return mpp_once_run(o, fails, &ran, IN_TIME) != 7;
}

static void has_to_be_done_again(void *o, bool killed)
{
	ck_assert(!mpp_once_is_done(o));
	ck_assert(killed || get(&shared->entered) == 1);
	is_done_by_somebody(o, true);
}

/* The victim comes after somebody who died in the function. */
static void start_runner(void *o)
{
	PEER(sleeper[1], runs_slowly(o));
	while (!get(&shared->entered))
		sched_yield();
}

static void kill_runner(void)
{
	kill(sleeper[1], SIGKILL);
	ck_assert_int_eq(waitpid(sleeper[1], NULL, 0), sleeper[1]);
}

static void *make_abandoned_once(void)
{
	void *o = make_once();

	start_runner(o);
	kill_runner();
	return o;
}

/* The victim sleeps, and another one behind it, when the runner is done... */
static void *make_running_once(void)
{
	void *o = make_once();

	start_runner(o);
	return o;
}

static void two_wait(void *o, pid_t victim)
{
	wait_until_asleep(victim);
	PEER(sleeper[0], runs(o));
	wait_until_asleep(sleeper[0]);
}

static void runner_comes_back(void *o, pid_t victim)
{
	two_wait(o, victim);
	put(&shared->go_on, 1);
}

static void runner_has_it_done(void *o, bool killed)
{
	reap_peer(sleeper[1]);
	waiter_has_it_done(o, killed);
	ck_assert_uint_eq(get(&shared->entered), 1);
}

/* ... or dies: then one of them does it, and it may be the next to die. */
static void runner_dies(void *o, pid_t victim)
{
	two_wait(o, victim);
	kill_runner();
}

/* Who does not wait so long: nothing of it is left. */
static int tries(void *o)
{
	int ran = 0;

	return mpp_once_run(o, makes, &ran, 0) != MPP_EAGAIN ||
	       mpp_once_run(o, makes, &ran, 1000) != MPP_ETIMEDOUT ||
	       ran != 0;
}

static void runner_still_runs(void *o, bool killed)
{
	ck_assert(!mpp_once_is_done(o));
	put(&shared->go_on, 1);
	reap_peer(sleeper[1]);
	ck_assert(mpp_once_is_done(o));
	is_done_by_somebody(o, killed);
}

START_TEST(it_is_done_once_whoever_dies)
{
	static const struct killing cases[] = {
		{ make_once, runs, NULL, is_done_by_somebody, free_once },
		{ make_once, runs_and_fails, NULL, has_to_be_done_again,
		  free_once },
		{ make_once, runs_slowly, waits_for_it, waiter_has_it_done,
		  free_once },
		{ make_abandoned_once, runs, NULL, is_done_by_somebody,
		  free_once },
		{ make_running_once, runs, runner_comes_back,
		  runner_has_it_done, free_once },
		{ make_running_once, runs, runner_dies, waiter_has_it_done,
		  free_once },
		{ make_running_once, tries, NULL, runner_still_runs,
		  free_once },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("once.c");
}
END_TEST

UNIT_MAIN(
	UNIT(an_event_is_set_or_not_and_a_dead_waiter_is_nothing)
	UNIT(it_is_done_once_whoever_dies)
)
